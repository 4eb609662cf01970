"""Steps of the period lock: signatures and inputs."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from temporalio import activity

from domain.periods.lock import Locked, LockRequest
from workflows.shared.command import Command


@dataclass(frozen=True, slots=True, kw_only=True)
class LockStep:
    """One step on a lock request, at the workflow's time."""

    command: Command
    period: str
    request_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LookStep:
    """A process that begins asks for the request that is pending."""

    tenant_id: UUID
    period: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpireStep:
    """The end of the wait for a second person."""

    tenant_id: UUID
    request_id: UUID
    at: datetime


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

    @abstractmethod
    @activity.defn(name="periods.look")
    def look(self, step: LookStep) -> LockRequest | None:
        """The pending request of the period, also one whose time is over; None without one."""
