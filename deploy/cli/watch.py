"""`belegfluss watch`: what a scanner puts into a folder goes to the inbox.

A file is taken when it has stopped growing. It is sent under a key derived from its bytes, so a
watch that is killed in between sends nothing twice; then it lies in `done` or in `refused`.
"""

import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import httpx
import typer

from deploy.cli.console import out
from deploy.cli.imports import Key, Refused, Target, Url, client_of, send_file

DONE, REFUSED = "done", "refused"
_UNFINISHED = (".part", ".tmp", ".crdownload", ".filepart", "~")
_PER_LOOK = 100

Folder = Annotated[
    Path, typer.Argument(exists=True, file_okay=False, writable=True, help="Where scans arrive")
]
Seconds = Annotated[float, typer.Option(min=0.1, help="Between two looks")]
Once = Annotated[bool, typer.Option("--once", help="Take what is there, then end")]


def watch(
    folder: Folder,
    *,
    every: Seconds = 5.0,
    once: Once = False,
    url: Url = None,
    key: Key = None,
) -> None:
    """Send files of a folder to the inbox and move them to `done` or `refused` inside it."""
    watched = Watched(folder)
    with client_of(url, key) as client:
        watched.look()
        while True:
            time.sleep(every)
            for file in watched.look():
                _take(client, watched, file)
            if once:
                return


@dataclass(slots=True)
class Watched:
    """A folder and what its files looked like the last time."""

    folder: Path
    seen: dict[Path, tuple[int, int]] = field(default_factory=dict)

    def look(self) -> list[Path]:
        """Files that have not changed since the last look, the oldest name first."""
        now = {path: shape for path in self._files() if (shape := _shape(path)) is not None}
        still = sorted(path for path, shape in now.items() if self.seen.get(path) == shape)
        self.seen = now
        return still[:_PER_LOOK]

    def put(self, file: Path, name: str, reason: str | None = None) -> None:
        """Move a file into one of the folders inside; nothing there is overwritten."""
        target = self.folder / name
        target.mkdir(exist_ok=True)
        place = target / file.name
        if place.exists():
            place = target / f"{file.stem}-{time.time_ns()}{file.suffix}"
        file.rename(place)
        if reason is not None:
            place.with_name(f"{place.name}.txt").write_text(f"{reason}\n", encoding="utf-8")

    def _files(self) -> Iterator[Path]:
        for path in self.folder.iterdir():
            hidden = path.name.startswith(".") or path.name.lower().endswith(_UNFINISHED)
            if path.is_file() and not path.is_symlink() and not hidden:
                yield path


def _shape(path: Path) -> tuple[int, int] | None:
    """Size and time of the last change; None for a file that is empty still, or gone."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return (found.st_size, found.st_mtime_ns) if found.st_size else None


def _take(client: httpx.Client, watched: Watched, file: Path) -> None:
    content = file.read_bytes()
    name = f"watch-{hashlib.sha256(file.name.encode() + content).hexdigest()}"
    try:
        send_file(client, Target("/v1/inbox", {}), file.name, content, name)
    except Refused as refused:
        if refused.is_final:
            watched.put(file, REFUSED, str(refused))
        out.print(f"{file.name}: {refused}", markup=False)
    else:
        watched.put(file, DONE)
        out.print(f"{file.name}: taken", markup=False)
