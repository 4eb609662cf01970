"""Run the mailroom: `python -m api.mailroom`."""

import asyncio
import logging
import signal

from prometheus_client import start_http_server

from api.mailroom.delivery import Postbox
from api.mailroom.server import Mailroom
from api.mailroom.settings import MailroomSettings
from domain import logs
from domain.store.blobs import Blobs
from domain.store.transaction import engine
from workflows.clients.connection import connect
from workflows.clients.mails import Mails


def main() -> None:
    """Read the environment, then take mail until told to stop."""
    settings = MailroomSettings()
    configure_logging(settings)
    asyncio.run(serve(settings))


def configure_logging(settings: MailroomSettings) -> None:
    """Log as every process does, without the addresses that aiosmtpd tells."""
    logs.configure(settings.log_level)
    logging.getLogger("mail.log").setLevel(logging.WARNING)


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
