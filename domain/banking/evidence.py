"""What proves a bank transaction that no invoice proves: a statement, a document, a voucher."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from domain.errors import InvalidInput

TITLE_LENGTH, NOTE_LENGTH = 200, 4000


class EvidenceType(StrEnum):
    """Kinds of evidence; an Eigenbeleg is a voucher that the tenant wrote itself."""

    BANK_STATEMENT = "bank_statement"
    UPLOADED_DOCUMENT = "uploaded_document"
    EIGENBELEG = "eigenbeleg"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Evidence for one movement; it books nothing.

    >>> Evidence(EvidenceType.EIGENBELEG, note="Parkschein verloren").note
    'Parkschein verloren'
    """

    kind: EvidenceType
    title: str | None = None
    note: str | None = None
    document_id: UUID | None = None
    metadata: dict[str, object] | None = None

    def __post_init__(self) -> None:
        """Refuse a document without its id and a voucher without its words."""
        if self.kind is EvidenceType.UPLOADED_DOCUMENT and self.document_id is None:
            raise InvalidInput("/document_id", "is needed for an uploaded document")
        if self.kind is EvidenceType.EIGENBELEG and not (self.note or "").strip():
            raise InvalidInput("/note", "is needed for an Eigenbeleg")
        if len(self.title or "") > TITLE_LENGTH:
            raise InvalidInput("/title", f"exceeds {TITLE_LENGTH} characters")
        if len(self.note or "") > NOTE_LENGTH:
            raise InvalidInput("/note", f"exceeds {NOTE_LENGTH} characters")
