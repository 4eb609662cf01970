"""The entries behind a figure of a report: the same for every report that has lines."""

from collections.abc import Callable
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from sqlmodel import Session

from api.deps import ReadDep, require
from api.errors import responses
from api.schemas.report_entries import EntriesBehindOut
from api.v1.reports import AskedDep, made_of
from api.wire import ExactRoute
from domain.reports.behind import EntryBehind, Figure, NoSuchLine
from domain.reports.snapshot import Snapshot
from domain.views import cash_flow, snapshots, vat_return

router = APIRouter(prefix="/v1/reports", tags=["Reports"], route_class=ExactRoute)
READ = require("auswertungen:read")


class LinedReport(StrEnum):
    """Reports whose figures have names."""

    VAT_RETURN = "vat_return"
    CASH_FLOW = "cash_flow"


Behind = Callable[[Session, Snapshot, Figure], list[EntryBehind]]
BEHIND: dict[LinedReport, Behind] = {
    LinedReport.VAT_RETURN: vat_return.behind,
    LinedReport.CASH_FLOW: cash_flow.behind,
}


def figure(
    line: Annotated[str, Query(max_length=40)],
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
    after: Annotated[int, Query(ge=0, lt=2**63)] = 0,
) -> Figure:
    """The figure to look behind, page by page."""
    return Figure(line, limit, after)


@router.get("/entries", dependencies=[READ], responses=responses(NoSuchLine))
def entries_behind(
    kind: Annotated[LinedReport, Query(alias="type")],
    meant: Annotated[Figure, Depends(figure)],
    wanted: AskedDep,
    read: ReadDep,
    response: Response,
) -> EntriesBehindOut:
    """List the entries that a figure is made of, for the same days and the same instant.

    `line` is the number of a box of the VAT return, or a line or activity of the cash flow.
    """
    view = BEHIND[kind]
    snapshot, found = read(
        snapshots.taken, wanted, lambda session, snapshot: view(session, snapshot, meant)
    )
    response.headers.update(made_of(snapshot))
    return EntriesBehindOut.of(found, meant.limit)
