"""Run a worker: `python -m worker ledger` or `python -m worker documents`."""

import argparse
import asyncio
import gc
import logging
import os
import signal
import threading
from contextlib import AsyncExitStack, suppress
from datetime import timedelta

import structlog
from opentelemetry.trace import Tracer
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError
from temporalio.client import Client
from temporalio.service import RPCError

from activities import second_engine
from domain.database.blobs import Blobs
from domain.database.session import engine
from domain.database.traces import Traces, traces_of
from domain.intake.two_readings import SecondEngine
from worker.indexing import indexing
from worker.keeping import keeping
from worker.mailing import mailing
from worker.registry import QUEUES, Resources
from worker.running import deployment_of, limits_of, worker_of
from worker.settings import WorkerSettings
from worker.telemetry import configure_logging, served_health
from workflows.shared.connection import connect, register_search_attributes
from workflows.shared.ids import DOCUMENTS_QUEUE, LEDGER_QUEUE
from workflows.shared.telemetry import runtime_of
from workflows.shared.variables import from_environment, opening

_RETRY_SECONDS = 1.0
log = structlog.get_logger("worker")


def main() -> None:
    """Read the command line and the environment, then work until told to stop."""
    parser = argparse.ArgumentParser(prog="python -m worker", description=__doc__)
    parser.add_argument("queue", choices=sorted(QUEUES))
    queue = parser.parse_args().queue
    settings = from_environment(WorkerSettings)
    configure_logging(settings)
    spare_startup()
    asyncio.run(work(queue, settings))
    logging.shutdown()
    os._exit(0)  # a thread of the SDK that enters Python while it is taken down would abort it


def spare_startup() -> None:
    """Let the collector of cycles look at young things only, and less often.

    What is loaded now stays, and of what a step makes nearly nothing is in a cycle. Looking through
    it all again and again costs a third of reading a statement.
    """
    gc.freeze()
    gc.set_threshold(20_000, 50, 50)


async def work(queue: str, settings: WorkerSettings) -> None:
    """Serve one queue until SIGTERM or SIGINT; running steps may finish first."""
    stopping = _stop_event()
    bind = engine(settings.database_url.get_secret_value(), pool_size=settings.worker_threads)
    serving = threading.Event()
    traces = traces_of(f"worker-{queue}", settings.otlp_endpoint, bind)
    with served_health(settings, lambda: serving.is_set() and _answers(bind)):
        client = await _connected(settings, stopping, traces.tracer)
        if client is not None:
            resources = Resources(
                bind,
                Blobs(settings.blob_url),
                client,
                settings.relay,
                _second_engine(queue, settings),
            )
            limits = limits_of(queue, settings)
            registration = QUEUES[queue](resources)
            worker = worker_of(client, registration, limits, deployment_of(settings))
            async with AsyncExitStack() as beside:
                if queue == LEDGER_QUEUE:
                    await beside.enter_async_context(indexing(bind))
                    await beside.enter_async_context(keeping(client, engine=bind))
                    await beside.enter_async_context(mailing(bind, client))
                await beside.enter_async_context(worker)
                serving.set()
                log.info("worker started", queue=queue)
                await stopping.wait()
                serving.clear()
                log.info("worker stopping", queue=queue)
    await asyncio.to_thread(_end, bind, traces)
    log.info("worker stopped", queue=queue)


def _end(bind: Engine, traces: Traces) -> None:
    bind.dispose()
    traces.end()


def _second_engine(queue: str, settings: WorkerSettings) -> SecondEngine:
    """When a second engine reads scans; never, and said so, where its packages are missing."""
    if queue != DOCUMENTS_QUEUE or second_engine.is_installed():
        return settings.second_engine
    if settings.second_engine is not SecondEngine.NEVER:
        log.warning("scans are read by one engine: rapidocr and onnxruntime are not installed")
    return SecondEngine.NEVER


def _stop_event() -> asyncio.Event:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    return stopping


async def _connected(
    settings: WorkerSettings, stopping: asyncio.Event, tracer: Tracer | None
) -> Client | None:
    """Connect, however long the server takes to come up; None when told to stop meanwhile."""
    port = settings.worker_sdk_metrics_port
    with opening("worker_host", "worker_sdk_metrics_port"):
        runtime = runtime_of(f"{settings.worker_host}:{port}" if port else None)
    while not stopping.is_set():
        try:
            client = await connect(
                settings.temporal, runtime=runtime, tracer=tracer, patience=timedelta()
            )
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


def _answers(bind: Engine) -> bool:
    try:
        with bind.connect() as connection:
            connection.execute(text("select 1"))
    except SQLAlchemyError:
        return False
    return True


if __name__ == "__main__":
    main()
