"""Passkeys: made, named and removed on one's own account, and shown at the gate."""

from collections.abc import Callable
from uuid import UUID

from fastapi import APIRouter, Request, Response
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from api.http import errors, passkeys
from api.http.lanes import guests
from api.http.passkeys import GATE, Answer
from api.pages.account import shown
from api.pages.login import let_in, next_of
from api.pages.routing import PageRoute, card, see
from api.pages.step_up import asked_of, step_up, use_of
from api.pages.visit import FormDep, OpenFormDep, Visit, VisitDep, party_of
from domain.access import passkey_store, passkey_views
from domain.access import views as access
from domain.access.passkey import PasskeyKnown, PasskeyRefused
from domain.access.views import Login
from domain.database.session import write_session
from domain.errors import DomainError, InvalidInput

router = APIRouter(include_in_schema=False, route_class=PageRoute)


@router.post("/login/passkey/question")
async def ask_at_the_gate(request: Request, form: OpenFormDep) -> Response:
    """What a browser shall ask of any passkey that it has for us."""
    _check_possible(request)
    party, engine = party_of(request), request.app.state.engine
    return _json(await guests(request).run(passkeys.asking, engine, party, GATE))


@router.post("/login/passkey")
async def sign_in(request: Request, form: OpenFormDep) -> Response:
    """Sign in with a passkey, which has seen face, finger or PIN: no password, no code."""
    return await guests(request).run(_signed_in, request, form)


@router.post("/account/passkeys/question")
async def ask_again(visit: VisitDep, form: FormDep) -> Response:
    """What a browser shall ask of a passkey of the person who is signed in."""
    return _json(await run_in_threadpool(_asking, visit))


@router.post("/account/passkeys/new")
async def ask_for_new(visit: VisitDep, form: FormDep) -> Response:
    """What a browser shall ask of an authenticator that makes a passkey."""
    return _json(await run_in_threadpool(_making, visit))


@router.post("/account/passkeys")
async def add_passkey(visit: VisitDep, form: FormDep) -> Response:
    """Keep a passkey that was made, under its name (a step-up)."""
    return await run_in_threadpool(_added, visit, form)


@router.post("/account/passkeys/{passkey_id}/remove")
async def remove_passkey(passkey_id: UUID, visit: VisitDep, form: FormDep) -> Response:
    """Let one count no more (a step-up)."""
    return await run_in_threadpool(_removed, visit, passkey_id, form)


def _signed_in(request: Request, form: FormData) -> Response:
    facts = {"next": next_of(form), "kept": str(form.get("kept", ""))}
    answer = Answer(str(form.get("credential", "")), GATE, f"gate {form.get('key') or ''}")
    try:
        found = passkeys.shown(request.app.state.engine, party_of(request), answer)
    except PasskeyRefused as refusal:
        return card(request, {**facts, "refusal": refusal.code}, 401)
    known = Login(found.tenant_id, found.user_id, None)
    return let_in(request, {**facts, "email": found.email}, known)


def _asking(visit: Visit) -> str:
    _check_possible(visit.request)
    held = visit.read(passkey_views.held, visit.caller.user_id)
    return passkeys.asking(visit.engine, visit.party, asked_of(visit), held)


def _making(visit: Visit) -> str:
    _check_possible(visit.request)
    own = visit.caller.user_id
    held, email = visit.read(passkey_views.held, own), visit.read(access.profile, own).email
    return passkeys.making(visit.engine, visit.party, own, email, asked_of(visit), held)


def _added(visit: Visit, form: FormData) -> Response:
    def add(session: Session) -> None:
        name = str(form.get("name", ""))
        passkey_store.add(session, visit.caller.user_id, name, made)

    try:
        step_up(visit, form)
        credential = str(form.get("made", ""))
        answer = Answer(credential, asked_of(visit), f"made {use_of(visit, form)}")
        made = passkeys.made(visit.engine, visit.party, answer)
        _written(visit, add)
    except PasskeyKnown:
        return see("/account")  # sent twice
    except DomainError as refusal:
        return shown(visit, {"passkey_refusal": refusal}, errors.status_of(refusal))
    return see("/account")


def _removed(visit: Visit, passkey_id: UUID, form: FormData) -> Response:
    try:
        step_up(visit, form)
        own = visit.caller.user_id
        _written(visit, lambda session: passkey_store.remove(session, own, passkey_id))
    except DomainError as refusal:
        return shown(visit, {"passkey_refusal": refusal}, errors.status_of(refusal))
    return see("/account")


def _written(visit: Visit, act: Callable[[Session], None]) -> None:
    with write_session(visit.engine, visit.caller.tenant_id, visit.caller.actor) as session:
        act(session)


def _check_possible(request: Request) -> None:
    if not party_of(request).is_possible:
        raise InvalidInput("", "passkeys need an address with a name, over TLS")


def _json(text: str) -> Response:
    return Response(text, media_type="application/json")
