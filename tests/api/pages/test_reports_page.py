"""Reports as pages: figures are doors, every door leads to entries that add up to the figure."""

import csv
import re
from contextlib import closing
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import httpx
import pypdfium2
import pytest
from sqlalchemy import event
from sqlmodel import select

from api.pages import report_prints
from api.pages.language import Language
from domain.access import scope
from domain.database.session import read_session, write_session
from domain.dates import local_day
from domain.ledger.booking import Line
from domain.ledger.intent import Exchange, OpenItemTerms, Settling, Side
from domain.ledger.rows import OpenItemRow
from domain.payables import vendor_store
from domain.payables.partner import Vendor
from tests.api.pages.browsers import Plain
from tests.books import Books
from tests.builders import Tenant, another_tenant
from tests.payables import a_posted_invoice, a_vendor, an_invoice
from tests.servers import Database

GERMAN = Language("de", "AT")
HOSTILE = "<img src=x onerror=alert(1)> & Söhne"
KINDS = ("trial-balance", "profit-loss", "balance-sheet", "management", "vat", "payables",
         "receivables", "cash-flow")  # fmt: skip
YEAR = "from=1.1.2026&to=31.12.2026"


@pytest.fixture(scope="module")
def tenant(database: Database) -> Tenant:
    """Give this file books of two years with sales, purchases and something owed."""
    tenant = another_tenant(database)
    books = Books(database, tenant)
    books.sell(date(2025, 3, 1), "1200.00", "UST20")
    books.sell(date(2026, 3, 1), "2400.00", "UST20")
    books.sell(date(2026, 3, 2), "110.00", "UST10")
    books.buy(date(2026, 3, 3), "600.00", "VST20")
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        vendor = a_vendor(session)
        a_posted_invoice(session, an_invoice(vendor, due=date(2026, 3, 20)))
        hostile = vendor_store.create(session, uuid4(), Vendor(HOSTILE))
        a_posted_invoice(session, an_invoice(hostile, "60.00"))
    return tenant


def text_of(printed: bytes) -> str:
    """The text of all pages."""
    with closing(pypdfium2.PdfDocument(printed)) as pdf:
        return "\n".join(page.get_textpage().get_text_range() for page in pdf)


async def at(
    reading: httpx.AsyncClient, tenant: Tenant, address: str, language: str = "de"
) -> Plain:
    """The bookkeeper before a page."""
    return await (await Plain(reading, tenant).sign_in(language)).go(address)


def amount(text: str) -> Decimal:
    """An amount in German form."""
    bare = text.strip().replace(".", "").replace(",", ".").replace("\u2212", "-")
    return Decimal(bare.removesuffix(" €"))


@pytest.mark.parametrize("kind", KINDS)
async def test_every_figure_leads_to_entries_that_come_to_it(
    reading: httpx.AsyncClient, tenant: Tenant, kind: str
) -> None:
    """Of every kind of report, to the cent."""
    page = await at(reading, tenant, f"/reports/{kind}?{YEAR}")
    assert page.answer.status_code == 200
    drills = page.page.xpath("//main//a[@class='drill']")
    named = [each for each in drills if "line=" in each.get("href")]
    doors = {(e.get("href"), amount(e.text)) for e in named if "movement" not in e.get("href")}
    if kind not in {"payables", "receivables"}:
        assert len(doors) > 1
    for href, figure in list(doors)[:12]:
        line = parse_qs(urlsplit(href).query)
        more = f"&figure={line['figure'][0]}" if "figure" in line else ""
        await page.go(f"/reports/{kind}/entries?{YEAR}&line={line['line'][0]}{more}")
        told = page.page.xpath("//p[@class='sub']/b")[0].text_content()
        rows = page.page.xpath("//tbody//td[contains(@class, 'l-sum')]/text()")
        assert amount(told) == figure, href
        assert sum(map(amount, rows), Decimal()) == figure, href


async def test_the_year_before_stands_beside(reading: httpx.AsyncClient, tenant: Tenant) -> None:
    """The same days, a year ago."""
    page = await at(reading, tenant, f"/reports/profit-loss?{YEAR}")
    (row,) = [each for each in page.page.xpath("//tr") if "4000" in each.text_content()]
    now, before = (each.text_content() for each in row.xpath("td")[1:])
    assert amount(now) == Decimal("2100.00")
    assert amount(before.replace("Jahr davor", "")) == Decimal("1000.00")


async def test_the_vat_return_shows_a_box_beside_the_form(
    reading: httpx.AsyncClient, tenant: Tenant
) -> None:
    """Box 022 of March: its entries, and that the accounts agree."""
    page = await at(reading, tenant, "/reports/vat?from=1.3.2026&to=31.3.2026&line=022")
    (side,) = page.page.xpath("//*[@id='drill']")
    assert "2.000,00" in side.text_content()
    assert "stimmt" in page.text
    assert "Formular U 30" in page.text


async def test_open_items_are_aged_and_a_partner_is_opened(
    reading: httpx.AsyncClient, tenant: Tenant
) -> None:
    """What a stranger called themselves is text."""
    page = await at(reading, tenant, "/reports/payables?to=30.4.2026")
    assert HOSTILE in page.text
    assert not page.page.xpath("//img")
    (door,) = [
        each.get("href") for each in page.page.xpath("//th/a") if each.text_content() == HOSTILE
    ]
    await page.go(door)
    (items,) = page.page.xpath("//*[@id='items']")
    assert "60,00" in items.text_content()


async def test_reports_are_files(reading: httpx.AsyncClient, tenant: Tenant) -> None:
    """What a page shows, whole, as a table."""
    await at(reading, tenant, "/reports", "en")
    for kind in KINDS:
        told = await reading.get(f"/reports/{kind}/csv?{YEAR}")
        rows = list(csv.reader(told.text.removeprefix("\ufeff").splitlines()))
        assert len({len(row) for row in rows}) == 1, kind
        assert not any(each.startswith("column_") for each in rows[0]), rows[0]
    told = await reading.get(f"/reports/trial-balance/csv?{YEAR}")
    rows = list(csv.reader(told.text.removeprefix("\ufeff").splitlines()))
    assert rows[0] == ["Account", "Name", "Opening", "Debit", "Credit", "Closing"]
    assert sum(Decimal(row[5]) for row in rows[1:]) == 0
    assert sum(Decimal(row[3]) for row in rows[1:]) == sum(Decimal(row[4]) for row in rows[1:])


async def test_lines_of_ours_are_in_the_language_of_who_asks(
    reading: httpx.AsyncClient, tenant: Tenant
) -> None:
    """In the file as on the page; what the law calls a line is German everywhere."""
    for language, management, flow in (
        ("de", "Umsatzerlöse", "Einzahlungen von Kunden"),
        ("en", "Revenue", "Receipts from customers"),
    ):
        await Plain(reading, tenant, "approver").sign_in(language)
        assert management in (await reading.get(f"/reports/management/csv?{YEAR}")).text
        assert flow in (await reading.get(f"/reports/cash-flow/csv?{YEAR}")).text


async def test_open_items_of_a_currency_are_in_both_in_a_file(
    reading: httpx.AsyncClient, database: Database
) -> None:
    """Of 110.00 USD booked at 100.00 EUR, 88.00 and 75.00 are left; one in EUR says the same."""
    tenant = another_tenant(database)
    books = Books(database, tenant)
    exchange = Exchange("USD", Decimal("110.00"), Decimal("1.1"), date(2026, 3, 2), "ECB")
    lines = (Line("6815", Side.DEBIT, Decimal(100)), Line("3300", Side.CREDIT, Decimal(100)))
    terms = OpenItemTerms("RE-1", None)
    foreign = books.book(date(2026, 3, 2), *lines, exchange=exchange, terms=terms)
    with read_session(database.engine, tenant.id) as session:
        found = select(OpenItemRow.open_item_id).where(OpenItemRow.intent_id == foreign)
        item = session.exec(found).one()
    paid = (Line("3300", Side.DEBIT, Decimal(25)), Line("2800", Side.CREDIT, Decimal(25)))
    settled = (Settling(item, Decimal(25), Decimal("22.00")),)
    books.book(date(2026, 3, 3), *paid, settles=settled)
    books.book(
        date(2026, 3, 4),
        Line("6815", Side.DEBIT, Decimal("12.34")),
        Line("3300", Side.CREDIT, Decimal("12.34")),
        terms=OpenItemTerms("RE-2", None),
    )
    await at(reading, tenant, "/")
    told = await reading.get(f"/reports/payables/csv?{YEAR}")
    head, *rows = csv.reader(told.text.removeprefix("\ufeff").splitlines(), delimiter=";")
    assert head[-3:] == ["Offen EUR", "Offen in Währung", "Währung"]
    assert [row[-3:] for row in rows] == [["75,00", "88,00", "USD"], ["12,34", "12,34", "EUR"]]
    printed = text_of((await reading.get(f"/reports/payables/pdf?{YEAR}")).content)
    assert "88,00" in printed
    assert "87,34" in printed, "the sum is in EUR alone"


async def test_what_is_no_report_is_told(reading: httpx.AsyncClient, tenant: Tenant) -> None:
    """A kind, a day, a line or a figure that there is not."""
    page = await at(reading, tenant, "/reports")
    assert page.answer.status_code == 200
    for address, status in (
        ("/reports/wish", 404),
        ("/reports/vat?from=soon", 400),
        ("/reports/vat?line=nothing", 404),
        ("/reports/payables/entries?line=1", 404),
        ("/reports/trial-balance/entries?line=2800&figure=wish", 400),
    ):
        assert (await page.go(address)).answer.status_code == status, address


async def test_a_report_asks_as_much_for_many_as_for_few(
    reading: httpx.AsyncClient, database: Database, tenant: Tenant
) -> None:
    """No query for each row: thirty partners cost what two do."""
    asked: list[str] = []
    counted = reading._transport.app.state.engine  # type: ignore[attr-defined] # noqa: SLF001

    def count(*told: Any) -> None:
        asked.append(str(told[2]))

    event.listen(counted, "before_cursor_execute", count)
    try:
        page = await at(reading, tenant, "/")
        few = await _cost(page, asked)
        many = another_tenant(database)
        with write_session(database.engine, many.id, many.actor) as session:
            for _ in range(30):
                a_posted_invoice(session, an_invoice(a_vendor(session)))
        assert await _cost(await at(reading, many, "/"), asked) <= few
    finally:
        event.remove(counted, "before_cursor_execute", count)


async def _cost(page: Plain, asked: list[str]) -> int:
    asked.clear()
    for kind in KINDS:
        await page.go(f"/reports/{kind}?{YEAR}")
        assert page.answer.status_code == 200
    return len(asked)


async def test_who_may_not_read_reports_has_no_such_place(
    reading: httpx.AsyncClient, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither in the menu nor by address."""
    page = await at(reading, tenant, "/reports")
    monkeypatch.setitem(scope._OF_ROLE, "member", frozenset({"journal:read"}))  # noqa: SLF001
    for address in ("/reports", "/reports/vat", "/reports/vat/csv"):
        assert (await page.go(address)).answer.status_code == 403
    assert not page.page.xpath("//nav//a[@href='/reports']")


@pytest.mark.parametrize("kind", ["trial-balance", "balance-sheet", "vat", "payables"])
async def test_a_report_is_printed_with_the_figures_of_the_page(
    reading: httpx.AsyncClient, tenant: Tenant, kind: str
) -> None:
    """Company, days, time and number of the page; what strangers wrote is text."""
    query = YEAR if kind != "vat" else "from=1.3.2026&to=31.3.2026"
    page = await at(reading, tenant, f"/reports/{kind}?{query}")
    (door,) = page.page.xpath("//a[contains(@href, '/pdf?')]/@href")
    printed = await reading.get(door)
    assert printed.headers["content-type"] == "application/pdf"
    text = text_of(printed.content)
    told = (await reading.get(door.replace("/pdf?", "/csv?"))).text
    figures = {Decimal(each.replace(",", ".")) for each in re.findall(r"(-?\d+,\d\d)\b", told)}
    assert len(figures) >= 2
    assert [each for each in figures if GERMAN.money(each) not in text] == []
    assert "Summe" in text or kind in {"balance-sheet", "vat"}
    company = page.page.xpath("//p[@class='sub']")[0].text_content().split(" · ")[0]
    assert company.strip() in text
    assert re.search(r"1 / \d", text)
    warned = bool(page.page.xpath("//main//*[contains(@class, 'msg warn')]"))
    assert ("noch nicht ganz" in " ".join(text.split())) == warned
    assert f"Erstellt {local_day(datetime.now(UTC), 'AT'):%d.%m.}" in text
    assert HOSTILE.replace(" ", "") in "".join(text.split()) or kind != "payables"


async def test_a_printed_report_says_what_it_leaves_out(
    reading: httpx.AsyncClient, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And its sums are those of all rows; who may not read reports gets none."""
    await at(reading, tenant, "/")
    whole = text_of((await reading.get(f"/reports/trial-balance/pdf?{YEAR}")).content)
    monkeypatch.setattr(report_prints, "MOST", 2)
    cut = text_of((await reading.get(f"/reports/trial-balance/pdf?{YEAR}")).content)
    assert "Gezeigt sind die ersten 2 von" in cut
    assert whole.partition("Summe")[2].split()[:4] == cut.partition("Summe")[2].split()[:4]
    assert (await reading.get("/reports/nothing/pdf")).status_code == 404
    reading.cookies.clear()
    assert (await reading.get("/reports/vat/pdf")).status_code == 303
