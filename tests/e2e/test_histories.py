"""What Temporal keeps of an invoice: no personal data, and a history that replays."""

import asyncio
import base64
import json
import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from temporalio.client import Client, WorkflowHistory
from temporalio.worker import Replayer

from domain.database.session import read_session
from tests.builders import another_tenant
from tests.e2e.front_door import FrontDoor, demo, letter, opened
from tests.servers import Database
from worker.registry import WORKFLOWS
from worker.running import FAILURE_TYPES
from worker.sandbox import workflow_runner
from workflows.shared.failures import data_converter
from workflows.shared.ids import TENANT

PROCESSES = 3  # the mail and its two documents
NAMED = ("Erika", "Musterfrau", "AT611904300234573201")
"""What a caller put into its Idempotency-Key."""


async def story(door: FrontDoor) -> list[str]:
    """One invoice posted at the second attempt, one refused; words that must not leak."""
    await door.send(letter("Rechnungen", demo("xrechnung_meier.xml"), demo("text_lieferant.pdf")))
    words = ["Anbei unsere Rechnung", "re@lieferant.example", "privat bezahlt", "text_lieferant"]
    words += [*NAMED, door.tenant.people["bookkeeper"].api_key[:8]]
    first, second = await door.waiting(2)
    for item in (first, second):
        shown = await door.get(f"/v1/inbox/{item['id']}")
        case = f"/v1/invoice-review-cases/{shown['review_case_id']}"
        invoice = (await door.get(case))["normalized_invoice"]
        words += [str(invoice[key]) for key in ("invoice_number", "total_gross")]
        words += [str(value) for value in invoice["vendor"].values() if value]
        if item is first:
            await post(door, case)
    await door.order("POST", f"/v1/inbox/{second['id']}/reject", {"reason": "privat bezahlt"})
    return [word for word in words if len(word) > 3]


async def post(door: FrontDoor, case: str) -> None:
    """Amend a case so that its posting fails, correct it, and post it."""
    invoice = (await door.get(case))["normalized_invoice"]
    vendor = {"name": invoice["vendor"]["name"], "iban": "DE89370400440532013000"}
    made = await door.order("POST", "/v1/vendors", vendor)
    for tax_code in ("GIBT-ES-NICHT", "VST20"):
        for line in invoice["line_items"]:
            line |= {"account_number": "5000", "tax_code": tax_code}
        body = {"vendor_id": made.json()["id"], "normalized_invoice": invoice}
        changed = await door.order("PATCH", case, body)
        await door.answer(changed.json())
        answer = await door.order("POST", f"{case}/approve", key=f"{' '.join(NAMED)} {tax_code}")
    assert answer.status_code == 200, answer.text


async def histories(client: Client, tenant: str) -> list[WorkflowHistory]:
    """Histories of all processes of a tenant, once all have ended."""
    async with asyncio.timeout(60):
        while True:
            found = [each async for each in client.list_workflows(f"{TENANT.name} = '{tenant}'")]
            if len(found) >= PROCESSES and all(each.close_time for each in found):
                break
            await asyncio.sleep(0.2)
    return [await client.get_workflow_handle(each.id).fetch_history() for each in found]


def words_of(value: Any) -> Iterator[str]:
    """Every text of a history, those inside payloads included."""
    if isinstance(value, dict):
        if set(value) >= {"metadata", "data"}:
            yield base64.b64decode(value["data"]).decode()
        for item in value.values():
            yield from words_of(item)
    elif isinstance(value, list):
        for item in value:
            yield from words_of(item)
    else:
        yield str(value)


@pytest.fixture(scope="module")
async def told(
    database: Database, temporal: Client, tmp_path_factory: pytest.TempPathFactory
) -> tuple[list[str], list[WorkflowHistory]]:
    """Tell the story once."""
    tenant = another_tenant(database)
    async with opened(database, temporal, tenant, tmp_path_factory.mktemp("blobs")) as door:
        words = await story(door)
        found = await histories(temporal, str(tenant.id))
    return words, found


def _says(kept: str, word: str) -> bool:
    """Whether a word is told; digits alone also stand in ids and instants by chance."""
    if not word.isdigit():
        return word in kept
    return re.search(rf"(?<![0-9A-Za-z.]){word}(?![0-9A-Za-z])", kept) is not None


async def test_no_personal_data_reaches_temporal(
    told: tuple[list[str], list[WorkflowHistory]],
) -> None:
    """Names, IBANs, amounts, numbers, subjects and reasons stay in the database."""
    words, found = told
    kept = " ".join(word for history in found for word in words_of(json.loads(history.to_json())))

    assert [word for word in words if _says(kept, word)] == []


async def test_the_key_that_a_caller_came_with_is_known_again(
    told: tuple[list[str], list[WorkflowHistory]], database: Database
) -> None:
    """Hashed on its way through Temporal, it stands in the audit log as ever."""
    tenant_id = UUID(told[1][0].workflow_id.split("/")[1])
    with read_session(database.engine, tenant_id) as session:
        found = session.execute(
            text(
                "SELECT DISTINCT a.key_prefix, k.display_prefix FROM audit_event a"
                " LEFT JOIN api_key k ON k.tenant_id = a.tenant_id"
                " AND k.display_prefix = a.key_prefix"
                " WHERE a.key_prefix IS NOT NULL AND a.subject = 'review_case'"
            )
        ).all()
    assert found
    assert [prefix for prefix, known in found if known is None] == []


async def test_every_history_replays(
    told: tuple[list[str], list[WorkflowHistory]],
) -> None:
    """The code of the workflows goes the way it went."""
    replayer = Replayer(
        workflows=WORKFLOWS,
        data_converter=data_converter,
        workflow_runner=workflow_runner(),
        workflow_failure_exception_types=FAILURE_TYPES,
    )
    assert told[1]
    for history in told[1]:
        replayed = await replayer.replay_workflow(history, raise_on_replay_failure=False)
        assert replayed.replay_failure is None
