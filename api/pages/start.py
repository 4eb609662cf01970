"""The first page: what waits for whom, what falls due, what the months brought, what came in."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from fastapi import APIRouter, Response

from api.pages import charts, templating
from api.pages.routing import PageRoute
from api.pages.visit import Visit, VisitDep
from api.pictures.pool import pictures_of
from domain.access import views as access
from domain.banking import bank_views
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


@router.get("/")
def show_start(visit: VisitDep) -> Response:
    """What waits."""
    pictures_of(visit.request).warm()
    facts: dict[str, Any] = {"at": "s", "queues": {}, "runs": [], "first": None, "ibans": []}
    if visit.may("kreditoren:read"):
        facts |= _work(visit)
        facts["cash"] = _cash(visit, facts.pop("owed"))
    facts["movements"] = visit.read(bank_views.unreconciled_count) if visit.may("bank:read") else 0
    may_lock = visit.may("perioden:read")
    locks, lock_count = visit.read(desk_views.waiting_locks) if may_lock else ([], 0)
    facts |= {"locks": locks, "lock_count": lock_count}
    facts["months"] = _months(visit) if visit.may("auswertungen:read") else None
    return templating.page(visit, "start.html", facts)


def _work(visit: Visit) -> dict[str, Any]:
    first, _ = visit.read(queue_views.waiting, Asked(today=visit.today), limit=1, offset=0)
    log, _ = visit.read(ingestion_views.ingestion_log, None, limit=_ARRIVALS, offset=0)
    owed = visit.read(payments.owed)
    due = [(each.due_date or visit.today, each.amount) for each in owed]
    ibans, iban_count = visit.read(vendor_views.unconfirmed, limit=1)
    return {
        "ibans": ibans,
        "iban_count": iban_count,
        "queues": {each.state: each for each in visit.read(desk_views.queues)},
        "runs": visit.read(desk_views.waiting_runs),
        "people": visit.read(access.names),
        "first": first[0] if first else None,
        "arrivals": log,
        "owed": due,
        "due": charts.due(due, visit.today, _DAYS),
        "missing": sum(each.iban_missing for each in owed),
        "last_day": visit.today + timedelta(days=_DAYS - 1),
    }


def _cash(visit: Visit, owed: list[tuple[date, Decimal]]) -> charts.Lines | None:
    """What the bank accounts come to, for who may see them; None where there is none."""
    balance = visit.read(cash_outlook_views.balance) if visit.may("bank:read") else None
    if balance is None:
        return None
    expected = visit.read(cash_outlook_views.expected)
    return charts.cash(outlook(balance, owed, expected, (visit.today, _DAYS)))


def _months(visit: Visit) -> charts.Bars:
    _, found = visit.read(snapshot_views.taken, AskedReport(now=visit.now), reports.of_months)
    rows = [(month_range(each.month).first, each.revenue, each.expenses) for each in found]
    return charts.months(rows)
