"""The export for DATEV."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from itertools import chain
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import StreamingResponse
from sqlalchemy import Engine

from api.deps import Caller, CallerDep, EngineDep, ReadDep, require
from api.errors import responses
from api.schemas.types import AnyDay
from api.uploads import blobs_of
from api.wire import ExactRoute
from domain.dates import DateRange
from domain.formats.datev_documents import Linked, package
from domain.formats.datev_extf import DatevRefused
from domain.formats.zip_stream import Member, zipped
from domain.store.blobs import BlobsUnavailable, FileNotFound
from domain.store.transaction import reading
from domain.views import datev
from domain.views.datev import Export

router = APIRouter(prefix="/v1/reports", tags=["Reports"], route_class=ExactRoute)
READ = require("auswertungen:read")

_CSV, _ZIP = "text/csv; charset=windows-1252", "application/zip"


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
        **responses(datev.NoBookings, datev.AdviserUnknown, DatevRefused, BlobsUnavailable),
    },
)
def datev_export(
    request: Request,
    caller: CallerDep,
    engine: EngineDep,
    read: ReadDep,
    days: Annotated[DateRange, Depends(days_of)],
    wanted_format: Annotated[
        Literal["csv", "zip"],
        Query(alias="format", description="`zip` adds master data and the linked documents"),
    ] = "csv",
) -> StreamingResponse:
    """Export bookings as DATEV booking batches (EXTF 700); a month is the usual range.

    One batch is one CSV file. Several fiscal years, adjustment periods or more than 99,999
    records are several batches: they come as a ZIP, with `format=zip` always.
    """
    now = datetime.now(UTC)
    plan = read(datev.export, days, now)
    sources = _Sources(engine, caller, plan, now)
    name = f"EXTF_Buchungsstapel_{days.first:%Y%m%d}_{days.last:%Y%m%d}"
    if wanted_format == "zip":
        blobs = blobs_of(request)
        members = sources.with_documents(lambda sha256: blobs.get(caller.tenant_id, sha256))
        return _download(zipped(members, now), f"{name}.zip", _ZIP)
    if plan.is_one_file:
        return _download(sources.one_batch(), f"{name}.csv", _CSV)
    return _download(zipped(sources.batches(), now), f"{name}.zip", _ZIP)


class _Sources:
    """What an export is made of, read while it is sent."""

    def __init__(self, engine: Engine, caller: Caller, plan: Export, now: datetime) -> None:
        self._engine = engine
        self._tenant_id = caller.tenant_id
        self._plan = plan
        self._now = now

    def one_batch(self) -> Iterator[bytes]:
        """The one batch that holds it all."""
        with reading(self._engine, self._tenant_id) as session:
            yield from datev.booking_batch(session, self._plan)

    def batches(self) -> Iterator[Member]:
        """Every batch."""
        with reading(self._engine, self._tenant_id) as session:
            yield from datev.booking_batches(session, self._plan)

    def with_documents(self, fetch: Callable[[str], bytes]) -> Iterator[Member]:
        """Batches, master data, and the documents in packages."""
        with reading(self._engine, self._tenant_id) as session:
            yield from datev.booking_batches(session, self._plan)
            yield from datev.master_data(session, self._plan)
        number, after = 1, None
        while documents := self._documents(after):
            yield from package(f"Belege_{number}", documents, _or_none(fetch), self._now)
            number, after = number + 1, documents[-1].id

    def _documents(self, after: UUID | None) -> list[Linked]:
        """Documents of a package, in a transaction of their own: sending them takes its time."""
        with reading(self._engine, self._tenant_id) as session:
            return datev.documents(session, self._plan, after)


def _or_none(fetch: Callable[[str], bytes]) -> Callable[[str], bytes | None]:
    def found(sha256: str) -> bytes | None:
        try:
            return fetch(sha256)
        except FileNotFound:
            return None

    return found


def _download(blocks: Iterable[bytes], name: str, media_type: str) -> StreamingResponse:
    """Stream blocks as a file; the first is made before the answer begins, for it may fail."""
    made = iter(blocks)
    return StreamingResponse(
        chain([next(made)], made),
        media_type=media_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
