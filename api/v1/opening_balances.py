"""Opening balances: where the books of a company begin."""

from uuid import uuid4

from fastapi import APIRouter
from sqlmodel import Session

from api.http.dependencies import AskDep, CallerDep, TodayDep, WriteDep, require
from api.http.errors import responses
from api.http.json_bodies import ExactRoute
from api.schemas.opening_balances import OpeningBalancesIn, OpeningBalancesOut
from domain.banking import reconciliation_store
from domain.ids import derived_id
from domain.ledger.booking import InvalidDate
from domain.ledger.intent import BalanceMismatch
from domain.ledger.opening import (
    AccountsNotFound,
    AccountTypeNotAllowed,
    InvalidBalanceEntry,
    OpeningAccountMissing,
    OpeningBalancesExist,
)
from domain.ledger.reversal import AlreadyReversed, HasSettlements
from domain.posting import opening_store
from domain.posting.outcome import PeriodLocked

router = APIRouter(prefix="/v1/bookings/opening-balances", tags=["Journal"], route_class=ExactRoute)

_REFUSALS = responses(
    BalanceMismatch,
    InvalidBalanceEntry,
    AccountTypeNotAllowed,
    AccountsNotFound,
    OpeningAccountMissing,
    PeriodLocked,
    InvalidDate,
    OpeningBalancesExist,
    AlreadyReversed,
    HasSettlements,
)


@router.post("", dependencies=[require("journal:write")], responses=_REFUSALS)
def open_books(
    body: OpeningBalancesIn, caller: CallerDep, ask: AskDep, write: WriteDep, today: TodayDep
) -> OpeningBalancesOut:
    """Book what every account begins with, as one intent that can be reversed as a whole.

    Books are opened once; a set that `replaces` the first one takes it back in the same breath.
    """
    wanted = body.opening(derived_id("opening", caller.tenant_id, ask.key or uuid4()))

    def act(session: Session) -> OpeningBalancesOut:
        if body.replaces is not None:
            opening_store.check_replaced(session, body.replaces)
            reconciliation_store.reverse(
                session, body.replaces, today=today, in_original_period=True
            )
        posted = opening_store.open_books(session, wanted)
        return OpeningBalancesOut(
            intent_id=posted.intent_id,
            event_count=posted.event_count,
            total_debit=wanted.total_debit,
            total_credit=wanted.total_credit,
        )

    return write(act)
