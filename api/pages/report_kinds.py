"""The reports there are: what they read, what they are made of as a table, where figures lead."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import Session

from api.pages.language import Period, Word
from api.pages.span import Span, last_month
from domain.errors import NotFound
from domain.ledger import account_views
from domain.reports import (
    ageing_views,
    cash_flow_views,
    layout_views,
    vat_return_views,
    views,
    zm_views,
)
from domain.reports.ageing import AgedItem, OpenItems
from domain.reports.cash_flow import CashFlow, headings
from domain.reports.drill_down import Statement
from domain.reports.layout_views import Layout
from domain.reports.positions import positions
from domain.reports.snapshot import Asked, Snapshot
from domain.reports.snapshot_views import taken
from domain.tax.vat_form import form_of
from domain.tax.vat_return import VatReturn
from domain.tax.zm import Zm

Row = tuple[object, ...]
Read = Callable[[Session, Asked], tuple[Snapshot, Any]]


@dataclass(frozen=True, slots=True)
class Report:
    """One report; `statement` is there where its figures lead to entries.

    `summed` names the columns that have a sum below them on paper. A page that shows less than the
    report has reads it by `shown`, and what it shows of one partner by `items`. `is_whole` says
    whether all that its page warns of is in order.
    """

    read: Read
    columns: tuple[str, ...]
    rows: Callable[[Any], Iterable[Row]]
    statement: Statement | None = None
    is_of_month: bool = False
    summed: tuple[str, ...] = ()
    shown: Read | None = None
    items: Callable[[Session, Snapshot, UUID | None], Sequence[AgedItem]] | None = None
    is_whole: Callable[[Any], bool] = lambda _: True


def report_of(kind: str) -> Report:
    """The report of an address. Raises NotFound."""
    found = REPORTS.get(kind)
    if found is None:
        raise NotFound("There is no such report.")
    return found


def days_of(kind: str, span: Span, today: date) -> Span:
    """The days of a report: where none are named, those that one asks for first."""
    if span.first or span.last or not report_of(kind).is_of_month:
        return span
    return last_month(today)


def title_of(session: Session, snapshot: Snapshot, statement: Statement, line: str) -> str:
    """What a line of a report is called; empty where its name is a word of ours."""
    if statement is Statement.VAT_RETURN:
        form = form_of(snapshot.country, snapshot.days.last)
        return next((box.label for box in form.boxes if box.number == line), "")
    if statement is Statement.CASH_FLOW:
        return next((each.label for each in headings() if each.line == line), "")
    known = positions(snapshot.country).get(line)
    if known is not None:
        return known.label
    return account_views.names(session, {line}).get(line, "")


def _snapshot(view: Callable[[Session, Snapshot], Any]) -> Read:
    return lambda session, asked: taken(session, asked, view)


def _accounts(found: Iterable[Any]) -> Iterator[Row]:
    for each in found:
        yield (each.number, each.name, each.opening_balance, each.debit_total,
               each.credit_total, each.closing_balance)  # fmt: skip


def _layout(found: Layout) -> Iterator[Row]:
    for line in found.lines:
        yield (line.number, line.label, None, line.amount, line.prior_year_amount)
        for each in line.accounts:
            yield (line.number, each.name, each.number, each.amount, each.prior_year_amount)


def _is_clean(found: Layout) -> bool:
    return found.checks.is_clean


def _management(found: Iterable[Any]) -> Iterator[Row]:
    for line in found:
        yield (Word(f"bwa_{line.key}"), line.amount, line.year_to_date)


def _boxes(found: VatReturn) -> Iterator[Row]:
    for each in found.boxes:
        yield (each.box.number, each.box.label, each.amount, each.tax, each.booked, each.entries)


def _supplies(found: Zm) -> Iterator[Row]:
    """Lines, corrections by their month, and what cannot be stated: it has no amount to state."""
    for each in (*found.lines, *found.corrections):
        month = Period(each.period) if each.period else None
        yield (each.vat_id, each.kind.letter, each.base, each.booked, month, None)
    for lacking in found.unstated:
        buyer = lacking.buyer
        yield (buyer.vat_id, lacking.kind.letter, None, lacking.base, None, buyer.name)


def _items(found: OpenItems) -> Iterator[Row]:
    for partner in found.partners:
        for each in partner.items:
            yield (partner.partner_name, each.document_number, each.booking_date, each.due_date,
                   each.days_overdue, each.account, each.remaining_base,
                   each.remaining_amount, each.currency)  # fmt: skip


def _flows(found: CashFlow) -> Iterator[Row]:
    for line in found.lines:
        yield (Word(f"cash_{line.heading.line}"), line.inflow, line.outflow, line.net, line.entries)


_OF_LAYOUT = ("law", "name", "account", "amount", "year_before")
_OF_ITEMS = ("partner", "reference", "day", "due", "overdue", "account", "open",
             "open_document", "currency")  # fmt: skip
REPORTS: Mapping[str, Report] = {
    "trial-balance": Report(
        _snapshot(views.of_accounts),
        ("account", "name", "opening", "debit", "credit", "closing"),
        _accounts,
        Statement.SUSA,
        summed=("opening", "debit", "credit", "closing"),
    ),
    "profit-loss": Report(
        _snapshot(layout_views.profit_loss), _OF_LAYOUT, _layout, Statement.GUV, is_whole=_is_clean
    ),
    "balance-sheet": Report(
        _snapshot(layout_views.balance_sheet),
        _OF_LAYOUT,
        _layout,
        Statement.BILANZ,
        is_whole=_is_clean,
    ),
    "management": Report(
        views.of_management, ("name", "amount", "year_to_date"), _management, Statement.BWA
    ),
    "vat": Report(
        _snapshot(vat_return_views.of_range),
        ("box", "name", "amount", "tax", "booked", "entries"),
        _boxes,
        Statement.VAT_RETURN,
        is_of_month=True,
        is_whole=lambda found: found.is_reconciled,
    ),
    "zm": Report(
        _snapshot(zm_views.of_range),
        ("vat_id", "letter", "stated", "booked", "period", "partner"),
        _supplies,
        is_of_month=True,
        is_whole=lambda found: found.is_complete,
    ),
    "payables": Report(
        _snapshot(ageing_views.payable),
        _OF_ITEMS,
        _items,
        summed=("open",),
        shown=_snapshot(ageing_views.payable_sums),
        items=ageing_views.payable_of,
        is_whole=lambda found: found.is_reconciled,
    ),
    "receivables": Report(
        _snapshot(ageing_views.receivable),
        _OF_ITEMS,
        _items,
        summed=("open",),
        shown=_snapshot(ageing_views.receivable_sums),
        items=ageing_views.receivable_of,
        is_whole=lambda found: found.is_reconciled,
    ),
    "cash-flow": Report(
        _snapshot(cash_flow_views.of_range),
        ("name", "inflow", "outflow", "net", "entries"),
        _flows,
        Statement.CASH_FLOW,
        is_whole=lambda found: not found.difference,
    ),
}
