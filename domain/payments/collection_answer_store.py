"""Keeps what the bank said of collections; where a debit stands is read from it."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from domain.banking.file_ids import transfer_of
from domain.database import audit
from domain.database.session import actor_of, tenant_of
from domain.formats.pain002 import StatusReport, ToldStatus
from domain.ids import derived_id
from domain.payments.rows import CollectionAnswerRow, CollectionItemRow, CollectionRow


@dataclass(frozen=True, slots=True)
class Left:
    """How many statuses of a message are new, and which ids nobody knows."""

    new: int
    unknown: tuple[str, ...]


def keep(session: Session, collection: CollectionRow, report: StatusReport) -> Left:
    """Store what a message says of a collection; the same message again adds nothing."""
    query = select(CollectionItemRow.position).where(
        CollectionItemRow.tenant_id == tenant_of(session),
        CollectionItemRow.collection_id == collection.id,
    )
    known = set(session.exec(query))
    rows, unknown = [], []
    for each in report.told:
        number = transfer_of(each.end_to_end_id, collection.id)
        if each.end_to_end_id is not None and number not in known:
            unknown.append(each.end_to_end_id)
        else:
            rows.append(_row(session, collection, report, each, number))
    new = _insert(session, rows) if rows else 0
    if new:
        after: dict[str, object] = {"message_id": report.message_id, "statuses": new}
        audit.record(session, "collection.bank_answered", "collection", collection.id, after=after)
    return Left(new, tuple(unknown))


def _insert(session: Session, rows: list[dict[str, object]]) -> int:
    made = insert(CollectionAnswerRow).on_conflict_do_nothing()
    stored = session.scalars(made.returning(col(CollectionAnswerRow.id)), rows)
    return len(stored.all())


def _row(
    session: Session,
    collection: CollectionRow,
    report: StatusReport,
    told: ToldStatus,
    number: int | None,
) -> dict[str, object]:
    said = (report.message_id, number, told.depth, told.status, told.reason)
    return {
        "tenant_id": collection.tenant_id,
        "id": derived_id("collection-answer", collection.tenant_id, collection.id, *said),
        "collection_id": collection.id,
        "debit": number,
        "depth": told.depth,
        "message_id": report.message_id,
        "status": told.status,
        "reason": told.reason,
        "reason_text": told.reason_text,
        "told_at": report.created_at,
        "created_by": actor_of(session).user_id,
        "created_at": datetime.now(UTC),
    }
