"""Run a worker: `python -m worker ledger` or `python -m worker documents`."""

import argparse
import asyncio
import logging
import os
import signal
import threading
from contextlib import nullcontext, suppress
from datetime import timedelta

import structlog
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError
from temporalio.client import Client
from temporalio.service import RPCError, TLSConfig

from domain.store.blobs import Blobs
from domain.store.transaction import engine
from worker.indexing import indexing
from worker.registry import QUEUES, Resources
from worker.running import deployment_of, limits_of, worker_of
from worker.settings import WorkerSettings
from worker.telemetry import configure_logging, runtime_of, served_health
from workflows.clients.connection import TemporalServer, connect, register_search_attributes
from workflows.ids import LEDGER_QUEUE

_RETRY_SECONDS = 1.0
log = structlog.get_logger("worker")


def main() -> None:
    """Read the command line and the environment, then work until told to stop."""
    parser = argparse.ArgumentParser(prog="python -m worker", description=__doc__)
    parser.add_argument("queue", choices=sorted(QUEUES))
    queue = parser.parse_args().queue
    settings = WorkerSettings()
    configure_logging(settings)
    asyncio.run(work(queue, settings))
    logging.shutdown()
    os._exit(0)  # a thread of the SDK that enters Python while it is taken down would abort it


async def work(queue: str, settings: WorkerSettings) -> None:
    """Serve one queue until SIGTERM or SIGINT; running steps may finish first."""
    stopping = _stop_event()
    bind = engine(settings.database_url.get_secret_value(), pool_size=settings.worker_threads)
    serving = threading.Event()
    with served_health(settings, lambda: serving.is_set() and _answers(bind)):
        client = await _connected(settings, stopping)
        if client is not None:
            resources = Resources(bind, Blobs(settings.blob_url))
            limits = limits_of(queue, settings)
            registration = QUEUES[queue](resources)
            worker = worker_of(client, registration, limits, deployment_of(settings))
            async with indexing(bind) if queue == LEDGER_QUEUE else nullcontext(), worker:
                serving.set()
                log.info("worker started", queue=queue)
                await stopping.wait()
                serving.clear()
                log.info("worker stopping", queue=queue)
    bind.dispose()
    log.info("worker stopped", queue=queue)


def _stop_event() -> asyncio.Event:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    return stopping


async def _connected(settings: WorkerSettings, stopping: asyncio.Event) -> Client | None:
    """Connect, however long the server takes to come up; None when told to stop meanwhile."""
    runtime = runtime_of(settings)
    while not stopping.is_set():
        try:
            client = await connect(_server(settings), runtime=runtime, patience=timedelta())
        except RuntimeError as error:  # what the SDK makes of a refused connection
            log.warning("Temporal does not answer yet", reason=str(error)[:200])
            with suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), _RETRY_SECONDS)
        else:
            await _register(client)
            return client
    return None


async def _register(client: Client) -> None:
    """Register the search attributes; where only an operator may, tell and go on."""
    try:
        await register_search_attributes(client)
    except RPCError as error:
        log.warning("search attributes not registered", reason=error.message)


def _server(settings: WorkerSettings) -> TemporalServer:
    key = settings.temporal_api_key
    return TemporalServer(
        settings.temporal_address,
        settings.temporal_namespace,
        tls=_tls(settings),
        api_key=key.get_secret_value() if key else None,
    )


def _tls(settings: WorkerSettings) -> TLSConfig | bool:
    files = (settings.temporal_tls_ca, settings.temporal_tls_cert, settings.temporal_tls_key)
    if not any(files):
        return settings.temporal_tls
    root, cert, key = (file.read_bytes() if file else None for file in files)
    return TLSConfig(server_root_ca_cert=root, client_cert=cert, client_private_key=key)


def _answers(bind: Engine) -> bool:
    try:
        with bind.connect() as connection:
            connection.execute(text("select 1"))
    except SQLAlchemyError:
        return False
    return True


if __name__ == "__main__":
    main()
