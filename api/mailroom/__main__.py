"""Run the mailroom: `python -m api.mailroom`, or `--fd N` on a socket that listens already."""

import argparse
import asyncio
import logging
import signal
import socket

from opentelemetry.trace import NoOpTracer
from prometheus_client import start_http_server

from api.mailroom.certificate import looked_after
from api.mailroom.delivery import Postbox
from api.mailroom.server import Mailroom
from api.mailroom.settings import MailroomSettings
from domain import logs
from domain.database.blobs import Blobs
from domain.database.session import engine
from domain.database.traces import traces_of
from workflows.mail_ingestion.client import Mails
from workflows.shared.connection import connect
from workflows.shared.telemetry import clients_tell, of_temporal
from workflows.shared.variables import from_environment, opening


def main() -> None:
    """Read the environment, then take mail until told to stop."""
    parser = argparse.ArgumentParser(prog="python -m api.mailroom", description=__doc__)
    parser.add_argument("--fd", type=int, help="descriptor of a socket that listens for SMTP")
    told = parser.parse_args()
    settings = from_environment(MailroomSettings)
    configure_logging(settings)
    clients_tell()
    door = None if told.fd is None else socket.socket(fileno=told.fd)
    asyncio.run(serve(settings, door))


def configure_logging(settings: MailroomSettings) -> None:
    """Log as every process does, without the addresses that aiosmtpd tells."""
    logs.configure(settings.log_level, as_json=settings.log_json, also=(of_temporal,))
    logging.getLogger("mail.log").setLevel(logging.WARNING)


async def serve(settings: MailroomSettings, door: socket.socket | None = None) -> None:
    """Serve until SIGTERM or SIGINT; running deliveries may finish first.

    A `door` listens already, and others may stand at it, too.
    """
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    if settings.smtp_metrics_port:
        with opening("smtp_host", "smtp_metrics_port"):
            start_http_server(settings.smtp_metrics_port, settings.smtp_host)
    bind = engine(settings.database_url.get_secret_value())
    # Lazy: the door opens while Temporal is still coming up, and defers what it cannot start.
    traces = traces_of("mailroom", settings.otlp_endpoint, bind)
    client = await connect(settings.temporal, lazy=True, tracer=traces.tracer)
    blobs, mails = Blobs(settings.blob_url), Mails(client)
    postbox = Postbox(bind, blobs, mails, settings.inbox_domain, traces.tracer or NoOpTracer())
    async with Mailroom(postbox, settings, door) as mailroom, looked_after(mailroom.certificate):
        await stopping.wait()
    bind.dispose()
    await asyncio.to_thread(traces.end)


if __name__ == "__main__":
    main()
