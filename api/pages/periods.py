"""Periods: what is left before a lock, the request, the second person, the proof."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response
from fastapi.responses import StreamingResponse
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from api.http.at_once import at_once
from api.http.dependencies import temporal_of
from api.pages import templating
from api.pages.routing import PageRoute, see
from api.pages.step_up import step_up
from api.pages.visit import FormDep, Visit, VisitDep, as_id
from domain.access import views as access
from domain.database.session import read_session
from domain.dates import fiscal_year_of, fiscal_year_range, month_of, month_range
from domain.errors import DomainError, InvalidInput
from domain.periods import lock_store, period_views, proof_views
from domain.periods.period import (
    PeriodAlreadyOpen,
    PeriodAlreadySoftLocked,
    PeriodName,
    PeriodStatus,
    named,
)
from domain.periods.period_views import PeriodView
from domain.periods.verifier import Differs, verify
from domain.reports import lock_check_views
from workflows.period_lock.client import PeriodLocks

router = APIRouter(include_in_schema=False, route_class=PageRoute)

_NDJSON = "application/x-ndjson"
_LINES_AT_ONCE = 500
_FEW_BOOKINGS = 5000
_ORDERS = ("request", "approve", "cancel", "soft-lock", "reopen", "verify")


@dataclass(frozen=True, slots=True)
class Verification:
    """What came of computing a proof anew: how many entries it holds, or where it breaks."""

    entries: int = 0
    line: int | None = None


def period_name(period: Annotated[str, Path(max_length=8)]) -> PeriodName:
    """The period of an address. Raises InvalidInput."""
    return named(period)


PeriodDep = Annotated[PeriodName, at_once(period_name)]


@router.get("/periods")
def show_periods(
    visit: VisitDep, year: Annotated[int | None, Query(ge=1900, le=2999)] = None
) -> Response:
    """The period that is next to be locked, or the last of a year."""
    visit.need("perioden:read")
    return see(f"/periods/{visit.read(_next, visit.today, year)}")


@router.get("/periods/{period}")
def show_period(period: PeriodDep, visit: VisitDep) -> Response:
    """One period: what is left, who asked for the lock, and its proof.

    Where much is booked a script asks for what is left; who has none asks for the `whole`.
    """
    visit.need("perioden:read")
    return _period(visit, period, {}, is_whole="whole" in visit.request.query_params)


@router.get("/periods/{period}/checks")
def show_checks(period: PeriodDep, visit: VisitDep) -> Response:
    """What the page left out: what is left before the lock, and the orders that one gives then."""
    visit.need("perioden:read")
    facts = visit.read(_facts, visit, period, True)  # noqa: FBT003 (passed on by a visit)
    if facts["check"] is None:
        # Locked meanwhile: the page is another one now.
        return Response(status_code=204, headers={"HX-Refresh": "true"})
    return templating.part(visit, "periods_checks.html", {**facts, "is_part": True})


@router.post("/periods/{period}/{order}")
async def order_period(period: PeriodDep, order: str, visit: VisitDep, form: FormDep) -> Response:
    """Ask for a lock, approve it (the password again), withdraw it; or compute the proof anew."""
    if order not in _ORDERS:
        raise InvalidInput("", "is no order")
    visit.need("perioden:read" if order == "verify" else "perioden:write")
    try:
        if order == "verify":
            found = await run_in_threadpool(_verified, visit, period)
            return await run_in_threadpool(_period, visit, period, {"verification": found})
        await _ordered(visit, period, order, form)
    except DomainError as refusal:
        facts = {"refusal": refusal, "asked": order}
        return await run_in_threadpool(_period, visit, period, facts, 409)
    return see(f"/periods/{period}")


@router.get("/periods/{period}/proof")
def download_proof(period: PeriodDep, visit: VisitDep) -> Response:
    """The proof of a locked period, line by line; anyone can check it without us."""
    visit.need("perioden:read")
    visit.read(proof_views.closing_of, str(period))
    name = f'attachment; filename="closing-{period}.ndjson"'
    headers = {"Content-Disposition": name, "X-Content-Type-Options": "nosniff"}
    return StreamingResponse(_proof(visit, period), media_type=_NDJSON, headers=headers)


def _proof(visit: Visit, period: PeriodName) -> Iterator[str]:
    with read_session(visit.engine, visit.caller.tenant_id) as session:
        lines = proof_views.proof(session, proof_views.closing_of(session, str(period)))
        while part := "".join(islice(lines, _LINES_AT_ONCE)):
            yield part


def _verified(visit: Visit, period: PeriodName) -> Verification:
    """Compute the proof anew, from the entries as they are stored now."""
    with read_session(visit.engine, visit.caller.tenant_id) as session:
        closing = proof_views.closing_of(session, str(period))
        try:
            found = verify(proof_views.proof(session, closing), closing.closing_hash)
        except Differs as difference:
            return Verification(line=difference.line)
    return Verification(found.entry_count)


async def _ordered(visit: Visit, period: PeriodName, order: str, form: FormData) -> None:
    if order in {"soft-lock", "reopen"}:
        await visit.write(lambda session: _switched(session, visit, period, order))
        return
    locks = PeriodLocks(temporal_of(visit.request))
    command = visit.command(f"pages.period.{order}", form)
    if order == "request":
        await locks.request(period, command)
        return
    if order == "approve":
        await run_in_threadpool(step_up, visit, form)
    await getattr(locks, order)(period, _request_id(form), command)


def _switched(session: Session, visit: Visit, period: PeriodName, order: str) -> None:
    """Lock for now or open again; a second click finds what the first one did."""
    try:
        if order == "reopen":
            lock_store.reopen(session, period)
        else:
            lock_store.soft_lock(session, period, visit.now)
    except (PeriodAlreadySoftLocked, PeriodAlreadyOpen):
        return


def _request_id(form: FormData) -> UUID:
    found = as_id(str(form.get("request", "")))
    if found is None:
        raise InvalidInput("/request_id", "is missing")
    return found


def _next(session: Session, today: date, year: int | None) -> str:
    """The first period that is not locked; of a year, its first open one, or its last."""
    start = access.tenant(session).fiscal_year_start
    used = period_views.periods(session)
    if year is not None:
        listed = _of_year(used, year, start, today)
        return next((each for each in listed if _status(used, each) != "locked"), listed[-1])
    open_ones = [each for each in used if each.status is not PeriodStatus.LOCKED]
    months = [each for each in open_ones if not each.period_number]
    return months[-1].period if months else month_of(today)


def _of_year(used: list[PeriodView], year: int, start: int, today: date) -> list[str]:
    """Names of a fiscal year's periods: its months up to now, and whatever was used."""
    days = fiscal_year_range(year, start)
    names, day = [], days.first
    while day <= min(days.last, max(today, days.first)):
        names.append(month_of(day))
        day = date.fromordinal(month_range(month_of(day)).last.toordinal() + 1)
    known = [
        each.period
        for each in reversed(used)
        if PeriodName(each.period).span(start).fiscal_year == year
    ]
    return sorted({*names, *known}, key=lambda name: (_last(name, start), name))


def _last(name: str, start: int) -> date:
    return PeriodName(name).span(start).days.last


def _status(used: list[PeriodView], name: str) -> str:
    return next((each.status.value for each in used if each.period == name), "open")


def _period(
    visit: Visit,
    period: PeriodName,
    more: dict[str, Any],
    status: int = 200,
    *,
    is_whole: bool = True,
) -> Response:
    known: dict[str, Any] = {"refusal": None, "asked": "", "verification": None, "is_part": False}
    facts = visit.read(_facts, visit, period, is_whole)
    return templating.page(visit, "periods.html", {**known, **facts, **more}, status=status)


def _facts(session: Session, visit: Visit, period: PeriodName, is_whole: bool) -> dict[str, Any]:  # noqa: FBT001 (passed on by a visit)
    """Everything of the page, from one state of the books."""
    start = access.tenant(session).fiscal_year_start
    used = period_views.periods(session)
    by_name = {each.period: each for each in used}
    year = period.span(start).fiscal_year
    years = {fiscal_year_of(visit.today, start), year}
    years |= {PeriodName(each.period).span(start).fiscal_year for each in used}
    names = _of_year(used, year, start, visit.today)
    names = names if str(period) in names else [*names, str(period)]
    is_locked = _status(used, str(period)) == "locked"
    later = not (is_locked or is_whole) and _are_many(used)
    check = None
    if not (is_locked or later):
        check = lock_check_views.checked(session, period, start, visit.now)
    request = period_views.pending_request(session, period, visit.now)
    is_alone = access.is_one_person(session)
    closing = proof_views.closing_of(session, str(period)) if is_locked else None
    return {
        "at": "p",
        "period": period,
        "year": year,
        "years": sorted(years),
        "listed": [(PeriodName(name), by_name.get(name)) for name in names],
        "days": period.span(start).days,
        "row": by_name.get(str(period)),
        "request": request,
        "is_mine": bool(request and request.requested_by == visit.caller.user_id and not is_alone),
        "waiting": period_views.waiting_periods(session, visit.now),
        "later": later,
        "check": check,
        "closing": closing,
        "asked_by": period_views.requester_of(session, closing.request_id) if closing else None,
        "people": access.names(session),
        "earliest": _earliest(used, period.span(start).days.first, start),
    }


def _are_many(used: list[PeriodView]) -> bool:
    """Whether so much is booked that looking at all of it takes time."""
    return sum(each.booking_count for each in used) > _FEW_BOOKINGS


def _earliest(used: list[PeriodView], before: date, start: int) -> str | None:
    """The first period that ends before a day and is not locked."""
    left = [
        (_last(each.period, start), each.period)
        for each in used
        if each.status is not PeriodStatus.LOCKED and _last(each.period, start) < before
    ]
    return min(left)[1] if left else None
