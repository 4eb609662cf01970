"""A booking by hand: lines of debit and credit that balance, as the API takes them."""

from typing import Any

from fastapi import APIRouter, Response
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from api.pages import templating, typed
from api.pages.books_forms import body_of
from api.pages.routing import PageRoute, see
from api.pages.typed import Mistyped
from api.pages.visit import FormDep, Visit, VisitDep
from api.schemas.bookings import BookingIn
from domain.database.session import tenant_of
from domain.errors import DomainError, InvalidInput
from domain.ids import derived_id
from domain.ledger import books_store
from domain.ledger.booking import check_not_ahead
from domain.posting import store as posting

router = APIRouter(include_in_schema=False, route_class=PageRoute)

_OPERATION = "pages.journal.book"
_LINES, _MORE, _MOST = 4, 4, 40
_OF_LINE = ("account", "debit", "credit", "tax")
_HEAD = ("booking_date", "description", "external_reference")
_MANUAL = "manual"


@router.get("/journal/new")
def ask_for_booking(visit: VisitDep) -> Response:
    """An empty form."""
    visit.need("journal:write")
    head = dict.fromkeys(_HEAD, "") | {"booking_date": visit.language.day(visit.today)}
    return _form(visit, {"head": head, "lines": [_empty() for _ in range(_LINES)]})


@router.post("/journal/new")
async def book_by_hand(visit: VisitDep, form: FormDep) -> Response:
    """Post it, once; or give more lines to type into."""
    visit.need("journal:write")
    told = _typed(form)
    if form.get("do") == "more":
        told["lines"] = [*told["lines"], *(_empty() for _ in range(_MORE))][:_MOST]
        return await run_in_threadpool(_form, visit, told)
    intent_id = derived_id(_OPERATION, visit.caller.tenant_id, visit.command(_OPERATION, form).key)

    def act(session: Session) -> dict[str, Any]:
        booking = _body(visit, told, form).booking(intent_id, _MANUAL)
        check_not_ahead(booking.booking_date, visit.today)
        return {"intent_id": str(posting.book(session, booking).intent_id)}

    try:
        done = await visit.once(_OPERATION, form, act)
    except DomainError as refusal:
        return await run_in_threadpool(_form, visit, told | {"refusal": refusal}, 409)
    return see(f"/journal/{done['intent_id']}")


def _body(visit: Visit, told: dict[str, Any], form: FormData) -> BookingIn:
    """The body of the API. Raises InvalidInput, with the line."""
    lines = [
        _line(visit, place, line) for place, line in enumerate(told["lines"]) if any(line.values())
    ]
    head = told["head"]
    facts: dict[str, Any] = {
        "description": head["description"],
        "external_reference": head["external_reference"] or None,
        "lines": lines,
        "skip_duplicate_check": bool(form.get("again")),
    }
    try:
        day = typed.day_of(head["booking_date"])
    except Mistyped as error:
        raise InvalidInput("/booking_date", "is no day") from error
    return body_of(BookingIn, facts | {"booking_date": day and day.isoformat()})


def _line(visit: Visit, place: int, line: dict[str, str]) -> dict[str, Any]:
    amounts = {}
    for side in ("debit", "credit"):
        try:
            amounts[side] = str(typed.amount_of(line[side], visit.language.name) or 0)
        except Mistyped as error:
            raise InvalidInput(f"/lines/{place}/{side}", "is no amount") from error
    number = line["account"].partition(" ")[0]
    return {"account_number": number, "tax_code": line["tax"] or None, **amounts}


def _typed(form: FormData) -> dict[str, Any]:
    """What was sent, as the form shows it again."""
    columns = {each: form.getlist(each)[:_MOST] for each in _OF_LINE}
    count = max((len(each) for each in columns.values()), default=0)
    lines = [
        {
            name: str(column[place]).strip()[:100] if place < len(column) else ""
            for name, column in columns.items()
        }
        for place in range(count)
    ]
    return {"head": {each: str(form.get(each, "")).strip()[:500] for each in _HEAD}, "lines": lines}


def _empty() -> dict[str, str]:
    return dict.fromkeys(_OF_LINE, "")


def _form(visit: Visit, told: dict[str, Any], status: int = 200) -> Response:
    facts = {"at": "j", "refusal": None, "codes": visit.read(_codes), "most": _MOST, **told}
    return templating.page(visit, "booking.html", facts, status=status)


def _codes(session: Session) -> list[tuple[str, str]]:
    known = books_store.books(session, tenant_of(session)).tax_codes.values()
    return sorted((each.code, each.label) for each in known if each.active)
