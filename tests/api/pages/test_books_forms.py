"""What is added to the books by a form: done, refused with the field, once, and of nobody else."""

from datetime import date

import httpx
import pytest
from sqlalchemy import text

from domain.database.session import read_session
from tests.api.pages.browsers import Plain
from tests.books import Books
from tests.builders import Tenant, another_tenant
from tests.servers import Database


@pytest.fixture
def tenant(database: Database) -> Tenant:
    """Give each test a company of its own."""
    return another_tenant(database)


def stored(database: Database, tenant: Tenant, query: str) -> list[tuple[object, ...]]:
    """What the database holds."""
    with read_session(database.engine, tenant.id) as session:
        return [tuple(row) for row in session.execute(text(query))]


async def at(reading: httpx.AsyncClient, tenant: Tenant, address: str, who: str = "admin") -> Plain:
    """Somebody before a page."""
    return await (await Plain(reading, tenant, who).sign_in()).go(address)


def alert_of(page: Plain) -> str:
    """What is told of a refusal."""
    return str(page.page.xpath("//*[@role='alert']")[0].text_content()).strip()


async def test_an_intent_is_reversed_once_with_a_reason(
    reading: httpx.AsyncClient, database: Database, tenant: Tenant
) -> None:
    """Two clicks are one reversal; afterwards there is no button, and the rows cancel out."""
    Books(database, tenant).sell(date(2026, 3, 1), "120.00", "UST20")
    ((intent,),) = stored(database, tenant, "SELECT DISTINCT intent_id FROM journal_entry")
    page = await at(reading, tenant, f"/journal/{intent}", "bookkeeper")
    before = page.page
    await page.send("reverse", reason=" ")
    assert page.answer.status_code == 409
    assert alert_of(page).endswith("Grund")
    for _ in range(2):
        page.page = before
        await page.send("reverse", reason="doppelt <b>")
        assert page.answer.status_code == 200
    assert "Storniert diesen Geschäftsfall" in page.text
    assert stored(database, tenant, "SELECT count(DISTINCT intent_id) FROM journal_entry") == [(2,)]
    await page.go(f"/journal/{intent}")
    assert not page.page.xpath("//form[@id='reverse']")
    page.page = (await page.go("/journal")).page
    (csrf,) = {each.value for each in page.page.xpath("//input[@name='csrf']")}
    again = {"csrf": csrf, "reason": "noch einmal", "key": "other"}
    assert (await reading.post(f"/journal/{intent}/reverse", data=again)).status_code == 409


async def test_nobody_reverses_without_the_right_or_for_another_company(
    reading: httpx.AsyncClient, database: Database, tenant: Tenant
) -> None:
    """An auditor sees no button and is refused; elsewhere there is no such intent."""
    Books(database, tenant).sell(date(2026, 3, 1), "120.00", "UST20")
    ((intent,),) = stored(database, tenant, "SELECT DISTINCT intent_id FROM journal_entry")
    page = await at(reading, tenant, f"/journal/{intent}", "auditor")
    assert not page.page.xpath("//form[@id='reverse']")
    (csrf,) = {each.value for each in page.page.xpath("//input[@name='csrf']")}
    tried = {"csrf": csrf, "reason": "r", "key": "k"}
    assert (await reading.post(f"/journal/{intent}/reverse", data=tried)).status_code == 403
    page = await at(reading, another_tenant(database), "/journal", "bookkeeper")
    (csrf,) = {each.value for each in page.page.xpath("//input[@name='csrf']")}
    strange = await reading.post(f"/journal/{intent}/reverse", data={**tried, "csrf": csrf})
    assert strange.status_code == 404


async def test_own_accounts_codes_and_bank_accounts_are_added_once(
    reading: httpx.AsyncClient, database: Database, tenant: Tenant
) -> None:
    """A second click adds none; the bank account stands on the account that was added."""
    page = await at(reading, tenant, "/accounts")
    before = page.page
    for _ in range(2):
        page.page = before
        await page.send("new-account", number="2899", name="Zweitbank <b>", type="asset")
        assert page.answer.status_code == 200
        assert "Zweitbank <b>" in page.text
    page = await at(reading, tenant, "/settings/tax-codes")
    before = page.page
    for _ in range(2):
        page.page = before
        await page.send("new-code", code="eigen7", label="Eigen", rate="7,5 %", vat_account="2500")
        assert page.answer.status_code == 200
    kept = "SELECT rate FROM tax_code WHERE code = 'EIGEN7'"
    assert [str(row[0]) for row in stored(database, tenant, kept)] == ["7.500"]
    page = await at(reading, tenant, "/bank/accounts/new")
    before, iban = page.page, "AT61 1904 3002 3457 3201"
    for _ in range(2):
        page.page = before
        await page.send("new-bank", name="Zweite", iban=iban, account_number="2899")
        assert page.answer.status_code == 200
    opened = "SELECT account_number FROM bank_account WHERE name = 'Zweite'"
    assert stored(database, tenant, opened) == [("2899",)]


async def test_an_account_is_taken_out_of_use_and_back(
    reading: httpx.AsyncClient, tenant: Tenant
) -> None:
    """By a button that is there for who may; what the service books on stays."""
    page = await at(reading, tenant, "/accounts/6815")
    before = page.page
    for _ in range(2):
        page.page = before
        await page.send("turn")
        assert page.answer.status_code == 200
    assert "Dieses Konto ist abgeschaltet." in page.text
    await page.go("/accounts")
    (gone,) = page.page.xpath("//section[@aria-labelledby='h-gone']")
    assert "6815" in gone.text_content()
    await page.go("/accounts/6815")
    await page.send("turn")
    assert "Dieses Konto ist abgeschaltet." not in page.text
    await page.go("/accounts/2800")
    await page.send("turn")
    assert page.answer.status_code == 409
    assert "Dieses Konto wird noch gebraucht" in page.text
    (csrf,) = {each.value for each in page.page.xpath("//input[@name='csrf']")}
    told = await reading.post("/accounts/6815/forget", data={"csrf": csrf, "key": "k"})
    assert told.status_code == 404
    page = await at(reading, tenant, "/accounts/6815", "bookkeeper")
    assert not page.page.xpath("//form[@id='turn']")
    (csrf,) = {each.value for each in page.page.xpath("//input[@name='csrf']")}
    told = await reading.post("/accounts/6815/deactivate", data={"csrf": csrf, "key": "k"})
    assert told.status_code == 403


async def test_what_the_api_refuses_the_form_refuses_and_keeps_what_was_typed(
    reading: httpx.AsyncClient, tenant: Tenant
) -> None:
    """With the field; there is no rule of its own."""
    page = await at(reading, tenant, "/accounts")
    await page.send("new-account", number="zwölf", name="N", type="asset")
    assert (page.answer.status_code, page.value("number")) == (409, "zwölf")
    assert alert_of(page).endswith("Nummer")
    await page.send("new-account", number="2800", name="N", type="asset")
    assert page.answer.status_code == 409
    page = await at(reading, tenant, "/settings/tax-codes")
    await page.send("new-code", code="E", label="Eigen", rate="viel", vat_account="2500")
    assert alert_of(page).endswith("Satz")
    await page.send("new-code", code="E", label="Eigen", rate="7", vat_account="99999999")
    assert (page.answer.status_code, page.value("label")) == (409, "Eigen")
    page = await at(reading, tenant, "/bank/accounts/new")
    await page.send("new-bank", name="Z", iban="AT61 1904")
    assert (page.answer.status_code, page.value("name")) == (409, "Z")
    await page.send("new-bank", name="Z", iban="")
    assert alert_of(page).endswith("IBAN")


@pytest.mark.parametrize("address", ["/accounts", "/settings/tax-codes", "/bank/accounts"])
async def test_who_may_only_read_adds_nothing(
    reading: httpx.AsyncClient, tenant: Tenant, address: str
) -> None:
    """No form, and no order either."""
    page = await at(reading, tenant, "/journal", "auditor")
    (csrf,) = {each.value for each in page.page.xpath("//input[@name='csrf']")}
    assert (await reading.post(address, data={"csrf": csrf})).status_code == 403
