"""Run a worker: `python -m worker ledger` or `python -m worker documents`."""

import argparse
import asyncio
import logging
import signal

import structlog
from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.exc import SQLAlchemyError
from temporalio.client import Client
from temporalio.runtime import Runtime
from temporalio.service import RPCError, TLSConfig

from domain.store.blobs import Blobs
from worker.registry import QUEUES, Resources
from worker.running import Limits, deployment_of, worker_of
from worker.settings import WorkerSettings
from worker.telemetry import HealthServer, configure_logging, runtime_of
from workflows.clients.connection import TemporalServer, connect, register_search_attributes

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


async def work(queue: str, settings: WorkerSettings) -> None:
    """Serve one queue until SIGTERM or SIGINT; running steps may finish first."""
    stopping = _stop_event()
    engine = _engine(settings)
    client = await _connected(settings, stopping)
    if client is None:
        return
    limits = Limits(settings.worker_threads, settings.worker_grace)
    resources = Resources(engine, Blobs(settings.blob_url))
    worker = worker_of(client, QUEUES[queue](resources), limits, deployment_of(settings))
    health = HealthServer(
        settings.worker_host,
        settings.worker_health_port,
        lambda: worker.is_running and not worker.is_shutdown and _answers(engine),
    )
    health.start()
    log.info("worker started", queue=queue, health_port=health.port)
    try:
        async with worker:
            await stopping.wait()
            log.info("worker stopping", queue=queue)
    finally:
        health.stop()
        engine.dispose()
    log.info("worker stopped", queue=queue)


def _stop_event() -> asyncio.Event:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    return stopping


def _engine(settings: WorkerSettings) -> Engine:
    url = make_url(settings.database_url.get_secret_value()).set(drivername="postgresql+psycopg")
    return create_engine(url, pool_size=settings.worker_threads, pool_pre_ping=True)


async def _connected(settings: WorkerSettings, stopping: asyncio.Event) -> Client | None:
    """Connect, however long the server takes to come up; None when told to stop meanwhile."""
    runtime = runtime_of(settings)
    while not stopping.is_set():
        try:
            return await _connect(settings, runtime)
        except (RPCError, RuntimeError) as error:  # RuntimeError is what a refused connection is
            log.warning("Temporal does not answer yet", reason=str(error)[:200])
            await asyncio.sleep(_RETRY_SECONDS)
    return None


async def _connect(settings: WorkerSettings, runtime: Runtime) -> Client:
    client = await connect(_server(settings), runtime=runtime)
    try:
        await register_search_attributes(client)
    except RPCError as error:
        logging.getLogger("worker").warning("search attributes not registered: %s", error)
    return client


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


def _answers(engine: Engine) -> bool:
    try:
        with engine.connect() as connection:
            connection.execute(text("select 1"))
    except SQLAlchemyError:
        return False
    return True


if __name__ == "__main__":
    main()
