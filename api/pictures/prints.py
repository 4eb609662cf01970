"""One process that sets pages as PDF: it takes seconds, in which others are answered."""

from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures import TimeoutError as TooLate
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from threading import BoundedSemaphore, Lock

from domain.errors import Unavailable
from domain.formats.printing import pdf_of

_SECONDS = 60
_WAITING = 4
_TASKS = 50


class PrintingBusy(Unavailable):
    """Too many reports are being printed at once, or one took too long."""

    def __init__(self) -> None:
        super().__init__("Too many reports are being printed; try again.", retry_after=5)


class Prints:
    """Sets pages; opened at its first use, closed with the application."""

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None
        self._lock = Lock()
        self._room = BoundedSemaphore(_WAITING)

    def pdf(self, page: str) -> bytes:
        """A page of ours as PDF. Raises PrintingBusy."""
        if not self._room.acquire(blocking=False):
            raise PrintingBusy
        try:
            job: Future[bytes] = self._opened().submit(pdf_of, page)
            return job.result(timeout=_SECONDS)
        except (TooLate, BrokenProcessPool) as error:
            self.close()
            raise PrintingBusy from error
        finally:
            self._room.release()

    def close(self) -> None:
        """End the process; the next page gets a new one."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is None:
            return
        processes = list((pool._processes or {}).values())  # noqa: SLF001 - there is no other way to end one that hangs
        pool.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            process.kill()

    def _opened(self) -> ProcessPoolExecutor:
        with self._lock:
            if self._pool is None:
                self._pool = ProcessPoolExecutor(
                    1, mp_context=get_context("spawn"), max_tasks_per_child=_TASKS
                )
            return self._pool
