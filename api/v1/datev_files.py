"""The files of an export for DATEV, made while they are sent, and the note that they were."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import chain
from typing import Literal
from uuid import UUID

from fastapi.responses import StreamingResponse
from sqlalchemy import Engine

from api.http.auth import Caller
from domain.database.blobs import Blobs, FileNotFound
from domain.database.session import read_session, write_session
from domain.dates import DateRange
from domain.formats.datev_documents import Linked, package
from domain.formats.zip_stream import Member, zipped
from domain.reports import datev_log_store, datev_views
from domain.reports.datev_views import Export

Form = Literal["csv", "zip"]
_CSV, _ZIP = "text/csv; charset=windows-1252", "application/zip"


def sent(
    engine: Engine,
    caller: Caller,
    blobs: Callable[[], Blobs],
    *,
    days: DateRange,
    form: Form,
    now: datetime,
) -> StreamingResponse:
    """The export of some days as a download, noted in the log. Raises what the plan refuses."""
    with read_session(engine, caller.tenant_id) as session:
        plan = datev_views.export(session, days, now)
    sources = _Sources(engine, caller, plan, now)
    name = f"EXTF_Buchungsstapel_{days.first:%Y%m%d}_{days.last:%Y%m%d}"
    if form == "zip":
        store = blobs()
        members = sources.with_documents(lambda sha256: store.get(caller.tenant_id, sha256))
        answer = _download(zipped(members, now), f"{name}.zip", _ZIP)
    elif plan.is_one_file:
        answer = _download(sources.one_batch(), f"{name}.csv", _CSV)
    else:
        answer = _download(zipped(sources.batches(), now), f"{name}.zip", _ZIP)
    with write_session(engine, caller.tenant_id, caller.actor) as session:
        datev_log_store.note(session, plan, days, form)
    return answer


class _Sources:
    """What an export is made of, read while it is sent."""

    def __init__(self, engine: Engine, caller: Caller, plan: Export, now: datetime) -> None:
        self._engine = engine
        self._tenant_id = caller.tenant_id
        self._plan = plan
        self._now = now

    def one_batch(self) -> Iterator[bytes]:
        """The one batch that holds it all."""
        with read_session(self._engine, self._tenant_id) as session:
            yield from datev_views.booking_batch(session, self._plan)

    def batches(self) -> Iterator[Member]:
        """Every batch."""
        with read_session(self._engine, self._tenant_id) as session:
            yield from datev_views.booking_batches(session, self._plan)

    def with_documents(self, fetch: Callable[[str], bytes]) -> Iterator[Member]:
        """Batches, master data, and the documents in packages."""
        with read_session(self._engine, self._tenant_id) as session:
            yield from datev_views.booking_batches(session, self._plan)
            yield from datev_views.master_data(session, self._plan)
        number, after = 1, None
        while documents := self._documents(after):
            yield from package(f"Belege_{number}", documents, _or_none(fetch), self._now)
            number, after = number + 1, documents[-1].id

    def _documents(self, after: UUID | None) -> list[Linked]:
        """Documents of a package, in a transaction of their own: sending them takes its time."""
        with read_session(self._engine, self._tenant_id) as session:
            return datev_views.documents(session, self._plan, after)


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
