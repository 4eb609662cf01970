"""Writes documents and what was read in them. A document exists once for its bytes."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from domain.database import audit
from domain.database.pg_text import pg_text
from domain.database.session import actor_of, tenant_of
from domain.documents.rows import DocumentRow, ExtractionRow
from domain.ids import derived_id


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDocument:
    """Bytes that lie in the object store, and what they are."""

    sha256: str
    mime_type: str
    original_name: str
    size_bytes: int
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a reading found, or the code of the refusal that ended it."""

    fields: dict[str, object] | None = None
    raw_text: str | None = None
    failure: str | None = None


def add(session: Session, new: NewDocument, at: datetime) -> UUID:
    """Store a document, or find the one with the same bytes; its first name stays."""
    tenant_id = tenant_of(session)
    document_id = derived_id("document", tenant_id, new.sha256)
    values = {
        "tenant_id": tenant_id,
        "id": document_id,
        "sha256": new.sha256,
        "mime_type": new.mime_type,
        "original_name": new.original_name,
        "size_bytes": new.size_bytes,
        "source": new.source,
        "created_by": actor_of(session).user_id,
        "created_at": at,
    }
    stored = session.execute(
        insert(DocumentRow).values(values).on_conflict_do_nothing().returning(col(DocumentRow.id))
    )
    if stored.first() is not None:
        after: dict[str, object] = {"sha256": new.sha256, "source": new.source}
        audit.record(session, "document.stored", "document", document_id, after=after)
    return document_id


def keep_reading(
    session: Session, document_id: UUID, key: str, reading: Reading, at: datetime
) -> int:
    """Store what was read as the next version; the same `key` stores once."""
    tenant_id = tenant_of(session)
    # Two readers of one document take turns, so that versions have no gap and no clash.
    session.execute(
        select(func.pg_advisory_xact_lock(func.hashtextextended(f"reading{document_id}", 0)))
    )
    known = version_of(session, document_id, key)
    if known is not None:
        return known
    last = session.exec(
        select(func.max(ExtractionRow.version)).where(
            col(ExtractionRow.tenant_id) == tenant_id,
            col(ExtractionRow.document_id) == document_id,
        )
    ).one()
    row = ExtractionRow(
        tenant_id=tenant_id,
        document_id=document_id,
        version=(last or 0) + 1,
        key=key,
        failure=reading.failure,
        fields=pg_text(reading.fields),
        raw_text=pg_text(reading.raw_text),
        created_at=at,
    )
    session.add(row)
    session.flush()
    return row.version


def version_of(session: Session, document_id: UUID, key: str) -> int | None:
    """Version that a reading under this key has left."""
    return session.exec(
        select(ExtractionRow.version).where(
            col(ExtractionRow.tenant_id) == tenant_of(session),
            col(ExtractionRow.document_id) == document_id,
            col(ExtractionRow.key) == key,
        )
    ).one_or_none()
