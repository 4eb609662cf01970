"""What was typed stays where an order is refused, and a search that finds nothing says so."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import httpx
import pytest

from api.pages import case as case_page
from api.pages import orders
from domain.database.session import write_session
from domain.dates import local_day
from domain.payables import vendor_store
from domain.payables.partner import Vendor
from domain.payments.business_day import next_business_day
from tests.api.pages.browsers import Plain
from tests.builders import Tenant, another_tenant
from tests.cases import a_case
from tests.payables import a_bank_account, a_posted_invoice, a_vendor, acting, an_invoice
from tests.servers import Database

UNKNOWN = "Ob Ihr Auftrag schon ausgeführt ist, ist nicht bekannt"


@pytest.fixture
def tenant(database: Database) -> Tenant:
    """Give each test people of its own."""
    return another_tenant(database)


async def at(
    reading: httpx.AsyncClient, tenant: Tenant, address: str, who: str = "bookkeeper"
) -> Plain:
    """Somebody before a page."""
    return await (await Plain(reading, tenant, who).sign_in()).go(address)


async def test_a_refused_run_keeps_amounts_day_and_account(
    reading: httpx.AsyncClient, database: Database, tenant: Tenant
) -> None:
    """Pressed again it must not pay more than was typed."""
    today = next_business_day(local_day(datetime.now(UTC), "AT"))
    with write_session(database.engine, tenant.id, acting(tenant, "bookkeeper")) as session:
        a_bank_account(session)
        vendor_id = a_vendor(session)
        for gross in ("600.00", "90.00"):
            a_posted_invoice(session, an_invoice(vendor_id, gross, due=today))
    page = await at(reading, tenant, "/payments")
    fields = page.page.xpath("//input[starts-with(@name, 'pay-')]")
    (large,) = (each.name for each in fields if each.value == "600,00")
    (small,) = (each.name for each in fields if each.value == "90,00")

    await page.send("/payments", **{large: "250,00", "day": "bald", "label": "Rest später"})

    assert page.answer.status_code == 409
    assert page.page.xpath("//*[@role='alert']")[0].text_content().strip().endswith("Ausführung")
    typed = {large: "250,00", small: "90,00", "day": "bald", "label": "Rest später"}
    assert {name: page.value(name) for name in typed} == typed


async def test_a_refused_treatment_keeps_what_was_typed_and_nothing_else(
    reading: httpx.AsyncClient, database: Database, tenant: Tenant
) -> None:
    """What nobody touched follows what is stored."""
    with write_session(database.engine, tenant.id, acting(tenant, "bookkeeper")) as session:
        vendor_id = vendor_store.create(session, uuid4(), Vendor("Papier Huber"))
    page = await at(reading, tenant, f"/vendors/{vendor_id}")
    await page.send("treatment", supply_rate="viel", category="AE", reason="am Telefon")
    assert page.answer.status_code == 409
    typed = {"supply_rate": "viel", "category": "AE", "reason": "am Telefon", "tax_code": ""}
    form = page.page.xpath("//form[@id='treatment']")[0]
    assert {name: form.fields[name] for name in typed} == typed


async def test_a_search_for_a_vendor_that_finds_nobody_says_so(
    reading: httpx.AsyncClient, database: Database, tenant: Tenant
) -> None:
    """On the case, and in the list, which leads to those that are out of use."""
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        case = a_case(session)
        vendor_store.create(session, uuid4(), Vendor("Papier Huber"))
    page = await at(reading, tenant, f"/cases/{case}?find=Niemand")
    assert "Kein Lieferant in Verwendung passt zu „Niemand“." in page.text
    await page.go(f"/cases/{case}?find=Huber")
    assert "Papier Huber" in page.text
    assert not page.page.xpath("//*[@id='finds-nobody']")
    await page.go(f"/cases/{case}")
    assert not page.page.xpath("//*[@id='finds-nobody']")
    await page.go("/vendors?q=Niemand")
    assert page.page.xpath("//a[@href='/vendors?q=Niemand&state=all']")
    await page.go("/vendors?q=Niemand&state=all")
    assert not page.page.xpath("//a[@href='/vendors?q=Niemand&state=all']")


async def test_an_account_of_any_kind_is_found_where_any_may_be_booked(
    reading: httpx.AsyncClient, tenant: Tenant
) -> None:
    """A line of an incoming invoice is cost or an asset; a booking by hand is anything."""
    page = await at(reading, tenant, "/journal/new")
    assert page.page.xpath("//input[@name='account']/@data-account") == ["all"] * 4
    assert {"data-none", "data-no-cost", "data-lost"} <= set(
        page.page.xpath("//script[contains(@src, 'accounts')]/@*/..")[0].keys()
    )
    all_of_them = {number for number, _ in (await reading.get("/accounts.json?all=true")).json()}
    of_cost = {number for number, _ in (await reading.get("/accounts.json")).json()}
    assert of_cost < all_of_them
    assert {"4000", "3300"} <= all_of_them - of_cost


async def test_what_broke_may_have_been_carried_out(
    reading: httpx.AsyncClient,
    database: Database,
    tenant: Tenant,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nobody knows; what only reads a page changes nothing, and says nothing of it."""
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        case = a_case(session)
    page = await at(reading, tenant, f"/cases/{case}")
    form = page.page

    def broken(*_: object) -> None:
        raise RuntimeError("a bug")

    for place in (case_page, orders):
        monkeypatch.setattr(place, "temporal_of", broken)
    await page.send(f"/cases/{case}/reread")
    assert page.answer.status_code == 500
    assert UNKNOWN in page.text
    assert "Verloren ist nichts" not in page.text
    assert "Die Kennung hilft dem Betrieb" in page.text
    monkeypatch.setattr(case_page, "_read", broken)
    await page.go(f"/cases/{case}")
    assert page.answer.status_code == 500
    assert UNKNOWN not in page.text
    page.page = form
    assert (await page.go(f"/cases/{UUID(int=1)}")).answer.status_code in {404, 500}
