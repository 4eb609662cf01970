"""The export for DATEV."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from api.deps import CallerDep, EngineDep, ReadDep, require
from api.errors import responses
from api.wire import ExactRoute
from domain.dates import DateRange
from domain.formats.datev_extf import ENCODING
from domain.store.transaction import reading
from domain.views import datev

router = APIRouter(prefix="/v1/reports", tags=["Reports"], route_class=ExactRoute)
READ = require("auswertungen:read")


@router.get(
    "/datev-export",
    dependencies=[READ],
    response_class=StreamingResponse,
    responses={
        200: {"content": {"text/csv": {}}, "description": "The booking batch, streamed"},
        **responses(datev.NoBookings, datev.AdviserUnknown),
    },
)
def datev_export(
    caller: CallerDep,
    engine: EngineDep,
    read: ReadDep,
    start: Annotated[date, Query(alias="startDate")],
    end: Annotated[date, Query(alias="endDate")],
) -> StreamingResponse:
    """Export bookings as a DATEV booking batch (EXTF 700); a month is the usual range."""
    days = DateRange(start, end)
    batch = read(datev.batch, days, datetime.now(UTC))

    def lines() -> Iterator[bytes]:
        with reading(engine, caller.tenant_id) as session:
            yield from datev.lines(session, batch)

    name = f"EXTF_Buchungsstapel_{start:%Y%m%d}_{end:%Y%m%d}.csv"
    return StreamingResponse(
        lines(),
        media_type=f"text/csv; charset=windows-{ENCODING[2:]}",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
