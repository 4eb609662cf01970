"""A company: its data, its people and their keys, what they did, and who one is."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from sqlmodel import Session

from api.http.dependencies import CallerDep, Page, ReadDep, SettingsDep, WriteDep, paging, require
from api.http.errors import responses
from api.http.json_bodies import ExactRoute
from api.schemas.company import (
    AccessIn,
    ApiKeyOut,
    AuditEventOut,
    CompanyOut,
    MeOut,
    PersonIn,
    PersonOut,
)
from domain.access import store as people
from domain.access import views
from domain.access.store import DuplicateUser, OwnAccount
from domain.database import audit_views
from domain.database.audit_views import EventFilter
from domain.errors import NotFound
from domain.letters import store as letters
from domain.letters.letter import LetterKind, Note

router = APIRouter(prefix="/v1", tags=["Company"], route_class=ExactRoute)
READ, WRITE = require("config:read"), require("config:write")


@router.get("/me")
def show_me(caller: CallerDep, read: ReadDep) -> MeOut:
    """Show who calls, for which company, and what the credential may do."""
    found = read(views.profile, caller.user_id)
    return MeOut(
        id=caller.user_id,
        name=found.name,
        email=found.email,
        role=found.role,
        scopes=sorted(caller.scopes),
        tenant_id=caller.tenant_id,
        company_name=found.company_name,
    )


@router.get("/tenant", dependencies=[READ])
def show_tenant(read: ReadDep, settings: SettingsDep) -> CompanyOut:
    """Show the company whose books they are, with the address that takes its invoices."""
    found = read(views.tenant)
    address = f"{found.inbox_address}@{settings.inbox_domain}"
    return CompanyOut.model_validate(found.model_dump() | {"inbox_address": address})


@router.get("/users", dependencies=[READ])
def list_users(read: ReadDep, response: Response) -> list[PersonOut]:
    """List the people of the company by mail address, those shut out included."""
    found = [PersonOut.model_validate(each) for each in read(views.users)]
    response.headers["X-Total-Count"] = str(len(found))
    return found


@router.post("/users", status_code=201, dependencies=[WRITE], responses=responses(DuplicateUser))
def invite_user(body: PersonIn, write: WriteDep) -> PersonOut:
    """Invite a person: a letter leads them to the page on which they set their password."""

    def act(session: Session) -> PersonOut:
        user_id = people.add_user(
            session,
            email=body.email,
            name=body.name,
            role=body.role,
            access_until=body.access_until,
        )
        now = datetime.now(UTC)
        letters.write(session, Note(LetterKind.INVITATION, "user", user_id), [user_id], now, now)
        return _person(session, user_id)

    return write(act)


@router.post(
    "/users/{user_id}/deactivate",
    dependencies=[WRITE],
    responses=responses(NotFound, OwnAccount),
)
def deactivate_user(user_id: UUID, write: WriteDep) -> PersonOut:
    """Shut a person out: logins and keys end at once; nobody can shut themselves out."""

    def act(session: Session) -> PersonOut:
        people.deactivate_user(session, user_id)
        session.flush()
        return _person(session, user_id)

    return write(act)


@router.put(
    "/users/{user_id}/access",
    dependencies=[WRITE],
    responses=responses(NotFound, OwnAccount),
)
def admit_user(user_id: UUID, body: AccessIn, write: WriteDep) -> PersonOut:
    """Say until when a person may come in; their logins and keys hold as long, never oneself."""

    def act(session: Session) -> PersonOut:
        people.admit_until(session, user_id, body.access_until)
        session.flush()
        return _person(session, user_id)

    return write(act)


@router.get("/api-keys", dependencies=[READ])
def list_api_keys(read: ReadDep, response: Response) -> list[ApiKeyOut]:
    """List keys in the order they were given out, those revoked included; never a secret."""
    found = [ApiKeyOut.model_validate(each) for each in read(views.keys)]
    response.headers["X-Total-Count"] = str(len(found))
    return found


@router.post("/api-keys/{key_id}/revoke", dependencies=[WRITE], responses=responses(NotFound))
def revoke_api_key(key_id: UUID, write: WriteDep) -> ApiKeyOut:
    """End a key for good; a new one is made with `belegfluss api-key create`."""

    def act(session: Session) -> ApiKeyOut:
        people.revoke_key(session, key_id)
        session.flush()
        return next(ApiKeyOut.model_validate(k) for k in views.keys(session) if k.id == key_id)

    return write(act)


@router.get("/audit", dependencies=[READ])
def list_audit_events(
    read: ReadDep,
    page: Annotated[Page, paging(100, 500)],
    user_id: UUID | None = None,
    action: Annotated[str | None, Query(max_length=100)] = None,
    subject: Annotated[str | None, Query(max_length=100)] = None,
    subject_id: Annotated[str | None, Query(max_length=200)] = None,
) -> list[AuditEventOut]:
    """List what was done and what was refused, the newest first."""
    wanted = EventFilter(user_id, action, subject, subject_id)
    found, total = read(audit_views.listed, wanted, limit=page.limit, offset=page.offset)
    names = read(views.names)
    return page.of(
        [
            AuditEventOut.model_validate(
                {name: getattr(each, name) for name in each.__slots__}
                | {"user_name": names.get(each.user_id) if each.user_id else None}
            )
            for each in found
        ],
        total,
    )


def _person(session: Session, user_id: UUID) -> PersonOut:
    return PersonOut.model_validate(views.user(session, user_id))
