"""Rows of documents and of what was read in them. Both only grow."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKeyConstraint,
    PrimaryKeyConstraint,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from domain.database.table import Table

# None is NULL, not the JSON null.
_JSON = JSONB(none_as_null=True)


class DocumentRow(Table, table=True):
    """One document: what its bytes are called and where they came from."""

    __tablename__ = "document"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "id"),
        ForeignKeyConstraint(["tenant_id"], ["tenant.id"]),
        UniqueConstraint("tenant_id", "sha256", name="uq_document_sha256"),
        CheckConstraint("size_bytes >= 0", name="size_bytes"),
    )

    tenant_id: UUID
    id: UUID
    sha256: str
    mime_type: str
    original_name: str
    size_bytes: int = Field(sa_type=BigInteger)
    source: str
    created_by: UUID | None = None
    created_at: datetime = Field(sa_type=DateTime(timezone=True))


class ExtractionRow(Table, table=True):
    """One reading of a document: its fields and raw text, or why there are none."""

    __tablename__ = "extraction"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "document_id", "version"),
        ForeignKeyConstraint(["tenant_id", "document_id"], ["document.tenant_id", "document.id"]),
        UniqueConstraint("tenant_id", "document_id", "key", name="uq_extraction_key"),
    )

    tenant_id: UUID
    document_id: UUID
    version: int
    key: str
    failure: str | None = None
    fields: dict[str, object] | None = Field(default=None, sa_type=_JSON)
    raw_text: str | None = None
    created_at: datetime = Field(sa_type=DateTime(timezone=True))


class NamedInvoiceRow(Table, table=True):
    """An earlier invoice that a reading names, by the key of its number (keep_named.sql).

    `place` is that of the first one of this key among `preceding`, from 0.
    """

    __tablename__ = "named_invoice"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "number_key", "document_id", "version"),
        ForeignKeyConstraint(
            ["tenant_id", "document_id", "version"],
            ["extraction.tenant_id", "extraction.document_id", "extraction.version"],
        ),
    )

    tenant_id: UUID
    number_key: str
    document_id: UUID
    version: int
    place: int
