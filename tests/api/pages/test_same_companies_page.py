"""Vendors and customers that are one company, as a page; and before a letter to one is released."""

import re

import httpx

from tests.api.callers import Caller
from tests.api.pages.test_vendor_page import HOSTILE, before, browser, office, tenant_
from tests.api.test_invoices import vendor
from tests.api.test_outgoing_invoices import customer
from tests.api.test_outgoing_invoices import owing as sale
from tests.api.test_settling import owing
from tests.builders import Tenant

__all__ = ["browser", "office", "tenant_"]

PAGE = "/same-companies"


async def test_what_is_proposed_is_tied_once_and_taken_back(
    browser: httpx.AsyncClient, office: Caller, tenant_: Tenant
) -> None:
    """With what both owe, a stranger's name as text, and two clicks that are one decision."""
    ids = {"vat_id": "ATU12345675"}
    vendor_id = office.post("/v1/vendors", {"name": HOSTILE, **ids}).json()["id"]
    customer_id = office.post("/v1/customers", {"name": "Papier Handel", **ids}).json()["id"]
    owing(office, vendor_id)
    sale(office, customer_id)
    page = await (await before(browser, tenant_)).go("/vendors")
    assert page.page.xpath(f"//nav/a[@href='{PAGE}']")
    await page.go(PAGE)
    for words in (HOSTILE, "Papier Handel", "Vorschlag", "1.200,00", "120,00", "gleiche"):
        assert words in page.text, words
    form = page.page
    for _ in range(2):
        page.page = form
        await page.send("pair-1", do="tie")
        assert page.answer.status_code == 200, page.text
    assert office.get("/v1/same-companies").json()[0]["is_same"] is True
    assert "eine Firma" in page.text
    steps = office.get("/v1/audit", subject="vendor", subject_id=vendor_id).json()
    told = [each["action"] for each in steps]
    assert told.count("vendor.customer_tied") == 1
    await page.send("pair-1", do="untie")
    assert office.get("/v1/same-companies").json()[0]["is_same"] is False


async def test_two_are_tied_by_number_or_name(
    browser: httpx.AsyncClient, office: Caller, tenant_: Tenant
) -> None:
    """Whom nobody knows is told; what was typed is not lost."""
    vendor_id, customer_id = vendor(office, "Papier Huber"), customer(office, "Huber Handel")
    page = await (await before(browser, tenant_)).go(f"/customers/{customer_id}")
    (number,) = re.findall(r"Debitor (\d+)", page.text)
    await page.go(PAGE)
    for who in ("Niemand", "999999999", " "):
        await page.send("tie", vendor="papier huber", customer=who)
        assert page.answer.status_code == 409, who
        assert page.value("vendor") == "papier huber"
        assert "hilft nur die Nummer" in page.text
    assert office.get("/v1/same-companies").json() == []
    await page.send("tie", vendor=" papier huber", customer=number, reason="Gegengeschäft")
    (pair,) = office.get("/v1/same-companies").json()
    assert (pair["vendor_id"], pair["customer_id"], pair["is_same"]) == (
        vendor_id, customer_id, True
    )  # fmt: skip
    events = office.get("/v1/audit", subject="vendor", subject_id=vendor_id).json()
    (event,) = [each for each in events if each["action"] == "vendor.customer_tied"]
    assert event["after"]["reason"] == "Gegengeschäft"


async def test_what_we_owe_the_same_company_stands_before_a_letter(
    browser: httpx.AsyncClient, office: Caller, tenant_: Tenant
) -> None:
    """Once a person has tied them; in English, too."""
    vendor_id, customer_id = vendor(office, "Papier Huber"), customer(office, "Huber Handel")
    owing(office, vendor_id)
    sale(office, customer_id, due_date="2026-03-20")
    words = "Derselben Firma schulden wir als Lieferant 1.200,00 €"
    page = await (await before(browser, tenant_)).go(f"/customers/{customer_id}")
    assert words not in page.text
    office.post("/v1/same-companies", {"vendor_id": vendor_id, "customer_id": customer_id})
    assert words in (await page.go(f"/customers/{customer_id}")).text
    browser.cookies.set("language", "en")
    assert "We owe the same company" in (await page.go(f"/customers/{customer_id}")).text
    assert "Vendor and customer at once" in (await page.go(PAGE)).text


async def test_who_may_not_change_both_only_reads(
    browser: httpx.AsyncClient, office: Caller, tenant_: Tenant
) -> None:
    """No form is shown, and one that is sent all the same is refused."""
    vendor(office, "Papier Huber")
    page = await (await before(browser, tenant_, "auditor")).go(PAGE)
    assert page.answer.status_code == 200
    assert not page.page.xpath("//form[@id='tie']")
    csrf = page.page.xpath("//input[@name='csrf']/@value")[0]
    sent = {"csrf": csrf, "key": "k", "vendor": "Papier Huber", "customer": "x"}
    assert (await browser.post(PAGE, data=sent)).status_code == 403
