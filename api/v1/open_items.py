"""Open items of both ledgers: what is owed to vendors, by customers, and could be set off."""

from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter
from sqlmodel import Session

from api.http.auth import Caller, check_scopes
from api.http.dependencies import Page, ReadDep, WriteDep, paging, require_any
from api.http.errors import responses
from api.http.json_bodies import ExactRoute
from api.schemas.open_items import ClearingIn, ClearingOut, LedgerName, OpenItemOut, SideName
from domain.ledger.booking import AccountNotFound, InvalidDate, TaxCodeConflict
from domain.ledger.intent import SameAccount, Side
from domain.payables import clearing_store, item_views
from domain.payables.clearing import ClearingMismatch, DiscountTaxUnknown
from domain.payables.exchange_effect import FxDifferenceImplausible
from domain.payables.item_views import ItemFilter
from domain.payables.match import LeftItem, suggested
from domain.payables.settling import OpenItemNotFound, SettlementMismatch
from domain.payables.sub_ledger import SubLedger
from domain.posting.outcome import PeriodLocked, SettlementExceedsOpenAmount
from domain.tax.code import InvalidTaxCode

router = APIRouter(prefix="/v1/open-items", tags=["Open items"], route_class=ExactRoute)
SCOPES = {SubLedger.PAYABLE: "kreditoren", SubLedger.RECEIVABLE: "debitoren"}
READ = require_any(*(f"{module}:read" for module in SCOPES.values()))
WRITE = require_any(*(f"{module}:write" for module in SCOPES.values()))


@router.get("")
def list_items(  # noqa: PLR0913, PLR0917 (one parameter for each filter)
    read: ReadDep,
    caller: Annotated[Caller, READ],
    page: Annotated[Page, paging(100, 500)],
    ledger: LedgerName = "payable",
    vendor_id: UUID | None = None,
    customer_id: UUID | None = None,
    side: SideName | None = None,
) -> list[OpenItemOut]:
    """List open items of a ledger, the oldest first, with or without an invoice.

    A payment, credit note or prepayment that settles nothing is an item of its own, and says what
    it could be set off against. Payables need `kreditoren:read`, receivables `debitoren:read`.
    """
    wanted = SubLedger(ledger)
    check_scopes(caller, [f"{SCOPES[wanted]}:read"])
    partner_id = vendor_id if wanted is SubLedger.PAYABLE else customer_id
    sides = {"debit": Side.DEBIT, "credit": Side.CREDIT, None: None}
    asked = ItemFilter((partner_id,) if partner_id else (), sides[side], wanted)
    found, facing, total = read(_page, asked, page.limit, page.offset)
    matches = [suggested(each, facing.get(each.partner_id, ())) for each in found]
    return page.of(list(map(OpenItemOut.of, found, matches)), total)


def _page(
    session: Session, asked: ItemFilter, limit: int, offset: int
) -> tuple[list[LeftItem], dict[UUID | None, list[LeftItem]], int]:
    """Items, what stands against their credits by partner, and how many items there are."""
    found, total = item_views.open_items(session, asked, limit=limit, offset=offset)
    return found, item_views.facing(session, found), total


@router.post(
    "/clear",
    status_code=201,
    responses=responses(
        OpenItemNotFound,
        ClearingMismatch,
        DiscountTaxUnknown,
        FxDifferenceImplausible,
        SettlementMismatch,
        SettlementExceedsOpenAmount,
        AccountNotFound,
        InvalidTaxCode,
        TaxCodeConflict,
        SameAccount,
        InvalidDate,
        PeriodLocked,
    ),
)
def clear_items(body: ClearingIn, write: WriteDep, caller: Annotated[Caller, WRITE]) -> ClearingOut:
    """Clear items of one partner: invoices against credit notes and prepayments, with discounts.

    Any number on either side, in part or in full. Undone by reversing the intent. Payables need
    `kreditoren:write`, receivables `debitoren:write`.
    """
    clearing = body.clearing(uuid4())

    def act(session: Session) -> ClearingOut:
        ledgers = clearing_store.ledgers_of(session, clearing)
        check_scopes(caller, [f"{SCOPES[each]}:write" for each in sorted(ledgers)])
        posted = clearing_store.clear(session, clearing)
        return ClearingOut(intent_id=posted.intent_id, event_count=posted.event_count)

    return write(act)
