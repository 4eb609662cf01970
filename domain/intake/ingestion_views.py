"""Reads the ingestion log, and before it what arrived and is not taken apart yet.

A page is found in the indexes of both first, and its rows are fetched after.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import Select, bindparam, func, literal, select, true, union_all
from sqlmodel import Session, col

from domain.database import listing_views
from domain.database.among import among
from domain.database.listing_views import Counted
from domain.database.plain import TENANT, is_among, rows_among, rows_of
from domain.database.session import tenant_of
from domain.formats.mail import Outcome
from domain.intake.ingestion_store import entry_id
from domain.intake.rows import ArrivalRow, IngestionLogRow

_Places: TypeAlias = Select[datetime, int, UUID, bool]

_NOT_YET = "taken, and not taken apart yet"
ROWS = 250
"""More than one delivery can leave behind."""


@dataclass(frozen=True, slots=True)
class IngestionEntry:
    """What became of one attachment, or of a mail without a usable one."""

    id: UUID
    received_at: datetime
    source_email: str | None
    source_subject: str | None
    message_id: str | None
    original_name: str | None
    mime_type: str | None
    size_bytes: int | None
    sha256: str | None
    outcome: str
    detail: str | None
    document_id: UUID | None
    inbox_id: UUID | None


def ingestion_log(
    session: Session, outcome: str | None, *, limit: int, offset: int
) -> tuple[Sequence[IngestionEntry], int]:
    """Rows of the ingestion log, newest first, and how many there are in all."""
    ahead = _ahead(session, outcome)
    # What waits may lie before any row of the log: so many of them are looked at once more.
    parts = () if outcome is None else (outcome,)
    begin = listing_views.place(session, Counted("ingestion_log", parts), max(offset - ahead, 0))
    query = _page_query(
        is_of_outcome=outcome is not None, is_first=begin.until is None, is_waiting=ahead > 0
    )
    page = rows_of(
        session,
        query,
        outcome=outcome,
        until=begin.until,
        most=0 if begin.is_beyond else ahead + limit,
        skipped=begin.skipped,
        limit=limit,
        offset=min(offset, ahead),
    )
    if not ahead:
        return [IngestionEntry(*row) for row in page], begin.total
    found = _entries(session, [row.id for row in page if not row.is_waiting])
    found |= _arrivals(session, [row.id for row in page if row.is_waiting])
    return [found[row.is_waiting, row.id] for row in page], begin.total + ahead


def left_by(session: Session, sha256: str, delivery: str) -> Sequence[IngestionEntry]:
    """Rows that one delivery of these bytes has left, in their order."""
    tenant_id = tenant_of(session)
    ids = [entry_id(tenant_id, sha256, delivery, position) for position in range(ROWS)]
    found = _entries(session, ids)
    return [entry for each in ids if (entry := found.get((False, each)))]


def arrived(session: Session, arrival_id: UUID) -> IngestionEntry:
    """An arrival as the row that it has while it waits."""
    return _arrivals(session, [arrival_id])[True, arrival_id]


def _ahead(session: Session, outcome: str | None) -> int:
    """How many arrivals wait; those of an outcome wait for nothing."""
    if outcome not in {None, Outcome.RECEIVED}:
        return 0
    count: int = rows_of(session, _counted())[0][0]
    return count


@cache
def _counted() -> Any:
    return select(func.count()).select_from(_waiting().subquery())


@cache
def _page_query(*, is_of_outcome: bool, is_first: bool, is_waiting: bool) -> Any:
    """A page of logged rows from its day on; where something waits, the places of both."""
    logged = _logged(is_of_outcome=is_of_outcome, is_first=is_first)
    if not is_waiting:
        row, page = IngestionLogRow, logged.subquery()
        newest_first = col(row.received_at).desc(), col(row.position), col(row.id)
        return _entries_query().join(page, page.c.id == col(row.id)).order_by(*newest_first)
    both = union_all(logged, _waiting()).subquery()
    return (
        select(both.c.is_waiting, both.c.id)
        .order_by(both.c.received_at.desc(), both.c.position, both.c.id)
        .limit(bindparam("limit"))
        .offset(bindparam("offset"))
    )


def _logged(*, is_of_outcome: bool, is_first: bool) -> _Places:
    """Places of logged rows, as an index holds them."""
    row = IngestionLogRow
    places = (
        select(
            col(row.received_at),
            col(row.position),
            col(row.id),
            literal(value=False).label("is_waiting"),
        )
        .where(
            col(row.tenant_id) == TENANT,
            col(row.outcome) == bindparam("outcome") if is_of_outcome else true(),
            true() if is_first else col(row.received_at) < bindparam("until"),
        )
        .order_by(col(row.received_at).desc(), col(row.position), col(row.id))
        .limit(bindparam("most"))
        .offset(bindparam("skipped"))
        .subquery()
    )
    return select(places.c.received_at, places.c.position, places.c.id, places.c.is_waiting)


def _waiting() -> _Places:
    """Places of arrivals that wait."""
    return select(
        col(ArrivalRow.received_at),
        literal(0).label("position"),
        col(ArrivalRow.id),
        literal(value=True).label("is_waiting"),
    ).where(col(ArrivalRow.tenant_id) == TENANT, col(ArrivalRow.split_at).is_(None))


def _entries(session: Session, ids: Sequence[UUID]) -> dict[tuple[bool, UUID], IngestionEntry]:
    if not ids:
        return {}
    among_these = _entries_query().where(is_among(col(IngestionLogRow.id)))
    rows = rows_among(session, among_these, ids)
    return {(False, row[0]): IngestionEntry(*row) for row in rows}


@cache
def _entries_query() -> Any:
    row = IngestionLogRow
    asked: Any = (getattr(row, name) for name in IngestionEntry.__slots__)
    return select(*asked).where(col(row.tenant_id) == TENANT)


def _arrivals(session: Session, ids: Sequence[UUID]) -> dict[tuple[bool, UUID], IngestionEntry]:
    if not ids:
        return {}
    rows = session.scalars(
        select(ArrivalRow).where(
            col(ArrivalRow.tenant_id) == tenant_of(session), among(col(ArrivalRow.id), ids)
        )
    )
    return {(True, row.id): _received(row) for row in rows}


def _received(row: ArrivalRow) -> IngestionEntry:
    return IngestionEntry(
        id=row.id,
        received_at=row.received_at,
        source_email=row.source_email,
        source_subject=None,
        message_id=None,
        original_name=row.original_name,
        mime_type=None if row.original_name else "message/rfc822",
        size_bytes=row.size_bytes,
        sha256=row.sha256,
        outcome=Outcome.RECEIVED.value,
        detail=_NOT_YET,
        document_id=None,
        inbox_id=None,
    )
