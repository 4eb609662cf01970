"""Posting to the journal: the one path that is measured against the bare database.

Nothing here waits in a thread: a call is recognised, prepared and handed to the queue, which
sends what waits together in one transaction (docs/decisions/0032).
"""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse

from api.http.auth import RecognisedDep, require_recognised
from api.http.dependencies import Ask, AskDep, QueueDep, ReadRecognisedDep
from api.http.errors import responses
from api.http.fast_route import QuickRoute
from api.http.idempotent_writes import REPLAYED
from api.schemas.bookings import BatchIn, BatchOut, BookingIn, BookingOut, BookingWarningOut
from domain.database.idempotency import first_answer
from domain.documents.document import DocumentNotFound
from domain.errors import DomainError, FieldError
from domain.ids import derived_id, derived_ids
from domain.intake import hand_booking_views
from domain.intake.hand_booking_views import SameInvoice
from domain.ledger.booking import (
    AccountNotFound,
    Booking,
    Books,
    FxTaxCodeUnsupported,
    InvalidAdjustmentPeriod,
    InvalidDate,
    TaxCodeConflict,
    check_not_ahead,
    intent_of,
)
from domain.ledger.intent import BalanceMismatch, Intent, SameAccount
from domain.payables import settling_store
from domain.payables.settling import OpenItemNotFound, SettlementMismatch
from domain.posting import booking_store
from domain.posting.call import PostingCall
from domain.posting.outcome import (
    Answer,
    DuplicateSuspected,
    PeriodLocked,
    SettlementExceedsOpenAmount,
)
from domain.tax.code import InvalidTaxCode

router = APIRouter(prefix="/v1/bookings", tags=["Journal"], route_class=QuickRoute)
WRITE = require_recognised("journal:write")

_REFUSALS = responses(
    BalanceMismatch,
    PeriodLocked,
    AccountNotFound,
    InvalidTaxCode,
    TaxCodeConflict,
    FxTaxCodeUnsupported,
    InvalidAdjustmentPeriod,
    InvalidDate,
    SameAccount,
    DocumentNotFound,
    DuplicateSuspected,
    OpenItemNotFound,
    SettlementMismatch,
    SettlementExceedsOpenAmount,
)


@router.post(
    "", status_code=201, dependencies=[WRITE], response_model=BookingOut, responses=_REFUSALS
)
async def book(
    body: BookingIn, caller: RecognisedDep, ask: AskDep, read: ReadRecognisedDep, queue: QueueDep
) -> Response:
    """Post one booking; lines with a tax code carry gross amounts and are expanded."""
    intent_id = derived_id("booking", caller.tenant_id, ask.key or uuid4())
    asked = [body.booking(intent_id, _source(caller.actor.key_prefix))]
    try:
        wanted, told = await _completed(read, asked)
    except DomainError as refusal:
        return await _first_or(refusal, read, ask)

    today = datetime.now(UTC).date()

    def prepare(books: Books) -> list[Intent]:
        return [_intent(each, books, today) for each in wanted]

    def answer(intents: Sequence[Intent]) -> dict[str, object]:
        return _one(intents[0].intent_id, len(intents[0].entries), told[0])

    call = PostingCall(
        caller.tenant_id, caller.actor, prepare, caller.token_hash, ask.named, answer
    )
    posted = await queue.post(call)
    return _response_of(posted, lambda: _one(intent_id, posted.posted[0].event_count, told[0]))


@router.post(
    "/batch", status_code=201, dependencies=[WRITE], response_model=BatchOut, responses=_REFUSALS
)
async def book_all(
    body: BatchIn, caller: RecognisedDep, ask: AskDep, read: ReadRecognisedDep, queue: QueueDep
) -> Response:
    """Post up to 1,000 bookings, all of them or none; the answers come in the order sent."""
    batch_id = derived_id("batch", caller.tenant_id, ask.key or uuid4())
    source = _source(caller.actor.key_prefix)
    ids = derived_ids(len(body.bookings), "booking", batch_id)
    asked = [
        each.booking(intent_id, source) for intent_id, each in zip(ids, body.bookings, strict=True)
    ]
    try:
        wanted, told = await _completed(read, asked, among_many=True)
    except DomainError as refusal:
        return await _first_or(refusal, read, ask)

    prepared: list[Intent] = []
    today = datetime.now(UTC).date()

    def prepare(books: Books) -> list[Intent]:
        prepared[:] = _prepared(wanted, books, today)
        return [*prepared]

    def answer(intents: Sequence[Intent]) -> dict[str, object]:
        return _all([(each.intent_id, len(each.entries)) for each in intents], told)

    call = PostingCall(
        caller.tenant_id,
        caller.actor,
        prepare,
        caller.token_hash,
        ask.named,
        answer,
    )
    try:
        posted = await queue.post(call)
    except (DuplicateSuspected, PeriodLocked) as error:
        raise _refused(error, prepared) from None
    return _response_of(
        posted,
        lambda: _all([(each.intent_id, each.event_count) for each in posted.posted], told),
    )


async def _completed(
    read: ReadRecognisedDep, wanted: list[Booking], *, among_many: bool = False
) -> tuple[list[Booking], list[list[SameInvoice]]]:
    """Bookings with their documents, held against known rates, and `_with_partners`."""
    if any(each.document_id for each in wanted):
        try:
            wanted = await read.in_thread(booking_store.with_documents, wanted)
        except DocumentNotFound as error:
            raise (_pointed(error, wanted) if among_many else error) from None
    if any(each.exchange for each in wanted):
        await read.in_thread(booking_store.check_rates, wanted, among_many=among_many)
    return await _with_partners(read, wanted, among_many=among_many)


async def _first_or(refusal: DomainError, read: ReadRecognisedDep, ask: Ask) -> Response:
    """The first answer to a call that was taken before, whatever is known by now; else a refusal.

    A rate that is imported meanwhile would refuse what it was too late for.
    """
    if (key := ask.named) is None:
        raise refusal
    first = await read.in_thread(first_answer, key.operation, key.key, key.request_hash)
    if first is None:
        raise refusal
    return JSONResponse(first, 201, {REPLAYED: "true"})


async def _with_partners(
    read: ReadRecognisedDep, wanted: list[Booking], *, among_many: bool = False
) -> tuple[list[Booking], list[list[SameInvoice]]]:
    """Bookings with the items that they settle, and invoices that are theirs already."""
    if not any(map(settling_store.names_partners, wanted)):
        return wanted, [[] for _ in wanted]
    found = await read.in_thread(settling_store.with_items, wanted, among_many=among_many)
    return found, await read.in_thread(hand_booking_views.invoices_like, found)


def _source(key_prefix: str | None) -> str:
    return "api" if key_prefix else "manual"


def _intent(booking: Booking, books: Books, today: date) -> Intent:
    check_not_ahead(booking.booking_date, today)
    return intent_of(booking, books)


def _prepared(wanted: Sequence[Booking], books: Books, today: date) -> list[Intent]:
    prepared = []
    for position, each in enumerate(wanted):
        try:
            prepared.append(_intent(each, books, today))
        except DomainError as error:
            raise _at(error, f"/bookings/{position}") from None
    return prepared


def _pointed(error: DomainError, wanted: Sequence[Booking]) -> DomainError:
    """The same refusal, of the booking that names a document which is not there."""
    missing = error.context["document_id"]
    position = [str(each.document_id) for each in wanted].index(str(missing))
    return _at(error, f"/bookings/{position}", "/document_id")


def _refused(error: DomainError, intents: Sequence[Intent]) -> DomainError:
    """The same refusal by the books, of the booking among many that met it."""
    for position, each in enumerate(intents):
        if isinstance(error, DuplicateSuspected) and str(each.intent_id) == error.suspected:
            return _at(error, f"/bookings/{position}")
        if isinstance(error, PeriodLocked) and each.period == error.context["period"]:
            return _at(error, f"/bookings/{position}", "/booking_date")
    return error


def _at(error: DomainError, pointer: str, field: str = "") -> DomainError:
    """The same refusal, of one booking among many."""
    fields = tuple(FieldError(pointer + each.pointer, each.detail) for each in error.fields)
    fields = fields or (FieldError(pointer + field, error.message),)
    return error.restored(f"{pointer}: {error.message}", fields, dict(error.context))


def _all(
    posted: Sequence[tuple[UUID, int]], told: Sequence[Sequence[SameInvoice]]
) -> dict[str, object]:
    return {"results": [_one(*each, like) for each, like in zip(posted, told, strict=True)]}


def _one(intent_id: UUID, event_count: int, like: Sequence[SameInvoice]) -> dict[str, object]:
    found: dict[str, object] = {"intent_id": str(intent_id), "event_count": event_count}
    return found | {"warnings": [_warning(each) for each in like]} if like else found


def _warning(like: SameInvoice) -> dict[str, object]:
    what = "An invoice" if like.invoice_id else "A document that waits for approval"
    warning = BookingWarningOut(
        code="SAME_INVOICE",
        message=f"{what} of this partner has the same number.",
        invoice_id=like.invoice_id,
        review_case_id=like.review_case_id,
        intent_id=like.intent_id,
    )
    return warning.model_dump(mode="json")


def _response_of(answer: Answer, fresh: Callable[[], dict[str, object]]) -> Response:
    if answer.first is not None:
        return JSONResponse(answer.first, 201, {REPLAYED: "true"})
    return JSONResponse(fresh(), 201)
