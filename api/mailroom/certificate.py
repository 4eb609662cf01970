"""The certificate that senders are offered: one that was renewed needs no restart."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import structlog
from prometheus_client import Gauge

from api.mailroom.settings import MailroomSettings, end_of

_PAUSE = timedelta(minutes=1)
_ENDS = Gauge(
    "belegfluss_mailroom_certificate_ends_seconds",
    "When the certificate offered to senders ends, Unix time; 0: none is offered",
)
log = structlog.get_logger("mailroom.certificate")


@dataclass(frozen=True, slots=True)
class _Offer:
    """What was written, and what senders are offered of it."""

    written: tuple[bytes, bytes]
    context: ssl.SSLContext | None


class Certificate:
    """What STARTTLS offers to a connection that begins now."""

    def __init__(self, settings: MailroomSettings) -> None:
        """Load it. Raises OSError or ValueError for what is no certificate with its key."""
        self._settings = settings
        self._offer = self._loaded(self._read())

    @property
    def context(self) -> ssl.SSLContext | None:
        """Another one after each renewal: one that connections use is never touched."""
        return self._offer.context

    def look(self) -> None:
        """Take what was written since; what does not fit leaves the former one in place."""
        try:
            written = self._read()
            if self.context is None or written == self._offer.written:
                return
            self._offer = self._loaded(written)
        except (OSError, ValueError) as error:
            log.warning("certificate not renewed", reason=type(error).__name__)
            return
        log.info("certificate renewed")

    def _loaded(self, written: tuple[bytes, bytes]) -> _Offer:
        """Load what was read before: what is written in between is seen as new by the next look."""
        ends, context = end_of(written[0]), self._settings.starttls
        _ENDS.set(ends.timestamp() if ends else 0)
        return _Offer(written, context)

    def _read(self) -> tuple[bytes, bytes]:
        paths = self._settings.smtp_tls_cert, self._settings.smtp_tls_key
        chain, key = (b"" if path is None else path.read_bytes() for path in paths)
        return chain, key


@asynccontextmanager
async def looked_after(certificate: Certificate, pause: timedelta = _PAUSE) -> AsyncIterator[None]:
    """Look for a renewed one every minute while the block runs."""

    async def look_again() -> None:
        while True:
            await asyncio.sleep(pause.total_seconds())
            await asyncio.to_thread(certificate.look)

    looking = asyncio.create_task(look_again())
    try:
        yield
    finally:
        looking.cancel()
