"""The door of the API: how long and how large the head of a request may be, and how slow its body.

Named to uvicorn as `--http api.http.head_limits:LimitedHead`; its own parser takes headers
without end, and waits for bodies as long as somebody likes.
"""

from asyncio import TimerHandle, Transport
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_BYTES = 128 * 1024
HEAD_SECONDS = 30.0
BODY_SECONDS = 20.0
BODY_BYTES = 32 * 1024
"""How much of a body has to come in BODY_SECONDS while we read."""
_PUNCTUATION = 4
"""Colon, blank and line end around each header."""


class HeadTooLarge(Exception):
    """The head has ended and is too large; the parser answers 400 and closes."""


class LimitedHead(HttpToolsProtocol):
    """One connection; it is closed when a head is too large or does not end, or a body stalls."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._head = 0
        self._waiting = 0
        self._body = 0
        self._ending: TimerHandle | None = None
        self._flowing: TimerHandle | None = None

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Let a caller in, who is to say soon what they want."""
        super().connection_made(transport)
        self._begin()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the deadlines."""
        self._end()
        self._stop_watching()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Count what belongs to a head that has not ended: no header of it was told yet."""
        super().data_received(data)
        if self._ending is not None:
            self._waiting += len(data)
            if self._waiting > HEAD_BYTES:
                self.transport.close()

    def on_message_begin(self) -> None:
        """Begin with the head of the next request."""
        self._begin()
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        """Count the address."""
        self._head += len(url)
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Count a header."""
        self._head += len(name) + len(value) + _PUNCTUATION
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """End the head: what follows is the body, of which the route limits the size."""
        self._end()
        if self._head > HEAD_BYTES:
            raise HeadTooLarge
        self._watch()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Count what came of the body."""
        self._body += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Wait no more."""
        self._stop_watching()
        super().on_message_complete()

    def _begin(self) -> None:
        self._end()
        self._head = 0
        self._ending = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def _end(self) -> None:
        self._waiting = 0
        if self._ending is not None:
            self._ending.cancel()
            self._ending = None

    def _watch(self) -> None:
        self._stop_watching()
        self._body = 0
        self._flowing = self.loop.call_later(BODY_SECONDS, self._look)

    def _look(self) -> None:
        """Close what stalls; a body that we do not read at the moment does not."""
        if self._body < BODY_BYTES and not self.flow.read_paused:
            self.transport.close()
        else:
            self._watch()

    def _stop_watching(self) -> None:
        if self._flowing is not None:
            self._flowing.cancel()
            self._flowing = None
