"""Workflows and steps that exist to show how refusals travel."""

from temporalio import activity, workflow

from domain.errors import SelfApprovalDenied
from workflows.shared.failures import STEP_FAILED, refusal_in
from workflows.shared.options import ATTEMPT_LOCAL, WRITE

CALLS: list[int] = []


@activity.defn(name="examples.refuse")
def refuse() -> None:
    """Refuse as a rule does."""
    CALLS.append(1)
    raise SelfApprovalDenied("The requester cannot approve.", run_id="r-1")


@workflow.defn
class Refusing:
    """Answers with refusals of three origins."""

    def __init__(self) -> None:
        self._over = False

    @workflow.run
    async def run(self) -> None:
        """Wait until told to end."""
        await workflow.wait_condition(lambda: self._over and workflow.all_handlers_finished())

    @workflow.update
    async def in_handler(self) -> None:
        """Break a rule after the update was accepted."""
        raise SelfApprovalDenied("The requester cannot approve.", run_id="r-1")

    @workflow.update
    async def in_step(self) -> None:
        """Break a rule in a step."""
        await workflow.execute_local_activity(refuse, **ATTEMPT_LOCAL)

    @workflow.update
    async def is_known_inside(self) -> bool:
        """Tell whether the class of a step's refusal is known inside the sandbox."""
        try:
            await workflow.execute_local_activity(refuse, **ATTEMPT_LOCAL)
        except STEP_FAILED as local:
            try:
                await workflow.execute_activity(refuse, **WRITE)
            except STEP_FAILED as normal:
                return {type(refusal_in(e)) for e in (local, normal)} == {SelfApprovalDenied}
        return False

    @workflow.update
    async def end(self) -> None:
        """End the workflow."""
        self._over = True
