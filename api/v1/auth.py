"""Logins and passwords."""

from datetime import UTC, datetime

from fastapi import APIRouter, BackgroundTasks, Request
from sqlalchemy import Engine
from sqlmodel import Session

from api import outgoing, passwords
from api.deps import CallerDep, EngineDep, SettingsDep, WriteDep
from api.errors import responses
from api.schemas.auth import (
    ForgotPasswordIn,
    LoginIn,
    LoginOut,
    OkOut,
    SetupPasswordIn,
    TenantOut,
    UserOut,
)
from api.settings import Settings
from api.wire import ExactRoute
from domain.access.actor import Actor
from domain.access.token import hash_of
from domain.errors import Invalid, Unauthorized
from domain.store import access as credentials
from domain.store import throttle
from domain.store.transaction import transaction
from domain.views import access

router = APIRouter(prefix="/v1/auth", tags=["Auth"], route_class=ExactRoute)


class InvalidCredentials(Unauthorized):
    """Unknown mail address or wrong password."""

    def __init__(self) -> None:
        super().__init__("Mail address or password is wrong.")


class InvalidToken(Invalid):
    """The token is unknown or used."""

    def __init__(self) -> None:
        super().__init__("The token is unknown or used.")


class TokenExpired(Invalid):
    """The token is too old."""

    def __init__(self) -> None:
        super().__init__("The token is too old; ask for a new one.")


@router.post("/login", responses=responses(InvalidCredentials, throttle.RateLimited))
def login(body: LoginIn, engine: EngineDep, request: Request) -> LoginOut:
    """Log a person in; the token lives for 12 hours.

    Unknown address and wrong password get the same answer in the same time.
    """
    attempt = throttle.begin(engine, body.email)
    known = access.login(engine, body.email)
    try:
        matching = passwords.matches(known.password_hash if known else None, body.password)
    except passwords.LoginsBusy:
        throttle.succeeded(engine, attempt)  # nothing was tried
        raise
    if known is None or not matching:
        raise InvalidCredentials
    throttle.succeeded(engine, attempt)
    actor = Actor(known.user_id, "person", "api", request_id=request.state.request_id)
    with transaction(engine, known.tenant_id, actor) as session:
        token, expires_at = credentials.start_session(session, known.user_id)
        profile = access.profile(session, known.user_id)
    return LoginOut(
        token=token.secret,
        expires_at=expires_at,
        user=UserOut(id=known.user_id, email=profile.email, role=profile.role),
        tenant=TenantOut(id=known.tenant_id, company_name=profile.company_name),
    )


@router.post("/forgot-password", responses=responses(throttle.RateLimited))
def forgot_password(
    body: ForgotPasswordIn,
    engine: EngineDep,
    settings: SettingsDep,
    request: Request,
    after: BackgroundTasks,
) -> OkOut:
    """Send a reset to an address if it is known; the answer is the same if it is not."""
    throttle.begin(engine, f"reset {body.email}")
    actor = Actor.system("api", request.state.request_id)
    after.add_task(_send_reset, engine, settings, body.email, actor)
    return OkOut()


def _send_reset(engine: Engine, settings: Settings, email: str, actor: Actor) -> None:
    """Do all that depends on the address after the answer, so that no clock can tell."""
    known = access.login(engine, email)
    if known is None:
        return
    with transaction(engine, known.tenant_id, actor) as session:
        token = credentials.issue_password_token(session, known.user_id, "reset")
    outgoing.send_reset(settings, email, token)


@router.post("/setup-password", responses=responses(InvalidToken, TokenExpired))
def setup_password(body: SetupPasswordIn, engine: EngineDep, request: Request) -> OkOut:
    """Set the password with an invitation or a reset; all earlier logins end."""
    token_hash = hash_of(body.token)
    found = access.password_token(engine, token_hash)
    if found is None:
        raise InvalidToken
    if found.expires_at <= datetime.now(UTC):
        raise TokenExpired
    actor = Actor(found.user_id, "person", "api", request_id=request.state.request_id)
    password_hash = passwords.hashed(body.password)
    with transaction(engine, found.tenant_id, actor) as session:
        if not credentials.claim_password_token(session, token_hash):
            raise InvalidToken
        credentials.set_password(session, found.user_id, password_hash)
    return OkOut()


@router.post("/logout")
def logout(caller: CallerDep, write: WriteDep) -> OkOut:
    """End this login; with an API key there is nothing to end."""

    def end(session: Session) -> OkOut:
        credentials.end_session(session, caller.token_hash)
        return OkOut()

    return write(end)
