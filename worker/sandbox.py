"""The workflow sandbox and what passes through it.

Our own code is loaded once for the process, not again for every workflow that a worker takes up:
that was three quarters of a replay (docs/decisions/0050). What the sandbox would refuse inside it,
a clock or chance, the house refuses before (tests/test_style.py). A refusal raised inside is the
class that the failure converter knows outside.
"""

from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

PASSED_THROUGH = ("domain", "workflows", "pydantic", "pydantic_core", "annotated_types")


def workflow_runner() -> SandboxedWorkflowRunner:
    """Runner of every worker and replayer."""
    return SandboxedWorkflowRunner(
        restrictions=SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH)
    )
