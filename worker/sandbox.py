"""The workflow sandbox and what passes through it.

Our own code is loaded once for the process, not again for every workflow that a worker takes up:
that was three quarters of a replay (docs/decisions/0050). What the sandbox would refuse inside it,
a clock or chance, the house refuses before (tests/test_style.py). A refusal raised inside is the
class that the failure converter knows outside.
"""

from temporalio.bridge.proto.workflow_activation import WorkflowActivation
from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion
from temporalio.converter import StorageDriverStoreContext
from temporalio.worker import WorkflowInstance, WorkflowInstanceDetails
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions
from temporalio.workflow import Info

PASSED_THROUGH = ("domain", "workflows", "pydantic", "pydantic_core", "annotated_types")


class _WithoutContext(WorkflowInstance):
    """A workflow in its sandbox that is not asked for the context of each payload.

    The SDK enters the sandbox for it fifteen times in an order, and our converter takes none
    (tests/worker/test_sandbox.py).
    """

    def __init__(self, sandboxed: WorkflowInstance) -> None:
        self._sandboxed = sandboxed

    def activate(self, act: WorkflowActivation) -> WorkflowActivationCompletion:
        return self._sandboxed.activate(act)

    def get_serialization_context(self, command_info: object) -> None:
        return None

    def get_external_store_context(self, command_info: object) -> StorageDriverStoreContext:
        return StorageDriverStoreContext(target=None)

    def get_info(self) -> Info:
        return self._sandboxed.get_info()

    def get_thread_id(self) -> int | None:
        return self._sandboxed.get_thread_id()


class _Runner(SandboxedWorkflowRunner):
    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        return _WithoutContext(super().create_instance(det))


def workflow_runner() -> SandboxedWorkflowRunner:
    """Runner of every worker and replayer."""
    return _Runner(
        restrictions=SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH)
    )
