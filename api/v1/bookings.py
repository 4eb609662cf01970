"""Posting to the journal."""

from uuid import uuid4

from fastapi import APIRouter

from api.deps import AskDep, CallerDep, WriteDep, require
from api.errors import responses
from api.schemas.bookings import BookingIn, BookingOut
from api.wire import ExactRoute
from domain.ids import derived_id
from domain.ledger.booking import (
    AccountNotFound,
    FxTaxCodeUnsupported,
    InvalidAdjustmentPeriod,
    TaxCodeConflict,
)
from domain.ledger.intent import BalanceMismatch
from domain.store import bookings
from domain.store.invoices import DocumentNotFound
from domain.store.journal import DuplicateSuspected, PeriodLocked
from domain.tax.code import InvalidTaxCode

router = APIRouter(prefix="/v1/bookings", tags=["Journal"], route_class=ExactRoute)

_REFUSALS = responses(
    BalanceMismatch,
    PeriodLocked,
    AccountNotFound,
    InvalidTaxCode,
    TaxCodeConflict,
    FxTaxCodeUnsupported,
    InvalidAdjustmentPeriod,
    DocumentNotFound,
    DuplicateSuspected,
)


@router.post("", status_code=201, dependencies=[require("journal:write")], responses=_REFUSALS)
def book(body: BookingIn, caller: CallerDep, ask: AskDep, write: WriteDep) -> BookingOut:
    """Post one booking; lines with a tax code carry gross amounts and are expanded."""
    key = ask.key or uuid4()
    intent_id = derived_id("booking", caller.tenant_id, key)
    source = "api" if caller.actor.key_prefix else "manual"
    return write(
        lambda session: BookingOut.model_validate(
            bookings.book(session, body.booking(intent_id, source))
        )
    )
