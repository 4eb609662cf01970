"""Rows of documents and of what was read in them. Both only grow."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Computed,
    DateTime,
    ForeignKeyConstraint,
    Index,
    PrimaryKeyConstraint,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from domain.database.table import Table

# None is NULL, not the JSON null.
_JSON = JSONB(none_as_null=True)
NAMED_KEYS = ("named_key_1", "named_key_2", "named_key_3")
"""Keys of the first earlier invoices that a reading names (number_key.sql)."""


def _named_key(place: int) -> Any:
    formula = f"number_key(fields #>> '{{preceding,{place - 1},number}}')"
    return Field(default=None, sa_column_args=[Computed(formula, persisted=True)])


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
        *(
            Index(
                f"ix_extraction_{name}",
                "tenant_id",
                name,
                postgresql_where=text(f"{name} IS NOT NULL"),
            )
            for name in NAMED_KEYS
        ),
    )

    tenant_id: UUID
    document_id: UUID
    version: int
    key: str
    failure: str | None = None
    fields: dict[str, object] | None = Field(default=None, sa_type=_JSON)
    raw_text: str | None = None
    named_key_1: str | None = _named_key(1)
    named_key_2: str | None = _named_key(2)
    named_key_3: str | None = _named_key(3)
    created_at: datetime = Field(sa_type=DateTime(timezone=True))
