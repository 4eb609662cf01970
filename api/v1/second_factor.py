"""The second factor of people: whether they have one, and its end where it was lost."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

from fastapi import APIRouter, Request
from sqlmodel import Session

from api.http import second_factors
from api.http.dependencies import CallerDep, EngineDep, ReadDep, WriteDep, require
from api.http.errors import responses
from api.http.json_bodies import ExactRoute
from api.http.logins import InvalidCredentials
from api.http.seal import NoSealKey
from api.http.second_factors import Proof
from api.schemas.auth import ConfirmationIn, OkOut, SecondFactorOut
from domain.access import second_factor_views
from domain.access import store as people
from domain.access.second_factor import NoSecondFactor, SecondFactorNeeded, WrongCode
from domain.access.store import OwnAccount
from domain.access.throttle_store import RateLimited
from domain.errors import NotFound
from domain.letters import second_factor_store

router = APIRouter(prefix="/v1", tags=["Auth"], route_class=ExactRoute)


@router.get("/me/second-factor")
def show_second_factor(caller: CallerDep, read: ReadDep) -> SecondFactorOut:
    """Show whether the caller's logins ask for a code; it is set up on the account page."""
    return SecondFactorOut.model_validate(read(second_factor_views.state, caller.user_id))


@router.post(
    "/users/{user_id}/remove-second-factor",
    dependencies=[require("config:write")],
    responses=responses(
        InvalidCredentials,
        SecondFactorNeeded,
        WrongCode,
        NotFound,
        NoSecondFactor,
        OwnAccount,
        RateLimited,
        NoSealKey,
    ),
)
def remove_second_factor(
    user_id: UUID,
    body: ConfirmationIn,
    caller: CallerDep,
    engine: EngineDep,
    request: Request,
    write: WriteDep,
) -> OkOut:
    """Take the second factor from somebody who has lost it: their logins end, a letter tells them.

    Whoever does it confirms it by a code of their own, or by their password where they have no
    second factor. Nobody can take away their own: it is switched off on the account page.
    """

    def act(session: Session) -> OkOut:
        people.somebody_else(session, user_id)
        proof = Proof(body.password or "", body.code or "", str(uuid4()))
        second_factors.confirm_again(
            engine,
            request.app.state.seal,
            caller.tenant_id,
            caller.actor,
            proof,
            caller.token_hash,
        )
        second_factor_store.take_away(session, user_id, datetime.now(UTC))
        return OkOut()

    return write(act)
