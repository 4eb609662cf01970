"""Keeps processes alive: starts them in order, restarts what dies, stops them in reverse."""

import json
import logging
import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import NoReturn

import psutil

from deploy.stack.process import Process, ProcessFailed, Service

_FIRST_DELAY = 0.2
_LONGEST_DELAY = 10.0
_HEALTHY_AFTER = 30.0
_HOPELESS_AFTER = 5
_TICK = 0.05
_LONGEST_START = 600.0
"""Seconds; a machine that is busy with other things takes minutes to load what we need."""
_TOLD_AFTER = 30.0

log = logging.getLogger("belegfluss.stack")


class Stopped(Exception):
    """Somebody asked the stack to stop."""


@dataclass(slots=True)
class _Kept:
    """One process that is kept alive, with what a restart has to know."""

    process: Process
    started_at: float
    failures: int = 0
    restart_at: float | None = None

    def delay(self) -> float:
        return min(_FIRST_DELAY * 2.0**self.failures, _LONGEST_DELAY)


class Supervisor:
    """All processes of one home, and the file that says which they are."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._state = home / "processes.json"
        self._kept: dict[str, _Kept] = {}
        self._asked_to_stop = False

    def listen(self) -> None:
        """Take Ctrl-C and SIGTERM as the wish to stop."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._ask_to_stop)

    def start(self, service: Service) -> None:
        """Start a process and keep it alive from now on."""
        log.info("starting %s", service.name)
        self._kept[service.name] = _Kept(self._process(service), time.monotonic())
        self._write_state()

    def wait_ready(self, seconds: float = _LONGEST_START) -> None:
        """Wait until everything that was started answers; what lives is given time.

        Raises:
            ProcessFailed: something dies again and again, or does not answer in time.
            Stopped: SIGTERM or Ctrl-C came first.

        """
        deadline = time.monotonic() + seconds
        for kept in self._kept.values():
            told = time.monotonic() + _TOLD_AFTER
            while not kept.process.service.is_ready():
                self._check_hope(kept, deadline)
                if time.monotonic() > told:
                    log.info("still waiting for %s", kept.process.service.name)
                    told += _TOLD_AFTER
                self.tend()
                time.sleep(_TICK)

    def tend(self) -> None:
        """Restart what has died, later each time it dies at once.

        Raises:
            Stopped: SIGTERM or Ctrl-C came.

        """
        if self._asked_to_stop:
            raise Stopped
        now = time.monotonic()
        for kept in self._kept.values():
            if kept.process.exit_code is not None:
                self._bury(kept, now)

    def keep(self) -> NoReturn:
        """Tend until somebody asks to stop.

        Raises:
            Stopped: SIGTERM or Ctrl-C came.

        """
        while True:
            self.tend()
            time.sleep(_TICK)

    def host(self, command: tuple[str, ...]) -> int:
        """Tend until a command on the same terminal has ended, and return its exit code.

        Raises:
            Stopped: SIGTERM or Ctrl-C came; the command is stopped, too.

        """
        told = {**os.environ, "BELEGFLUSS_HOME": str(self._home)}
        with subprocess.Popen(command, env=told) as guest:  # noqa: S603 - our own command line
            try:
                while guest.poll() is None:
                    self.tend()
                    time.sleep(_TICK)
            finally:
                guest.terminate()
        return guest.returncode

    def stop(self) -> None:
        """Stop everything, last started first."""
        for name, kept in reversed(self._kept.items()):
            log.info("stopping %s", name)
            kept.process.stop()
        self._kept.clear()
        self._state.unlink(missing_ok=True)

    def end_leftovers(self) -> None:
        """Wait for processes of a supervisor that was killed, and kill those that stay."""
        if not self._state.exists():
            return
        left = [process for process in _recorded(self._state) if process.is_running()]
        for process in left:
            process.terminate()
        _, deaf = psutil.wait_procs(left, timeout=10)
        for process in deaf:
            process.kill()
        psutil.wait_procs(deaf, timeout=5)

    def _bury(self, kept: _Kept, now: float) -> None:
        if kept.restart_at is None:
            if now - kept.started_at > _HEALTHY_AFTER:
                kept.failures = 0
            if kept.process.exit_code == -signal.SIGKILL:  # no fault of its own
                kept.restart_at = now + _FIRST_DELAY
            else:
                kept.restart_at = now + kept.delay()
                kept.failures += 1
            service = kept.process.service
            log.warning("%s died with code %s", service.name, kept.process.exit_code)
        elif now >= kept.restart_at:
            kept.process = self._process(kept.process.service)
            kept.started_at, kept.restart_at = now, None
            log.info("restarted %s", kept.process.service.name)
            self._write_state()

    def _check_hope(self, kept: _Kept, deadline: float) -> None:
        name, words = kept.process.service.name, kept.process.last_words
        if kept.failures >= _HOPELESS_AFTER:
            raise ProcessFailed(f"{name} dies again and again:\n{words()}")
        if time.monotonic() > deadline:
            where = kept.process.log
            raise ProcessFailed(f"{name} lives and does not answer; see {where}:\n{words()}")

    def _process(self, service: Service) -> Process:
        logs = self._home / "log"
        logs.mkdir(exist_ok=True)
        return Process(service, logs / f"{service.name}.log")

    def _write_state(self) -> None:
        processes = {
            name: {"pid": kept.process.pid, "born": _born(kept.process.pid)}
            for name, kept in self._kept.items()
        }
        fresh = self._state.with_suffix(".new")
        fresh.write_text(json.dumps({"supervisor": os.getpid(), "processes": processes}, indent=2))
        fresh.replace(self._state)

    def _ask_to_stop(self, number: int, frame: FrameType | None) -> None:
        self._asked_to_stop = True


def _born(pid: int) -> float | None:
    try:
        return psutil.Process(pid).create_time()
    except psutil.NoSuchProcess:
        return None


def _recorded(state: Path) -> list[psutil.Process]:
    recorded = json.loads(state.read_text())["processes"].values()
    return [
        psutil.Process(each["pid"])
        for each in recorded
        if each["born"] is not None and _born(each["pid"]) == each["born"]
    ]
