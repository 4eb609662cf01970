"""The journal, an intent and the sheet of an account, as people and spreadsheets read them."""

import csv
from dataclasses import replace
from datetime import date
from uuid import UUID, uuid4

import httpx
import pytest

from domain.access import scope
from tests.api.pages.browsers import Plain
from tests.builders import Tenant, another_tenant
from tests.proofs import book, post
from tests.servers import Database
from tests.strategies import plain_booking

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


@pytest.fixture(scope="module")
def tenant(database: Database) -> Tenant:
    """Give this file books with some entries in them."""
    tenant = another_tenant(database)
    for day in range(1, 6):
        post(database, tenant, date(2026, 3, day), f"{day}00.00")
    return tenant


@pytest.fixture(scope="module")
def intent_id(database: Database, tenant: Tenant) -> UUID:
    """An intent whose text a stranger wrote."""
    booking = replace(
        plain_booking(uuid4(), date(2026, 4, 1), "64.10"),
        description=HOSTILE,
        external_reference="=1+1",
    )
    return book(database, tenant, booking)


async def at(reading: httpx.AsyncClient, tenant: Tenant, address: str, who: str = "") -> Plain:
    """Somebody before a page."""
    page = Plain(reading, tenant, who or "bookkeeper")
    return await (await page.sign_in()).go(address)


async def test_entries_are_found_and_paged(
    reading: httpx.AsyncClient, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By day, by account, by text; what follows is told."""
    monkeypatch.setattr("api.pages.journal.ROWS", 2)
    page = await at(reading, tenant, "/journal?to=31.03.2026")
    amounts = page.page.xpath("//td[contains(@class, 'l-sum')]/text()")
    assert amounts == ["500,00", "400,00"]
    (follows,) = page.page.xpath("//a[@rel='next']/@href")
    await page.go(follows)
    assert page.page.xpath("//td[contains(@class, 'l-sum')]/text()") == ["300,00", "200,00"]
    await page.go("/journal?account=2800&from=2026-03-02&to=2.3.2026")
    assert page.page.xpath("//td[contains(@class, 'l-sum')]/text()") == ["200,00"]
    await page.go("/journal?q=gibtesnicht")
    assert "Nichts passt zu diesem Filter." in page.text


async def test_what_is_no_day_is_told(reading: httpx.AsyncClient, tenant: Tenant) -> None:
    """Rather than rows of other days."""
    for address in ("/journal?from=morgen", "/journal?from=2.3.2026&to=1.3.2026", "/journal/x"):
        page = await at(reading, tenant, address)
        assert page.answer.status_code in {400, 404}, address
    assert (await page.go(f"/journal/{uuid4()}")).answer.status_code == 404
    assert (await page.go("/accounts/99999")).answer.status_code == 404


async def test_an_intent_says_what_it_is_and_markup_stays_text(
    reading: httpx.AsyncClient, tenant: Tenant, intent_id: UUID
) -> None:
    """Rows, chain, no document; and whatever somebody wrote is only read."""
    page = await at(reading, tenant, f"/journal/{intent_id}")
    assert "Kette hält" in page.text
    assert "Ohne Beleg gebucht." in page.text
    assert HOSTILE in page.page.xpath("//h1")[0].text_content()
    for address in (f"/journal/{intent_id}", "/journal", "/accounts/2800"):
        await page.go(address)
        assert not page.page.xpath("//img | //*[@onerror]")
        assert {each.get("src")[:8] for each in page.page.xpath("//script")} == {"/static/"}
    assert (await page.go(f"/journal/{intent_id}/pages/1")).answer.status_code == 404


async def test_a_sheet_runs_to_its_balance(
    reading: httpx.AsyncClient, tenant: Tenant, intent_id: UUID
) -> None:
    """Each row with the balance after it, and each a door to its intent."""
    page = await at(reading, tenant, "/accounts/2800?to=03.03.2026")
    assert page.page.xpath("//td[contains(@class, 'l-sum')]/text()") == [
        "\u2212100,00", "\u2212300,00", "\u2212600,00",
    ]  # fmt: skip
    assert "\u2212600,00 €" in page.page.xpath("//p[@class='sub']")[0].text_content()
    await page.go("/accounts/2800")
    assert page.page.xpath(f"//a[@href='/journal/{intent_id}']")
    await page.go("/accounts?q=2800")
    assert page.page.xpath("//th/a/@href") == ["/accounts/2800"]


async def test_files_are_whole_and_no_formula(
    reading: httpx.AsyncClient, tenant: Tenant, intent_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All rows of the filter, in the form of the language, beyond the first page."""
    monkeypatch.setattr("api.pages.journal._AT_ONCE", 2)
    page = await at(reading, tenant, "/journal")
    told = await reading.get("/journal/csv")
    rows = list(csv.reader(told.text.removeprefix("\ufeff").splitlines(), delimiter=";"))
    assert rows[0] == ["Nr.", "Tag", "Sollkonto", "Habenkonto", "Betrag EUR", "Text", "Belegnummer"]
    assert [row[0] for row in rows[1:]] == ["6", "5", "4", "3", "2", "1"]
    assert rows[1] == ["6", "01.04.2026", "6815", "2800", "64,10", HOSTILE, "'=1+1"]
    await page.sign_in("en")
    sheet = await reading.get("/accounts/2800/csv?from=2026-03-04&to=2026-03-05")
    assert sheet.headers["content-disposition"] == 'attachment; filename="account-2800.csv"'
    rows = list(csv.reader(sheet.text.removeprefix("\ufeff").splitlines()))
    assert [row[6] for row in rows] == ["Balance", "-1500.00", "-1000.00"]


async def test_who_may_not_read_the_journal_has_no_such_place(
    reading: httpx.AsyncClient, tenant: Tenant, intent_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither in the menu nor by address, and other companies find nothing."""
    page = await at(reading, tenant, "/journal")
    monkeypatch.setitem(scope._OF_ROLE, "member", frozenset({"perioden:read"}))  # noqa: SLF001
    for address in ("/journal", "/journal/csv", f"/journal/{intent_id}", "/accounts/2800"):
        assert (await page.go(address)).answer.status_code == 403
        assert not page.page.xpath("//nav//a[@href='/journal']")


async def test_entries_of_others_are_not_found(
    reading: httpx.AsyncClient, database: Database, intent_id: UUID
) -> None:
    """Each company has its own journal."""
    page = await at(reading, another_tenant(database), f"/journal/{intent_id}")
    assert page.answer.status_code == 404
    assert "Noch ist nichts gebucht." in (await page.go("/journal")).text
