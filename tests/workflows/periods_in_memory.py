"""The steps of the period lock without a database: the domain's rules on a dictionary."""

from uuid import UUID

from temporalio import activity

from domain.periods.lock import Approver, Locked, LockRequest, LockRequestNotFound, RequestStatus
from domain.periods.period import Period
from workflows.period_lock.steps import ExpireStep, LockStep, LookStep, PeriodActivities


class PeriodsInMemory(PeriodActivities):
    """Keeps requests by id; a tenant has more than one user unless told otherwise."""

    def __init__(self, *, is_only_user: bool = False) -> None:
        self.requests: dict[UUID, LockRequest] = {}
        self.periods: dict[str, Period] = {}
        self.calls: list[str] = []
        self._is_only_user = is_only_user

    @activity.defn(name="periods.request")
    def request(self, step: LockStep) -> LockRequest:
        """Store a pending request."""
        self.calls.append("request")
        self.periods.setdefault(step.period, Period(step.period)).check_lockable()
        request = LockRequest(
            step.request_id, step.period, step.command.actor.user_id, created_at=step.at
        )
        return self.requests.setdefault(step.request_id, request)

    @activity.defn(name="periods.approve")
    def approve(self, step: LockStep) -> Locked:
        """Lock the period."""
        self.calls.append("approve")
        user = step.command.actor.user_id
        approver = Approver(user, is_person=True, is_only_user=self._is_only_user)
        approved = self._known(step.request_id).approved(approver, step.at)
        locked_by = UUID(str(user))
        self.requests[step.request_id] = approved
        self.periods[step.period] = self.periods[step.period].locked(locked_by, step.at)
        return Locked(
            request=approved, locked_by=locked_by, locked_at=step.at, closing_hash="c" * 64
        )

    @activity.defn(name="periods.cancel")
    def cancel(self, step: LockStep) -> LockRequest:
        """Withdraw a request."""
        self.calls.append("cancel")
        self.requests[step.request_id] = self._known(step.request_id).cancelled(step.at)
        return self.requests[step.request_id]

    @activity.defn(name="periods.expire")
    def expire(self, step: ExpireStep) -> LockRequest:
        """Give up waiting."""
        self.calls.append("expire")
        self.requests[step.request_id] = self._known(step.request_id).expired(step.at)
        return self.requests[step.request_id]

    @activity.defn(name="periods.look")
    def look(self, step: LookStep) -> LockRequest | None:
        """The request that nobody has decided."""
        self.calls.append("look")
        pending = (r for r in self.requests.values() if r.status is RequestStatus.PENDING)
        return next((each for each in pending if each.period == step.period), None)

    def _known(self, request_id: UUID) -> LockRequest:
        if request_id not in self.requests:
            raise LockRequestNotFound(request_id)
        return self.requests[request_id]
