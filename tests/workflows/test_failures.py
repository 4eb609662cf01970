"""Refusals cross Temporal as themselves; the words of other errors stay at home."""

import ast
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from temporalio.api.failure.v1 import Failure
from temporalio.client import Client, WorkflowHandle, WorkflowUpdateFailedError
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.exceptions import ActivityError, ApplicationError, RetryState

from domain.errors import (
    Conflict,
    DomainError,
    FieldError,
    InvalidInput,
    NotFound,
    SelfApprovalDenied,
    Unavailable,
)
from domain.periods.lock import LockRequestPending, RequestNotPending, RequestStatus
from tests.workflows.examples import CALLS, Refusing, refuse
from tests.workflows.running import serving
from workflows.shared.connection import TemporalServer, connect
from workflows.shared.failures import data_converter, refusal_in
from workflows.shared.ids import LEDGER_QUEUE

ROOT = Path(__file__).parents[2]


def sent(error: BaseException) -> Failure:
    """Write an error as Temporal stores it."""
    failure = Failure()
    converter = data_converter.failure_converter
    converter.to_failure(error, data_converter.payload_converter, failure)
    return failure


def arrived(failure: Failure) -> BaseException:
    """Read what Temporal stored."""
    converter = data_converter.failure_converter
    return converter.from_failure(failure, data_converter.payload_converter)


@pytest.mark.parametrize(
    "error",
    [
        InvalidInput("/lines/0", "is missing"),
        LockRequestPending("2026-03", UUID(int=1)),
        RequestNotPending(UUID(int=1), RequestStatus.APPROVED),
        Unavailable("The mail server is away.", retry_after=5),
    ],
)
def test_a_refusal_comes_back_as_it_was(error: DomainError) -> None:
    """Class, code, message, fields and context survive."""
    back = arrived(sent(error))

    assert type(back) is type(error)
    assert isinstance(back, DomainError)
    assert (back.code, back.message) == (error.code, error.message)
    assert (back.fields, back.context) == (error.fields, error.context)


def test_only_an_outage_is_tried_again() -> None:
    """A broken rule stays broken; a part that is away may come back."""
    assert sent(NotFound("None.")).application_failure_info.non_retryable
    assert not sent(Unavailable("Away.")).application_failure_info.non_retryable


def test_an_unknown_refusal_keeps_code_and_kind() -> None:
    """A process that has not loaded the class still answers with code and status."""
    failure = sent(LockRequestPending("2026-03", UUID(int=1)))
    payload = failure.application_failure_info.details.payloads[0]
    payload.data = payload.data.replace(b"domain.periods.lock", b"domain.elsewhere")

    back = arrived(failure)

    assert isinstance(back, Conflict)
    assert not isinstance(back, LockRequestPending)
    assert back.code == "LOCK_REQUEST_PENDING"


def test_the_words_of_other_errors_stay_at_home() -> None:
    """An unexpected error may quote a row; Temporal hears its type and its place."""
    cause = KeyError("Eva Muster")
    error = ValueError("AT611904300234573201")
    error.__cause__ = cause

    stored = sent(error).SerializeToString()

    assert b"AT6119" not in stored
    assert b"Eva" not in stored
    assert b"ValueError" in stored


def test_fields_are_rebuilt_as_values() -> None:
    """A field error is not a dictionary when it arrives."""
    back = arrived(sent(InvalidInput("/lines/0", "is missing")))

    assert isinstance(back, InvalidInput)
    assert back.fields == (FieldError("/lines/0", "is missing"),)


def test_a_refusal_is_found_behind_the_step_that_made_it() -> None:
    """`ActivityError` wraps what a step refused."""
    refused = SelfApprovalDenied("No.")
    step = ActivityError(
        "step failed",
        scheduled_event_id=1,
        started_event_id=2,
        identity="",
        activity_type="periods.approve",
        activity_id="1",
        retry_state=RetryState.NON_RETRYABLE_FAILURE,
    )
    step.__cause__ = refused

    assert refusal_in(step) is refused
    assert refusal_in(ApplicationError("something else")) is None


@pytest.fixture
async def refusing(temporal: Client) -> AsyncIterator[WorkflowHandle[Refusing, None]]:
    """Serve the example workflow on the dev server."""
    async with serving(temporal, [Refusing], [refuse]):
        handle = await temporal.start_workflow(
            Refusing.run, id=f"refusing/{uuid4()}", task_queue=LEDGER_QUEUE
        )
        yield handle
        await handle.execute_update(Refusing.end)
        await handle.result()


async def test_a_rule_broken_after_acceptance_does_not_block(
    refusing: WorkflowHandle[Refusing, None],
) -> None:
    """Setting one: `workflow_failure_exception_types`; the next update is answered as well."""
    for _ in range(2):
        with pytest.raises(WorkflowUpdateFailedError) as failed:
            await refusing.execute_update(Refusing.in_handler)
        assert type(refusal_in(failed.value)) is SelfApprovalDenied


async def test_the_sandbox_knows_the_same_classes(
    refusing: WorkflowHandle[Refusing, None],
) -> None:
    """Setting two: `domain` passes through, so a refusal keeps its class and its code."""
    assert await refusing.execute_update(Refusing.is_known_inside)


async def test_a_refusing_step_is_not_repeated(refusing: WorkflowHandle[Refusing, None]) -> None:
    """A refusal ends the step at once and reaches the caller as itself."""
    CALLS.clear()

    with pytest.raises(WorkflowUpdateFailedError) as failed:
        await refusing.execute_update(Refusing.in_step)

    refused = refusal_in(failed.value)
    assert isinstance(refused, SelfApprovalDenied)
    assert refused.context == {"run_id": "r-1"}
    assert len(CALLS) == 1


async def test_every_process_connects_with_the_shared_converter() -> None:
    """Setting three: one data converter, set in the one place that makes clients."""
    client = await connect(TemporalServer("127.0.0.1:1"), lazy=True)
    connecting = [
        path.relative_to(ROOT).as_posix()
        for folder in ("api", "worker", "workflows", "activities", "deploy")
        for path in (ROOT / folder).rglob("*.py")
        if "Client.connect" in _calls(path)
    ]

    assert client.data_converter is data_converter
    assert data_converter.payload_converter_class is pydantic_data_converter.payload_converter_class
    assert connecting == ["workflows/shared/connection.py"]


def _calls(path: Path) -> set[str]:
    tree = ast.parse(path.read_text())
    return {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
