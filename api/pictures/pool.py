"""Two processes that draw, one that looks for words, and what they drew lately."""

import os
import resource
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures import TimeoutError as TooLate
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context
from threading import BoundedSemaphore, Lock
from typing import Annotated, Any, TypeVar
from uuid import UUID

from fastapi import Request

from api.http.at_once import at_once
from api.pictures import drawing
from api.pictures.drawing import Drawn, NothingToDraw, Words
from domain.database.blobs import Blobs
from domain.errors import NotFound, Unavailable, Unprocessable
from domain.formats import media

WIDTHS = (240, 800, 1200, 1600, 2400)
"""Pictures are drawn this wide, so that what was drawn once serves again."""
DRAWABLE = frozenset({media.PDF, media.JPEG, media.PNG, media.TIFF, media.HEIC})

MEMORY = 1536 * 1024**2
_SECONDS, _WORD_SECONDS = 10, 40
_REMEMBERED = 48 * 1024**2
_WAITING = 8
_TASKS = 500
_T = TypeVar("_T", Drawn, Words)


class PageNotFound(NotFound):
    """The document has no such page."""

    def __init__(self) -> None:
        super().__init__("The document has no such page.")


class NotDrawable(Unprocessable):
    """There is no picture of this document: it is data, damaged or of another kind."""

    def __init__(self) -> None:
        super().__init__("There is no picture of this document.")


class DrawingBusy(Unavailable):
    """Too many pages are being drawn at once, or one took too long."""

    def __init__(self) -> None:
        super().__init__("Too many pages are being drawn; try again.", retry_after=2)


@dataclass(frozen=True, slots=True)
class Subject:
    """Which bytes are drawn: a document of a tenant by its hash, and what it is."""

    tenant_id: UUID
    sha256: str
    mime_type: str


class Pictures:
    """Draws pages of documents; opened at its first use, closed with the application."""

    def __init__(self) -> None:
        self._pools: dict[str, ProcessPoolExecutor] = {}
        self._lock = Lock()
        self._room = BoundedSemaphore(_WAITING)
        self._kept: OrderedDict[tuple[Any, ...], Drawn | Words] = OrderedDict()
        self._size = 0

    def page(self, blobs: Blobs, subject: Subject, number: int, width: int) -> Drawn:
        """One page, at least so wide. Raises PageNotFound, NotDrawable or DrawingBusy."""
        wide = next((each for each in WIDTHS if each >= width), WIDTHS[-1])
        key = (subject, "page", number, wide)
        return self._found(
            key, lambda: self._ask("draw", _SECONDS, drawing.draw, blobs, subject, number, wide)
        )

    def words(self, blobs: Blobs, subject: Subject, number: int) -> Words:
        """The words of one page. Raises as `page` does."""
        key = (subject, "words", number)
        return self._found(
            key, lambda: self._ask("words", _WORD_SECONDS, drawing.words, blobs, subject, number)
        )

    def warm(self) -> None:
        """Let the processes start before somebody waits for them."""
        if "draw" not in self._pools:
            self._pool("draw").submit(abs, 0)

    def close(self) -> None:
        """End the processes."""
        for name in list(self._pools):
            self._end(name)

    def _found(self, key: tuple[Any, ...], make: Callable[[], _T]) -> _T:
        with self._lock:
            known = self._kept.get(key)
            if known is not None:
                self._kept.move_to_end(key)
                return known  # type: ignore[return-value]
        made = make()
        with self._lock:
            self._kept[key] = made
            self._size += _weight(made)
            while self._size > _REMEMBERED and len(self._kept) > 1:
                _, old = self._kept.popitem(last=False)
                self._size -= _weight(old)
        return made

    def _ask(
        self,
        name: str,
        seconds: int,
        act: Callable[..., _T],
        blobs: Blobs,
        subject: Subject,
        *more: int,
    ) -> _T:
        if subject.mime_type not in DRAWABLE:
            raise NotDrawable
        if not self._room.acquire(blocking=False):
            raise DrawingBusy
        try:
            content = blobs.get(subject.tenant_id, subject.sha256)
            job: Future[_T] = self._pool(name).submit(act, content, subject.mime_type, *more)
            return job.result(timeout=seconds)
        except NothingToDraw as error:
            raise (PageNotFound if more[0] > 1 else NotDrawable) from error
        except (TooLate, BrokenProcessPool) as error:
            self._end(name)
            raise (NotDrawable if isinstance(error, BrokenProcessPool) else DrawingBusy) from error
        finally:
            self._room.release()

    def _pool(self, name: str) -> ProcessPoolExecutor:
        with self._lock:
            pool = self._pools.get(name)
            if pool is None:
                pool = self._pools[name] = ProcessPoolExecutor(
                    2 if name == "draw" else 1,
                    mp_context=get_context("spawn"),
                    initializer=_bound,
                    max_tasks_per_child=_TASKS,
                )
            return pool

    def _end(self, name: str) -> None:
        """Give up processes that hang or have died; the next page gets new ones."""
        with self._lock:
            pool = self._pools.pop(name, None)
        if pool is None:
            return
        processes = list((pool._processes or {}).values())  # noqa: SLF001 - there is no other way to end one that hangs
        pool.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            process.kill()


def pictures_of(request: Request) -> Pictures:
    """What draws for this application."""
    pictures: Pictures = request.app.state.pictures
    return pictures


PicturesDep = Annotated[Pictures, at_once(pictures_of)]


def _bound() -> None:
    """What a stranger's file may take of this machine."""
    os.environ["OMP_THREAD_LIMIT"] = "1"
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _weight(made: Drawn | Words) -> int:
    return len(made.content) if isinstance(made, Drawn) else 64 * len(made.words) + 64
