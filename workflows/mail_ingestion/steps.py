"""What the ingestion of a mail asks for."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from temporalio import activity


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitMail:
    """A raw message in the object store; `delivery` names the run that found it."""

    tenant_id: UUID
    sha256: str
    received_at: datetime
    delivery: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FiledDocument:
    """A document that waits in the inbox; `is_unopened`: to be seen, there is nothing to read."""

    inbox_id: UUID
    document_id: UUID
    is_unopened: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FiledStatement:
    """A bank statement that is to be imported."""

    batch_id: UUID
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FiledMail:
    """What came out of a mail: documents to be read, statements to be imported, rows logged."""

    documents: tuple[FiledDocument, ...]
    logged: int
    statements: tuple[FiledStatement, ...] = ()


class MailActivities(ABC):
    """What the ingestion of a mail does to the object store and the database."""

    @abstractmethod
    @activity.defn(name="mail.split")
    def split(self, step: SplitMail) -> FiledMail:
        """Store every document of a mail and log what became of each attachment."""
