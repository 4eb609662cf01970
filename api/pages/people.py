"""Settings: the people of a company with their roles, and their API keys."""

from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from api.pages import templating, typed
from api.pages.routing import PageRoute, see
from api.pages.step_up import step_up
from api.pages.typed import Mistyped
from api.pages.visit import FormDep, Visit, VisitDep, as_id
from domain.access import passkey_views, second_factor_views
from domain.access import store as people
from domain.access import views as access
from domain.access.scope import ADMIN, ROLES, SCOPES
from domain.access.second_factor import NoSecondFactor
from domain.database.session import write_session
from domain.errors import DomainError, InvalidInput
from domain.letters import second_factor_store as taking
from domain.letters import store as letters
from domain.letters.letter import LetterKind, Note

router = APIRouter(include_in_schema=False, route_class=PageRoute)

_NAME = 200
_KEY_NAME = 100


@router.get("/settings/people")
def show_people(visit: VisitDep) -> Response:
    """Who works here, and as what."""
    visit.need("config:read")
    return _people(visit, {})


@router.post("/settings/people")
async def invite(visit: VisitDep, form: FormDep) -> Response:
    """Invite somebody by a letter; the same form again is one invitation."""
    visit.need("config:write")
    try:
        until = _day(form)
        await visit.once("pages.people.invite", form, lambda each: _invited(each, form, until))
    except DomainError as refusal:
        typed_in = {name: str(form.get(name, "")) for name in ("email", "name", "role", "until")}
        more = {"refusal": refusal, "typed": typed_in}
        return await run_in_threadpool(_people, visit, more, 409)
    return see("/settings/people")


@router.post("/settings/people/{user_id}/{order}")
async def order_person(user_id: UUID, order: str, visit: VisitDep, form: FormDep) -> Response:
    """Shut somebody out, say until when they may come in, or take a lost second factor away.

    Never one's own.
    """
    visit.need("config:write")
    try:
        if order == "deactivate":
            await visit.write(lambda session: people.deactivate_user(session, user_id))
        elif order == "access":
            until = _day(form)
            await visit.write(lambda session: people.admit_until(session, user_id, until))
        elif order == "second-factor":
            await run_in_threadpool(_taken_away, visit, user_id, form)
        else:
            raise InvalidInput("", "is no order")
    except DomainError as refusal:
        more = {"refusal": refusal, "until": (user_id, str(form.get("until", ""))[:40])}
        return await run_in_threadpool(_people, visit, more, 409)
    return see("/settings/people")


@router.get("/settings/keys")
def show_keys(visit: VisitDep) -> Response:
    """Keys of all people, never a secret."""
    visit.need("config:read")
    return _keys(visit, {})


@router.post("/settings/keys")
async def create_key(visit: VisitDep, form: FormDep) -> Response:
    """Make a key (the password again); its secret is shown this once and never stored."""
    visit.need("config:write")
    secret: list[str] = []
    try:
        await run_in_threadpool(step_up, visit, form)
        told = await visit.once(
            "pages.keys.create", form, lambda session: _issued(session, form, secret)
        )
    except DomainError as refusal:
        typed_in = {"name": str(form.get("name", "")), "scopes": form.getlist("scope"),
                    "owner": str(form.get("owner", ""))}  # fmt: skip
        more = {"refusal": refusal, "typed": typed_in}
        return await run_in_threadpool(_keys, visit, more, 409)
    shown = {"secret": secret[0] if secret else None, "made": told["prefix"]}
    return await run_in_threadpool(_keys, visit, shown)


@router.post("/settings/keys/{key_id}/revoke")
async def revoke_key(key_id: UUID, visit: VisitDep, form: FormDep) -> Response:
    """End a key for good."""
    visit.need("config:write")
    await visit.write(lambda session: people.revoke_key(session, key_id))
    return see("/settings/keys")


def _taken_away(visit: Visit, user_id: UUID, form: FormData) -> None:
    """Take away what somebody has lost (a step-up of whoever does it); a letter tells them."""
    step_up(visit, form)
    # Sent twice, it is gone already.
    with (
        suppress(NoSecondFactor),
        write_session(visit.engine, visit.caller.tenant_id, visit.caller.actor) as session,
    ):
        taking.take_away(session, user_id, datetime.now(UTC))


def _invited(session: Session, form: FormData, until: date | None) -> dict[str, Any]:
    name = str(form.get("name", "")).strip()
    role = str(form.get("role", ""))
    if not 1 <= len(name) <= _NAME:
        raise InvalidInput("/name", "is missing")
    if role not in ROLES:
        raise InvalidInput("/role", "is no role")
    email = str(form.get("email", ""))[:254]
    user_id = people.add_user(session, email=email, name=name, role=role, access_until=until)
    now = datetime.now(UTC)
    letters.write(session, Note(LetterKind.INVITATION, "user", user_id), [user_id], now, now)
    return {"user_id": str(user_id)}


def _issued(session: Session, form: FormData, secret: list[str]) -> dict[str, Any]:
    """A new key; what is kept of the order holds no secret."""
    name = str(form.get("name", "")).strip()[:_KEY_NAME]
    owner = as_id(str(form.get("owner", "")))
    scopes = [str(each) for each in form.getlist("scope")]
    if owner is None:
        raise InvalidInput("/user_id", "is missing")
    if not name:
        raise InvalidInput("/name", "is missing")
    if not scopes:
        raise InvalidInput("/scopes", "is missing")
    token = people.issue_key(session, owner, name=name, scopes=scopes)
    secret[:] = [token.secret]
    return {"prefix": token.display_prefix}


def _day(form: FormData) -> date | None:
    try:
        return typed.day_of(str(form.get("until", ""))[:40])
    except Mistyped as error:
        raise InvalidInput("/access_until", "is no day") from error


def _people(visit: Visit, more: dict[str, Any], status: int = 200) -> Response:
    known: dict[str, Any] = {"refusal": None, "typed": None, "until": (None, "")}
    facts = {"section": "people", "roles": ROLES, "me": visit.caller.user_id}
    facts |= visit.read(_listed)
    return templating.page(visit, "people.html", {**facts, **known, **more}, status=status)


def _listed(session: Session) -> dict[str, Any]:
    with_factor = second_factor_views.who(session) | passkey_views.who(session)
    return {"users": access.users(session), "with_factor": with_factor}


def _keys(visit: Visit, more: dict[str, Any], status: int = 200) -> Response:
    known: dict[str, Any] = {"refusal": None, "typed": None, "secret": None, "made": None}
    facts = visit.read(_key_facts)
    own = {"section": "keys", "me": visit.caller.user_id, "scopes": sorted(SCOPES - {ADMIN})}
    return templating.page(visit, "api_keys.html", {**facts, **own, **known, **more}, status=status)


def _key_facts(session: Session) -> dict[str, Any]:
    return {"keys": access.keys(session), "users": access.users(session)}
