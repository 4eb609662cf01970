"""Opening balances: where the books of a company begin."""

from uuid import uuid4

from fastapi import APIRouter
from sqlmodel import Session

from api.deps import AskDep, CallerDep, WriteDep, require
from api.errors import responses
from api.schemas.opening_balances import OpeningBalancesIn, OpeningBalancesOut
from api.wire import ExactRoute
from domain.ids import derived_id
from domain.ledger.intent import BalanceMismatch
from domain.ledger.opening import (
    AccountsNotFound,
    AccountTypeNotAllowed,
    InvalidBalanceEntry,
    OpeningAccountMissing,
    OpeningBalancesExist,
)
from domain.store import opening
from domain.store.journal import PeriodLocked

router = APIRouter(prefix="/v1/bookings/opening-balances", tags=["Journal"], route_class=ExactRoute)

_REFUSALS = responses(
    BalanceMismatch,
    InvalidBalanceEntry,
    AccountTypeNotAllowed,
    AccountsNotFound,
    OpeningAccountMissing,
    PeriodLocked,
    OpeningBalancesExist,
)


@router.post("", dependencies=[require("journal:write")], responses=_REFUSALS)
def open_books(
    body: OpeningBalancesIn, caller: CallerDep, ask: AskDep, write: WriteDep
) -> OpeningBalancesOut:
    """Book what every account begins with, as one intent that can be reversed as a whole."""
    wanted = body.opening(derived_id("opening", caller.tenant_id, ask.key or uuid4()))

    def act(session: Session) -> OpeningBalancesOut:
        posted = opening.open_books(session, wanted)
        return OpeningBalancesOut(
            intent_id=posted.intent_id,
            event_count=posted.event_count,
            total_debit=wanted.total_debit,
            total_credit=wanted.total_credit,
        )

    return write(act)
