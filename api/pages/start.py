"""The first page: what waits for whom, what falls due, what the months brought, what came in."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from fastapi import APIRouter, Response
from sqlmodel import Session

from api.pages import charts, templating
from api.pages.routing import PageRoute
from api.pages.visit import Visit, VisitDep
from api.pictures.pool import pictures_of
from domain.access import views as access
from domain.banking import bank_views, candidate_views, deferral_views, gap_views
from domain.banking.continuity import Gap
from domain.banking.gap_views import AccountGaps
from domain.dates import month_range
from domain.intake import ingestion_views, queue_views
from domain.intake.queue_views import Asked
from domain.payables import vendor_views
from domain.payments import views as payments
from domain.reports import cash_outlook_views, desk_views, snapshot_views
from domain.reports import views as reports
from domain.reports.cash_outlook import outlook
from domain.reports.snapshot import Asked as AskedReport

router = APIRouter(include_in_schema=False, route_class=PageRoute)

_DAYS = 30
_ARRIVALS = 8
_FEW_ITEMS = 2000


@router.get("/")
def show_start(visit: VisitDep) -> Response:
    """What waits. Where much is open a script asks for its days; who has none for the `whole`."""
    pictures_of(visit.request).warm()
    is_whole = "whole" in visit.request.query_params
    return templating.page(visit, "start.html", visit.read(_read, visit, is_whole))


@router.get("/figures")
def show_figures(visit: VisitDep) -> Response:
    """What the first page left out: what falls due, and what the bank accounts come to."""
    visit.need("kreditoren:read")
    return templating.part(visit, "start_figures.html", visit.read(_figures, visit))


def _read(session: Session, visit: Visit, is_whole: bool) -> dict[str, Any]:  # noqa: FBT001 (passed on by a visit)
    """Everything of the page, from one state of the books."""
    facts: dict[str, Any] = {"at": "s", "queues": {}, "runs": [], "first": None, "ibans": []}
    facts["later"] = False
    if visit.may("kreditoren:read"):
        facts |= _work(session, visit)
        facts["later"] = not is_whole and candidate_views.are_many(session, _FEW_ITEMS)
        facts |= {} if facts["later"] else _figures(session, visit)
    may_see_bank, may_lock = visit.may("bank:read"), visit.may("perioden:read")
    facts["movements"] = bank_views.unreconciled_count(session) if may_see_bank else 0
    facts["lacking"] = _lacking(session, visit.today) if may_see_bank else []
    locks, lock_count = desk_views.waiting_locks(session) if may_lock else ([], 0)
    facts |= {"locks": locks, "lock_count": lock_count}
    facts["months"] = _months(session, visit) if visit.may("auswertungen:read") else None
    return facts


def _work(session: Session, visit: Visit) -> dict[str, Any]:
    first, _ = queue_views.waiting(session, Asked(today=visit.today), limit=1, offset=0)
    log, _ = ingestion_views.ingestion_log(session, None, limit=_ARRIVALS, offset=0)
    ibans, iban_count = vendor_views.unconfirmed(session, limit=1)
    return {
        "ibans": ibans,
        "iban_count": iban_count,
        "queues": {each.state: each for each in desk_views.queues(session)},
        "runs": desk_views.waiting_runs(session),
        "people": access.names(session),
        "first": first[0] if first else None,
        "arrivals": log,
    }


def _figures(session: Session, visit: Visit) -> dict[str, Any]:
    owed = payments.owed(session)
    due = owed.from_day(visit.today)
    return {
        "due": charts.due(due, visit.today, _DAYS),
        "cash": _cash(session, visit, due) if visit.may("bank:read") else None,
        "missing": owed.without_iban,
        "last_day": visit.today + timedelta(days=_DAYS - 1),
    }


def _cash(session: Session, visit: Visit, owed: list[tuple[date, Decimal]]) -> charts.Lines | None:
    """What the bank accounts come to; None where there is none."""
    balance = cash_outlook_views.balance(session)
    if balance is None:
        return None
    leaving = [*owed, *cash_outlook_views.leaving(session)]
    expected = cash_outlook_views.expected(session)
    return charts.cash(outlook(balance, leaving, expected, (visit.today, _DAYS)))


def _lacking(session: Session, today: date) -> list[tuple[AccountGaps, tuple[Gap, ...]]]:
    """Bank accounts between whose statements something is missing that nobody put aside."""
    found = [each for each in gap_views.gaps(session) if each.gaps]
    aside = deferral_views.deferrals(session) if found else {}
    told = [
        (each, aside[each.account_id].left_of(each.gaps, today) if each.account_id in aside
         else each.gaps)
        for each in found
    ]  # fmt: skip
    return [(account, gaps) for account, gaps in told if gaps]


def _months(session: Session, visit: Visit) -> charts.Bars:
    _, found = snapshot_views.taken(session, AskedReport(now=visit.now), reports.of_months)
    rows = [(month_range(each.month).first, each.revenue, each.expenses) for each in found]
    return charts.months(rows)
