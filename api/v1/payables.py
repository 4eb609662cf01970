"""What arrived by mail, attachment by attachment."""

from typing import Annotated

from fastapi import APIRouter

from api.http.dependencies import Page, ReadDep, paging, require
from api.http.json_bodies import ExactRoute
from api.schemas.inbox import IngestionEntryOut
from domain.formats.mail import Outcome
from domain.intake import ingestion_views

router = APIRouter(prefix="/v1/payables", tags=["Inbox"], route_class=ExactRoute)


@router.get("/ingestion-log", dependencies=[require("kreditoren:read")])
def list_ingestion_log(
    read: ReadDep, page: Annotated[Page, paging(50, 200)], outcome: Outcome | None = None
) -> list[IngestionEntryOut]:
    """List what became of each attachment, newest first; of mails without a usable one, too."""
    wanted = outcome.value if outcome else None
    found, total = read(ingestion_views.ingestion_log, wanted, limit=page.limit, offset=page.offset)
    return page.of([IngestionEntryOut.model_validate(entry) for entry in found], total)
