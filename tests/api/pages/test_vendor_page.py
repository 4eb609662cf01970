"""Vendors as pages: looked for, changed, confirmed by a second person; without any script."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from domain.database.session import write_session
from domain.payables import learned_value_store
from domain.payables.vat_treatment_store import Because
from tests.api.callers import Caller, caller
from tests.api.pages.browsers import Plain
from tests.api.test_invoices import vendor
from tests.api.test_settling import owing
from tests.builders import Tenant, another_tenant
from tests.servers import Database

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)> GmbH"
OLD, NEW = "AT611904300234573201", "AT021100000012345678"


@pytest.fixture
def tenant_(database: Database) -> Tenant:
    """Give each test a tenant of its own."""
    return another_tenant(database)


@pytest.fixture
def office(http: TestClient, tenant_: Tenant) -> Caller:
    """The API, for what was there before."""
    return caller(http, tenant_)


@pytest.fixture
async def browser(app: FastAPI, http: TestClient) -> AsyncIterator[httpx.AsyncClient]:
    """What calls the pages; `http` keeps the application open."""
    assert http
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test", timeout=60) as client:
        yield client


async def before(browser: httpx.AsyncClient, tenant_: Tenant, who: str = "bookkeeper") -> Plain:
    """One of the people before the pages."""
    return await Plain(browser, tenant_, who).sign_in()


async def test_a_vendor_is_made_once_found_and_taken_out_of_use(
    browser: httpx.AsyncClient, office: Caller, tenant_: Tenant
) -> None:
    """Two clicks make one; a name that is taken leads to who has it."""
    page = await (await before(browser, tenant_)).go("/vendors/new")
    assert not page.page.xpath("//*[@name='email']"), "letters to debtors go to customers"
    form = page.page
    for _ in range(2):
        page.page = form
        await page.send(
            "partner", name="Papier Huber", iban="at61 1904 3002 3457 3201", city="Linz"
        )
        assert page.answer.status_code == 200, page.text
    (made,) = office.get("/v1/vendors").json()
    assert (made["name"], made["iban"]) == ("Papier Huber", OLD)
    await page.go("/vendors/new")
    await page.send("partner", name="papier huber", notes="bleibt stehen")
    assert page.answer.status_code == 409
    assert page.value("notes") == "bleibt stehen"
    assert page.page.xpath(f"//a[@href='/vendors/{made['id']}']")
    await page.go("/vendors?q=huber")
    assert "1 Lieferant" in page.text
    await page.go(f"/vendors/{made['id']}")
    await page.send(f"/vendors/{made['id']}/deactivate")
    assert "nicht in Verwendung" in page.text
    assert "0 Lieferanten" in (await page.go("/vendors")).text
    assert "Papier Huber" in (await page.go("/vendors?state=all")).text
    await page.go(f"/vendors/{made['id']}")
    await page.send(f"/vendors/{made['id']}/activate")
    assert "Wieder in Verwendung." in page.text
    assert "1 Lieferant" in (await page.go("/vendors")).text


async def test_what_another_changed_is_shown_and_not_overwritten(
    browser: httpx.AsyncClient, office: Caller, tenant_: Tenant
) -> None:
    """Fields that only one changed are kept; where both did, one is asked."""
    vendor_id = vendor(office, "Papier Huber")
    page = await (await before(browser, tenant_)).go(f"/vendors/{vendor_id}")
    office.put(f"/v1/vendors/{vendor_id}", {"notes": "von anderen", "bic": "BKAUATWW"})

    await page.send("partner", notes="von mir", tax_id="12 345/6789")

    assert page.answer.status_code == 409
    assert "Inzwischen steht hier: von anderen" in page.text
    assert page.page.xpath("//textarea[@name='notes']")[0].text.strip() == "von mir"
    assert page.value("bic") == "BKAUATWW"
    stored = office.get(f"/v1/vendors/{vendor_id}").json()
    assert (stored["notes"], stored["tax_id"]) == ("von anderen", None)
    await page.send("partner")
    stored = office.get(f"/v1/vendors/{vendor_id}").json()
    assert (stored["notes"], stored["bic"]) == ("von mir", "BKAUATWW")
    assert stored["tax_id"]
    await page.send("partner", default_account="99999 Was es nicht gibt")
    assert page.answer.status_code == 409
    assert page.page.xpath("//input[@name='default_account'][@aria-invalid='true']")
    await page.go(f"/vendors/{vendor_id}")
    await page.send("partner", iban="")
    assert "Es wurde nichts geändert." in page.text


async def _asked_nobody(page: Plain, vendor_id: str) -> None:
    """Whom one asked, and how, must be said."""
    form = page.page
    for wrong in ({"contact": " "}, {"asked_by": "x"}):
        page.page = form
        await page.send(f"/vendors/{vendor_id}/confirm-iban", **ASKED | wrong)
        assert page.answer.status_code == 409
        assert "Sagen Sie, mit wem Sie gesprochen haben" in page.text
        assert page.value("contact") == (ASKED | wrong)["contact"]
        assert "bestätigt von" not in page.text


ASKED = {"contact": "Kassa <b>x</b>", "asked_by": "in_person"}


async def test_a_new_iban_is_confirmed_by_a_second_person(
    browser: httpx.AsyncClient, office: Caller, tenant_: Tenant
) -> None:
    """Who changed it cannot; who confirmed it stands in the story."""
    vendor_id = vendor(office, "Papier Huber")
    office.put(f"/v1/vendors/{vendor_id}", {"iban": OLD})
    mine = await (await before(browser, tenant_)).go(f"/vendors/{vendor_id}")
    await mine.send("partner", iban=NEW)
    assert "Sie haben sie geändert" in mine.text
    assert not mine.page.xpath(f"//form[@action='/vendors/{vendor_id}/confirm-iban']")
    refused = await browser.post(
        f"/vendors/{vendor_id}/confirm-iban",
        data={"csrf": mine.page.xpath("//form[@id='partner']//input[@name='csrf']")[0].value}
        | ASKED,
    )
    assert "Das muss eine andere Person freigeben" in refused.text

    other = await (await before(browser, tenant_, "approver")).go("/")
    assert "Papier Huber, geändert von bookkeeper" in other.text, "it waits on the first page"
    await other.go(f"/vendors/{vendor_id}")
    form = other.page
    await _asked_nobody(other, vendor_id)
    for _ in range(2):
        other.page = form
        await other.send(f"/vendors/{vendor_id}/confirm-iban", **ASKED)
        assert other.answer.status_code == 200
    assert "bestätigt von approver" in other.text
    assert "persönlich: Kassa <b>" in other.text, "whom one asked is kept"
    assert not other.page.xpath("//ol//b[text()='x']")
    assert "Neue IBAN bestätigen" not in (await other.go("/")).text
    await other.go(f"/vendors/{vendor_id}")
    assert "IBAN AT61 1904 3002 3457 3201 → AT02 1100 0000 1234 5678" in other.text
    await other.send("check", result="no_match", account_name="Wer anderer")
    assert "Die Bank kennt das Konto unter einem anderen Namen." in other.text


async def test_the_treatment_is_settled_seen_as_versions_and_undone(
    browser: httpx.AsyncClient, office: Caller, tenant_: Tenant
) -> None:
    """A version that is not in force any more changes nothing."""
    vendor_id = vendor(office, "Papier Huber")
    page = await (await before(browser, tenant_)).go(f"/vendors/{vendor_id}")
    stale = page.page
    await page.go(f"/vendors/{vendor_id}")
    await page.send(
        "treatment", category="AE", tax_code="VST20", supply_rate="20", reason="Vertrag vom 1. März"
    )
    assert "Die Behandlung ist festgehalten." in page.text, page.text
    path = f"/v1/vendors/{vendor_id}/vat-treatment"
    force = office.get(path).json()["in_force"]
    assert (force["category"], force["tax_code"], force["supply_rate"]) == ("AE", "VST20", 20)
    page.page = stale
    await page.send("treatment", category="K")
    assert "inzwischen geändert" in page.text
    await page.go(f"/vendors/{vendor_id}")
    await page.send("treatment", small_business_until="irgendwann")
    assert page.answer.status_code == 409
    await page.go(f"/vendors/{vendor_id}")
    await page.send(f"/vendors/{vendor_id}/vat-treatment/undo")
    assert "Fassung 2: nimmt 1 zurück" in page.text
    assert office.get(path).json()["in_force"]["category"] is None


async def test_hostile_words_stay_words_and_english_is_whole(
    browser: httpx.AsyncClient, office: Caller, tenant_: Tenant
) -> None:
    """Names, notes and numbers; what is owed and its invoices stand on the page."""
    vendor_id = vendor(office, HOSTILE)
    office.put(f"/v1/vendors/{vendor_id}", {"notes": "</textarea><script>x</script>"})
    owing(office, vendor_id, HOSTILE[:40], 1200)
    page = await (await before(browser, tenant_)).go(f"/vendors/{vendor_id}")
    assert "offen 1.200,00" in page.text
    browser.cookies.set("language", "en")
    for address in ("/vendors", f"/vendors/{vendor_id}"):
        await page.go(address)
        assert page.answer.status_code == 200
        assert "<script>" not in page.answer.text
        assert "<img src=x" not in page.answer.text
    assert "Open items" in page.text
    assert "Stammdaten" not in page.text
    await page.go("/vendors/00000000-0000-0000-0000-000000000001")
    assert page.answer.status_code == 404


LESSONS: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("accounts", {"account": "7600"}, "Konto 7600"),
    (
        "accounts",
        {"by_text": [["papier", "7600"], ["toner", "7610"]]},
        "papier: 7600 · toner: 7610",
    ),
    ("split", {"parts": [{"description": "Laden"}, {"description": "Lager"}]}, "Laden · Lager"),
    ("terms", {"days": 14, "discounts": []}, "fällig nach 14 Tagen"),
    ("place:due_date", {"label": "Zahlbar", "side": "beside"}, "steht hinter „Zahlbar“"),
    ("place:total_net", {"label": "Netto", "side": "above"}, "steht unter „Netto“"),
    ("place:total_tax", {"label": "", "side": ""}, "an dieser Stelle der Seite"),
)


async def test_what_was_learned_is_told_in_words(
    browser: httpx.AsyncClient, office: Caller, tenant_: Tenant, database: Database
) -> None:
    """Each kind of lesson, whatever its value looks like; what another replaced, too."""
    id_ = vendor(office)
    because = Because(datetime.now(UTC))
    for subject, value, _ in LESSONS:
        with write_session(database.engine, tenant_.id, tenant_.actor) as session:
            learned_value_store.learn(session, UUID(id_), {subject: value}, because)
    page = await (await before(browser, tenant_)).go(f"/vendors/{id_}")
    assert page.answer.status_code == 200
    told = page.page.xpath("//*[@id='learned']//span[@class='two any']/text()")
    assert sorted(told) == sorted(words for *_, words in LESSONS)
