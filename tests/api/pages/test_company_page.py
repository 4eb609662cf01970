"""The company, its mailboxes and tax codes as pages."""

from datetime import UTC, datetime

import httpx
import pytest
from sqlalchemy import text

from domain.access import views as access
from domain.database.session import read_session, write_session
from domain.intake import mailbox_store
from domain.intake.mailbox import Mailbox
from tests.api.pages.browsers import Plain
from tests.builders import Tenant, another_tenant
from tests.servers import Database

HOSTILE = "<img src=x onerror=alert(1)> & Söhne"


@pytest.fixture
def tenant(database: Database) -> Tenant:
    """Give each test a company of its own."""
    return another_tenant(database)


async def at(reading: httpx.AsyncClient, tenant: Tenant, address: str, who: str = "admin") -> Plain:
    """Somebody before a page."""
    return await (await Plain(reading, tenant, who).sign_in()).go(address)


def stored(database: Database, tenant: Tenant, name: str) -> object:
    """What is stored of the company."""
    with read_session(database.engine, tenant.id) as session:
        return getattr(access.tenant(session), name)


async def test_a_company_is_changed_and_the_change_is_told(
    reading: httpx.AsyncClient, database: Database, tenant: Tenant
) -> None:
    """Only what was changed stands in the log, and a name is text."""
    page = await at(reading, tenant, "/settings")
    before = page.page
    for _ in range(2):
        page.page = before
        await page.send("company", company_name=HOSTILE, iban="AT61 1904 3002 3457 3201")
        assert page.answer.status_code == 200
    assert stored(database, tenant, "iban") == "AT611904300234573201"
    assert page.value("company_name") == HOSTILE
    assert not page.page.xpath("//img")
    with read_session(database.engine, tenant.id) as session:
        query = text("SELECT after FROM audit_event WHERE action = 'tenant.changed'")
        (told,) = session.execute(query).scalars()
    assert set(told) == {"company_name", "iban"}


async def test_what_is_wrong_or_stale_changes_nothing(
    reading: httpx.AsyncClient, database: Database, tenant: Tenant
) -> None:
    """What was typed stays in the form."""
    page = await at(reading, tenant, "/settings/company")
    old = page.page
    await page.send("company", iban="AT62 1904 3002 3457 3201", city="Linz")
    assert page.answer.status_code == 409
    assert page.page.xpath("//*[@role='alert']")[0].text_content().strip().endswith("IBAN")
    assert page.value("city") == "Linz"
    page.page = old
    await page.send("company", city="Graz")
    page.page = old
    await page.send("company", city="Wien")
    assert page.answer.status_code == 409
    assert page.value("city") == "Wien"
    assert stored(database, tenant, "city") == "Graz"


async def test_a_mailbox_is_seen_without_its_secret_and_removed_once(
    reading: httpx.AsyncClient, database: Database, tenant: Tenant
) -> None:
    """Where its password lies is nobody's business here."""
    mailbox = Mailbox(host="mail.example", port=993, username="re@mail.example", secret="env:HUSH")  # noqa: S106
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        mailbox_store.add(session, mailbox, datetime.now(UTC))
    page = await at(reading, tenant, "/settings/mailboxes")
    assert "re@mail.example" in page.text
    assert "HUSH" not in page.answer.text
    before = page.page
    for _ in range(2):
        page.page = before
        await page.send("/settings/mailboxes/")
        assert page.answer.status_code == 200
    assert "In keinem Postfach" in page.text


async def test_codes_of_the_law_stay_and_members_only_look(
    reading: httpx.AsyncClient, tenant: Tenant
) -> None:
    """A system code is not taken out of use; a member changes nothing."""
    page = await at(reading, tenant, "/settings/tax-codes")
    assert "VST20" in page.text
    (csrf,) = {each.value for each in page.page.xpath("//input[@name='csrf']")}
    told = await reading.post("/settings/tax-codes/VST20/deactivate", data={"csrf": csrf})
    assert told.status_code == 409
    for address in ("/settings/company", "/settings/mailboxes", "/settings/tax-codes"):
        page = await at(reading, tenant, address, "bookkeeper")
        assert page.answer.status_code == 200
        assert not page.page.xpath("//main//button")
    (csrf,) = {each.value for each in page.page.xpath("//input[@name='csrf']")}
    for address in ("/settings/company", "/settings/tax-codes/VST20/deactivate"):
        assert (await reading.post(address, data={"csrf": csrf})).status_code == 403
