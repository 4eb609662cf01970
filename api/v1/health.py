"""Whether the process lives, whether it can work, and its numbers."""

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text

from api.deps import EngineDep

router = APIRouter(tags=["Operation"])


@router.get("/healthz", include_in_schema=False)
async def healthz() -> dict[str, str]:
    """Say that the process lives."""
    return {"status": "ok"}


@router.get("/readyz", include_in_schema=False)
def readyz(engine: EngineDep) -> dict[str, str]:
    """Say that the database answers; without it this is 503."""
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
    return {"status": "ok"}


@router.get("/metrics", include_in_schema=False)
def metrics() -> Response:
    """Prometheus metrics of this process."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
