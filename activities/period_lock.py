"""The period lock on PostgreSQL."""

from sqlalchemy import Engine
from sqlmodel import Session
from temporalio import activity

from activities.commands import answered_once
from domain.actor import Actor
from domain.database.session import read_session, write_session
from domain.periods import lock_store
from domain.periods.lock import Locked, LockRequest
from domain.periods.open_views import undecided_request
from domain.periods.period import PeriodName
from workflows.period_lock.steps import ExpireStep, LockStep, LookStep, PeriodActivities


class PostgresPeriods(PeriodActivities):
    """Moves lock requests through the database, one transaction a step."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @activity.defn(name="periods.request", no_thread_cancel_exception=True)
    def request(self, step: LockStep) -> LockRequest:
        """Store a pending request; repeated, return it as it was then."""

        def act(session: Session) -> LockRequest:
            return lock_store.request_lock(
                session, PeriodName(step.period), step.request_id, step.at
            )

        return answered_once(self._engine, step.command, "periods.request", LockRequest, act)

    @activity.defn(name="periods.approve", no_thread_cancel_exception=True)
    def approve(self, step: LockStep) -> Locked:
        """Seal and lock the period; repeated, return the first seal."""

        def act(session: Session) -> Locked:
            return lock_store.approve_lock(
                session, PeriodName(step.period), step.request_id, step.at
            )

        return answered_once(self._engine, step.command, "periods.approve", Locked, act)

    @activity.defn(name="periods.cancel", no_thread_cancel_exception=True)
    def cancel(self, step: LockStep) -> LockRequest:
        """Withdraw a pending request; repeated, return it as it was then."""

        def act(session: Session) -> LockRequest:
            return lock_store.cancel_lock(
                session, PeriodName(step.period), step.request_id, step.at
            )

        return answered_once(self._engine, step.command, "periods.cancel", LockRequest, act)

    @activity.defn(name="periods.expire", no_thread_cancel_exception=True)
    def expire(self, step: ExpireStep) -> LockRequest:
        """Close a request whose time is over; repeated, it changes nothing."""
        with write_session(self._engine, step.tenant_id, Actor.system("workflow")) as session:
            return lock_store.expire_lock(session, step.request_id, step.at)

    @activity.defn(name="periods.look", no_thread_cancel_exception=True)
    def look(self, step: LookStep) -> LockRequest | None:
        """The request that nobody has decided."""
        with read_session(self._engine, step.tenant_id) as session:
            return undecided_request(session, step.period)
