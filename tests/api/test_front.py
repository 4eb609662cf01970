"""Heads of requests without end, sent to a real server."""

import socket
import threading
import time
from collections.abc import Iterator

import httpx
import pytest
import uvicorn

from api import front
from deploy.stack.process import free_port


async def small(scope: object, receive: object, send: object) -> None:
    """Answer everything with two letters."""
    await send({"type": "http.response.start", "status": 200, "headers": []})  # type: ignore[operator]
    await send({"type": "http.response.body", "body": b"ok"})  # type: ignore[operator]


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Serve on a free port, with little patience."""
    monkeypatch.setattr(front, "HEAD_SECONDS", 0.5)
    chosen = free_port()
    config = uvicorn.Config(small, port=chosen, http=front.Front, lifespan="off", log_config=None)
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
    line.settimeout(5)
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


@pytest.mark.parametrize("said", [b"", b"GET / HTTP/1.1\r\nHost: x\r\n"])
def test_a_head_that_does_not_end_is_not_waited_for(port: int, said: bytes) -> None:
    """Somebody who says nothing more leaves the place to others."""
    with socket.create_connection(("127.0.0.1", port)) as caller:
        caller.sendall(said)
        caller.settimeout(5)
        assert caller.recv(1) == b""


def test_an_ordinary_call_is_answered(port: int) -> None:
    """With a body beyond the limit of heads, again and again on one connection."""
    with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
        for _ in range(3):
            assert client.post("/", content=b"x" * 1_000_000).text == "ok"
            assert client.get("/", headers={"X-Long": "y" * 20_000}).text == "ok"
