"""Servers that are there and say nothing."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from deploy.stack.postgres import Postgres


@contextmanager
def frozen(server: Postgres) -> Iterator[None]:
    """Stop a PostgreSQL with all its backends (SIGSTOP); it goes on when the block ends."""
    stopped = _stopped(server)
    try:
        yield
    finally:
        for each in stopped:
            with suppress(psutil.NoSuchProcess):
                each.resume()


def _stopped(server: Postgres) -> list[psutil.Process]:
    """The parent first: it makes no more backends then."""
    pid = int((Path(server.home) / "data" / "postmaster.pid").read_text().split("\n", 1)[0])
    parent = psutil.Process(pid)
    parent.suspend()
    children = parent.children(recursive=True)
    for each in children:
        with suppress(psutil.NoSuchProcess):
            each.suspend()
    return [*children, parent]


@contextmanager
def mute_listener() -> Iterator[int]:
    """Take connections on a port of loopback, and never say a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
        yield listener.getsockname()[1]
