"""Reports: one state of the books, read in one transaction."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal, NamedTuple

from fastapi import APIRouter, Query, Response
from pydantic import TypeAdapter
from sqlmodel import Session

from api.http.at_once import at_once
from api.http.dependencies import ReadDep, require
from api.http.errors import responses
from api.http.json_bodies import ExactRoute
from api.schemas.ageing import OpenItemsReportOut
from api.schemas.cash_flow import CashFlowOut
from api.schemas.reports import FigureOut, LayoutOut, MonthOut, ReportRowOut, TrialBalanceRowOut
from api.schemas.types import AnyDay, BodyOut
from api.schemas.vat_return import VatReturnOut
from api.schemas.zm import RecapitulativeOut
from domain.dates import instant
from domain.reports import (
    ageing_views,
    cash_flow_views,
    drill_down_views,
    layout_views,
    snapshot_views,
    vat_return_views,
    zm_views,
)
from domain.reports import (
    views as reports,
)
from domain.reports.drill_down import FigureName, LineNotFound, Statement, Wanted
from domain.reports.snapshot import Asked, Snapshot

router = APIRouter(prefix="/v1/reports", tags=["Reports"], route_class=ExactRoute)
READ = require("auswertungen:read")


class ReportType(StrEnum):
    """What can be reported."""

    SUSA = "susa"
    TRIAL_BALANCE = "trial_balance"
    GUV = "guv"
    BILANZ = "bilanz"
    BWA = "bwa"
    VAT_RETURN = "vat_return"
    ZM = "zm"
    OPEN_ITEMS_PAYABLE = "open_items_payable"
    OPEN_ITEMS_RECEIVABLE = "open_items_receivable"
    CASH_FLOW = "cash_flow"


class Whole(NamedTuple):
    """A report that is one answer, with figures of its own beside its rows."""

    view: Callable[[Session, Snapshot], Any]
    answer: Callable[[Snapshot, Any], BodyOut]


class Report(NamedTuple):
    """How a type is read, and what one row of it looks like on the wire."""

    view: Callable[[Session, Snapshot], Sequence[object]]
    row: type[BodyOut]


REPORTS: dict[ReportType, Report | Whole] = {
    ReportType.SUSA: Report(reports.of_accounts, TrialBalanceRowOut),
    ReportType.TRIAL_BALANCE: Report(reports.of_accounts, TrialBalanceRowOut),
    ReportType.GUV: Report(reports.of_result, ReportRowOut),
    ReportType.BILANZ: Report(reports.of_position, ReportRowOut),
    ReportType.BWA: Report(reports.of_groups, ReportRowOut),
    ReportType.VAT_RETURN: Whole(vat_return_views.of_range, VatReturnOut.of),
    ReportType.ZM: Whole(zm_views.of_range, RecapitulativeOut.of),
    ReportType.OPEN_ITEMS_PAYABLE: Whole(ageing_views.payable, OpenItemsReportOut.of),
    ReportType.OPEN_ITEMS_RECEIVABLE: Whole(ageing_views.receivable, OpenItemsReportOut.of),
    ReportType.CASH_FLOW: Whole(cash_flow_views.of_range, CashFlowOut.of),
}
LAYOUTS = {"guv": layout_views.profit_loss, "bilanz": layout_views.balance_sheet}
Row = TrialBalanceRowOut | ReportRowOut
Answer = list[Row] | VatReturnOut | RecapitulativeOut | OpenItemsReportOut | CashFlowOut
AsOf = Annotated[
    str | None,
    Query(
        max_length=40,
        description="End of a day, an instant with its offset, or a journal number: the "
        "`last_entry` of a report gives the same figures again",
    ),
]


def asked(
    start: Annotated[AnyDay | None, Query(alias="startDate")] = None,
    end: Annotated[AnyDay | None, Query(alias="endDate")] = None,
    as_of: AsOf = None,
) -> Asked:
    """Range and instant of a report."""
    return Asked(datetime.now(UTC), start, end, as_of)


AskedDep = Annotated[Asked, at_once(asked)]


class LineOf:
    """Which figure of which report."""

    def __init__(
        self,
        kind: Annotated[Statement, Query(alias="type")],
        line: Annotated[str, Query(min_length=1, max_length=40)],
        figure: Annotated[
            FigureName | None,
            Query(description="susa: movement, opening or closing; monthly: revenue, expenses"),
        ] = None,
    ) -> None:
        self.wanted = Wanted(kind, line, figure)


@router.get("", dependencies=[READ], response_model=Answer)
def report(
    kind: Annotated[ReportType, Query(alias="type")], wanted: AskedDep, read: ReadDep
) -> Response:
    """Report the books, one row for each account.

    The return for VAT, open items and the cash flow are one answer each, with the figures that
    they must agree with; so is the recapitulative statement (`zm`), by VAT id and kind. It states
    what counts in the range and was booked by its end; what was booked in the range of earlier
    months corrects those. Goods count when they are invoiced, at the latest in the month after
    they were supplied; services when they are supplied.
    """
    asked_for = REPORTS[kind]
    snapshot, found = read(snapshot_views.taken, wanted, asked_for.view)
    headers = made_of(snapshot)
    if isinstance(asked_for, Whole):
        body = asked_for.answer(snapshot, found).model_dump_json().encode()
    else:
        rows: TypeAdapter[Any] = TypeAdapter(list[asked_for.row])  # type: ignore[name-defined]
        body = rows.dump_json(rows.validate_python(found, from_attributes=True))
        headers["X-Total-Count"] = str(len(found))
    return Response(body, media_type="application/json", headers=headers)


@router.get("/layout", dependencies=[READ])
def layout(
    kind: Annotated[Literal["guv", "bilanz", "bwa"], Query(alias="type")],
    wanted: AskedDep,
    read: ReadDep,
) -> LayoutOut:
    """Lay a statement out as the law does (UGB, HGB), or the short management report.

    With the accounts of each line, the same days a year before, and the checks without which
    no statement is whole. Without a start, `bwa` reports the month in which the range ends.
    """
    if kind == "bwa":
        return LayoutOut.of_management(*read(reports.of_management, wanted))
    return LayoutOut.of(*read(snapshot_views.taken, wanted, LAYOUTS[kind]))


@router.get("/entries", dependencies=[READ], responses=responses(LineNotFound))
def entries(
    line: Annotated[LineOf, at_once(LineOf)],
    wanted: AskedDep,
    read: ReadDep,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
    before: Annotated[int | None, Query(ge=1, le=2**62)] = None,
) -> FigureOut:
    """List the journal rows that a figure is the sum of, newest first.

    A line is the number of an account, the name of a result, the code of a layout's line, the
    key of a management line, a month, the number of a box of the VAT return, or a line or an
    activity of the cash flow.
    """
    snapshot, figure, rows = read(
        drill_down_views.rows, wanted, line.wanted, limit=limit, before=before
    )
    return FigureOut.of(snapshot, figure, rows, limit)


@router.get("/monthly-revenue-expenses", dependencies=[READ])
def monthly_revenue_expenses(
    read: ReadDep,
    response: Response,
    as_of: AsOf = None,
) -> list[MonthOut]:
    """Give revenue, expenses and result of the twelve months up to the current one."""
    wanted = Asked(datetime.now(UTC), as_of=as_of)
    snapshot, found = read(snapshot_views.taken, wanted, reports.of_months)
    response.headers.update(made_of(snapshot) | {"X-Total-Count": str(len(found))})
    return [MonthOut.model_validate(month) for month in found]


def made_of(snapshot: Snapshot) -> dict[str, str]:
    """What a report was made of, for whom it is to be reproducible."""
    sealed = {"X-Report-Closing-Hash": snapshot.closing_hash} if snapshot.closing_hash else {}
    return sealed | {
        "X-Report-Range": f"{snapshot.days.first}/{snapshot.days.last}",
        "X-Report-As-Of": instant(snapshot.as_of or snapshot.created_at),
        "X-Report-Last-Entry": str(snapshot.last_entry),
        "X-Report-State": snapshot.state,
    }
