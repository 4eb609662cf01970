"""Steps of the period lock: signatures and inputs."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from temporalio import activity

from activities.stubs.command import Command
from domain.periods.lock import LockRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class LockStep:
    """One step on a lock request, at the workflow's time."""

    command: Command
    period: str
    request_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpireStep:
    """The end of the wait for a second person."""

    tenant_id: UUID
    request_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Locked:
    """A period locked for ever, and its seal."""

    request: LockRequest
    period_number: int
    locked_by: UUID
    locked_at: datetime
    closing_hash: str
    approved_by: UUID


class PeriodActivities(ABC):
    """What the period lock does to the database."""

    @abstractmethod
    @activity.defn(name="periods.request")
    def request(self, step: LockStep) -> LockRequest:
        """Store a pending request, or refuse."""

    @abstractmethod
    @activity.defn(name="periods.approve")
    def approve(self, step: LockStep) -> Locked:
        """Seal and lock the period in one transaction, or refuse."""

    @abstractmethod
    @activity.defn(name="periods.cancel")
    def cancel(self, step: LockStep) -> LockRequest:
        """Withdraw a pending request, or refuse."""

    @abstractmethod
    @activity.defn(name="periods.expire")
    def expire(self, step: ExpireStep) -> LockRequest:
        """Give up waiting; return the request as it stands."""
