"""The recapitulative statement as a page and as files: what is stated, corrected, and lacking."""

import csv
from contextlib import closing
from datetime import date

import httpx
import pypdfium2
import pytest

from domain.database.session import write_session
from tests.api.pages.browsers import Plain
from tests.books import Books
from tests.builders import Tenant, another_tenant
from tests.domain.reports.test_zm_views import ROME, customer, supply
from tests.receivables import a_customer
from tests.servers import Database

MARCH = "from=1.3.2026&to=31.3.2026"
HOSTILE = "<img src=x onerror=alert(1)> Srl"


@pytest.fixture(scope="module")
def tenant(database: Database) -> Tenant:
    """Give this file books with supplies to Rome, a late one, and one without a VAT id."""
    tenant = another_tenant(database)
    books = Books(database, tenant)
    rome = customer(books, ROME)
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        nameless = a_customer(session, name=HOSTILE)
    supply(books, rome, date(2026, 3, 2), "1000.50")
    supply(books, rome, date(2026, 3, 3), "70.00", supply_date=date(2026, 1, 15))
    supply(books, nameless, date(2026, 3, 4), "55.55")
    return tenant


async def at(reading: httpx.AsyncClient, tenant: Tenant, address: str, spoken: str) -> Plain:
    """The bookkeeper before a page."""
    return await (await Plain(reading, tenant).sign_in(spoken)).go(address)


async def test_what_is_stated_corrected_and_lacking_stands_apart(
    reading: httpx.AsyncClient, tenant: Tenant
) -> None:
    """Whole euros beside what was booked; what cannot be stated leads to its customer."""
    page = await at(reading, tenant, f"/reports/zm?{MARCH}", "de")
    assert page.answer.status_code == 200
    tables = [each.text_content() for each in page.page.xpath("//main//table/tbody")]
    stated, corrected, lacking = (" ".join(each.split()) for each in tables)
    for words in (ROME, "1.001,00", "1.000,50", "Lieferung"):
        assert words in stated, words
    assert "Februar 2026" in corrected
    assert "70,00" in corrected
    assert "keine Nummer beim Kunden" in lacking
    assert HOSTILE in lacking
    assert "55,55" in lacking
    assert not page.page.xpath("//img")
    assert page.page.xpath("//main//table//a[starts-with(@href, '/customers/')]")
    assert "Die Meldung ist nicht vollständig." in page.text
    assert page.page.xpath("//nav/a[@aria-current='page'][contains(@href, '/reports/zm')]")


async def test_the_statement_is_a_file_and_printed(
    reading: httpx.AsyncClient, tenant: Tenant
) -> None:
    """Each row of the page; what cannot be stated has no amount to be stated."""
    await at(reading, tenant, "/", "en")
    told = await reading.get(f"/reports/zm/csv?{MARCH}")
    head, *rows = csv.reader(told.text.removeprefix("\ufeff").splitlines())
    assert head == ["VAT id", "Kind", "To be stated EUR", "Booked", "Month", "Partner"]
    assert rows == [
        [ROME, "L", "1001", "1000.50", "", ""],
        [ROME, "L", "70", "70.00", "2026-02", ""],
        ["", "L", "", "55.55", "", HOSTILE],
    ]
    printed = await reading.get(f"/reports/zm/pdf?{MARCH}")
    with closing(pypdfium2.PdfDocument(printed.content)) as pdf:
        text = pdf[0].get_textpage().get_text_range()
    assert "Recapitulative statement" in text
    assert "1,001.00" in text


async def test_without_days_it_is_that_of_the_month_before_and_may_be_empty(
    reading: httpx.AsyncClient, tenant: Tenant
) -> None:
    """In English, too; it has no line that leads to entries."""
    page = await at(reading, tenant, "/reports/zm", "en")
    assert "In these days there is nothing to state." in page.text
    for line in ("x", "IT00743110157.L.2025-01"):
        await page.go(f"/reports/zm/entries?{MARCH}&line={line}")
        assert page.answer.status_code == 404


async def test_a_line_leads_to_its_bookings(reading: httpx.AsyncClient, tenant: Tenant) -> None:
    """Those of the month, and those that correct an earlier one, each to its own."""
    page = await at(reading, tenant, f"/reports/zm?{MARCH}", "de")
    first, corrected = page.page.xpath("//main//a[contains(@href, '/reports/zm/entries')]/@href")
    await page.go(first)
    assert "1.000,50" in page.text
    assert "70,00" not in page.text
    assert page.page.xpath("//main//table//a[starts-with(@href, '/journal/')]")
    await page.go(corrected)
    assert "70,00" in page.text


async def test_what_was_sent_is_kept_and_compared(
    reading: httpx.AsyncClient, database: Database
) -> None:
    """Noted once it is over; what was booked since is told beside it."""
    own = another_tenant(database)
    books = Books(database, own)
    rome = customer(books, ROME)
    supply(books, rome, date(2026, 3, 2), "1000.50")
    page = await at(reading, own, f"/reports/zm?{MARCH}", "de")
    await page.send("/reports/zm/sent")
    assert "Die Bücher sagen dasselbe wie die Meldung." in page.text
    supply(books, rome, date(2026, 3, 3), "100.00")
    await page.go(f"/reports/zm?{MARCH}")
    assert "Seit der Meldung haben sich Buchungen oder Stammdaten geändert" in page.text
    assert "1.101,00" in page.text
    await page.go("/reports/zm?from=1.3.2026&to=15.3.2026")
    assert "Als gemeldet festhalten" not in page.text
