"""Payment runs on PostgreSQL."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy import Engine
from sqlmodel import Session
from temporalio import activity

from activities.commands import answered_once
from domain.actor import Actor
from domain.database.session import read_session, write_session
from domain.payments import store as payment_runs
from domain.payments.open_views import run_state
from domain.payments.run import RunState
from domain.payments.store import NewRun
from workflows.payment_run.steps import CreateRun, LookStep, PaymentActivities, RemindStep, RunStep


class PostgresPayments(PaymentActivities):
    """Moves payment runs through the database, one transaction a step."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @activity.defn(name="payments.create", no_thread_cancel_exception=True)
    def create(self, step: CreateRun) -> RunState:
        """Store a draft run; repeated, return it as it was then."""
        new = NewRun(step.run_id, step.bank_account_id, step.execution_date, step.invoice_ids)

        def act(session: Session) -> RunState:
            new.check(step.today)
            return payment_runs.create(session, new, step.at)

        return answered_once(self._engine, step.command, "payments.create", RunState, act)

    @activity.defn(name="payments.approve", no_thread_cancel_exception=True)
    def approve(self, step: RunStep) -> RunState:
        """Approve; repeated, approve once."""
        return self._once("payments.approve", step, payment_runs.approve)

    @activity.defn(name="payments.export", no_thread_cancel_exception=True)
    def export(self, step: RunStep) -> RunState:
        """Store the file; repeated, the first file stays."""
        return self._once("payments.export", step, payment_runs.export)

    @activity.defn(name="payments.complete", no_thread_cancel_exception=True)
    def complete(self, step: RunStep) -> RunState:
        """Complete; repeated, complete once."""
        return self._once("payments.complete", step, payment_runs.complete)

    @activity.defn(name="payments.cancel", no_thread_cancel_exception=True)
    def cancel(self, step: RunStep) -> RunState:
        """Cancel; repeated, cancel once."""
        return self._once("payments.cancel", step, payment_runs.cancel)

    @activity.defn(name="payments.answer", no_thread_cancel_exception=True)
    def answer(self, step: RunStep) -> RunState:
        """Move the run; repeated, it is where it was."""
        return self._once("payments.answer", step, payment_runs.answer)

    @activity.defn(name="payments.withdraw", no_thread_cancel_exception=True)
    def withdraw(self, step: RunStep) -> RunState:
        """Withdraw; repeated, withdraw once."""
        return self._once("payments.withdraw", step, payment_runs.withdraw)

    @activity.defn(name="payments.remind", no_thread_cancel_exception=True)
    def remind(self, step: RemindStep) -> RunState:
        """Note the reminder; repeated, it is noted once."""
        with write_session(self._engine, step.tenant_id, Actor.system("workflow")) as session:
            return payment_runs.remind(session, step.run_id, step.at)

    @activity.defn(name="payments.look", no_thread_cancel_exception=True)
    def look(self, step: LookStep) -> RunState | None:
        """Where the run stands."""
        with read_session(self._engine, step.tenant_id) as session:
            return run_state(session, step.run_id)

    def _once(
        self, name: str, step: RunStep, act: Callable[[Session, UUID, datetime], RunState]
    ) -> RunState:
        return answered_once(
            self._engine,
            step.command,
            name,
            RunState,
            lambda session: act(session, step.run_id, step.at),
        )
