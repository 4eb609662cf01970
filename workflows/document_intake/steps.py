"""What the way of a document into the books asks for."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from temporalio import activity

from workflows.shared.command import Command


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
    """Where a document stands in the database: ids and states only.

    `patience_days`: after so many days people are reminded, where the step has asked the policy.
    `may_post`: the policy needs no person, as far as the step could see. `awaits_mail`: it would
    need none if all other documents of the mail were read.
    """

    stage: Stage
    case_id: UUID | None = None
    queue_state: str | None = None
    invoice_id: UUID | None = None
    intent_id: UUID | None = None
    patience_days: int | None = None
    may_post: bool = False
    awaits_mail: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeStep:
    """A step for one inbox item; `is_first` leaves a case alone that is there already."""

    tenant_id: UUID
    inbox_id: UUID
    at: datetime
    is_first: bool = False


class Failing(StrEnum):
    """What broke for good."""

    POST = "post"
    CHECK = "check"


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureStep:
    """A step that broke for good: which one, of which class of error, and whose order it was."""

    tenant_id: UUID
    inbox_id: UUID
    at: datetime
    during: Failing
    kind: str
    command: Command | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseStep:
    """A person's order on one item; `input_id` names what they said, kept in the database.

    `at_inbox` tells an order on the inbox item from one on its review case; `version` is that of
    the case as the person has seen it, if they say so.
    """

    command: Command
    inbox_id: UUID
    at: datetime
    input_id: UUID | None = None
    at_inbox: bool = False
    version: int | None = None


class IntakeActivities(ABC):
    """What the intake does to the database, one transaction a step."""

    @abstractmethod
    @activity.defn(name="intake.look")
    def look(self, step: IntakeStep) -> IntakeStatus:
        """Where the document stands."""

    @abstractmethod
    @activity.defn(name="intake.match")
    def match(self, step: IntakeStep) -> None:
        """Find the vendor."""

    @abstractmethod
    @activity.defn(name="intake.check")
    def check(self, step: IntakeStep) -> IntakeStatus:
        """Find the vendor, check the invoice and open its review case, or bring it up to date."""

    @abstractmethod
    @activity.defn(name="intake.amend")
    def amend(self, step: CaseStep) -> IntakeStatus:
        """Replace the proposed invoice or its vendor."""

    @abstractmethod
    @activity.defn(name="intake.post")
    def post(self, step: CaseStep) -> IntakeStatus:
        """Create the invoice, post the intent and close the case, all or nothing."""

    @abstractmethod
    @activity.defn(name="intake.post_by_policy")
    def post_by_policy(self, step: IntakeStep) -> IntakeStatus:
        """Post what the policy needs no person for; leave the rest to a person."""

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

    @abstractmethod
    @activity.defn(name="intake.note_failure")
    def note_failure(self, step: FailureStep) -> IntakeStatus:
        """Keep with the case that a step broke for good, so that a person sees it."""
