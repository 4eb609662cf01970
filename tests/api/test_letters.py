"""Letters over HTTP: what was sent to whom, and one sent again."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import UUID, uuid4

import httpx
import pytest
from temporalio.client import Client

from activities.letter import PostgresLetters
from activities.relay import Relay
from api.main import create_app
from api.settings import Settings
from domain.database.blobs import Blobs
from domain.database.session import write_session
from domain.letters import store
from domain.letters.letter import LetterKind, Note
from tests.api.payables_http import Office
from tests.builders import another_tenant
from tests.servers import Database
from tests.workflows.running import serving
from worker.registry import steps_of
from workflows.letter.workflow import Letter
from workflows.shared.ids import letter_id

PATH = "/v1/letters"


@pytest.fixture(scope="module")
async def service(database: Database, temporal: Client) -> AsyncIterator[httpx.AsyncClient]:
    """Serve the application with a ledger worker that has no relay."""
    told = {"database_url": database.url, "log_level": "WARNING"}
    app = create_app(Settings.model_validate(told))
    steps = steps_of(PostgresLetters(database.engine, Relay(), Blobs("memory:///")))
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test")
    async with app.router.lifespan_context(app), serving(temporal, [Letter], steps), client:
        app.state.temporal = temporal
        yield client


@pytest.fixture
def office(service: httpx.AsyncClient, database: Database) -> Office:
    """Give each test a tenant of its own."""
    return Office(service, another_tenant(database), database)


def written(office: Office, *, withdrawn: bool = False) -> UUID:
    """A letter that waits, or one whose cause is gone."""
    tenant, at = office.tenant, datetime.now(UTC)
    note = Note(LetterKind.INVITATION, "user", uuid4())
    with write_session(office.database.engine, tenant.id, tenant.actor) as session:
        (letter,) = store.write(session, note, [tenant.people["auditor"].user_id], at, at)
        if withdrawn:
            store.withdraw(session, "user", note.subject_id, at)
    return letter


async def test_letters_are_listed_without_their_words(office: Office) -> None:
    """Kind, reader, state; who may not configure sees none."""
    letter = written(office)

    (listed,) = (await office.get(PATH, who="admin")).json()
    assert (listed["id"], listed["state"]) == (str(letter), "pending")
    assert "facts" not in listed
    assert (await office.get(PATH)).status_code == 403


async def test_a_letter_is_sent_again(office: Office, temporal: Client) -> None:
    """The process starts for it; without a relay it says so again."""
    letter = written(office)

    answer = await office.post(f"{PATH}/{letter}/resend", who="admin", key="k")
    again = await office.post(f"{PATH}/{letter}/resend", who="admin", key="k")
    assert (answer.status_code, again.json()) == (200, answer.json())
    process = str(letter_id(office.tenant.id, LetterKind.INVITATION, letter))
    await temporal.get_workflow_handle(process).result()
    assert (await office.get(PATH, who="admin")).json()[0]["failure"] == "NoRelay"


async def test_what_is_over_or_elsewhere_is_not_sent_again(office: Office) -> None:
    """409 for what was withdrawn, 404 for what is not here, 403 for who may not."""
    gone = written(office, withdrawn=True)
    foreign = written(Office(office.http, another_tenant(office.database), office.database))

    answers = [
        await office.post(f"{PATH}/{gone}/resend", who="admin"),
        await office.post(f"{PATH}/{foreign}/resend", who="admin"),
        await office.post(f"{PATH}/{gone}/resend"),
    ]
    assert [(each.status_code, each.json()["code"]) for each in answers] == [
        (409, "LETTER_WITHDRAWN"),
        (404, "NOT_FOUND"),
        (403, "INSUFFICIENT_SCOPE"),
    ]
