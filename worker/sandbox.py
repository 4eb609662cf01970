"""The workflow sandbox and what passes through it.

`domain` and `activities.stubs` are shared with the rest of the process: a refusal raised
inside must be the class that the failure converter knows outside.
"""

from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

PASSED_THROUGH = ("domain", "activities.stubs", "pydantic", "pydantic_core", "annotated_types")


def workflow_runner() -> SandboxedWorkflowRunner:
    """Runner of every worker and replayer."""
    return SandboxedWorkflowRunner(
        restrictions=SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH)
    )
