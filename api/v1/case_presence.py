"""Who has a review case open."""

from datetime import UTC, datetime
from uuid import UUID

from fastapi import APIRouter, Response
from sqlmodel import Session

from api.http.dependencies import CallerDep, EngineDep, ReadDep, require
from api.http.errors import responses
from api.http.json_bodies import ExactRoute
from api.schemas.case_people import PresentOut
from domain.database.session import write_session
from domain.errors import NotFound
from domain.intake import presence_store, presence_views, review_views
from domain.intake.presence_views import Present

router = APIRouter(prefix="/v1/invoice-review-cases", tags=["Review cases"], route_class=ExactRoute)
READ = require("kreditoren:read")


@router.get("/{review_case_id}/presence", dependencies=[READ], responses=responses(NotFound))
def list_case_presence(
    review_case_id: UUID, caller: CallerDep, read: ReadDep, response: Response
) -> list[PresentOut]:
    """List who else has a case open: a sign of them is not older than a minute."""
    read(review_views.seen, review_case_id)
    found = read(presence_views.others, review_case_id, caller.user_id, datetime.now(UTC))
    return _told(found, response)


@router.put("/{review_case_id}/presence", dependencies=[READ], responses=responses(NotFound))
def note_case_presence(
    review_case_id: UUID, caller: CallerDep, engine: EngineDep, response: Response
) -> list[PresentOut]:
    """Say that one has a case open, and learn who else has; to be said again within a minute.

    It is no change and leaves no trace: after some minutes nobody knows of it.
    """
    now = datetime.now(UTC)

    def act(session: Session) -> list[Present]:
        review_views.seen(session, review_case_id)
        presence_store.look(session, review_case_id, now)
        return presence_views.others(session, review_case_id, caller.user_id, now)

    with write_session(engine, caller.tenant_id, caller.actor) as session:
        return _told(act(session), response)


def _told(found: list[Present], response: Response) -> list[PresentOut]:
    response.headers["X-Total-Count"] = str(len(found))
    return [PresentOut.model_validate(each) for each in found]
