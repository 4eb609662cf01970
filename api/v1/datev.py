"""The export for DATEV."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse

from api.http.at_once import at_once
from api.http.dependencies import CallerDep, EngineDep, require
from api.http.errors import responses
from api.http.json_bodies import ExactRoute
from api.http.uploads import blobs_of
from api.schemas.types import AnyDay
from api.v1 import datev_files
from domain.database.blobs import BlobsUnavailable
from domain.dates import DateRange
from domain.formats.datev_extf import DatevRefused
from domain.reports import datev_views

router = APIRouter(prefix="/v1/reports", tags=["Reports"], route_class=ExactRoute)
READ = require("auswertungen:read")


def days_of(
    start: Annotated[AnyDay, Query(alias="startDate")],
    end: Annotated[AnyDay, Query(alias="endDate")],
) -> DateRange:
    """Refuse a range that ends before it begins."""
    return DateRange(start, end)


@router.get(
    "/datev-export",
    dependencies=[READ],
    response_class=StreamingResponse,
    responses={
        200: {
            "content": {"text/csv": {}, "application/zip": {}},
            "description": "The booking batch, or a ZIP of all files, streamed",
        },
        **responses(
            datev_views.NoBookings, datev_views.AdviserUnknown, DatevRefused, BlobsUnavailable
        ),
    },
)
def datev_export(
    request: Request,
    caller: CallerDep,
    engine: EngineDep,
    days: Annotated[DateRange, at_once(days_of)],
    wanted_format: Annotated[
        Literal["csv", "zip"],
        Query(alias="format", description="`zip` adds master data and the linked documents"),
    ] = "csv",
) -> StreamingResponse:
    """Export bookings as DATEV booking batches (EXTF 700); a month is the usual range.

    One batch is one CSV file. Several fiscal years, adjustment periods or more than 99,999
    records are several batches: they come as a ZIP, with `format=zip` always.
    """
    return datev_files.sent(
        engine,
        caller,
        lambda: blobs_of(request),
        days=days,
        form=wanted_format,
        now=datetime.now(UTC),
    )
