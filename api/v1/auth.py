"""Logins and passwords."""

from uuid import uuid4

from fastapi import APIRouter, Request
from sqlalchemy import Engine
from sqlmodel import Session

from api.http import logins, second_factors
from api.http.dependencies import CallerDep, EngineDep, WriteDep
from api.http.errors import responses
from api.http.json_bodies import ExactRoute
from api.http.lanes import LoginsBusy, guests
from api.http.logins import InvalidCredentials, InvalidToken, TokenExpired
from api.http.seal import NoSealKey
from api.http.second_factors import Proof
from api.schemas.auth import (
    ForgotPasswordIn,
    LoginIn,
    LoginOut,
    OkOut,
    SetupPasswordIn,
    TenantOut,
    UserOut,
)
from domain.access import store as credentials
from domain.access import throttle_store
from domain.access import views as access
from domain.access.second_factor import SecondFactorNeeded, WrongCode
from domain.actor import Actor
from domain.database.session import write_session
from domain.letters import store as letters

router = APIRouter(prefix="/v1/auth", tags=["Auth"], route_class=ExactRoute)


@router.post(
    "/login",
    responses=responses(
        InvalidCredentials,
        SecondFactorNeeded,
        WrongCode,
        throttle_store.RateLimited,
        LoginsBusy,
        NoSealKey,
    ),
)
async def login(body: LoginIn, engine: EngineDep, request: Request) -> LoginOut:
    """Log a person in; the token lives for 12 hours.

    Unknown address and wrong password get the same answer in the same time. Failures make the
    network that they come from wait, a second that doubles up to a minute, after five on one
    address or twenty on all; a device that shows its `device_token` is counted by itself. Whoever
    has a second factor sends its `code` as well; codes are counted for the person, and each works
    once. Too many logins at once are turned away (503), so that those who are logged in do not wait
    for them.
    """
    return await guests(request).run(_logged_in, body, engine, request)


def _logged_in(body: LoginIn, engine: Engine, request: Request) -> LoginOut:
    shown = body.device_token or ""
    origin = logins.origin_of(request, shown)
    known = logins.authenticated(engine, body.email, body.password, origin)
    proof = Proof(body.password, body.code or "", str(uuid4()))
    second_factors.check_login(engine, request.app.state.seal, known, body.email, proof)
    actor = Actor(known.user_id, "person", "api", request_id=request.state.request_id)
    with write_session(engine, known.tenant_id, actor) as session:
        token, expires_at = credentials.start_session(session, known.user_id)
        profile = access.profile(session, known.user_id)
        device = None
        if body.remember_device:
            device = logins.device_of(session, engine, known.user_id, body.email, shown)
    return LoginOut(
        device_token=device,
        token=token.secret,
        expires_at=expires_at,
        user=UserOut(id=known.user_id, email=profile.email, role=profile.role),
        tenant=TenantOut(id=known.tenant_id, company_name=profile.company_name),
    )


@router.post("/forgot-password", responses=responses(throttle_store.RateLimited, LoginsBusy))
async def forgot_password(body: ForgotPasswordIn, engine: EngineDep, request: Request) -> OkOut:
    """Send a reset to an address if it is known; the answer is the same if it is not.

    One letter in five minutes is sent to an address, however often it is asked for.
    """
    origin = logins.origin_of(request)
    await guests(request).run(letters.ask_reset, engine, body.email, origin)
    return OkOut()


@router.post("/setup-password", responses=responses(InvalidToken, TokenExpired, LoginsBusy))
async def setup_password(body: SetupPasswordIn, engine: EngineDep, request: Request) -> OkOut:
    """Set the password with an invitation or a reset; all earlier logins end."""
    request_id = request.state.request_id
    await guests(request).run(logins.set_password, engine, body.token, body.password, request_id)
    return OkOut()


@router.post("/logout")
def logout(caller: CallerDep, write: WriteDep) -> OkOut:
    """End this login; with an API key there is nothing to end."""

    def end(session: Session) -> OkOut:
        credentials.end_session(session, caller.token_hash)
        return OkOut()

    return write(end)
