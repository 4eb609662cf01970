"""What a sender says when Temporal does not answer as hoped."""

import asyncio
import time
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from google.protobuf.duration_pb2 import Duration
from prometheus_client import REGISTRY
from temporalio.api.workflowservice.v1 import RegisterNamespaceRequest
from temporalio.client import (
    Client,
    RPCTimeoutOrCancelledError,
    WorkflowFailureError,
    WorkflowUpdateFailedError,
)
from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes
from temporalio.exceptions import ApplicationError, CancelledError, TerminatedError
from temporalio.service import RPCError, RPCStatusCode, TLSConfig

from domain.errors import DomainError, SelfApprovalDenied, Unavailable
from domain.periods.period import PeriodName
from tests.certificates import certified
from tests.workflows.running import command
from workflows.period_lock.client import PeriodLocks
from workflows.shared.client import ProcessClient, ProcessEnded, ProcessUnavailable, update_id
from workflows.shared.connection import TemporalServer, connect

_FINISHED = ApplicationError(
    "Workflow Update failed because the Workflow completed before the Update completed.",
    type="AcceptedUpdateCompletedWorkflow",
)


class Asking(ProcessClient):
    """A sender whose call fails with a given error."""

    async def ask(self, error: Exception) -> None:
        """Raise it where a call to Temporal would."""
        async with self._bounded():
            raise error


@pytest.fixture
async def nobody() -> Client:
    """Make a lazy client of a server that is not there."""
    return await connect(TemporalServer("127.0.0.1:1"), lazy=True)


async def test_a_server_that_is_away_is_503(nobody: Client) -> None:
    """Told within the deadline, with a hint when to come back."""
    locks = PeriodLocks(nobody, deadline=timedelta(seconds=2))

    with pytest.raises(ProcessUnavailable) as away:
        await locks.request(PeriodName("2026-03"), command(uuid4(), uuid4()))

    assert away.value.context == {"retry_after": 2}


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (RPCStatusCode.NOT_FOUND, ProcessEnded),
        (RPCStatusCode.UNAVAILABLE, ProcessUnavailable),
        (RPCStatusCode.RESOURCE_EXHAUSTED, ProcessUnavailable),
        (RPCStatusCode.FAILED_PRECONDITION, ProcessUnavailable),
        (RPCStatusCode.UNKNOWN, ProcessUnavailable),
        (RPCStatusCode.INTERNAL, ProcessUnavailable),
        (RPCStatusCode.PERMISSION_DENIED, ProcessUnavailable),
        (RPCStatusCode.UNAUTHENTICATED, ProcessUnavailable),
        (RPCStatusCode.INVALID_ARGUMENT, RPCError),
    ],
)
async def test_statuses_become_refusals(
    nobody: Client, status: RPCStatusCode, expected: type[Exception]
) -> None:
    """Away, not there, closed to us by whoever runs it, and whatever is a bug of ours."""
    with pytest.raises(expected):
        await Asking(nobody).ask(RPCError("message", status, b""))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Namespace x has no mapping defined for search attribute Y", ProcessUnavailable),
        ("search attribute Y is not defined", ProcessUnavailable),
        ("invalid query: column name 'Y' is not a valid search attribute", ProcessUnavailable),
        ("search attribute Y value size 3000 exceeds size limit 2048", RPCError),
        ("invalid value for search attribute Y of type Keyword: 1", RPCError),
    ],
)
async def test_only_an_attribute_that_is_not_registered_is_away(
    nobody: Client, words: str, expected: type[Exception]
) -> None:
    """In the words of Temporal's server; a value that it refuses is a mistake of ours."""
    with pytest.raises(expected):
        await Asking(nobody).ask(RPCError(words, RPCStatusCode.INVALID_ARGUMENT, b""))


async def test_a_value_that_the_server_refuses_is_no_outage(temporal: Client) -> None:
    """It is too long for an attribute, and would be at each attempt."""
    with pytest.raises(RPCError) as told:
        await temporal.start_workflow(
            "Nothing",
            id=f"long-{uuid4()}",
            task_queue="nobody",
            search_attributes=TypedSearchAttributes(
                [SearchAttributePair(SearchAttributeKey.for_keyword("BelegflussStage"), "x" * 3000)]
            ),
        )
    assert "search attribute" in told.value.message.lower()
    with pytest.raises(RPCError):
        await Asking(temporal).ask(told.value)


@pytest.mark.parametrize(
    "error",
    [
        RPCTimeoutOrCancelledError(),
        WorkflowUpdateFailedError(_FINISHED),
        WorkflowUpdateFailedError(CancelledError()),
        WorkflowFailureError(cause=CancelledError()),
        WorkflowFailureError(cause=TerminatedError("by an operator")),
    ],
)
async def test_what_is_cut_short_from_outside_is_503(nobody: Client, error: Exception) -> None:
    """A worker or a process that went away in the middle is no bug; the key finds the outcome."""
    with pytest.raises(Unavailable):
        await Asking(nobody).ask(error)


async def test_a_namespace_that_was_made_anew_is_away(temporal: Client) -> None:
    """The workers register search attributes within a minute; until then orders hear 503."""
    namespace = f"anew-{uuid4()}"
    await temporal.workflow_service.register_namespace(
        RegisterNamespaceRequest(
            namespace=namespace, workflow_execution_retention_period=Duration(seconds=86_400)
        )
    )
    address = temporal.service_client.config.target_host
    anew = await connect(TemporalServer(address, namespace))
    locks = PeriodLocks(anew, deadline=timedelta(seconds=30))

    async with asyncio.timeout(60):  # the server knows the namespace some seconds later
        while True:
            with pytest.raises(ProcessUnavailable) as away:
                await locks.request(PeriodName("2026-03"), command(uuid4(), uuid4()))
            cause = away.value.__cause__
            if isinstance(cause, RPCError) and cause.status is RPCStatusCode.INVALID_ARGUMENT:
                return
            await asyncio.sleep(0.5)


async def test_an_order_outlives_a_process_that_ends(
    nobody: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every sender tries again where the process ended while the order was on its way."""
    seen: list[str] = []

    async def ends(*_: object, **named: object) -> str:
        seen.append(str(named["id"]))
        if len(seen) == 1:
            raise RPCError("workflow execution already completed", RPCStatusCode.NOT_FOUND, b"")
        if len(seen) == 2:
            raise WorkflowUpdateFailedError(_FINISHED)
        return "locked"

    monkeypatch.setattr(nobody, "execute_update_with_start_workflow", ends)
    asked = command(uuid4(), uuid4())

    answer: object = await PeriodLocks(nobody).request(PeriodName("2026-03"), asked)

    assert answer == "locked"
    assert seen == [update_id(asked)] * 3


async def test_an_error_of_a_handler_is_a_bug(nobody: Client) -> None:
    """What nobody foresaw is not called an outage."""
    error = WorkflowUpdateFailedError(ApplicationError("Unexpected", type="KeyError"))

    with pytest.raises(WorkflowUpdateFailedError):
        await Asking(nobody).ask(error)


@pytest.mark.parametrize("error", [SelfApprovalDenied("No."), ValueError("bug")])
async def test_other_errors_stay_what_they_are(nobody: Client, error: Exception) -> None:
    """A refusal is not wrapped, a bug is not hidden."""
    with pytest.raises(type(error)) as raised:
        await Asking(nobody).ask(error)

    assert raised.value is error
    assert isinstance(error, DomainError) or str(raised.value) == "bug"


def test_a_key_finds_only_its_own_update() -> None:
    """Another person, another operation, another request: another update."""
    tenant, eva, max_ = uuid4(), uuid4(), uuid4()
    first = command(tenant, eva, "approve", key="k")

    assert update_id(first) == update_id(command(tenant, eva, "approve", key="k"))
    assert update_id(first) != update_id(command(tenant, max_, "approve", key="k"))
    assert update_id(first) != update_id(command(tenant, eva, "cancel", key="k"))
    assert update_id(first) != update_id(command(tenant, eva, "approve", key="l"))


@pytest.mark.parametrize("days", [30, -1])
async def test_the_end_of_what_lets_us_in_is_told(tmp_path: Path, days: int) -> None:
    """Before it ends, and after: from then on a process that loses its connection is shut out."""
    _, chain = certified(tmp_path, days=days)
    tls = TLSConfig(client_cert=chain.read_bytes(), client_private_key=b"none")
    await connect(TemporalServer("127.0.0.1:1", tls=tls), lazy=True)

    told = REGISTRY.get_sample_value("belegfluss_temporal_certificate_ends_seconds")
    assert told == pytest.approx(time.time() + days * 86400, abs=120)


async def test_what_is_no_certificate_is_left_to_the_server() -> None:
    """Which says what is wrong with it."""
    tls = TLSConfig(client_cert=b"PEM of nothing", client_private_key=b"none")

    assert await connect(TemporalServer("127.0.0.1:1", tls=tls), lazy=True)
