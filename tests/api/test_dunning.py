"""Dunning over HTTP: seen, released, stopped by a person and by money; levels as data."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pypdfium2
import pytest
from temporalio.client import Client

from activities.dunning import PostgresDunning
from activities.resume import PostgresResume
from api.main import create_app
from api.settings import Settings
from domain.database.blobs import Blobs
from domain.dates import local_day
from tests.api.payables_http import Office
from tests.builders import another_tenant
from tests.servers import Database
from tests.workflows.running import serving
from worker.registry import steps_of
from workflows.dunning.workflow import Dunning

NOTICES = "/v1/dunning-notices"
POLICY = "/v1/dunning-policy"
TODAY = local_day(datetime.now(UTC), "AT")


@pytest.fixture(scope="module")
async def service(
    database: Database, temporal: Client, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[httpx.AsyncClient]:
    """Serve the application with a ledger worker."""
    blobs = tmp_path_factory.mktemp("blobs").as_uri()
    told = {"database_url": database.url, "blob_url": blobs, "log_level": "WARNING"}
    app = create_app(Settings.model_validate(told))
    steps = steps_of(PostgresDunning(database.engine, Blobs(blobs)))
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test")
    async with app.router.lifespan_context(app), serving(temporal, [Dunning], steps), client:
        app.state.temporal = temporal
        yield client


@pytest.fixture
def office(service: httpx.AsyncClient, database: Database) -> Office:
    """Give each test a tenant of its own."""
    return Office(service, another_tenant(database), database)


async def debtor(office: Office, name: str = "Säumig & Co", gross: int = 120) -> dict[str, Any]:
    """A customer with an invoice that was due ten days ago; the intent and both ids."""
    made = await office.post("/v1/customers", {"name": name, "address": {"country": "DE"}})
    customer_id = made.json()["id"]
    day = str(TODAY - timedelta(days=40))
    lines = [
        {"account_number": "2000", "debit": gross, "credit": 0, "partner_id": customer_id},
        {"account_number": "4000", "debit": 0, "credit": gross},
    ]
    body = {"booking_date": day, "description": "x", "lines": lines, "skip_duplicate_check": True}
    intent = (await office.post("/v1/bookings", body)).json()["intent_id"]
    line = {
        "position": 1,
        "description": "Beratung",
        "quantity": 1,
        "unit_price": gross,
        "tax_rate": 0,
        "tax_amount": 0,
        "line_total": gross,
    }
    invoice = {
        "customer_id": customer_id,
        "type": "invoice",
        "invoice_number": "AR-1",
        "invoice_date": day,
        "due_date": str(TODAY - timedelta(days=10)),
        "total_net": gross,
        "total_tax": 0,
        "total_gross": gross,
        "intent_id": intent,
        "lines": [line],
    }
    sent = await office.post("/v1/outgoing-invoices", invoice)
    assert sent.status_code == 201, sent.text
    shown = (await office.get(f"/v1/outgoing-invoices/{sent.json()['id']}")).json()
    return {"customer_id": customer_id, "open_item_id": shown["open_item_id"]}


async def dunned(office: Office, temporal: Client, customer_id: str) -> dict[str, Any]:
    """The letter that is proposed once the sweep has found the debtor, drawn."""
    await PostgresResume(office.database.engine, temporal).start_missing()
    async with asyncio.timeout(90):
        while True:
            found = await office.get(NOTICES, customer_id=customer_id, state="proposed")
            if found.json() and found.json()[0]["document_id"]:
                return dict(found.json()[0])
            await asyncio.sleep(0.1)


async def pay(office: Office, one: dict[str, Any], amount: int = 120) -> None:
    """Book money that came."""
    settles = [{"open_item_id": one["open_item_id"], "amount": amount}]
    lines = [
        {"account_number": "2800", "debit": amount, "credit": 0},
        {"account_number": "2000", "debit": 0, "credit": amount, "settles": settles},
    ]
    body = {"booking_date": str(TODAY), "description": "x", "lines": lines}
    paid = await office.post("/v1/bookings", body)
    assert paid.status_code == 201, paid.text


async def test_a_letter_is_seen_and_released_by_a_person(office: Office, temporal: Client) -> None:
    """The PDF is what is released; the same key releases once, another is refused."""
    one = await debtor(office)
    notice = await dunned(office, temporal, one["customer_id"])
    assert (notice["level"], notice["language"], notice["total"]) == (1, "de", 120)
    path = f"{NOTICES}/{notice['id']}"
    letter = await office.get(f"{path}/letter")
    assert letter.headers["Content-Type"] == "application/pdf"
    with closing(pypdfium2.PdfDocument(letter.content)) as pdf:
        words = pdf[0].get_textpage().get_text_range()
    assert "Zahlungserinnerung" in words
    assert "Säumig & Co" in words
    assert "120,00 EUR" in words

    released = await office.post(f"{path}/release", key="k")
    assert released.status_code == 200, released.text
    assert (released.json()["state"], released.json()["released_on"]) == ("released", str(TODAY))
    assert (released.json()["delivery"], released.json()["mailed_to"]) == ("print", None)
    assert [line["open_item_id"] for line in released.json()["lines"]] == [one["open_item_id"]]
    assert (await office.post(f"{path}/release", key="k")).headers["Idempotent-Replayed"] == "true"
    again = await office.post(f"{path}/release")
    assert (again.status_code, again.json()["code"]) == (409, "INVALID_STATE_TRANSITION")
    stands = (await office.get(f"/v1/customers/{one['customer_id']}/dunning")).json()
    (item,) = stands["items"]
    assert (item["level"], item["dunned_on"]) == (1, str(TODAY))
    assert item["next_on"] == str(TODAY + timedelta(days=14))


async def test_money_that_came_stops_the_letter(office: Office, temporal: Client) -> None:
    """Refused with 409, and withdrawn by the process itself."""
    one = await debtor(office)
    notice = await dunned(office, temporal, one["customer_id"])
    await pay(office, one)
    path = f"{NOTICES}/{notice['id']}"
    refused = await office.post(f"{path}/release")
    assert (refused.status_code, refused.json()["code"]) == (409, "NOTICE_OUTDATED")
    async with asyncio.timeout(90):
        while (shown := (await office.get(path)).json())["state"] != "withdrawn":  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    assert (shown["state"], shown["reason"]) == ("withdrawn", "outdated")


async def test_a_person_stops_and_resumes(office: Office, temporal: Client) -> None:
    """The proposal is withdrawn at once; resumed, another is proposed."""
    one = await debtor(office)
    notice = await dunned(office, temporal, one["customer_id"])
    path = f"/v1/customers/{one['customer_id']}/dunning"
    stopped = await office.post(f"{path}/stop", {"reason": "Raten vereinbart"})
    assert stopped.status_code == 200, stopped.text
    assert (stopped.json()["stop"]["reason"], stopped.json()["proposed_notice_id"]) == (
        "Raten vereinbart",
        None,
    )
    assert (await office.get(f"{NOTICES}/{notice['id']}")).json()["reason"] == "stopped"
    past = {"reason": "x", "until": "2020-01-01"}
    assert (await office.post(f"{path}/stop", past)).json()["code"] == "INVALID_INPUT"
    resumed = await office.post(f"{path}/resume")
    assert (resumed.status_code, resumed.json()["stop"]) == (200, None)
    assert (await dunned(office, temporal, one["customer_id"]))["id"] != notice["id"]


async def test_what_we_owe_the_same_company_is_told(office: Office) -> None:
    """120.00 of the vendor, once a person has said that both are one company, and no longer."""
    one = await debtor(office)
    path = f"/v1/customers/{one['customer_id']}/dunning"
    vendor = await office.a_vendor()
    await office.an_invoice(vendor, "RE-1")
    told = []
    for is_same in (None, True, False):
        if is_same is not None:
            pair = {"vendor_id": vendor, "customer_id": one["customer_id"], "is_same": is_same}
            assert (await office.post("/v1/same-companies", pair)).status_code == 201
        told.append((await office.get(path)).json()["owed_to_it"])

    assert told == [0, 120, 0]


async def test_levels_are_data(office: Office) -> None:
    """Changed as a whole, with the version that was looked at; words are checked."""
    shown = (await office.get(POLICY)).json()
    assert (shown["version"], shown["needs_release"], len(shown["levels"])) == (0, True, 3)
    wanted = shown | {"least_amount": 20, "levels": shown["levels"][:1]}
    changed = await office.send("PUT", POLICY, wanted)
    assert changed.status_code == 200, changed.text
    assert (changed.json()["version"], changed.json()["least_amount"]) == (1, 20)
    stale = await office.send("PUT", POLICY, wanted)
    assert (stale.status_code, stale.json()["code"]) == (412, "DUNNING_POLICY_CHANGED")
    wanted["levels"][0]["texts"]["de"]["body"] = "Bitte {alles}"
    bad = await office.send("PUT", POLICY, wanted | {"version": 1})
    assert (bad.status_code, bad.json()["code"]) == (400, "INVALID_INPUT")
    assert bad.json()["errors"][0]["pointer"] == "/levels/0/texts/de/body"
    for word in ("{total!x}", "{total:zz}"):
        wanted["levels"][0]["texts"]["de"]["body"] = word
        bad = await office.send("PUT", POLICY, wanted | {"version": 1})
        assert (bad.status_code, bad.json()["code"]) == (400, "INVALID_INPUT")
        assert bad.json()["errors"][0]["pointer"] == "/levels/0/texts/de/body"


async def test_what_does_not_exist_is_not_found(office: Office) -> None:
    """Letters and customers that nobody knows; and a letter without its PDF."""
    unknown = uuid4()
    for answer in (
        await office.get(f"{NOTICES}/{unknown}"),
        await office.get(f"{NOTICES}/{unknown}/letter"),
        await office.post(f"{NOTICES}/{unknown}/release"),
        await office.get(f"/v1/customers/{unknown}/dunning"),
        await office.post(f"/v1/customers/{unknown}/dunning/stop", {"reason": "x"}),
        await office.post(f"/v1/customers/{unknown}/dunning/resume"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")
