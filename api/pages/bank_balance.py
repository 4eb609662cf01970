"""What a bank account came to on each day of a year, for whoever looks closer."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from itertools import pairwise
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response
from sqlmodel import Session

from api.pages import charts, templating
from api.pages.routing import PageRoute
from api.pages.visit import Visit, VisitDep
from domain.banking import bank_views
from domain.reports import balance_history_views

router = APIRouter(include_in_schema=False, route_class=PageRoute)

_DAYS = 366
_MONTHS = 13


@router.get("/bank/{account_id}/balance")
def show_balance(account_id: UUID, visit: VisitDep) -> Response:
    """The books of the account day by day: a drawing, which a script lets one zoom, and figures."""
    visit.need("bank:read")
    return templating.page(visit, "bank_balance.html", visit.read(_read, visit, account_id))


def _read(session: Session, visit: Visit, account_id: UUID) -> dict[str, Any]:
    account = bank_views.account(session, account_id).account
    days = balance_history_views.history(session, account.account_number, visit.today, _DAYS)
    return {
        "at": "b",
        "account": account,
        "days": days,
        "drawn": charts.balance(days),
        "lowest": min(days, key=lambda each: (each[1], each[0])),
        "highest": max(days, key=lambda each: (each[1], each[0])),
        "months": _ends(days)[::-1],
        "points": _points(days),
    }


def _ends(days: Sequence[tuple[date, Decimal]]) -> list[tuple[date, Decimal]]:
    """The last day of each month that is among the days, and the last one of all."""
    pairs = pairwise(days)
    ends = [each for each, (after, _) in pairs if each[0].month != after.month]
    return [*ends, days[-1]][-_MONTHS:]


def _points(days: Sequence[tuple[date, Decimal]]) -> str:
    """Days as seconds since 1970 and what they end with, for the script that draws."""
    at = ",".join(f"{datetime.combine(day, time(), UTC).timestamp():.0f}" for day, _ in days)
    return f"[[{at}],[{','.join(f'{amount:f}' for _, amount in days)}]]"
