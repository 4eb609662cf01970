"""Builds the application: settings, resources, routers."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import anyio.to_thread
from fastapi import FastAPI
from fastapi_offline import FastAPIOffline
from temporalio.service import TLSConfig

from api import errors
from api.auth import Remembered
from api.observing import Observed, configure_logging
from api.openapi import describe
from api.settings import Settings
from api.v1 import (
    accounts,
    auth,
    bank_accounts,
    bank_transactions,
    bookings,
    datev,
    documents,
    health,
    inbox,
    invoice_review_cases,
    invoices,
    journal,
    ocr,
    opening_balances,
    payables,
    payment_runs,
    periods,
    proofs,
    reports,
    tax_codes,
    transactions,
    vendors,
)
from api.wire import ExactRoute
from domain.store.poster import Poster
from domain.store.transaction import engine
from workflows.clients.connection import TemporalServer, connect

# Routes are tried in this order: those that come in thousands stand first.
ROUTERS = (
    bookings,
    accounts,
    auth,
    bank_accounts,
    bank_transactions,
    datev,
    documents,
    health,
    inbox,
    invoice_review_cases,
    invoices,
    journal,
    ocr,
    opening_balances,
    payables,
    payment_runs,
    periods,
    proofs,
    reports,
    tax_codes,
    transactions,
    vendors,
)

_DESCRIPTION = """Bookkeeping from the e-mailed invoice to the posted, paid and provable fact.

Money is a JSON number with at most two decimals; strings are accepted, anything finer is
refused. Errors are `application/problem+json` with a stable `code`. Every POST takes an
`Idempotency-Key`."""


def create_app(settings: Settings | None = None) -> FastAPI:
    """Build the application; without settings it reads the environment."""
    settings = settings or Settings()
    configure_logging(settings)
    # Whoever tries a call under /docs enters a key there: no script of that page is a stranger's.
    app = FastAPIOffline(
        redoc_url=None,
        title="Belegfluss",
        version="1",
        description=_DESCRIPTION,
        lifespan=_lifespan,
    )
    app.router.route_class = ExactRoute
    app.state.settings = settings
    app.state.engine = engine(
        settings.database_url.get_secret_value(), pool_size=settings.database_pool
    )
    app.state.remembered = Remembered()
    for area in ROUTERS:
        app.include_router(area.router)
    errors.install(app)
    app.add_middleware(Observed)
    app.openapi = partial(describe, app)  # type: ignore[method-assign]
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    settings: Settings = app.state.settings
    # What is loaded now stays; of what a call makes, nearly nothing is in a cycle. Looking through
    # it all again and again costs a tenth of a batch.
    gc.freeze()
    gc.set_threshold(20_000, 50, 50)
    anyio.to_thread.current_default_thread_limiter().total_tokens = settings.threads
    app.state.temporal = await connect(_server(settings), lazy=True)
    async with Poster(app.state.engine).opened() as app.state.poster:
        yield
    app.state.engine.dispose()


def _server(settings: Settings) -> TemporalServer:
    key = settings.temporal_api_key
    return TemporalServer(
        address=settings.temporal_address,
        namespace=settings.temporal_namespace,
        tls=_tls(settings),
        api_key=key.get_secret_value() if key else None,
    )


def _tls(settings: Settings) -> TLSConfig | bool:
    files = (settings.temporal_tls_ca, settings.temporal_tls_cert, settings.temporal_tls_key)
    if not any(files):
        return settings.temporal_tls
    root, cert, key = (path.read_bytes() if path else None for path in files)
    return TLSConfig(server_root_ca_cert=root, client_cert=cert, client_private_key=key)
