"""What the way of a document into the books asks for."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from temporalio import activity

from activities.stubs.command import Command


class Stage(StrEnum):
    """Where a document stands on its way; ends in one of the last three."""

    RECEIVED = "received"
    READING = "reading"
    MATCHING = "matching"
    CHECKING = "checking"
    IN_REVIEW = "in_review"
    DUPLICATE = "duplicate"
    POSTING = "posting"
    POSTING_FAILED = "posting_failed"
    POSTED = "posted"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"

    @property
    def is_final(self) -> bool:
        """Whether nothing more can happen."""
        return self in {Stage.POSTED, Stage.CONFIRMED, Stage.REJECTED}


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeStatus:
    """Where a document stands in the database: ids and states only."""

    stage: Stage
    case_id: UUID | None = None
    queue_state: str | None = None
    invoice_id: UUID | None = None
    intent_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeStep:
    """A step for one inbox item."""

    tenant_id: UUID
    inbox_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadStep:
    """Reading of a document; under the same key it is read once.

    `inbox_id` is None for a document that waits in no inbox.
    """

    tenant_id: UUID
    inbox_id: UUID | None
    document_id: UUID
    key: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadResult:
    """Which version of the extraction came out, and the code of the refusal if nothing did."""

    version: int
    failure: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseStep:
    """A person's order on one item; `input_id` names what they said, kept in the database.

    `at_inbox` tells an order on the inbox item from one on its review case.
    """

    command: Command
    inbox_id: UUID
    at: datetime
    input_id: UUID | None = None
    at_inbox: bool = False


class ReadingActivities(ABC):
    """What costs processor time and runs on the queue `documents`."""

    @abstractmethod
    @activity.defn(name="intake.read")
    def read(self, step: ReadStep) -> ReadResult:
        """Read the document and store what was found; unreadable ones store the reason."""


class IntakeActivities(ABC):
    """What the intake does to the database, one transaction a step."""

    @abstractmethod
    @activity.defn(name="intake.look")
    def look(self, step: IntakeStep) -> IntakeStatus:
        """Where the document stands."""

    @abstractmethod
    @activity.defn(name="intake.give_up")
    def give_up(self, step: ReadStep) -> ReadResult:
        """Store that the document could not be read: its reader died or never ended."""

    @abstractmethod
    @activity.defn(name="intake.match")
    def match(self, step: IntakeStep) -> None:
        """Find the vendor."""

    @abstractmethod
    @activity.defn(name="intake.check")
    def check(self, step: IntakeStep) -> IntakeStatus:
        """Check the invoice and open its review case, or bring the open one up to date."""

    @abstractmethod
    @activity.defn(name="intake.amend")
    def amend(self, step: CaseStep) -> IntakeStatus:
        """Replace the proposed invoice or its vendor."""

    @abstractmethod
    @activity.defn(name="intake.post")
    def post(self, step: CaseStep) -> IntakeStatus:
        """Create the invoice, post the intent and close the case, all or nothing."""

    @abstractmethod
    @activity.defn(name="intake.reject")
    def reject(self, step: CaseStep) -> IntakeStatus:
        """Close the case and the inbox item without a posting."""

    @abstractmethod
    @activity.defn(name="intake.confirm")
    def confirm(self, step: CaseStep) -> IntakeStatus:
        """Close the inbox item as handled outside."""

    @abstractmethod
    @activity.defn(name="intake.remind")
    def remind(self, step: IntakeStep) -> IntakeStatus:
        """Note that the case has waited too long."""
