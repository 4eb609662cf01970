"""Reading the journal, and reversing what is in it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from sqlmodel import Session

from api.http.at_once import at_once
from api.http.dependencies import CallerDep, ReadDep, TodayDep, WriteDep, require
from api.http.errors import responses
from api.http.json_bodies import ExactRoute
from api.schemas.journal import EntryOut, IntentOut, JournalOut, ReversalIn, ReversalOut
from api.schemas.types import AnyDay
from domain.banking.bank_transaction import TxAlreadyHandled
from domain.dates import check_order
from domain.errors import NotFound
from domain.ledger import entry_views
from domain.ledger.journal_views import JournalFilter
from domain.ledger.opening import OpeningBalancesExist
from domain.ledger.reversal import AlreadyReversed, HasSettlements
from domain.payments.run import InvoiceBeingPaid
from domain.posting.outcome import PeriodLocked
from domain.transactions import reversal_store

router = APIRouter(prefix="/v1/journal", tags=["Journal"], route_class=ExactRoute)
READ, WRITE = require("journal:read"), require("journal:write")


def wanted(
    account: Annotated[str | None, Query(max_length=8)] = None,
    start: Annotated[AnyDay | None, Query(alias="startDate")] = None,
    end: Annotated[AnyDay | None, Query(alias="endDate")] = None,
    search: Annotated[str | None, Query(max_length=200)] = None,
    external_reference: Annotated[
        str | None, Query(alias="externalReference", max_length=500)
    ] = None,
) -> JournalFilter:
    """Which rows; `search` looks at text, account numbers and reference."""
    check_order(start, end, "query/endDate")
    return JournalFilter(account, start, end, search, external_reference)


@router.get("", dependencies=[READ])
def list_entries(
    caller: CallerDep,
    read: ReadDep,
    which: Annotated[JournalFilter, at_once(wanted)],
    response: Response,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
    before: Annotated[int | None, Query(ge=1, le=2**63 - 1, description="X-Next-Cursor")] = None,
) -> JournalOut:
    """List journal rows over all intents, newest first.

    Where more rows follow, the header `X-Next-Cursor` says what to send as `before` for them.
    """
    found = read(entry_views.page, which, limit=limit, before=before)
    if found.next is not None:
        response.headers["X-Next-Cursor"] = str(found.next)
    return JournalOut(entries=[EntryOut.of(line, caller.tenant_id) for line in found.lines])


@router.get("/{intent_id}", dependencies=[READ], responses=responses(NotFound))
def show_intent(intent_id: UUID, caller: CallerDep, read: ReadDep) -> IntentOut:
    """Show one intent: rows with their hashes and origin, and all links both ways."""
    return IntentOut.of(read(entry_views.audited, intent_id), caller.tenant_id)


@router.post(
    "/reverse",
    dependencies=[WRITE],
    responses=responses(
        NotFound,
        AlreadyReversed,
        HasSettlements,
        InvoiceBeingPaid,
        OpeningBalancesExist,
        PeriodLocked,
        TxAlreadyHandled,
    ),
)
def reverse(body: ReversalIn, today: TodayDep, write: WriteDep) -> ReversalOut:
    """Mirror every row of an intent in a new one; nothing is ever deleted.

    Not while its invoice is being paid (409 `INVOICE_BEING_PAID`): a payment run with it is
    exported and not over, or completed in the last days and no statement shows the money.
    """

    def act(session: Session) -> ReversalOut:
        posted = reversal_store.reverse(
            session,
            body.intent_id,
            today=today,
            in_original_period=body.posting_mode == "original_period",
            reason=body.reason,
        )
        return ReversalOut(
            reversal_intent_id=posted.intent_id,
            original_intent_id=body.intent_id,
            event_count=posted.event_count,
        )

    return write(act)
