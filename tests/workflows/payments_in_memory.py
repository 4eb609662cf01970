"""The steps of payment runs without a database: the domain's rules on a dictionary."""

from dataclasses import replace
from uuid import UUID

from temporalio import activity

from activities.stubs.command import Command
from activities.stubs.payments import CreateRun, PaymentActivities, RemindStep, RunStep
from domain.errors import NotFound
from domain.payments.run import RunState, Step, check_second_person


class PaymentsInMemory(PaymentActivities):
    """Keeps runs by id, who made them, and the answer to each key."""

    def __init__(self) -> None:
        self.runs: dict[UUID, RunState] = {}
        self.creators: dict[UUID, UUID | None] = {}
        self.calls: list[str] = []
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

    @activity.defn(name="payments.remind")
    def remind(self, step: RemindStep) -> RunState:
        """Remind."""
        self.calls.append("remind")
        self.runs[step.run_id] = replace(self.runs[step.run_id], reminded=True)
        return self.runs[step.run_id]

    def _moved(self, command: Command, run_id: UUID, step: Step) -> RunState:
        known = self._answers.get((step.value, command.key))
        if known is not None:
            return known
        self.calls.append(step.value)
        if run_id not in self.runs:
            raise NotFound("There is no such payment run.")
        state = self.runs[run_id]
        self.runs[run_id] = replace(state, status=state.after(step))
        return self._answers.setdefault((step.value, command.key), self.runs[run_id])
