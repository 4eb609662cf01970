"""The door of the API: how long and how large the head of a request may be.

Named to uvicorn as `--http api.front:Front`, whose own parser takes headers without end.
"""

from asyncio import TimerHandle, Transport
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_BYTES = 128 * 1024
HEAD_SECONDS = 30.0


class Front(HttpToolsProtocol):
    """One connection; it is closed when a head is too large or does not come to an end."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._head = 0
        self._ending: TimerHandle | None = None

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Let a caller in, who is to say soon what they want."""
        super().connection_made(transport)
        self._begin()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the deadline."""
        self._end()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Count what belongs to a head that has not ended."""
        if self._ending is not None:
            self._head += len(data)
            if self._head > HEAD_BYTES:
                self.transport.close()
                return
        super().data_received(data)

    def on_message_begin(self) -> None:
        """Begin with the head of the next request."""
        self._begin()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """End the head: what follows is the body, which the route limits."""
        self._end()
        super().on_headers_complete()

    def _begin(self) -> None:
        self._end()
        self._head = 0
        self._ending = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def _end(self) -> None:
        if self._ending is not None:
            self._ending.cancel()
            self._ending = None
