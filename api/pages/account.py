"""One's own account: the password, what else one shows, and the logins that hold."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from api.http import logins, passwords
from api.pages import templating
from api.pages.login import LONGEST, SHORTEST
from api.pages.routing import PageRoute, card, see
from api.pages.step_up import step_up, ways
from api.pages.visit import FormDep, Visit, VisitDep
from domain.access import passkey_views, second_factor_views
from domain.access import store as credentials
from domain.access import views as access
from domain.access.origin import Origin
from domain.database.session import write_session
from domain.errors import DomainError

router = APIRouter(include_in_schema=False, route_class=PageRoute)


@router.get("/account")
def show_account(visit: VisitDep) -> Response:
    """Who one is, and where one is signed in."""
    return shown(visit, {})


@router.post("/account/password")
async def change_password(request: Request, visit: VisitDep, form: FormDep) -> Response:
    """Set another password, with the present one; all logins end, and one signs in anew."""
    fresh, again = str(form.get("fresh", "")), str(form.get("again", ""))
    problem = None
    if not SHORTEST <= len(fresh) <= LONGEST:
        problem = "length"
    elif fresh != again:
        problem = "again"
    if problem:
        return await run_in_threadpool(shown, visit, {"problem": problem}, 400)
    try:
        await run_in_threadpool(_changed, visit, form, fresh)
    except DomainError as refusal:
        return await run_in_threadpool(shown, visit, {"refusal": refusal}, 409)
    return await run_in_threadpool(card, request, {"note": "password"})


@router.post("/account/sessions/{session_id}/end")
async def end_session(session_id: UUID, visit: VisitDep, form: FormDep) -> Response:
    """End one of one's own logins; one that has ended stays ended."""
    own = visit.caller.user_id
    await visit.write(lambda session: credentials.end_login(session, session_id, own))
    return see("/account")


def _changed(visit: Visit, form: FormData, fresh: str) -> None:
    email = visit.read(access.profile, visit.caller.user_id).email
    place = Origin(f"login {visit.caller.token_hash}")
    logins.authenticated(visit.engine, email, str(form.get("password", ""))[:LONGEST], place)
    if ways(visit).by_code:
        step_up(visit, form)
    hashed = passwords.hashed(fresh)
    with write_session(visit.engine, visit.caller.tenant_id, visit.caller.actor) as session:
        credentials.set_password(session, visit.caller.user_id, hashed)


def shown(visit: Visit, more: dict[str, Any], status: int = 200) -> Response:
    """The page of one's own account; `more` says what became of an order."""
    known: dict[str, Any] = {
        "problem": None,
        "refusal": None,
        "factor_refusal": None,
        "factor_note": None,
        "passkey_refusal": None,
        "can_have_passkeys": visit.party.is_possible,
        "can_seal": visit.seal.is_ready,
    }
    facts = visit.read(_facts, visit)
    return templating.page(visit, "account.html", {**facts, **known, **more}, status=status)


def _facts(session: Session, visit: Visit) -> dict[str, Any]:
    return {
        "profile": access.profile(session, visit.caller.user_id),
        "logins": access.logins(session, visit.caller.user_id),
        "passkeys": passkey_views.held(session, visit.caller.user_id),
        "factor": second_factor_views.state(session, visit.caller.user_id),
        "token_hash": visit.caller.token_hash,
        "shortest": SHORTEST,
    }
