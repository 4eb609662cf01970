"""Builds the application: settings, resources, routers."""

import gc
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial

import anyio.to_thread
from fastapi import FastAPI
from fastapi.routing import APIRoute
from fastapi_offline import FastAPIOffline
from prometheus_client import start_http_server

from api.http import errors
from api.http.auth import Remembered
from api.http.json_bodies import ExactRoute
from api.http.lanes import Lane
from api.http.observability import Observed, configure_logging
from api.http.openapi import describe
from api.http.seal import Seal
from api.pages.routers import PAGES
from api.pictures.pool import Pictures
from api.pictures.prints import Prints
from api.seal_keys import keys_of
from api.settings import Settings
from api.v1 import (
    accounts,
    approval_policy,
    auth,
    bank_accounts,
    bank_imports,
    bank_match_groups,
    bank_transactions,
    bookings,
    case_assignment,
    case_comments,
    case_presence,
    company,
    contact,
    customers,
    datev,
    direct_debits,
    document_pages,
    documents,
    dunning,
    exchange_rates,
    health,
    inbox,
    invoice_review_cases,
    invoices,
    journal,
    letters,
    ocr,
    open_items,
    opening_balances,
    outgoing_invoices,
    payables,
    payment_runs,
    periods,
    proofs,
    reports,
    same_companies,
    second_factor,
    sessions,
    tax_codes,
    transactions,
    vendors,
    zm,
)
from domain.database.session import engine
from domain.database.traces import Traces, traces_of
from domain.posting.queue_store import PostingQueue
from workflows.shared.connection import connect
from workflows.shared.variables import from_environment, opening

# Routes are tried in this order: those that come in thousands stand first.
ROUTERS = (
    bookings,
    accounts,
    approval_policy,
    auth,
    bank_accounts,
    bank_imports,
    bank_match_groups,
    bank_transactions,
    case_assignment,
    case_comments,
    case_presence,
    company,
    contact,
    customers,
    datev,
    document_pages,
    documents,
    dunning,
    exchange_rates,
    health,
    inbox,
    invoice_review_cases,
    invoices,
    open_items,
    same_companies,
    journal,
    letters,
    ocr,
    opening_balances,
    outgoing_invoices,
    payables,
    direct_debits,
    payment_runs,
    periods,
    proofs,
    reports,
    second_factor,
    sessions,
    tax_codes,
    transactions,
    vendors,
    zm,
)

_DESCRIPTION = """Bookkeeping from the e-mailed invoice to the posted, paid and provable fact.

Money is a JSON number with at most two decimals; strings are accepted, anything finer is
refused. Errors are `application/problem+json` with a stable `code`. Every POST takes an
`Idempotency-Key`."""


def create_app(settings: Settings | None = None) -> FastAPI:
    """Build the application; without settings it reads the environment."""
    settings = settings or _told()
    configure_logging(settings)
    # Whoever tries a call under /docs enters a key there: no script of that page is a stranger's.
    make = FastAPIOffline if settings.docs else partial(FastAPI, docs_url=None, openapi_url=None)
    app: FastAPI = make(
        redoc_url=None,
        title="Belegfluss",
        version="1",
        description=_DESCRIPTION,
        servers=[{"url": settings.public_url.rstrip("/")}],
        lifespan=_lifespan,
        generate_unique_id_function=_operation_id,
    )
    app.router.route_class = ExactRoute
    app.state.settings = settings
    app.state.engine = engine(
        settings.database_url.get_secret_value(), pool_size=settings.database_pool
    )
    app.state.remembered = Remembered()
    app.state.prolonged = {}
    app.state.pictures = Pictures()
    app.state.prints = Prints()
    app.state.guests = Lane(settings.logins)
    app.state.seal = Seal(keys_of(settings.seal_keys.get_secret_value()))
    app.state.probes = health.limit_of_probes()
    app.state.routes = [route for area in (*ROUTERS, *PAGES) for route in area.router.routes]
    for area in (*ROUTERS, *PAGES):
        app.include_router(area.router)
    errors.install(app)
    if not settings.metrics_port:
        app.include_router(health.metrics_router)
    app.state.traces = traces_of("api", settings.otlp_endpoint, app.state.engine)
    is_secure = settings.public_url.startswith("https://")
    app.add_middleware(Observed, is_secure=is_secure, tracer=app.state.traces.tracer)
    app.openapi = partial(describe, app)  # type: ignore[method-assign]
    return app


def _told() -> Settings:
    """What the environment tells; a port that is taken ends the process with a line.

    The server of the numbers starts with the application, inside of what would tell it in a trace.
    """
    settings = from_environment(Settings)
    if settings.metrics_port:
        with opening("metrics_host", "metrics_port"):
            host, port = settings.metrics_host, settings.metrics_port
            family, *_, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
            socket.create_server(where, family=family).close()
    return settings


def _operation_id(route: APIRoute) -> str:
    """What generated clients call an operation: as its handler is called."""
    return route.name


@contextmanager
def _metrics(settings: Settings) -> Iterator[None]:
    """Serve the numbers of this process on a port of their own, if they have one."""
    if not settings.metrics_port:
        yield
        return
    server, thread = start_http_server(settings.metrics_port, settings.metrics_host)
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    settings: Settings = app.state.settings
    # What is loaded now stays; of what a call makes, nearly nothing is in a cycle. Looking through
    # it all again and again costs a tenth of a batch.
    gc.freeze()
    gc.set_threshold(20_000, 50, 50)
    gc.enable()
    anyio.to_thread.current_default_thread_limiter().total_tokens = settings.threads
    traces: Traces = app.state.traces
    app.state.temporal = await connect(settings.temporal, lazy=True, tracer=traces.tracer)
    with _metrics(settings):
        async with PostingQueue(app.state.engine).opened() as app.state.queue:
            yield
    app.state.pictures.close()
    app.state.prints.close()
    app.state.engine.dispose()
    await anyio.to_thread.run_sync(traces.end)
