"""What a sender says when Temporal does not answer as hoped."""

from datetime import timedelta
from uuid import uuid4

import pytest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from domain.errors import DomainError, SelfApprovalDenied
from domain.periods.period import PeriodName
from tests.workflows.running import command
from workflows.clients.base import ProcessClient, ProcessNotFound, ProcessUnavailable, update_id
from workflows.clients.connection import TemporalServer, connect
from workflows.clients.periods import PeriodLocks


class Asking(ProcessClient):
    """A sender whose call fails with a given error."""

    async def ask(self, error: Exception) -> None:
        """Raise it where a call to Temporal would."""
        async with self._answered():
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
        (RPCStatusCode.NOT_FOUND, ProcessNotFound),
        (RPCStatusCode.UNAVAILABLE, ProcessUnavailable),
        (RPCStatusCode.RESOURCE_EXHAUSTED, ProcessUnavailable),
        (RPCStatusCode.PERMISSION_DENIED, RPCError),
    ],
)
async def test_statuses_become_refusals(
    nobody: Client, status: RPCStatusCode, expected: type[Exception]
) -> None:
    """Away, not there, and whatever is a bug of ours."""
    with pytest.raises(expected):
        await Asking(nobody).ask(RPCError("message", status, b""))


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
