"""The certificate that senders are offered: one that was renewed needs no restart."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import structlog
from cryptography import x509
from prometheus_client import Gauge

from api.mailroom.settings import MailroomSettings

_PAUSE = timedelta(minutes=1)
_ENDS = Gauge(
    "belegfluss_mailroom_certificate_ends_seconds",
    "When the certificate offered to senders ends, Unix time; 0: none is offered",
)
log = structlog.get_logger("mailroom.certificate")


class Certificate:
    """What STARTTLS offers; `context` stays the same one and takes what is renewed."""

    def __init__(self, settings: MailroomSettings) -> None:
        """Load it. Raises OSError for what is no certificate with its key."""
        self.context: ssl.SSLContext | None = settings.starttls
        self._settings = settings
        self._written = self._read()
        self._tell()

    def look(self) -> None:
        """Take what was written since; what does not fit leaves the former one in place."""
        try:
            written = self._read()
            if self.context is None or written == self._written:
                return
            renewed = self._settings.starttls  # a key that is still the old one is refused here
            if renewed is None:
                return
            self._load(self.context)
        except OSError as error:
            log.warning("certificate not renewed", reason=type(error).__name__)
            return
        self._written = written
        self._tell()
        log.info("certificate renewed")

    def _load(self, context: ssl.SSLContext) -> None:
        chain, key = self._settings.smtp_tls_cert, self._settings.smtp_tls_key
        if chain is not None:
            context.load_cert_chain(chain, key, password="")

    def _read(self) -> tuple[bytes, bytes]:
        paths = self._settings.smtp_tls_cert, self._settings.smtp_tls_key
        chain, key = (b"" if path is None else path.read_bytes() for path in paths)
        return chain, key

    def _tell(self) -> None:
        chain, _ = self._written
        ends = x509.load_pem_x509_certificate(chain).not_valid_after_utc if chain else None
        _ENDS.set(ends.timestamp() if ends else 0)


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
