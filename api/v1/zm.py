"""The recapitulative statement (ZM): what its lines are made of, and what was sent."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Response
from sqlmodel import Session

from api.http.at_once import at_once
from api.http.dependencies import Page, ReadDep, WriteDep, paging, require
from api.http.errors import responses
from api.http.json_bodies import ExactRoute
from api.schemas.types import AnyDay
from api.schemas.zm import ZmComparedOut, ZmSentIn, ZmSentOut, ZmSupplyOut
from domain.dates import DateRange
from domain.errors import NotFound
from domain.reports import snapshot_views, zm_log_store, zm_log_views, zm_views
from domain.reports.drill_down import LineNotFound
from domain.reports.snapshot import Asked
from domain.tax.zm import LineName, Sent, Supply, Zm

router = APIRouter(prefix="/v1/reports/zm", tags=["Reports"], route_class=ExactRoute)
READ = require("auswertungen:read")
WRITE = require("perioden:write")


def days_of(
    start: Annotated[AnyDay, Query(alias="startDate")],
    end: Annotated[AnyDay, Query(alias="endDate")],
) -> DateRange:
    """Refuse a range that ends before it begins."""
    return DateRange(start, end)


DaysDep = Annotated[DateRange, at_once(days_of)]


@router.get("/supplies", dependencies=[READ], responses=responses(LineNotFound))
def list_zm_supplies(
    days: DaysDep,
    line: Annotated[str, Query(min_length=1, max_length=40, description="`line` of the report")],
    read: ReadDep,
    response: Response,
) -> list[ZmSupplyOut]:
    """List the bookings that a line of the recapitulative statement is the sum of, newest first."""
    name = LineName.named(line)
    if name is None:
        raise LineNotFound(line)

    def entries(session: Session) -> list[Supply]:
        asked = Asked(datetime.now(UTC), days.first, days.last)
        return zm_views.entries(session, snapshot_views.snapshot_of(session, asked), name)

    found = [ZmSupplyOut.of(each) for each in read(entries)]
    response.headers["X-Total-Count"] = str(len(found))
    return found


@router.get("/sent", dependencies=[READ])
def list_zm_sent(
    read: ReadDep, page: Annotated[Page, paging(50, 200)], response: Response
) -> list[ZmSentOut]:
    """List recapitulative statements as they were sent, the newest first."""
    rows, total = read(zm_log_views.sent, limit=page.limit, offset=page.offset)
    response.headers["X-Total-Count"] = str(total)
    return [ZmSentOut.of(each) for each in rows]


@router.get("/sent/last", dependencies=[READ], responses=responses(NotFound))
def show_zm_sent(days: DaysDep, read: ReadDep) -> ZmComparedOut:
    """Show what was sent last of some days, and what the books would state otherwise now."""

    def last(session: Session) -> tuple[Sent | None, Zm]:
        asked = Asked(datetime.now(UTC), days.first, days.last)
        snapshot = snapshot_views.snapshot_of(session, asked)
        return zm_log_views.last_of(session, days), zm_views.of_range(session, snapshot)

    sent, now = read(last)
    if sent is None:
        raise NotFound("Nothing was noted as sent of these days.")
    return ZmComparedOut.compared(sent, now)


@router.post("/sent", status_code=201, dependencies=[WRITE])
def note_zm_sent(body: ZmSentIn, write: WriteDep) -> ZmSentOut:
    """Note that the statement of a month or quarter was sent, as the books say it at this moment.

    It is kept in the audit log, and never changed. A month or quarter has to be over.
    """
    days = DateRange(body.first_day, body.last_day)

    def act(session: Session) -> ZmSentOut:
        asked = Asked(datetime.now(UTC), days.first, days.last)
        snapshot = snapshot_views.snapshot_of(session, asked)
        return ZmSentOut.of(zm_log_store.note(session, snapshot))

    return write(act)
