"""Customers as pages: master data, what they owe and how far they are dunned, and mandates."""

import httpx

from domain.actor import Actor
from domain.ledger import tenant_store
from tests.api import test_direct_debits as debits
from tests.api.callers import Caller
from tests.api.pages.test_vendor_page import HOSTILE, OLD, before, browser, office, tenant_
from tests.api.test_outgoing_invoices import customer, owing
from tests.builders import Tenant
from tests.pain002 import Told
from tests.servers import Database

__all__ = ["browser", "office", "tenant_"]


async def test_a_customer_is_made_once_and_changed_by_one_at_a_time(
    browser: httpx.AsyncClient, office: Caller, tenant_: Tenant
) -> None:
    """Two clicks make one; what another person changed is shown and not overwritten."""
    page = await (await before(browser, tenant_)).go("/customers/new")
    form = page.page
    for _ in range(2):
        page.page = form
        await page.send("partner", name="Drachenladen OHG", city="Graz", default_account="4000")
        assert page.answer.status_code == 200, page.text
    (made,) = office.get("/v1/customers").json()
    office.put(f"/v1/customers/{made['id']}", {"address": {"city": "Wien"}})
    await page.send("partner", city="Linz", zip="4020")
    assert page.answer.status_code == 409
    assert "Inzwischen steht hier: Wien" in page.text
    await page.send("partner")
    stored = office.get(f"/v1/customers/{made['id']}").json()
    assert (stored["address"]["city"], stored["address"]["zip"]) == ("Linz", "4020")
    assert "1 Kunde" in (await page.go("/customers?q=drachen")).text
    await page.go(f"/customers/{made['id']}")
    await page.send(f"/customers/{made['id']}/deactivate")
    assert "nicht in Verwendung" in page.text


async def test_dunning_is_stopped_with_a_reason_and_resumed(
    browser: httpx.AsyncClient, office: Caller, tenant_: Tenant
) -> None:
    """What is owed stands there with its level; a day that is over is refused."""
    customer_id = customer(office, "Säumig & Co")
    owing(office, customer_id, invoice_number="AR-17", due_date="2026-03-20")
    page = await (await before(browser, tenant_)).go(f"/customers/{customer_id}")
    assert "AR-17" in page.text
    assert "nicht gemahnt" in page.text
    await page.send("stop", reason="Ratenplan", until="1.1.2020")
    assert page.answer.status_code == 409
    await page.send("stop", reason="Ratenplan", until="")
    assert "Nicht gemahnt: Ratenplan" in page.text
    assert office.get(f"/v1/customers/{customer_id}/dunning").json()["stop"]["until"] is None
    await page.send("resume")
    assert "Es wird wieder gemahnt." in page.text
    assert office.get(f"/v1/customers/{customer_id}/dunning").json()["stop"] is None


async def test_a_mandate_is_kept_once_and_revoked(
    browser: httpx.AsyncClient, office: Caller, tenant_: Tenant
) -> None:
    """What is wrong is told and nothing typed is lost; two clicks keep one."""
    customer_id = customer(office, "Kunde KG")
    page = await (await before(browser, tenant_)).go(f"/customers/{customer_id}")
    told = {"reference": "M-1", "mandate_iban": OLD, "signed_on": "1.3.2026"}
    await page.send("mandate", **{**told, "mandate_iban": "AT61"})
    assert (page.answer.status_code, page.value("reference")) == (409, "M-1")
    form = page.page
    for _ in range(2):
        page.page = form
        await page.send("mandate", **told)
        assert page.answer.status_code == 200, page.text
    (kept,) = office.get("/v1/mandates", customer_id=customer_id).json()
    assert (kept["reference"], kept["holder"], kept["scheme"]) == ("M-1", "Kunde KG", "CORE")
    await page.send(f"/customers/{customer_id}/mandates/{kept['id']}/revoke")
    assert "Das Mandat ist widerrufen." in page.text


async def test_what_the_bank_refused_to_collect_is_seen_with_its_reason(
    browser: httpx.AsyncClient, office: Caller, tenant_: Tenant, database: Database
) -> None:
    """One debit refused and open again, one taken."""
    facts = {"creditor_id": "AT61ZZZ01234567890"}
    tenant_store.change(database.engine, tenant_.id, facts, Actor.system("cli"))
    customer_id = customer(office, "Kunde & Co KG")
    debits.mandate(office, customer_id)
    owed = [owing(office, customer_id, gross)["id"] for gross in (120, 60)]
    made = office.post(debits.DEBITS, debits.body(debits.account(office), *owed)).json()
    ids = [each["end_to_end_id"] for each in made["items"]]
    debits.says(office, made, Told(ids[0], "RJCT", "AC04"), Told(ids[1], "ACSP"))

    page = await before(browser, tenant_)
    await page.go("/direct-debits")
    assert "1 Datei" in page.text
    await page.go(f"/direct-debits/{made['id']}")
    for words in ("Kunde & Co KG", "abgelehnt", "AC04: Konto erloschen", "wieder offen"):
        assert words in page.text, words
    assert page.text.count("kann neu eingezogen werden") == 1
    assert "angenommen" in page.text


async def test_hostile_words_stay_words_and_english_is_whole(
    browser: httpx.AsyncClient, office: Caller, tenant_: Tenant
) -> None:
    """Names and numbers of strangers."""
    customer_id = customer(office, HOSTILE)
    owing(office, customer_id, invoice_number=HOSTILE[:40])
    page = await before(browser, tenant_)
    browser.cookies.set("language", "en")
    for address in ("/customers", f"/customers/{customer_id}"):
        await page.go(address)
        assert page.answer.status_code == 200
        assert "<script>" not in page.answer.text
        assert "<img src=x" not in page.answer.text
    assert "Open items and dunning level" in page.text
    await page.go("/customers/00000000-0000-0000-0000-000000000001")
    assert page.answer.status_code == 404
