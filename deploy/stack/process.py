"""One operating-system process of the stack: start it, wait for it, stop it."""

import ctypes
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_LOG_TAIL = 2000
_BACKLOG = 512
_CHECKOUT = Path(__file__).parents[2]
_PORTS = range(20_000, 32_768)
_CLAIMS: list[socket.socket] = []


class ProcessFailed(RuntimeError):
    """A process ended, or did not answer in time."""


@dataclass(frozen=True, slots=True)
class Service:
    """What has to run, how to see that it answers, and how to ask it to stop.

    `inherits` are sockets that it finds open.
    """

    name: str
    command: tuple[str, ...]
    is_ready: Callable[[], bool]
    environment: Mapping[str, str] = field(default_factory=dict)
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = 15
    inherits: tuple[socket.socket, ...] = ()


class Process:
    """A running service, in a session of its own so that Ctrl-C reaches only its parent."""

    def __init__(self, service: Service, log: Path) -> None:
        self.service = service
        self.log = log
        with log.open("ab") as output:
            self._popen = subprocess.Popen(  # noqa: S603 - our own command lines
                service.command,
                cwd=_CHECKOUT,
                env={**os.environ, **service.environment},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=tuple(each.fileno() for each in service.inherits),
                preexec_fn=ends_with_its_parent(service.stop_signal),  # noqa: PLW1509
            )

    @property
    def pid(self) -> int:
        """Process id."""
        return self._popen.pid

    @property
    def exit_code(self) -> int | None:
        """Exit code, or None while it runs."""
        return self._popen.poll()

    def wait_ready(self, seconds: float) -> None:
        """Wait until the service answers.

        Raises:
            ProcessFailed: it ended, or did not answer within `seconds`.

        """
        deadline = time.monotonic() + seconds
        while not self.service.is_ready():
            if self.exit_code is not None:
                raise ProcessFailed(f"{self.service.name} ended:\n{self.last_words()}")
            if time.monotonic() > deadline:
                raise ProcessFailed(f"{self.service.name} does not answer:\n{self.last_words()}")
            time.sleep(0.05)

    def stop(self) -> None:
        """Ask it to stop, and kill it when it has not done so in time."""
        if self.exit_code is not None:
            return
        self._popen.send_signal(self.service.stop_signal)
        try:
            self._popen.wait(self.service.stop_seconds)
        except subprocess.TimeoutExpired:
            self._popen.kill()
            self._popen.wait()

    def last_words(self) -> str:
        """End of its log."""
        return self.log.read_text(errors="replace")[-_LOG_TAIL:]


@contextmanager
def running(service: Service, log: Path, seconds: float = 60) -> Iterator[Process]:
    """Run a service until the block ends."""
    process = Process(service, log)
    try:
        process.wait_ready(seconds)
        yield process
    finally:
        process.stop()


def free_port() -> int:
    """A port of the loopback interface that nobody listens on, and that nobody else is given.

    It is kept for this process until it ends: who asks only whether a port is free, and takes it
    a second later, shares it with whoever asked in between. It lies below the ports that the
    system hands to outgoing connections. Raises ProcessFailed where none is left.
    """
    for port in random.sample(_PORTS, len(_PORTS)):
        if (claim := _claimed(port)) is not None:
            _CLAIMS.append(claim)
            return port
    raise ProcessFailed(f"No port from {_PORTS[0]} to {_PORTS[-1]} is free.")


def _claimed(port: int) -> socket.socket | None:
    """Claim a port against everybody who asks here, or None where it is taken."""
    claim = socket.socket(socket.AF_UNIX)
    try:
        # An abstract name: the kernel frees it when its process ends, however it ends.
        if sys.platform.startswith("linux"):
            claim.bind(f"\0belegfluss-port-{port}")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
    except OSError:
        claim.close()
        return None
    return claim


def listening(port: int) -> socket.socket:
    """Listen on a loopback port on behalf of processes that come and go.

    Who connects while none of them is there waits instead of being refused. Raises ProcessFailed
    where somebody else listens.
    """
    try:
        return socket.create_server(("127.0.0.1", port), backlog=_BACKLOG)
    except OSError as error:
        raise ProcessFailed(f"Port {port} is taken: {error.strerror}.") from error


def listens(port: int) -> bool:
    """Whether someone accepts connections on a loopback port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def greets(port: int) -> bool:
    """Whether a server of mail greets whoever calls on a loopback port."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as caller:
            return caller.recv(3) == b"220"
    except OSError:
        return False


def ends_with_its_parent(stop: signal.Signals) -> Callable[[], None]:
    """What has Linux stop a child, which calls it, when its parent is killed and cannot do so."""
    if not sys.platform.startswith("linux"):
        return lambda: None
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    return lambda: prctl(_PR_SET_PDEATHSIG, int(stop))
