"""Whether the process lives, whether it can work, and its numbers."""

from anyio import CapacityLimiter, fail_after, to_thread
from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import Engine, text

from api.http.dependencies import EngineDep
from domain.errors import Unavailable

router = APIRouter(tags=["Operation"])
metrics_router = APIRouter(tags=["Operation"])
"""Served by the API itself only where the numbers have no port of their own."""
_PATIENCE_SECONDS = 2.0
_PROBES = 2


class DatabaseSilent(Unavailable):
    """The database takes a question and does not answer it."""

    code = "SERVICE_UNAVAILABLE"

    def __init__(self) -> None:
        super().__init__("The database does not answer.", retry_after=5)


@router.get("/healthz", include_in_schema=False)
async def healthz() -> dict[str, str]:
    """Say that the process lives."""
    return {"status": "ok"}


@router.get("/readyz", include_in_schema=False)
async def readyz(request: Request, engine: EngineDep) -> dict[str, str]:
    """Say that the database answers within two seconds; without it this is 503.

    A question that hangs is let go, in threads of its own: two of them, however often one asks.
    """
    probes: CapacityLimiter = request.app.state.probes
    try:
        with fail_after(_PATIENCE_SECONDS):
            await to_thread.run_sync(_ask, engine, limiter=probes, abandon_on_cancel=True)
    except TimeoutError as error:
        raise DatabaseSilent from error
    return {"status": "ok"}


def limit_of_probes() -> CapacityLimiter:
    """Threads in which a process may wait for its database on behalf of those who probe it."""
    return CapacityLimiter(_PROBES)


def _ask(engine: Engine) -> None:
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))


@metrics_router.get("/metrics", include_in_schema=False)
def metrics() -> Response:
    """Prometheus metrics of this process."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
