"""A booking by hand, without a script."""

from datetime import date

import httpx
import pytest
from sqlalchemy import text

from domain.database.session import read_session
from tests.api.pages.browsers import Plain
from tests.builders import Tenant, another_tenant
from tests.invariants import check_books
from tests.servers import Database

ADDRESS = "/journal/new"
GOOD: dict[str, str | list[str]] = {
    "booking_date": "1.3.2026",
    "description": "Abschreibung <b>",
    "account": ["6815 Büro", "2800"],
    "debit": ["1.200,00", ""],
    "credit": ["", "1200"],
    "tax": ["VST20", ""],
}


@pytest.fixture
def tenant(database: Database) -> Tenant:
    """Give each test a company of its own."""
    return another_tenant(database)


async def before(http: httpx.AsyncClient, tenant: Tenant) -> Plain:
    """A bookkeeper before the form."""
    return await (await Plain(http, tenant, "bookkeeper").sign_in()).go(ADDRESS)


def entries(database: Database, tenant: Tenant) -> list[tuple[str, str, str, date]]:
    """Rows of the journal."""
    query = text("SELECT debit_account, credit_account, amount, booking_date FROM journal_entry")
    with read_session(database.engine, tenant.id) as session:
        found = session.execute(query).all()
    return sorted((row[0], row[1], str(row[2]), row[3]) for row in found)


async def test_a_booking_is_posted_once_with_its_tax(
    reading: httpx.AsyncClient, database: Database, tenant: Tenant
) -> None:
    """Two clicks are one; the page leads to what was posted."""
    page = await before(reading, tenant)
    form = page.page
    for _ in range(2):
        page.page = form
        await page.send("booking", "book", **GOOD)
        assert page.answer.status_code == 200
        assert "Abschreibung <b>" in page.text
    day = date(2026, 3, 1)
    assert entries(database, tenant) == [
        ("2500", "2800", "200.00", day),
        ("6815", "2800", "1000.00", day),
    ]
    check_books(database.engine, tenant.id)


async def test_what_looks_like_one_made_is_asked_about(
    reading: httpx.AsyncClient, database: Database, tenant: Tenant
) -> None:
    """The same again is a question, which a tick answers."""
    page = await before(reading, tenant)
    await page.send("booking", "book", **GOOD)
    await page.go(ADDRESS)
    await page.send("booking", "book", **GOOD)
    assert page.answer.status_code == 409
    assert len(entries(database, tenant)) == 2
    await page.send("booking", "book", again="1")
    assert page.answer.status_code == 200
    assert len(entries(database, tenant)) == 4


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"debit": ["viel", ""]}, "Zeile 1: Soll"),
        ({"debit": ["1199,99", ""]}, "ergeben nicht dasselbe"),
        ({"credit": ["5", "1200"]}, "Zeile 1"),
        ({"account": ["6815", "77777777"]}, "Konto"),
        ({"tax": ["NIE", ""]}, "Steuer"),
        ({"booking_date": "irgendwann"}, "Buchungsdatum"),
        ({"booking_date": ""}, "Buchungsdatum"),
        ({"description": " "}, "Bezeichnung"),
        ({"account": [], "debit": [], "credit": [], "tax": []}, "Zeilen"),
    ],
)
async def test_what_does_not_balance_is_refused_and_kept(
    reading: httpx.AsyncClient,
    database: Database,
    tenant: Tenant,
    wrong: dict[str, str | list[str]],
    told: str,
) -> None:
    """With the field; nothing is posted, and what was typed stands there again."""
    page = await before(reading, tenant)
    await page.send("booking", "book", **GOOD | wrong)
    assert page.answer.status_code == 409
    assert told in page.page.xpath("//*[@role='alert']")[0].text_content()
    if "account" not in wrong:
        assert "6815 Büro" in page.page.xpath("//input[@name='account']/@value")
    assert entries(database, tenant) == []


async def test_more_lines_keep_what_was_typed(
    reading: httpx.AsyncClient, database: Database, tenant: Tenant
) -> None:
    """Nothing is posted by it."""
    page = await before(reading, tenant)
    await page.send("booking", "more", **GOOD)
    assert len(page.page.xpath("//input[@name='account']")) == 6
    assert page.value("description") == "Abschreibung <b>"
    assert entries(database, tenant) == []


async def test_who_may_only_read_books_nothing(
    reading: httpx.AsyncClient, database: Database, tenant: Tenant
) -> None:
    """No button, and no order either."""
    page = await (await Plain(reading, tenant, "auditor").sign_in()).go("/journal")
    assert not page.page.xpath(f"//a[@href='{ADDRESS}']")
    (csrf,) = {each.value for each in page.page.xpath("//input[@name='csrf']")}
    assert (await reading.get(ADDRESS)).status_code == 403
    assert (await reading.post(ADDRESS, data={**GOOD, "csrf": csrf})).status_code == 403
    assert entries(database, tenant) == []
