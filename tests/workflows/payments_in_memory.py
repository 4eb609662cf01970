"""The steps of payment runs without a database: the domain's rules on a dictionary."""

from dataclasses import replace
from uuid import UUID

from temporalio import activity

from domain.access.second_person import check_second_person
from domain.errors import NotFound
from domain.payments.run import RunState, RunStatus, Step
from workflows.payment_run.steps import CreateRun, LookStep, PaymentActivities, RemindStep, RunStep
from workflows.shared.command import Command


class PaymentsInMemory(PaymentActivities):
    """Keeps runs by id, who made them, and the answer to each key; `broken` ends what moves one."""

    def __init__(self) -> None:
        self.runs: dict[UUID, RunState] = {}
        self.creators: dict[UUID, UUID | None] = {}
        self.withdrawers: dict[UUID, set[UUID | None]] = {}
        self.answers: dict[UUID, RunStatus] = {}
        self.calls: list[str] = []
        self.broken: Exception | None = None
        self.attempts = 0
        self._answers: dict[tuple[str, str], RunState] = {}

    @activity.defn(name="payments.create")
    def create(self, step: CreateRun) -> RunState:
        """Store a draft."""
        self.calls.append("create")
        state = RunState(step.command.tenant_id, step.run_id, step.execution_date)
        self.creators.setdefault(step.run_id, step.command.actor.user_id)
        return self.runs.setdefault(step.run_id, state)

    @activity.defn(name="payments.approve")
    def approve(self, step: RunStep) -> RunState:
        """Approve as another person."""
        if step.run_id in self.creators:
            check_second_person(self.creators[step.run_id], step.command.actor, alone=False)
        return self._moved(step.command, step.run_id, Step.APPROVE)

    @activity.defn(name="payments.export")
    def export(self, step: RunStep) -> RunState:
        """Export."""
        return self._moved(step.command, step.run_id, Step.EXPORT)

    @activity.defn(name="payments.complete")
    def complete(self, step: RunStep) -> RunState:
        """Complete."""
        return self._moved(step.command, step.run_id, Step.COMPLETE)

    @activity.defn(name="payments.cancel")
    def cancel(self, step: RunStep) -> RunState:
        """Cancel."""
        return self._moved(step.command, step.run_id, Step.CANCEL)

    @activity.defn(name="payments.answer")
    def answer(self, step: RunStep) -> RunState:
        """Take over what `answers` says of the run."""
        self.calls.append("answer")
        state = self.runs[step.run_id]
        told = self.answers.get(step.run_id, state.status)
        self.runs[step.run_id] = replace(state, status=told)
        return self.runs[step.run_id]

    @activity.defn(name="payments.withdraw")
    def withdraw(self, step: RunStep) -> RunState:
        """Withdraw, once two people have asked."""
        asked = self.withdrawers.setdefault(step.run_id, set())
        asked.add(step.command.actor.user_id)
        if len(asked) < 2:
            self.runs[step.run_id].after(Step.WITHDRAW)
            return self.runs[step.run_id]
        return self._moved(step.command, step.run_id, Step.WITHDRAW)

    @activity.defn(name="payments.look")
    def look(self, step: LookStep) -> RunState | None:
        """Where the run stands."""
        self.calls.append("look")
        return self.runs.get(step.run_id)

    @activity.defn(name="payments.remind")
    def remind(self, step: RemindStep) -> RunState:
        """Remind."""
        self.calls.append("remind")
        self.runs[step.run_id] = replace(self.runs[step.run_id], reminded=True)
        return self.runs[step.run_id]

    def _moved(self, command: Command, run_id: UUID, step: Step) -> RunState:
        self.attempts += 1
        if self.broken:
            raise self.broken
        known = self._answers.get((step.value, command.key))
        if known is not None:
            return known
        self.calls.append(step.value)
        if run_id not in self.runs:
            raise NotFound("There is no such payment run.")
        state = self.runs[run_id]
        self.runs[run_id] = replace(state, status=state.after(step))
        return self._answers.setdefault((step.value, command.key), self.runs[run_id])
