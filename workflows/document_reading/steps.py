"""What the reading of documents asks for."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from temporalio import activity


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadStep:
    """Reading of a document; under the same key it is read once.

    `inbox_id` is None for a document that waits in no inbox. `is_unfit` says to the step that
    gives up that something was read which could not be checked.
    """

    tenant_id: UUID
    inbox_id: UUID | None
    document_id: UUID
    key: str
    at: datetime
    is_unfit: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadResult:
    """Which version of the extraction came out, and the code of the refusal if nothing did."""

    version: int
    failure: str | None = None


class ReadingActivities(ABC):
    """What costs processor time and runs on the queue `documents`."""

    @abstractmethod
    @activity.defn(name="intake.read")
    def read(self, step: ReadStep) -> ReadResult:
        """Read the document and store what was found; unreadable ones store the reason."""


class UnreadableActivities(ABC):
    """What is stored of a document that nobody could read; runs on the queue `ledger`."""

    @abstractmethod
    @activity.defn(name="intake.give_up")
    def give_up(self, step: ReadStep) -> ReadResult:
        """Store why nothing was read: its reader was interrupted again and again, or is unfit."""
