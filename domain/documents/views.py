"""Reads documents and what was read in them."""

from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session, col, select

from domain.database.session import tenant_of
from domain.documents.rows import DocumentRow, ExtractionRow
from domain.errors import NotFound


@dataclass(frozen=True, slots=True)
class Document:
    """A document: what its bytes are and what they are called."""

    id: UUID
    sha256: str
    mime_type: str
    original_name: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Extraction:
    """One reading of a document; `fields` are as the wire has them, amounts as text."""

    version: int
    fields: dict[str, object] | None
    raw_text: str | None
    failure: str | None


def document(session: Session, document_id: UUID) -> Document:
    """One document. Raises NotFound."""
    row = session.get(DocumentRow, (tenant_of(session), document_id))
    if row is None:
        raise NotFound("There is no such document.")
    return Document(row.id, row.sha256, row.mime_type, row.original_name, row.size_bytes)


def extraction(
    session: Session, document_id: UUID, version: int | None = None
) -> Extraction | None:
    """A reading of a document, the latest unless a version is named."""
    wanted = (
        select(ExtractionRow)
        .where(
            col(ExtractionRow.tenant_id) == tenant_of(session),
            col(ExtractionRow.document_id) == document_id,
        )
        .order_by(col(ExtractionRow.version).desc())
        .limit(1)
    )
    if version is not None:
        wanted = wanted.where(col(ExtractionRow.version) == version)
    row = session.exec(wanted).first()
    return None if row is None else Extraction(row.version, row.fields, row.raw_text, row.failure)
