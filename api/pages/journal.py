"""The journal, one intent of it with its document, and the sheet of an account."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query, Response
from sqlmodel import Session

from api.http.at_once import at_once
from api.pages import downloads, templating
from api.pages.routing import PageRoute
from api.pages.span import Span, span_of, usual
from api.pages.visit import Visit, VisitDep
from api.pictures.pages import picture_of, subject_of
from api.pictures.pool import DRAWABLE, pictures_of
from domain.access import views as access
from domain.database.session import read_session
from domain.dates import DateRange
from domain.documents import views as documents
from domain.errors import NotFound
from domain.intake import document_views
from domain.ledger import account_views, entry_views
from domain.ledger.account import AccountType
from domain.ledger.account_views import ALWAYS
from domain.ledger.journal_views import JournalFilter

router = APIRouter(include_in_schema=False, route_class=PageRoute)

ROWS = 100
_AT_ONCE = 1000
_MOST_ACCOUNTS = 10_000
_COLUMNS = ("number", "day", "debit_account", "credit_account", "amount", "text", "reference")
_SHEET = ("number", "day", "text", "contra_account", "debit", "credit", "balance", "reference")
Before = Annotated[int | None, Query(ge=1, le=2**62)]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows of the journal, as the address says it."""

    q: str
    account: str
    span: Span

    @property
    def asked(self) -> JournalFilter:
        """The question to the journal."""
        first, last = self.span.first, self.span.last
        return JournalFilter(self.account or None, first, last, self.q or None)

    def query(self, **more: object) -> str:
        """The same filter as the end of an address."""
        own = {"q": self.q, "account": self.account, **more}
        told = {name: value for name, value in own.items() if value}
        return "&".join(filter(None, (urlencode(told), self.span.query())))


def wanted_of(
    span: Annotated[Span, at_once(span_of)],
    q: Annotated[str, Query(max_length=200)] = "",
    account: Annotated[str, Query(max_length=8)] = "",
) -> Wanted:
    """The filter of an address."""
    return Wanted(q.strip(), account.strip(), span)


WantedDep = Annotated[Wanted, at_once(wanted_of)]
SpanDep = Annotated[Span, at_once(span_of)]


@router.get("/journal")
def show_journal(visit: VisitDep, wanted: WantedDep, before: Before = None) -> Response:
    """Rows of the journal, newest first."""
    visit.need("journal:read")
    return templating.page(visit, "journal.html", visit.read(_journal, visit, wanted, before))


@router.get("/journal/csv")
def download_journal(visit: VisitDep, wanted: WantedDep) -> Response:
    """All rows that the filter finds."""
    visit.need("journal:read")
    return downloads.as_csv(visit.language, "journal", _COLUMNS, _rows(visit, wanted))


@router.get("/journal/{intent_id}")
def show_intent(intent_id: UUID, visit: VisitDep) -> Response:
    """One intent: its rows, what it is tied to, and the page that it came from."""
    visit.need("journal:read")
    return shown(visit, intent_id, {})


def shown(visit: Visit, intent_id: UUID, more: dict[str, Any], status: int = 200) -> Response:
    """The page of an intent; `more` says what became of an order."""
    facts = {**visit.read(_intent, intent_id), "refusal": None, "reason": "", **more}
    return templating.page(visit, "intent.html", facts, status=status)


@router.get("/journal/{intent_id}/pages/{number}")
def show_page(
    intent_id: UUID,
    number: int,
    visit: VisitDep,
    width: Annotated[int, Query(ge=1, le=2400)] = 700,
) -> Response:
    """The picture of a page of the document that an intent was booked from."""
    visit.need("journal:read")
    subject = subject_of(visit.caller.tenant_id, visit.read(_document, intent_id))
    return picture_of(visit.request, pictures_of(visit.request), subject, number, width)


@router.get("/accounts")
def show_accounts(visit: VisitDep, q: Annotated[str, Query(max_length=100)] = "") -> Response:
    """The chart, each account a door to its sheet."""
    visit.need("journal:read")
    return chart(visit, q.strip(), {})


def chart(visit: Visit, q: str, more: dict[str, Any], status: int = 200) -> Response:
    """The page of the chart; `more` says what became of an order."""
    facts = {**visit.read(_accounts, q), "refusal": None, "typed": None, **more}
    return templating.page(
        visit, "accounts.html", {**facts, "types": list(AccountType)}, status=status
    )


@router.get("/accounts/{number}")
def show_sheet(number: str, visit: VisitDep, span: SpanDep, before: Before = None) -> Response:
    """What moved on an account, with the balance after each row."""
    visit.need("journal:read")
    return sheet(visit, number, span, before, {})


def sheet(
    visit: Visit,
    number: str,
    span: Span,
    before: int | None,
    more: dict[str, Any],
    status: int = 200,
) -> Response:
    """The page of an account; `more` says what became of an order."""
    facts = visit.read(_sheet, visit, number, span, before)
    known = {"refusal": None, **facts, **more}
    return templating.page(visit, "sheet.html", known, status=status)


@router.get("/accounts/{number}/csv")
def download_sheet(number: str, visit: VisitDep, span: SpanDep) -> Response:
    """All that moved on an account in these days."""
    visit.need("journal:read")
    return downloads.as_csv(
        visit.language, f"account-{number}", _SHEET, _moved(visit, number, span)
    )


def _journal(session: Session, visit: Visit, wanted: Wanted, before: int | None) -> dict[str, Any]:
    page = entry_views.page(session, wanted.asked, limit=ROWS, before=before)
    numbers = {each.account_debit for each in page.lines}
    numbers |= {each.account_credit for each in page.lines}
    return {
        "at": "j",
        "page": page,
        "wanted": wanted,
        "before": before,
        "names": account_views.names(session, numbers),
        "usual": usual(visit.today, access.tenant(session).fiscal_year_start),
    }


def _rows(visit: Visit, wanted: Wanted) -> Iterator[tuple[object, ...]]:
    """Every row of the filter, from one state of the books."""
    with read_session(visit.engine, visit.caller.tenant_id) as session:
        before: int | None = None
        while True:
            page = entry_views.page(session, wanted.asked, limit=_AT_ONCE, before=before)
            for each in page.lines:
                yield (each.journal_number, each.booking_date, each.account_debit,
                       each.account_credit, each.amount, each.description,
                       each.external_reference)  # fmt: skip
            if page.next is None:
                return
            before = page.next


def _intent(session: Session, intent_id: UUID) -> dict[str, Any]:
    found = entry_views.audited(session, intent_id)
    linked = found.view.ties.documents
    used = document_views.document(session, linked[0].id) if linked else None
    return {
        "at": "j",
        "found": found,
        "intent": found.view.intent,
        "ties": found.view.ties,
        "document": used,
        "is_drawn": used is not None and used.mime_type in DRAWABLE,
    }


def _document(session: Session, intent_id: UUID) -> documents.Document:
    linked = entry_views.audited(session, intent_id).view.ties.documents
    if not linked:
        raise NotFound("The intent has no document.")
    return documents.document(session, linked[0].id)


def _accounts(session: Session, q: str) -> dict[str, Any]:
    found, total = account_views.page(session, limit=_MOST_ACCOUNTS, offset=0)
    words = q.lower().split()

    def fits(row: Any) -> bool:
        return all(row.number.startswith(word) or word in row.name.lower() for word in words)

    return {
        "at": "j",
        "accounts": [each for each in found if fits(each)],
        "total": total,
        "q": q,
        "gone": [each for each in account_views.inactive(session) if fits(each)],
    }


def _days(span: Span) -> DateRange:
    return DateRange(span.first or ALWAYS.first, span.last or ALWAYS.last)


def _sheet(
    session: Session, visit: Visit, number: str, span: Span, before: int | None
) -> dict[str, Any]:
    found = account_views.statement(session, number, _days(span), limit=ROWS, before=before)
    return {
        "at": "j",
        "number": number,
        "name": account_views.names(session, {number}).get(number, ""),
        "sheet": found,
        "is_active": account_views.is_active(session, number),
        "span": span,
        "before": before,
        "usual": usual(visit.today, access.tenant(session).fiscal_year_start),
    }


def _moved(visit: Visit, number: str, span: Span) -> Iterator[tuple[object, ...]]:
    """Every row of a sheet, latest first, from one state of the books."""
    with read_session(visit.engine, visit.caller.tenant_id) as session:
        before: int | None = None
        while True:
            found = account_views.statement(
                session, number, _days(span), limit=_AT_ONCE, before=before
            )
            for each in reversed(found.lines):
                yield (each.journal_number, each.booking_date, each.description,
                       each.contra_account, each.debit, each.credit, each.running_balance,
                       each.external_reference)  # fmt: skip
            if found.next is None:
                return
            before = found.next
