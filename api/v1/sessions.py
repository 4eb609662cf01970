"""Logins that hold: seen by whose they are and by who runs the company, and ended by them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from sqlmodel import Session

from api.http.dependencies import CallerDep, ReadDep, WriteDep
from api.http.errors import responses
from api.http.json_bodies import ExactRoute
from api.schemas.auth import OkOut
from api.schemas.company import SessionOut
from domain.access import store as credentials
from domain.access import views
from domain.access.scope import allows
from domain.errors import NotFound

router = APIRouter(prefix="/v1/sessions", tags=["Auth"], route_class=ExactRoute)


@router.get("")
def list_sessions(
    caller: CallerDep,
    read: ReadDep,
    response: Response,
    user_id: Annotated[UUID | None, Query(description="Only the logins of this person")] = None,
) -> list[SessionOut]:
    """List logins that hold, the newest first, 500 at most.

    Everybody sees their own; whoever may read the settings (`config:read`) sees those of all.
    """
    if not allows(caller.scopes, "config:read"):
        user_id = caller.user_id
    found = read(views.logins, user_id)
    response.headers["X-Total-Count"] = str(len(found))
    return [
        SessionOut(
            id=each.id,
            user_id=each.user_id,
            user_name=each.user_name,
            surface=each.surface,
            created_at=each.created_at,
            expires_at=each.expires_at,
            is_current=each.token_hash == caller.token_hash,
        )
        for each in found
    ]


@router.post("/{session_id}/end", responses=responses(NotFound))
def end_session(session_id: UUID, caller: CallerDep, write: WriteDep) -> OkOut:
    """End a login at once: one's own, or with `config:write` that of anybody in the company."""
    owner = None if allows(caller.scopes, "config:write") else caller.user_id

    def end(session: Session) -> OkOut:
        credentials.end_login(session, session_id, owner)
        return OkOut()

    return write(end)
