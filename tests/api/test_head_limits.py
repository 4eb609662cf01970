"""Heads of requests without end, sent to a real server."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import httpx
import pytest
import uvicorn

from api.http import head_limits
from deploy.stack.process import free_port


async def small(scope: object, receive: object, send: object) -> None:
    """Answer everything with two letters; on one path after the body."""
    if scope["path"] == "/read":  # type: ignore[index]
        while (await receive())["more_body"]:  # type: ignore[operator]
            pass
    await send({"type": "http.response.start", "status": 200, "headers": []})  # type: ignore[operator]
    await send({"type": "http.response.body", "body": b"ok"})  # type: ignore[operator]


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Serve on a free port, with more patience for heads than any machine needs."""
    monkeypatch.setattr(head_limits, "HEAD_SECONDS", 600)
    chosen = free_port()
    config = uvicorn.Config(
        small, port=chosen, http=head_limits.LimitedHead, lifespan="off", log_config=None
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield chosen
    server.should_exit = True
    thread.join()


def is_cut_off(line: socket.socket, data: bytes) -> bool:
    """Whether the server closes while more and more is sent."""
    line.settimeout(60)
    try:
        for _ in range(64):
            line.sendall(data)
        return line.recv(1) == b""
    except ConnectionError:
        return True


@pytest.mark.parametrize("line", [b"a" * 65536, b"X-Y: " + b"b" * 8192 + b"\r\n"])
def test_a_head_without_end_is_cut_off(port: int, line: bytes) -> None:
    """One header of megabytes, or thousands of them (BOUNDED)."""
    with socket.create_connection(("127.0.0.1", port)) as caller:
        caller.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX-A: ")
        assert is_cut_off(caller, line)


def first_words(port: int, size: int) -> bytes:
    """Status for a head of so many bytes, all at once; nothing where they were lost.

    Who closes with something unread takes its last words back.
    """
    head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 300000\r\nX-A: " + b"a" * size
    with socket.create_connection(("127.0.0.1", port)) as caller:
        caller.settimeout(60)
        with suppress(ConnectionError):
            caller.sendall(head + b"\r\n\r\n")
            return caller.recv(12)[9:]
    return b""


def test_a_head_has_the_size_that_is_said(port: int) -> None:
    """However large the body behind it is: smaller it is answered, larger refused and closed."""
    assert first_words(port, 120_000) == b"200"
    assert first_words(port, 140_000) in {b"400", b""}


def test_a_body_that_stalls_is_cut_off(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A byte now and then is nothing; also behind an answer that was given before."""
    monkeypatch.setattr(head_limits, "BODY_SECONDS", 0.3)
    with socket.create_connection(("127.0.0.1", port)) as caller:
        caller.settimeout(60)
        caller.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 300000\r\n\r\nabc")
        with suppress(ConnectionError):
            while caller.recv(65536):
                pass


def test_a_body_that_flows_is_waited_for(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """As long as enough of it comes each time."""
    monkeypatch.setattr(head_limits, "BODY_SECONDS", 0.02)
    monkeypatch.setattr(head_limits, "BODY_BYTES", 0)
    with socket.create_connection(("127.0.0.1", port)) as caller:
        caller.settimeout(60)
        caller.sendall(b"POST /read HTTP/1.1\r\nHost: x\r\nContent-Length: 60\r\n\r\n")
        caller.sendall(b"x" * 30)
        time.sleep(0.2)
        caller.sendall(b"x" * 30)
        assert caller.recv(12)[9:] == b"200"


@pytest.mark.parametrize("said", [b"", b"GET / HTTP/1.1\r\nHost: x\r\n"])
def test_a_head_that_does_not_end_is_not_waited_for(
    port: int, said: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody who says nothing more leaves the place to others."""
    monkeypatch.setattr(head_limits, "HEAD_SECONDS", 0.5)
    with socket.create_connection(("127.0.0.1", port)) as caller:
        caller.sendall(said)
        caller.settimeout(60)
        assert caller.recv(1) == b""


def test_an_ordinary_call_is_answered(port: int) -> None:
    """With a body beyond the limit of heads, again and again on one connection."""
    with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
        for _ in range(3):
            assert client.post("/", content=b"x" * 1_000_000).text == "ok"
            assert client.get("/", headers={"X-Long": "y" * 20_000}).text == "ok"
