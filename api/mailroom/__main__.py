"""Run the mailroom: `python -m api.mailroom`."""

import asyncio
import logging
import signal

import structlog
from prometheus_client import start_http_server

from api.mailroom.delivery import Postbox
from api.mailroom.server import Mailroom
from api.mailroom.settings import MailroomSettings
from domain.masking import Discreet, mask
from domain.store.blobs import Blobs
from domain.store.transaction import engine
from workflows.clients.connection import connect
from workflows.clients.mails import Mails


def main() -> None:
    """Read the environment, then take mail until told to stop."""
    settings = MailroomSettings()
    told = logging.StreamHandler()
    told.setFormatter(Discreet(logging.BASIC_FORMAT))
    logging.basicConfig(handlers=[told], level=settings.log_level)
    logging.getLogger("mail.log").setLevel(logging.WARNING)  # aiosmtpd logs addresses
    structlog.configure(
        processors=[
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            mask,
            structlog.processors.JSONRenderer(),
        ]
    )
    asyncio.run(serve(settings))


async def serve(settings: MailroomSettings) -> None:
    """Serve until SIGTERM or SIGINT; running deliveries may finish first."""
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    if settings.smtp_metrics_port:
        start_http_server(settings.smtp_metrics_port, settings.smtp_host)
    bind = engine(settings.database_url.get_secret_value())
    # Lazy: the door opens while Temporal is still coming up, and defers what it cannot start.
    client = await connect(settings.temporal, lazy=True)
    postbox = Postbox(bind, Blobs(settings.blob_url), Mails(client), settings.inbox_domain)
    async with Mailroom(postbox, settings):
        await stopping.wait()
    bind.dispose()


if __name__ == "__main__":
    main()
