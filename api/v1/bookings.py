"""Posting to the journal: the one path that is measured against the bare database.

Nothing here waits in a thread: a call is recognised, prepared and handed to the poster, which
sends what waits together in one transaction (docs/decisions/0032).
"""

from collections.abc import Callable, Sequence
from uuid import UUID, uuid4

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse

from api.auth import RecognisedDep, require_recognised
from api.deps import AskDep, PosterDep, ReadRecognisedDep
from api.errors import responses
from api.quick import QuickRoute
from api.schemas.bookings import BatchIn, BatchOut, BookingIn, BookingOut
from api.writes import REPLAYED
from domain.errors import DomainError, FieldError
from domain.ids import derived_id, derived_ids
from domain.ledger.booking import (
    AccountNotFound,
    Booking,
    Books,
    FxTaxCodeUnsupported,
    InvalidAdjustmentPeriod,
    TaxCodeConflict,
    intent_of,
)
from domain.ledger.intent import BalanceMismatch, Intent
from domain.store import bookings
from domain.store.invoices import DocumentNotFound
from domain.store.journal import DuplicateSuspected, PeriodLocked
from domain.store.poster import Answer, Call
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
    DocumentNotFound,
    DuplicateSuspected,
)


@router.post(
    "", status_code=201, dependencies=[WRITE], response_model=BookingOut, responses=_REFUSALS
)
async def book(
    body: BookingIn, caller: RecognisedDep, ask: AskDep, read: ReadRecognisedDep, poster: PosterDep
) -> Response:
    """Post one booking; lines with a tax code carry gross amounts and are expanded."""
    intent_id = derived_id("booking", caller.tenant_id, ask.key or uuid4())
    wanted = [body.booking(intent_id, _source(caller.actor.key_prefix))]
    if body.document_id is not None:
        wanted = await read.in_thread(bookings.with_documents, wanted)

    def prepare(books: Books) -> list[Intent]:
        return [intent_of(each, books) for each in wanted]

    def answer(intents: Sequence[Intent]) -> dict[str, object]:
        return _one(intents[0].intent_id, len(intents[0].entries))

    call = Call(caller.tenant_id, caller.actor, prepare, caller.token_hash, ask.named, answer)
    posted = await poster.post(call)
    return _answered(posted, lambda: _one(intent_id, posted.posted[0].event_count))


@router.post(
    "/batch", status_code=201, dependencies=[WRITE], response_model=BatchOut, responses=_REFUSALS
)
async def book_all(
    body: BatchIn, caller: RecognisedDep, ask: AskDep, read: ReadRecognisedDep, poster: PosterDep
) -> Response:
    """Post up to 1,000 bookings, all of them or none; the answers come in the order sent."""
    batch_id = derived_id("batch", caller.tenant_id, ask.key or uuid4())
    source = _source(caller.actor.key_prefix)
    ids = derived_ids(len(body.bookings), "booking", batch_id)
    wanted = [
        each.booking(intent_id, source) for intent_id, each in zip(ids, body.bookings, strict=True)
    ]
    if any(each.document_id for each in wanted):
        try:
            wanted = await read.in_thread(bookings.with_documents, wanted)
        except DocumentNotFound as error:
            raise _pointed(error, wanted) from None

    prepared: list[Intent] = []

    def prepare(books: Books) -> list[Intent]:
        prepared[:] = _prepared(wanted, books)
        return [*prepared]

    def answer(intents: Sequence[Intent]) -> dict[str, object]:
        return {"results": [_one(each.intent_id, len(each.entries)) for each in intents]}

    call = Call(
        caller.tenant_id,
        caller.actor,
        prepare,
        caller.token_hash,
        ask.named,
        answer,
    )
    try:
        posted = await poster.post(call)
    except (DuplicateSuspected, PeriodLocked) as error:
        raise _refused(error, prepared) from None
    return _answered(
        posted,
        lambda: {"results": [_one(each.intent_id, each.event_count) for each in posted.posted]},
    )


def _source(key_prefix: str | None) -> str:
    return "api" if key_prefix else "manual"


def _prepared(wanted: Sequence[Booking], books: Books) -> list[Intent]:
    prepared = []
    for position, each in enumerate(wanted):
        try:
            prepared.append(intent_of(each, books))
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


def _one(intent_id: UUID, event_count: int) -> dict[str, object]:
    return {"intent_id": str(intent_id), "event_count": event_count}


def _answered(answer: Answer, fresh: Callable[[], dict[str, object]]) -> Response:
    if answer.first is not None:
        return JSONResponse(answer.first, 201, {REPLAYED: "true"})
    return JSONResponse(fresh(), 201)
