"""What the runner of workflows leaves out, and why it may."""

from typing import Any
from uuid import uuid4

import pytest
from temporalio.client import Client
from temporalio.converter import WorkflowSerializationContext
from temporalio.worker.workflow_sandbox import _runner

from tests.worker.examples import Limited, limited
from worker.registry import Registration
from worker.running import Limits, worker_of
from workflows.shared.failures import data_converter


def test_no_part_of_the_converter_takes_a_context() -> None:
    """Else the runner has to let the SDK ask for it."""
    context = WorkflowSerializationContext(namespace="default", workflow_id="a")

    assert data_converter.with_context(context) is data_converter
    assert data_converter.external_storage is None


async def test_no_payload_enters_the_sandbox(
    temporal: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A workflow runs, with both kinds of steps, and nothing else enters its sandbox."""
    entered: list[str] = []
    run_code = _runner._Instance._run_code  # noqa: SLF001 - the SDK has no other place to count

    def counted(self: Any, code: str, **known: Any) -> None:
        entered.append(code)
        run_code(self, code, **known)

    monkeypatch.setattr(_runner._Instance, "_run_code", counted)  # noqa: SLF001
    queue = f"contexts-{uuid4()}"
    registration = Registration(queue, [Limited], [limited])
    async with worker_of(temporal, registration, Limits(threads=2)):
        found = await temporal.execute_workflow(Limited.run, id=queue, task_queue=queue)

    assert len(found) == 2
    assert [each for each in entered if "activate" in each]
    assert not [each for each in entered if "context" in each]
