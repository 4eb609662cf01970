"""One connection over HTTP/1.1 that is kept, as light as a client can be."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: Any

    @property
    def code(self) -> str:
        """Code of a problem; nothing where there is none."""
        return self.body.get("code", "") if isinstance(self.body, dict) else ""


class Connection:
    """Sends one request after the other."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, token: str
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._token = token

    @classmethod
    async def to(cls, port: int, token: str) -> "Connection":
        """Connect to a port of this machine as whoever has the token."""
        return cls(*await asyncio.open_connection("127.0.0.1", port), token)

    async def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        key: str = "",
        content_type: str = "application/json",
    ) -> Answer:
        """Send a request, its body as JSON unless it is bytes, and wait for the answer."""
        content = body if isinstance(body, bytes) else b"" if body is None else _json(body)
        named = f"Idempotency-Key: {key}\r\n" if key else ""
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer {self._token}\r\n"
            f"Content-Type: {content_type}\r\nContent-Length: {len(content)}\r\n{named}\r\n"
        )
        self._writer.write(head.encode() + content)
        return await self._answer()

    async def close(self) -> None:
        """Hang up."""
        self._writer.close()
        await self._writer.wait_closed()

    def abort(self) -> None:
        """Hang up at once, whatever is under way."""
        self._writer.transport.abort()

    async def _answer(self) -> Answer:
        first, *lines = (await self._reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        pairs = (line.partition(": ") for line in lines if line)
        headers = {name.lower(): value for name, _, value in pairs}
        body = await self._reader.readexactly(int(headers["content-length"]))
        return Answer(int(first.split()[1]), headers, json.loads(body) if body else None)


def _json(body: Any) -> bytes:
    return json.dumps(body).encode()
