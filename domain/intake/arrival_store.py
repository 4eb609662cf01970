"""Keeps what arrived, and that it was taken apart."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from domain.database import audit
from domain.database.pg_text import pg_text
from domain.database.session import actor_of, tenant_of
from domain.intake.arrival import Arrival, Channel, arrival_id
from domain.intake.rows import ArrivalRow

WAITING = 1000


def keep(session: Session, arrival: Arrival) -> UUID:
    """Store an arrival whose bytes lie in the object store; known bytes change nothing."""
    new_id = arrival_id(tenant_of(session), arrival.sha256)
    values = {
        "tenant_id": tenant_of(session),
        "id": new_id,
        "sha256": arrival.sha256,
        "size_bytes": arrival.size_bytes,
        "channel": arrival.channel.value,
        "original_name": pg_text(arrival.original_name),
        "source_email": pg_text(arrival.source_email),
        "created_by": actor_of(session).user_id,
        "received_at": arrival.received_at,
    }
    stored = session.execute(
        insert(ArrivalRow).values(values).on_conflict_do_nothing().returning(col(ArrivalRow.id))
    )
    if stored.first() is not None:
        after: dict[str, object] = {"sha256": arrival.sha256, "channel": arrival.channel.value}
        audit.record(session, "arrival.kept", "arrival", new_id, after=after)
    return new_id


def found(session: Session, sha256: str) -> Arrival | None:
    """The arrival of these bytes; None for a message of the time before arrivals were kept."""
    row = session.get(ArrivalRow, (tenant_of(session), arrival_id(tenant_of(session), sha256)))
    return None if row is None else _arrival(row)


def waiting(session: Session) -> list[Arrival]:
    """Arrivals that nobody has taken apart, the oldest first: their process may be lost."""
    rows = session.exec(
        select(ArrivalRow)
        .where(
            col(ArrivalRow.tenant_id) == tenant_of(session),
            col(ArrivalRow.split_at).is_(None),
        )
        .order_by(col(ArrivalRow.received_at), col(ArrivalRow.id))
        .limit(WAITING)
    )
    return [_arrival(row) for row in rows]


def split(session: Session, sha256: str, at: datetime) -> None:
    """Note that the documents of an arrival are filed; the first time stays."""
    session.execute(
        update(ArrivalRow)
        .where(
            col(ArrivalRow.tenant_id) == tenant_of(session),
            col(ArrivalRow.id) == arrival_id(tenant_of(session), sha256),
            col(ArrivalRow.split_at).is_(None),
        )
        .values(split_at=at)
    )


def _arrival(row: ArrivalRow) -> Arrival:
    return Arrival(
        sha256=row.sha256,
        size_bytes=row.size_bytes,
        channel=Channel(row.channel),
        received_at=row.received_at,
        original_name=row.original_name,
        source_email=row.source_email,
        created_by=row.created_by,
    )
