"""Steps of dunning: signatures and inputs."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from temporalio import activity

from domain.receivables.dunning import DebtorState
from workflows.shared.command import Command


@dataclass(frozen=True, slots=True, kw_only=True)
class LookStep:
    """A look at a debtor, at the workflow's time."""

    tenant_id: UUID
    customer_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeStep:
    """A step on one letter that nobody ordered: to draw it, or to release it by the policy."""

    tenant_id: UUID
    notice_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseStep:
    """A person's order to release a letter."""

    command: Command
    notice_id: UUID
    at: datetime


class DunningActivities(ABC):
    """What dunning does to database and object store."""

    @abstractmethod
    @activity.defn(name="dunning.look")
    def look(self, step: LookStep) -> DebtorState:
        """Withdraw what is outdated, propose what is due, and say where the debtor stands."""

    @abstractmethod
    @activity.defn(name="dunning.draw")
    def draw(self, step: NoticeStep) -> None:
        """Make the PDF of a proposed letter and keep it as a document."""

    @abstractmethod
    @activity.defn(name="dunning.release")
    def release(self, step: ReleaseStep) -> DebtorState:
        """Release a letter, or refuse."""

    @abstractmethod
    @activity.defn(name="dunning.release_by_policy")
    def release_by_policy(self, step: NoticeStep) -> DebtorState:
        """Release a letter because the policy asks for nobody; outdated, it is made anew."""
