"""A report as PDF: the figures of the page, the company, the days, and when it was made."""

from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Annotated, Any

from fastapi import APIRouter, Response

from api.http.at_once import at_once
from api.pages import templating
from api.pages.language import Language, Period, Word
from api.pages.report_kinds import Report, Row, days_of, report_of
from api.pages.routing import PageRoute
from api.pages.span import Span, span_of
from api.pages.visit import VisitDep
from api.pictures.prints import Prints
from domain.money import ZERO
from domain.reports.snapshot import Asked

router = APIRouter(include_in_schema=False, route_class=PageRoute)

MOST = 2000
"""Rows of a printed report; one that has more says so, and its CSV file has them all."""


@router.get("/reports/{kind}/pdf")
def print_report(kind: str, visit: VisitDep, span: Annotated[Span, at_once(span_of)]) -> Response:
    """A report on paper."""
    visit.need("auswertungen:read")
    report = report_of(kind)
    days = days_of(kind, span, visit.today)
    snapshot, found = visit.read(report.read, Asked(visit.now, days.first, days.last))
    rows = list(report.rows(found))
    facts: dict[str, Any] = {
        "kind": kind,
        "snapshot": snapshot,
        "columns": [_column(each, rows, at) for at, each in enumerate(report.columns)],
        "rows": [_told(visit.language, row) for row in islice(rows, MOST)],
        "total": len(rows),
        "is_whole": report.is_whole(found),
        "most": MOST,
        "sums": _told(visit.language, _sums(report, rows)) if report.summed and rows else None,
        "made": visit.now,
        "is_to_the_day": kind in {"balance-sheet", "payables", "receivables"},
    }
    prints: Prints = visit.request.app.state.prints
    content = prints.pdf(templating.text(visit.language, "report_print.html", facts))
    name = f"{kind}-{snapshot.days.first}-{snapshot.days.last}.pdf"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "X-Content-Type-Options": "nosniff",
    }
    return Response(content, media_type="application/pdf", headers=headers)


def _column(code: str, rows: list[Row], at: int) -> tuple[str, str]:
    """A column's word, and what stands in it: figures, days, or words."""
    kinds = {type(row[at]) for row in rows}
    kind = "num" if kinds & {Decimal, int} else "day" if date in kinds else ""
    return f"column_{code}", kind


def _told(language: Language, row: Row) -> list[str]:
    """Values as the page writes them."""
    return [_written(language, each) for each in row]


def _written(language: Language, value: object) -> str:
    """A value as the page writes it; what is not there is empty."""
    if isinstance(value, Decimal):
        return language.money(value)
    if isinstance(value, date):
        return language.day(value)
    if isinstance(value, Word):
        return language.word(value)
    if isinstance(value, Period):
        return language.period(value)
    return "" if value is None else str(value)


def _sums(report: Report, rows: list[Row]) -> Row:
    """Sums of all rows, those that are left out included, under the columns that have one."""
    return tuple(
        _sum(rows, at) if name in report.summed else None for at, name in enumerate(report.columns)
    )


def _sum(rows: list[Row], at: int) -> Decimal:
    amounts = [value for row in rows if isinstance(value := row[at], Decimal)]
    return sum(amounts, ZERO)
