"""The period lock on PostgreSQL."""

from sqlalchemy import Engine
from sqlmodel import Session
from temporalio import activity

from activities.commands import answered_once
from activities.stubs.periods import ExpireStep, Locked, LockStep, PeriodActivities
from domain.access.actor import Actor
from domain.periods.lock import LockRequest
from domain.periods.period import PeriodName
from domain.store import periods
from domain.store.transaction import transaction


class PostgresPeriods(PeriodActivities):
    """Moves lock requests through the database, one transaction a step."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @activity.defn(name="periods.request", no_thread_cancel_exception=True)
    def request(self, step: LockStep) -> LockRequest:
        """Store a pending request; repeated, return it as it was then."""

        def act(session: Session) -> LockRequest:
            return periods.request_lock(session, PeriodName(step.period), step.request_id, step.at)

        return answered_once(self._engine, step.command, "periods.request", LockRequest, act)

    @activity.defn(name="periods.approve", no_thread_cancel_exception=True)
    def approve(self, step: LockStep) -> Locked:
        """Seal and lock the period; repeated, return the first seal."""

        def act(session: Session) -> Locked:
            name = PeriodName(step.period)
            return _locked(name, periods.approve_lock(session, name, step.request_id, step.at))

        return answered_once(self._engine, step.command, "periods.approve", Locked, act)

    @activity.defn(name="periods.cancel", no_thread_cancel_exception=True)
    def cancel(self, step: LockStep) -> LockRequest:
        """Withdraw a pending request; repeated, return it as it was then."""

        def act(session: Session) -> LockRequest:
            return periods.cancel_lock(session, PeriodName(step.period), step.request_id, step.at)

        return answered_once(self._engine, step.command, "periods.cancel", LockRequest, act)

    @activity.defn(name="periods.expire", no_thread_cancel_exception=True)
    def expire(self, step: ExpireStep) -> LockRequest:
        """Close a request whose time is over; repeated, it changes nothing."""
        with transaction(self._engine, step.tenant_id, Actor.system("workflow")) as session:
            return periods.expire_lock(session, step.request_id, step.at)


def _locked(name: PeriodName, sealed: periods.Sealed) -> Locked:
    return Locked(
        request=sealed.request,
        period_number=name.number,
        locked_by=sealed.by,
        locked_at=sealed.at,
        closing_hash=sealed.closing.closing_hash,
        approved_by=sealed.by,
    )
