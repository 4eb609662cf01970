"""Reports: one state of the books, read in one transaction, each as a list of rows."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Depends, Query, Response
from pydantic import TypeAdapter
from sqlmodel import Session

from api.deps import ReadDep, require
from api.schemas.reports import ReportRowOut, TrialBalanceRowOut
from api.schemas.types import BodyOut
from api.wire import ExactRoute
from domain.dates import instant
from domain.reports.snapshot import Asked, Snapshot
from domain.views import reports, snapshots

router = APIRouter(prefix="/v1/reports", tags=["Reports"], route_class=ExactRoute)
READ = require("auswertungen:read")


class ReportType(StrEnum):
    """What can be reported."""

    SUSA = "susa"
    TRIAL_BALANCE = "trial_balance"
    GUV = "guv"
    BILANZ = "bilanz"


class Report(NamedTuple):
    """How a type is read, and what one row of it looks like on the wire."""

    view: Callable[[Session, Snapshot], Sequence[object]]
    row: type[BodyOut]


REPORTS = {
    ReportType.SUSA: Report(reports.of_accounts, TrialBalanceRowOut),
    ReportType.TRIAL_BALANCE: Report(reports.of_accounts, TrialBalanceRowOut),
    ReportType.GUV: Report(reports.of_result, ReportRowOut),
    ReportType.BILANZ: Report(reports.of_position, ReportRowOut),
}
Row = TrialBalanceRowOut | ReportRowOut


def asked(
    start: Annotated[date | None, Query(alias="startDate")] = None,
    end: Annotated[date | None, Query(alias="endDate")] = None,
    as_of: Annotated[str | None, Query(max_length=40)] = None,
) -> Asked:
    """Range and instant of a report."""
    return Asked(datetime.now(UTC), start, end, as_of)


AskedDep = Annotated[Asked, Depends(asked)]


@router.get("", dependencies=[READ], response_model=list[Row])
def report(
    kind: Annotated[ReportType, Query(alias="type")], wanted: AskedDep, read: ReadDep
) -> Response:
    """Report the books, one row for each account."""
    view, row = REPORTS[kind]
    snapshot, found = read(snapshots.taken, wanted, view)
    rows: TypeAdapter[Any] = TypeAdapter(list[row])  # type: ignore[valid-type]
    body = rows.dump_json(rows.validate_python(found, from_attributes=True))
    return Response(body, media_type="application/json", headers=made_of(snapshot, len(found)))


def made_of(snapshot: Snapshot, total: int) -> dict[str, str]:
    """What the rows were made of, for whom a bare list is to be reproducible."""
    sealed = {"X-Report-Closing-Hash": snapshot.closing_hash} if snapshot.closing_hash else {}
    return sealed | {
        "X-Total-Count": str(total),
        "X-Report-Range": f"{snapshot.days.first}/{snapshot.days.last}",
        "X-Report-As-Of": instant(snapshot.as_of or snapshot.created_at),
        "X-Report-Last-Entry": str(snapshot.last_entry),
        "X-Report-State": snapshot.state,
    }
