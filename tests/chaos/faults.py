"""What goes wrong, when, and to whom: a plan from a seed, and its execution."""

import asyncio
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from random import Random

import psutil

from tests.e2e.conftest import House

PARTS = (
    *("api", "api-2", "worker-ledger", "worker-ledger-2", "worker-documents"),
    *("mailroom", "mailroom-2", "mail", "temporal", "postgres", "a backend of postgres"),
)
DISK_BYTES = 3 << 30
_CALM = 10.0
_FULL_SECONDS = 20.0
_LARGEST_PIECE, _SMALLEST_PIECE = 64 << 20, 4 << 10
_MOUNT = shutil.which("mount")
_UMOUNT = shutil.which("umount")


class Harm(StrEnum):
    """Kinds of faults."""

    KILL = "SIGKILL"
    STOP = "SIGSTOP"
    LOSE_STORE = "Temporal's store lost"
    FILL_DISK = "disk full"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault, `at` seconds after the start; a stop and a full disk last for some seconds."""

    at: float
    harm: Harm
    part: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Struck:
    """A fault that happened, by the clock of this process."""

    fault: Fault
    begun: float
    ended: float


def planned(chance: Random, seconds: float) -> list[Fault]:
    """Faults of a run of so many seconds: every five to fifteen seconds, and the two great ones.

    Temporal's store is lost in the middle and the disk fills up at three quarters, both with some
    calm around them.
    """
    great = [
        Fault(seconds / 2, Harm.LOSE_STORE, "temporal"),
        Fault(seconds * 3 / 4, Harm.FILL_DISK, seconds=_FULL_SECONDS),
    ]
    found: list[Fault] = []
    at = chance.uniform(4, 8)
    while at < seconds - _CALM:
        is_stop = chance.random() < 0.2
        length = round(chance.uniform(1, 8), 1) if is_stop else 0.0
        fault = Fault(at, Harm.STOP if is_stop else Harm.KILL, chance.choice(PARTS), length)
        if all(not _is_near(fault, each) for each in great):
            found.append(fault)
        at += length + chance.uniform(5, 15)
    return sorted([*found, *great], key=lambda each: each.at)


def _is_near(fault: Fault, other: Fault) -> bool:
    return other.at - _CALM < fault.at + fault.seconds and fault.at < other.at + (
        other.seconds + _CALM
    )


class Attack:
    """Does to a house what is planned."""

    def __init__(self, house: House, *, has_disk: bool) -> None:
        self.struck: list[Struck] = []
        self.missed: list[str] = []
        self.store_lost = asyncio.Event()
        self._house = house
        self._has_disk = has_disk

    async def carry_out(self, plan: list[Fault]) -> None:
        """Strike when it is time; a part that is dead already is missed."""
        start = time.monotonic()
        for fault in plan:
            await asyncio.sleep(max(start + fault.at - time.monotonic(), 0))
            begun = time.monotonic()
            try:
                await self._strike(fault)
            except psutil.NoSuchProcess:
                self.missed.append(f"{fault.harm} of {fault.part}: it was dead already")
            else:
                self.struck.append(Struck(fault, begun, time.monotonic()))

    async def _strike(self, fault: Fault) -> None:
        if fault.harm is Harm.FILL_DISK:
            await self._fill_disk(fault.seconds)
            return
        process = self._process(fault.part)
        if fault.harm is Harm.STOP:
            process.suspend()
            try:
                await asyncio.sleep(fault.seconds)
            finally:
                with suppress(psutil.NoSuchProcess):
                    process.resume()
            return
        if fault.harm is Harm.LOSE_STORE:
            for path in self._house.home.glob("temporal.db*"):
                path.unlink()
            self.store_lost.set()
        process.kill()

    def _process(self, part: str) -> psutil.Process:
        """The process of a part. Raises NoSuchProcess, also where its number has another owner."""
        name = part.rpartition(" ")[2]
        recorded = json.loads((self._house.home / "processes.json").read_text())
        listed = recorded["processes"][name]
        process = psutil.Process(listed["pid"])
        if process.create_time() != listed["born"]:
            raise psutil.NoSuchProcess(listed["pid"])
        if part == name:
            return process
        backends = [p for p in process.children() if "belegfluss" in " ".join(p.cmdline())]
        if not backends:
            raise psutil.NoSuchProcess(listed["pid"])
        return backends[len(self.struck) % len(backends)]

    async def _fill_disk(self, seconds: float) -> None:
        if not self._has_disk:
            self.missed.append("disk full: only root can mount a small disk for it")
            return
        ballast = self._house.home / "ballast"
        end = time.monotonic() + seconds
        try:
            while time.monotonic() < end:
                await asyncio.to_thread(_fill, ballast, end)
                await asyncio.sleep(0.25)
        finally:
            ballast.unlink(missing_ok=True)


def _fill(ballast: Path, end: float) -> None:
    """Take all that is left of the disk, in ever smaller pieces: others take of it, too."""
    piece = _LARGEST_PIECE
    with ballast.open("ab") as file:
        while piece >= _SMALLEST_PIECE and time.monotonic() < end:
            try:
                os.posix_fallocate(file.fileno(), file.seek(0, os.SEEK_END), piece)
            except OSError:
                piece //= 2


@contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """Give a folder a disk of its own while the block runs; whether that could be done."""
    command = (_MOUNT or "", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", str(folder))
    is_mounted = (
        os.geteuid() == 0
        and _MOUNT is not None
        and subprocess.run(command, check=False).returncode == 0  # noqa: S603 - our own command
    )
    try:
        yield is_mounted
    finally:
        if is_mounted:
            subprocess.run((_UMOUNT or "", "-l", str(folder)), check=True)  # noqa: S603
