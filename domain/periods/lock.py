"""Life of a lock request: pending, then approved, cancelled or expired. Four eyes."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from domain.errors import Conflict, Forbidden, NotFound, SelfApprovalDenied

VALID_FOR = timedelta(hours=48)


class RequestStatus(StrEnum):
    """Where a lock request stands."""

    PENDING = "pending"
    APPROVED = "approved"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class LockRequestNotFound(NotFound):
    """The period has no such request, or none that is pending."""

    code = "NOT_FOUND"

    def __init__(self, request_id: UUID) -> None:
        super().__init__("There is no such lock request.", request_id=request_id)


class LockRequestPending(Conflict):
    """A period has one pending request at a time."""

    def __init__(self, period: str, request_id: UUID) -> None:
        super().__init__(
            f"A lock of {period} is requested already.", period=period, request_id=request_id
        )


class RequestNotPending(Conflict):
    """The request was decided before."""

    def __init__(self, request_id: UUID, status: RequestStatus) -> None:
        super().__init__(
            f"The lock request is {status}.", request_id=request_id, status=str(status)
        )


class RequestExpired(Conflict):
    """The request was not approved within 48 hours."""

    def __init__(self, request_id: UUID) -> None:
        super().__init__("The lock request has expired.", request_id=request_id)


class ApproverNotAPerson(Forbidden):
    """A service account cannot be the second pair of eyes."""

    code = "SELF_APPROVAL_DENIED"

    def __init__(self, request_id: UUID) -> None:
        super().__init__("Only a person may approve.", request_id=request_id)


@dataclass(frozen=True, slots=True)
class Approver:
    """Who approves: a user, whether a person, and whether the tenant has nobody else."""

    user_id: UUID | None
    is_person: bool
    is_only_user: bool


@dataclass(frozen=True, slots=True)
class LockRequest:
    """A request to lock a period for ever, waiting for a second person."""

    request_id: UUID
    period: str
    requested_by: UUID | None
    created_at: datetime
    status: RequestStatus = RequestStatus.PENDING

    @property
    def expires_at(self) -> datetime:
        """First instant at which it can no longer be approved."""
        return self.created_at + VALID_FOR

    def is_pending(self, now: datetime) -> bool:
        """Whether somebody may still decide, timer or not."""
        return self.status is RequestStatus.PENDING and now < self.expires_at

    def check_pending(self, now: datetime) -> None:
        """Raise RequestNotPending or RequestExpired."""
        if self.status is RequestStatus.EXPIRED:
            raise RequestExpired(self.request_id)
        if self.status is not RequestStatus.PENDING:
            raise RequestNotPending(self.request_id, self.status)
        if now >= self.expires_at:
            raise RequestExpired(self.request_id)

    def approved(self, approver: Approver, now: datetime) -> "LockRequest":
        """Approve as another person (FOUR_EYES); who is alone in a tenant may do it alone."""
        self.check_pending(now)
        if approver.user_id is None or not approver.is_person:
            raise ApproverNotAPerson(self.request_id)
        if approver.user_id == self.requested_by and not approver.is_only_user:
            raise SelfApprovalDenied(
                "The requester cannot approve the lock.",
                period=self.period,
                request_id=self.request_id,
            )
        return replace(self, status=RequestStatus.APPROVED)

    def cancelled(self, now: datetime) -> "LockRequest":
        """Withdraw; anyone with the scope may."""
        if not self.is_pending(now):
            raise LockRequestNotFound(self.request_id)
        return replace(self, status=RequestStatus.CANCELLED)

    def expired(self, now: datetime) -> "LockRequest":
        """Give up waiting, once the time is over; what is decided stays decided."""
        if self.status is not RequestStatus.PENDING or now < self.expires_at:
            return self
        return replace(self, status=RequestStatus.EXPIRED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Locked:
    """A period locked for ever: on which request, by whom, when, and with which seal."""

    request: LockRequest
    locked_by: UUID
    locked_at: datetime
    closing_hash: str
