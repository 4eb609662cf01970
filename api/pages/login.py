"""Sign in and out, with a code where one is asked for; set a password, choose a language."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import APIRouter, Query, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from api.http import errors, logins, second_factors
from api.http.lanes import guests
from api.http.seal import Seal
from api.http.second_factors import Proof
from api.pages import templating, visit
from api.pages.language import NAMES
from api.pages.routing import PageRoute, card, is_ours, see
from api.pages.visit import FormDep, OpenFormDep, VisitDep, language_of
from domain.access import store as credentials
from domain.access.throttle_store import RateLimited
from domain.access.token import Token
from domain.access.views import Login
from domain.actor import Actor
from domain.database.session import write_session
from domain.errors import DomainError, Unauthorized
from domain.letters import store as letters

router = APIRouter(include_in_schema=False, route_class=PageRoute)

_YEAR = 365 * 24 * 3600
SHORTEST, LONGEST = 12, 128
Next = Annotated[str, Query(max_length=2000)]


@router.get("/login")
def ask_for_login(request: Request, next: Next = "/") -> Response:  # noqa: A002 (its name in the address)
    """Show the one card."""
    return card(request, {"next": next if is_ours(next) else "/"})


@router.post("/login")
async def log_in(request: Request, form: OpenFormDep) -> Response:
    """Sign in, and lead to where one was going."""
    return await guests(request).run(_logged_in, request, form)


def _logged_in(request: Request, form: FormData) -> Response:
    email, password = _text(form, "email"), _text(form, "password")
    facts = {"next": next_of(form), "kept": _text(form, "kept"), "email": email}
    shown = visit.device_of(request)
    origin = logins.origin_of(request, shown)
    try:
        known = logins.authenticated(request.app.state.engine, email, password[:LONGEST], origin)
    except (logins.InvalidCredentials, RateLimited) as refusal:
        retry_after = refusal.context.get("retry_after")
        facts |= {"refusal": refusal.code, "retry_after": retry_after}  # type: ignore[dict-item]
        return card(request, facts, 401 if isinstance(refusal, Unauthorized) else 429)
    if second_factors.is_on(request.app.state.engine, known.tenant_id, known.user_id):
        return _ask_for_code(request, facts, known)
    return let_in(request, facts, known)


@router.post("/login/code")
async def show_code(request: Request, form: OpenFormDep) -> Response:
    """Sign in whoever has shown the password lately, and shows a code now."""
    return await guests(request).run(_code_shown, request, form)


def _code_shown(request: Request, form: FormData) -> Response:
    step = _text(form, "step")[:2000]
    facts = {"next": next_of(form), "kept": _text(form, "kept")}
    found = second_factors.half_way(request.app.state.engine, _seal(request), step, _now())
    if found is None:
        return card(request, {**facts, "note": "late"}, 401)
    known, email = found
    code = _text(form, "code")[: second_factors.LONGEST]
    proof = Proof("", code, f"login {step} {form.get('key') or ''}")
    try:
        second_factors.check_login(request.app.state.engine, _seal(request), known, email, proof)
    except DomainError as refusal:
        return _ask_for_code(request, {**facts, "email": email}, known, refusal)
    return let_in(request, {**facts, "email": email}, known)


def _ask_for_code(
    request: Request, facts: Mapping[str, str], known: Login, refusal: DomainError | None = None
) -> Response:
    """The second card: its token says that the password was right, and for how long that counts."""
    told = {
        "next": facts["next"],
        "kept": facts["kept"],
        "step": second_factors.half(_seal(request), known, facts["email"], _now()),
        "refusal": refusal.code if refusal else None,
        "retry_after": refusal.context.get("retry_after") if refusal else None,
    }
    status = errors.status_of(refusal) if refusal else 200
    return templating.gate(request, language_of(request, "DE"), "second_factor.html", told, status)


def let_in(request: Request, facts: dict[str, str], known: Login) -> Response:
    """Begin the login of somebody who has shown who they are, and lead on."""
    token, device = _started(request, known, facts["email"], visit.device_of(request))
    answer = _resumed(request, facts, token) if facts["kept"] else see(facts["next"])
    _keep(request, answer, visit.cookie_name(request), token.secret)
    _keep_device(request, answer, device)
    return answer


@router.post("/logout")
async def log_out(request: Request, here: VisitDep, form: FormDep) -> Response:
    """Sign out."""
    hashed = here.caller.token_hash
    await here.write(lambda session: credentials.end_session(session, hashed))
    answer = see("/login")
    answer.delete_cookie(visit.cookie_name(request), secure=visit.secure(request), httponly=True)
    return answer


@router.get("/setup-password")
def ask_for_password(request: Request) -> Response:
    """Show the form of the letter's link; the token is behind the #, which no log sees."""
    return _password(request, {})


@router.post("/setup-password")
async def set_password(request: Request, form: OpenFormDep) -> Response:
    """Set the password, then ask to sign in with it."""
    token = _text(form, "token").rpartition("token=")[2].strip()
    password = _text(form, "password")
    problem = None
    if not SHORTEST <= len(password) <= LONGEST:
        problem = "length"
    elif password != _text(form, "again"):
        problem = "again"
    if problem:
        return await run_in_threadpool(
            _password, request, {"token": token, "problem": problem}, 400
        )
    request_id = request.state.request_id
    engine = request.app.state.engine
    try:
        device = await guests(request).run(
            logins.set_password, engine, token[:200], password, request_id, "pages"
        )
    except (logins.InvalidToken, logins.TokenExpired) as refusal:
        facts = {"problem": refusal.code}
        return await run_in_threadpool(_password, request, facts, 400)
    answer = await run_in_threadpool(card, request, {"note": "password"})
    _keep_device(request, answer, device)
    return answer


@router.get("/forgot-password")
def ask_for_address(request: Request) -> Response:
    """Show the form that has a letter sent."""
    return _forgotten(request, is_sent=False)


@router.post("/forgot-password")
async def send_letter(request: Request, form: OpenFormDep) -> Response:
    """Have a letter sent; the answer is the same for an address that nobody knows."""
    return await guests(request).run(_asked_for_letter, request, form)


def _asked_for_letter(request: Request, form: FormData) -> Response:
    origin = logins.origin_of(request)
    try:
        letters.ask_reset(request.app.state.engine, _text(form, "email")[:254], origin)
    except RateLimited as refusal:
        email = _text(form, "email")[:254]
        return _forgotten(request, is_sent=False, refusal=refusal, email=email)
    return _forgotten(request, is_sent=True)


@router.get("/language")
def choose_language(request: Request, to: str = "de", next: Next = "/") -> Response:  # noqa: A002 (as above)
    """Keep a language with this browser."""
    answer = see(next if is_ours(next) else "/")
    if to in NAMES:
        answer.set_cookie(
            visit.SPOKEN,
            to,
            max_age=_YEAR,
            secure=visit.secure(request),
            httponly=True,
            samesite="lax",
        )
    return answer


def _started(request: Request, known: Login, email: str, shown: str) -> tuple[Token, str]:
    """Token of a new login, and that of the device."""
    actor = Actor(known.user_id, "person", "pages", None, request.state.request_id)
    engine = request.app.state.engine
    with write_session(engine, known.tenant_id, actor) as session:
        token, _ = credentials.start_session(session, known.user_id, credentials.IDLE_LIFE)
        return token, logins.device_of(session, engine, known.user_id, email, shown)


def _keep(
    request: Request, answer: Response, name: str, value: str, seconds: int | None = None
) -> None:
    """Give the browser a cookie that no script reads and no other site sends."""
    answer.set_cookie(
        name,
        value,
        max_age=seconds,
        secure=visit.secure(request),
        httponly=True,
        samesite="strict",
        path="/",
    )


def _keep_device(request: Request, answer: Response, token: str) -> None:
    """Let the browser be known next time: its attempts are counted by themselves."""
    seconds = int(credentials.DEVICE_LIFE.total_seconds())
    _keep(request, answer, visit.device_cookie_name(request), token, seconds)


def _resumed(request: Request, facts: dict[str, str], token: Token) -> Response:
    """What was typed before the login ended, to be sent by who typed it."""
    fields = parse_qsl(facts["kept"], keep_blank_values=True, max_num_fields=5000)
    csrf = visit.csrf_of(token.secret)
    told = {"next": facts["next"], "fields": fields, "csrf": csrf}
    return templating.gate(request, language_of(request, "DE"), "resume.html", told)


def _password(request: Request, facts: Mapping[str, object], status: int = 200) -> Response:
    known = {"token": "", "problem": None, "shortest": SHORTEST}
    language = language_of(request, "DE")
    return templating.gate(request, language, "password.html", {**known, **facts}, status)


def _forgotten(
    request: Request, *, is_sent: bool, refusal: DomainError | None = None, email: str = ""
) -> Response:
    after = refusal.context.get("retry_after") if refusal else None
    facts = {"is_sent": is_sent, "refusal": refusal.code if refusal else None, "email": email,
             "retry_after": after}  # fmt: skip
    language = language_of(request, "DE")
    return templating.gate(request, language, "forgotten.html", facts, 429 if refusal else 200)


def _seal(request: Request) -> Seal:
    seal: Seal = request.app.state.seal
    return seal


def _now() -> datetime:
    return datetime.now(UTC)


def _text(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value if isinstance(value, str) else ""


def next_of(form: FormData) -> str:
    """Where a form of the gate leads to: an address of ours."""
    address = _text(form, "next") or "/"
    return address if is_ours(address) else "/"
