"""The supervisor: what dies comes back, what stops does so in reverse, what hangs is killed."""

import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from deploy.stack.home import HomeInUse, kept_secret, locked
from deploy.stack.process import Process, ProcessFailed, Service, listening
from deploy.stack.supervisor import Stopped, Supervisor

# Says that it is up, and notes its name when it is asked to stop.
_CHILD = """
import pathlib, signal, sys, time
name, folder = sys.argv[1], pathlib.Path(sys.argv[2])
def stop(*_):
    with (folder / "stopped").open("a") as out: out.write(name + "\\n")
    raise SystemExit
signal.signal(signal.SIGTERM, stop if name != "deaf" else signal.SIG_IGN)
(folder / f"{name}.up").touch()
time.sleep(60)
"""


def child(name: str, folder: Path) -> Service:
    """A process that is ready once it has written a file."""
    command = (sys.executable, "-c", _CHILD, name, str(folder))
    return Service(name, command, (folder / f"{name}.up").exists, stop_seconds=0.5)


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    """Stop whatever a test has started."""
    supervisor = Supervisor(tmp_path)
    yield supervisor
    supervisor.stop()


def pid_of(name: str, home: Path) -> int:
    """Process id as the state file tells it."""
    state = json.loads((home / "processes.json").read_text())
    return int(state["processes"][name]["pid"])


def tend_until(supervisor: Supervisor, is_done: Callable[[], bool]) -> None:
    """Let the supervisor work until something has happened."""
    deadline = time.monotonic() + 60
    while not is_done():
        assert time.monotonic() < deadline, "nothing happened"
        supervisor.tend()
        time.sleep(0.02)


def test_a_killed_process_is_restarted(supervisor: Supervisor, tmp_path: Path) -> None:
    """It comes back as another process, and the state file names that one; however often."""
    supervisor.start(child("api", tmp_path))
    supervisor.wait_ready(60)
    for _ in range(6):
        first = pid_of("api", tmp_path)
        os.kill(first, signal.SIGKILL)
        tend_until(supervisor, lambda first=first: pid_of("api", tmp_path) != first)  # type: ignore[misc]
    assert psutil.pid_exists(pid_of("api", tmp_path))


def test_a_taken_port_is_told() -> None:
    """Before anything is started on it."""
    with listening(0) as door, pytest.raises(ProcessFailed, match="is taken"):
        listening(door.getsockname()[1])


def test_processes_stop_in_reverse_order(supervisor: Supervisor, tmp_path: Path) -> None:
    """Who came last leans on who came first."""
    for name in ("first", "second", "third"):
        supervisor.start(child(name, tmp_path))
    supervisor.wait_ready(60)
    supervisor.stop()
    assert (tmp_path / "stopped").read_text().split() == ["third", "second", "first"]
    assert not (tmp_path / "processes.json").exists()


def test_a_process_that_does_not_stop_is_killed(supervisor: Supervisor, tmp_path: Path) -> None:
    """Stopping takes no longer than the deadline."""
    supervisor.start(child("deaf", tmp_path))
    supervisor.wait_ready(60)
    pid = pid_of("deaf", tmp_path)
    supervisor.stop()
    assert not psutil.pid_exists(pid)


def test_a_process_that_cannot_start_ends_the_stack(supervisor: Supervisor, tmp_path: Path) -> None:
    """The end of its log is in the message."""
    command = (sys.executable, "-c", "raise SystemExit('no such setting')")
    supervisor.start(Service("broken", command, lambda: False))
    with pytest.raises(ProcessFailed, match="no such setting"):
        supervisor.wait_ready(60)


def test_what_lives_and_does_not_answer_is_named(supervisor: Supervisor, tmp_path: Path) -> None:
    """With the file that holds its log: the log itself may say nothing."""
    supervisor.start(replace(child("slow", tmp_path), is_ready=lambda: False))
    with pytest.raises(ProcessFailed, match=r"slow lives and does not answer; see .*slow\.log"):
        supervisor.wait_ready(0.2)


def test_sigterm_stops_the_wait(supervisor: Supervisor, tmp_path: Path) -> None:
    """Whoever asks while the stack still starts does not have to ask twice."""
    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    supervisor.listen()
    try:
        os.kill(os.getpid(), signal.SIGTERM)
        with pytest.raises(Stopped):
            supervisor.keep()
    finally:
        signal.signal(signal.SIGTERM, before[0])
        signal.signal(signal.SIGINT, before[1])


def test_what_a_killed_supervisor_left_is_ended(tmp_path: Path) -> None:
    """The next start finds the pids in the state file, and nobody else is hurt."""
    service = child("orphan", tmp_path)
    orphan = Process(service, tmp_path / "orphan.log")
    orphan.wait_ready(60)
    innocent = {"pid": os.getpid(), "born": 1.0}
    left = {"pid": orphan.pid, "born": psutil.Process(orphan.pid).create_time()}
    (tmp_path / "processes.json").write_text(
        json.dumps({"supervisor": 1, "processes": {"orphan": left, "test": innocent}})
    )
    Supervisor(tmp_path).end_leftovers()
    assert orphan.exit_code is not None


def test_a_home_has_one_stack(tmp_path: Path) -> None:
    """A second one is refused while the first one runs."""
    with locked(tmp_path), pytest.raises(HomeInUse), locked(tmp_path):
        pass
    with locked(tmp_path):
        assert kept_secret(tmp_path, "app") == kept_secret(tmp_path, "app")
    assert (tmp_path / "secrets" / "app").stat().st_mode & 0o777 == 0o600
