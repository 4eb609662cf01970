"""Ports that several stacks and tests on one machine ask for at the same time."""

import contextlib
import random
import socket
import subprocess
import sys
import threading

import pytest

from deploy.stack import process
from deploy.stack.process import ProcessFailed, free_port
from deploy.stack.services import answers

_ASK = """
import sys
from deploy.stack import process
process._PORTS = range(int(sys.argv[1]), int(sys.argv[1]) + 1)
try:
    print(process.free_port(), flush=True)
except process.ProcessFailed as error:
    print(error, flush=True)
sys.stdin.read()
"""


def _asking(port: int) -> subprocess.Popen[str]:
    """Another process that asks where there is only this port, and ends when it is let go."""
    return subprocess.Popen(  # noqa: S603 - our own command line
        (sys.executable, "-c", _ASK, str(port)),
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )


def _nobodys_port() -> int:
    """A free port that neither stacks nor the system hand out: nobody takes it meanwhile."""
    for port in random.sample(range(10_000, process._PORTS.start), 1000):  # noqa: SLF001
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    raise AssertionError("no port is free")


def _told(asking: subprocess.Popen[str]) -> str:
    assert asking.stdout is not None
    return asking.stdout.readline().strip()


def test_a_port_is_given_once_on_the_machine_until_its_owner_ends() -> None:
    """A second asker gets nothing, a third gets it once the first has been killed."""
    port = _nobodys_port()
    first, taken = _asking(port), f"No port from {port} to {port} is free."
    assert _told(first) == str(port)
    second = _asking(port)
    assert _told(second) == taken
    first.kill()
    first.wait()
    third = _asking(port)
    assert _told(third) == str(port)
    for each in (second, third):
        each.communicate("")


def test_a_port_that_somebody_listens_on_is_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """A claim alone is not enough."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setattr(process, "_PORTS", range(port, port + 1))
        with pytest.raises(ProcessFailed):
            free_port()


def test_no_port_is_given_twice_to_one_process() -> None:
    """Fifty askers in a row, each before the last has listened."""
    assert len({free_port() for _ in range(50)}) == 50


def test_who_speaks_no_http_does_not_answer() -> None:
    """Readiness is asked again instead of ending the stack."""
    with socket.create_server(("127.0.0.1", 0)) as door:

        def greet() -> None:
            caller, _ = door.accept()
            with caller:
                caller.recv(1000)
                caller.sendall(b"220 localhost Belegfluss\r\n")

        greeter = threading.Thread(target=greet)
        greeter.start()
        assert not answers(f"http://127.0.0.1:{door.getsockname()[1]}/readyz")
        greeter.join(60)
