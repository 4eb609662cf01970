"""Reports: each figure a door to its entries, and each report a file."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response
from sqlmodel import Session

from api.http.at_once import at_once
from api.pages import downloads, templating
from api.pages.report_kinds import REPORTS, Report, days_of, report_of, title_of
from api.pages.routing import PageRoute, see
from api.pages.span import Span, span_of, usual
from api.pages.visit import FormDep, Visit, VisitDep, as_id
from domain.access import views as access
from domain.errors import InvalidInput
from domain.money import ZERO
from domain.reports import drill_down_views, snapshot_views, zm_log_store, zm_log_views, zm_views
from domain.reports.ageing import AgedItem, Bucket
from domain.reports.cash_flow import Activity
from domain.reports.drill_down import FigureName, LineNotFound, Wanted
from domain.reports.snapshot import Asked, Snapshot
from domain.tax.zm import LineName, Zm, changed

router = APIRouter(include_in_schema=False, route_class=PageRoute)

ROWS = 100
_ZM = "zm"
PARTNERS = 500
_SIDE = 12
_NOBODY = "none"

SpanDep = Annotated[Span, at_once(span_of)]
Line = Annotated[str, Query(min_length=1, max_length=40)]
Before = Annotated[int | None, Query(ge=1, le=2**62)]


@router.get("/reports")
def show_reports(visit: VisitDep) -> Response:
    """The first of them."""
    visit.need("auswertungen:read")
    return see("/reports/trial-balance")


@router.get("/reports/{kind}")
def show_report(
    kind: str,
    visit: VisitDep,
    span: SpanDep,
    line: Annotated[str, Query(max_length=40)] = "",
    partner: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """One report; with a line, the entries of its figure beside it."""
    visit.need("auswertungen:read")
    report = report_of(kind)
    whose = as_id(partner) if partner != _NOBODY else _NOBODY
    days = days_of(kind, span, visit.today)
    facts = visit.read(_report, visit, kind, report, days, (line, whose))
    if kind == _ZM:
        facts |= visit.read(_sent_of, facts["snapshot"], facts["found"])
    return templating.page(visit, f"report_{kind.replace('-', '_')}.html", facts)


@router.post("/reports/zm/sent")
async def note_sent(visit: VisitDep, form: FormDep) -> Response:
    """Note that the recapitulative statement of some days was sent, as it is now."""
    visit.need("perioden:write")
    span = span_of(str(form.get("from", ""))[:40], str(form.get("to", ""))[:40])

    def act(session: Session) -> dict[str, Any]:
        zm_log_store.note(session, snapshot_views.snapshot_of(session, _asked(visit, span)))
        return {}

    await visit.once("pages.zm.sent", form, act)
    return see(f"/reports/zm?{span.query()}")


@router.get("/reports/{kind}/csv")
def download_report(kind: str, visit: VisitDep, span: SpanDep) -> Response:
    """A report as a table for a spreadsheet."""
    visit.need("auswertungen:read")
    report = report_of(kind)
    days = days_of(kind, span, visit.today)
    snapshot, found = visit.read(report.read, _asked(visit, days))
    name = f"{kind}-{snapshot.days.first}-{snapshot.days.last}"
    return downloads.as_csv(visit.language, name, report.columns, report.rows(found))


@router.get("/reports/{kind}/entries")
def show_entries(
    kind: str,
    visit: VisitDep,
    span: SpanDep,
    line: Line,
    figure: Annotated[str, Query(max_length=20)] = "",
    before: Before = None,
) -> Response:
    """The rows of the journal that a figure is the sum of."""
    visit.need("auswertungen:read")
    report = report_of(kind)
    days = days_of(kind, span, visit.today)
    if kind == _ZM:
        facts = visit.read(_supplies, visit, days, line)
        return templating.page(visit, "figure_zm.html", {"at": "a", "kind": kind, **facts})
    found = visit.read(_figure, _asked(visit, days), report, line, figure, before, ROWS)
    return templating.page(
        visit,
        "figure.html",
        {"at": "a", "kind": kind, "span": days, "before": before, **found},
    )


def _supplies(session: Session, visit: Visit, span: Span, line: str) -> dict[str, Any]:
    """What a line of the recapitulative statement is the sum of. Raises LineNotFound."""
    name = LineName.named(line)
    if name is None:
        raise LineNotFound(line)
    snapshot = snapshot_views.snapshot_of(session, _asked(visit, span))
    rows = zm_views.entries(session, snapshot, name)
    return {
        "snapshot": snapshot,
        "line": name,
        "rows": rows,
        "amount": sum((each.base for each in rows), ZERO),
        "span": Span(snapshot.days.first, snapshot.days.last),
    }


def _sent_of(session: Session, snapshot: Snapshot, found: Zm) -> dict[str, Any]:
    """What was sent last of the days of a statement, by whom, and what it would say otherwise."""
    sent = zm_log_views.last_of(session, snapshot.days)
    return {
        "sent": sent,
        "changed": changed(sent.lines, found) if sent else [],
        "people": access.names(session) if sent else {},
        "may_note": zm_log_store.may_be_sent(snapshot.days, snapshot.today),
    }


def _asked(visit: Visit, span: Span) -> Asked:
    return Asked(visit.now, span.first, span.last)


def _report(
    session: Session,
    visit: Visit,
    kind: str,
    report: Report,
    span: Span,
    opened: tuple[str, UUID | str | None],
) -> dict[str, Any]:
    """Everything of the page, from one state of the books; `opened` are a line and a partner."""
    line, whose = opened
    asked = _asked(visit, span)
    snapshot, found = (report.shown or report.read)(session, asked)
    items: Sequence[AgedItem] = ()
    if report.items and whose:
        items = report.items(session, snapshot, whose if isinstance(whose, UUID) else None)
    figure = _figure(session, asked, report, line, "", None, _SIDE) if line else None
    return {
        "at": "a",
        "kind": kind,
        "kinds": [*REPORTS, "datev"],
        "snapshot": snapshot,
        "found": found,
        "partner": whose,
        "items": items,
        "span": Span(snapshot.days.first, snapshot.days.last),
        "usual": usual(visit.today, access.tenant(session).fiscal_year_start),
        "side": figure,
        "buckets": list(Bucket),
        "activities": list(Activity),
        "most": PARTNERS,
    }


def _figure(  # noqa: PLR0913, PLR0917 (as above)
    session: Session,
    asked: Asked,
    report: Report,
    line: str,
    figure: str,
    before: int | None,
    limit: int,
) -> dict[str, Any]:
    """A figure, its name, and a page of its rows. Raises LineNotFound."""
    if report.statement is None:
        raise LineNotFound(line)
    wanted = Wanted(report.statement, line, _named(figure))
    snapshot, amount, rows = drill_down_views.rows(
        session, asked, wanted, limit=limit + 1, before=before
    )
    return {
        "snapshot": snapshot,
        "line": line,
        "figure": figure,
        "amount": amount,
        "title": title_of(session, snapshot, report.statement, line),
        "rows": rows[:limit],
        "next": rows[limit - 1].journal_number if len(rows) > limit else None,
    }


def _named(figure: str) -> FigureName | None:
    try:
        return FigureName(figure) if figure else None
    except ValueError as error:
        raise InvalidInput("query/figure", "is no figure") from error
