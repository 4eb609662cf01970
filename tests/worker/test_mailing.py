"""Letters that are due get a process, also when Temporal has lost them."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from temporalio.client import Client

from domain.database.session import read_session, write_session
from domain.letters import store, views
from domain.letters.letter import LetterKind, Note
from tests.builders import Tenant, another_tenant
from tests.servers import Database
from tests.workflows.intake_served import until
from tests.workflows.letters_in_memory import LettersInMemory
from tests.workflows.running import serving
from worker.mailing import begin_due, mailing
from worker.registry import steps_of
from workflows.letter.client import Letters
from workflows.letter.workflow import Letter
from workflows.shared.ids import letter_id


def written(database: Database, tenant: Tenant, due_at: datetime) -> UUID:
    """A letter to the owner."""
    note = Note(LetterKind.CASE_REMINDER, "review_case", uuid4())
    owner = tenant.people["admin"].user_id
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        (letter,) = store.write(session, note, [owner], due_at, due_at)
    return letter


async def test_a_letter_that_is_due_gets_a_process(database: Database, temporal: Client) -> None:
    """Within a second, without being asked; one for later waits."""
    tenant, steps = another_tenant(database), LettersInMemory()
    now = datetime.now(UTC)
    letter = written(database, tenant, now)
    later = written(database, tenant, now + timedelta(days=1))
    process = str(letter_id(tenant.id, LetterKind.CASE_REMINDER, letter))

    async with serving(temporal, [Letter], steps_of(steps)), mailing(database.engine, temporal):
        await until(lambda: steps.deliveries > 0)
        await temporal.get_workflow_handle(process).result()

    with read_session(database.engine, tenant.id) as session:
        assert views.letter(session, letter).due_at > now + timedelta(minutes=4)
        assert views.letter(session, later).due_at < now + timedelta(days=1, minutes=1)
    assert steps.deliveries == 1


async def test_a_process_that_was_lost_is_started_again(
    database: Database, temporal: Client
) -> None:
    """Some minutes later the row is still pending, and that is enough."""
    tenant = another_tenant(database)
    letter = written(database, tenant, datetime.now(UTC))
    letters = Letters(temporal)
    assert await begin_due(database.engine, letters) == 1
    process = str(letter_id(tenant.id, LetterKind.CASE_REMINDER, letter))
    await temporal.get_workflow_handle(process).terminate("lost")
    assert await begin_due(database.engine, letters) == 0

    with write_session(database.engine, tenant.id, tenant.actor) as session:
        store.hand_over(session, letter, datetime.now(UTC))
    steps = LettersInMemory()
    async with serving(temporal, [Letter], steps_of(steps)):
        assert await begin_due(database.engine, letters) == 1
        await temporal.get_workflow_handle(process).result()
    assert steps.deliveries == 1


async def test_a_letter_that_cannot_be_begun_takes_nobodys_place(
    database: Database, temporal: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others are at work when it is told, and it is looked at again as late as they are."""
    tenant = another_tenant(database)
    bad, good = (written(database, tenant, datetime.now(UTC)) for _ in range(2))
    begin = Letters.begin

    async def breaks(self: Letters, tenant_id: UUID, kind: LetterKind, letter: UUID) -> None:
        if letter == bad:
            raise ValueError("a bug")
        await begin(self, tenant_id, kind, letter)

    monkeypatch.setattr(Letters, "begin", breaks)
    with pytest.raises(ValueError, match="a bug"):
        await begin_due(database.engine, Letters(temporal))

    process = str(letter_id(tenant.id, LetterKind.CASE_REMINDER, good))
    assert (await temporal.get_workflow_handle(process).describe()).id == process
    assert await begin_due(database.engine, Letters(temporal)) == 0
    await temporal.get_workflow_handle(process).terminate("over")
