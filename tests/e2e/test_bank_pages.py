"""A bookkeeper at the bank, and at vendors and customers: in the browser, by keyboard and mouse."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Page

from api.v1.statements import AT_ONCE
from deploy.stack.caller import Caller
from deploy.stack.people import GERMAN, found
from domain.database.session import engine
from domain.formats.camt_writer import write_statement
from domain.formats.statement import Statement, StatementLine
from tests.e2e.browser import arrived
from tests.e2e.conftest import House
from tests.e2e.looks import FORMS, by_turns, faults, shifts
from tests.e2e.test_demo import today
from tests.e2e.test_pages import Office, browser, picture

__all__ = ["browser"]
pytestmark = pytest.mark.timeout(300)

IBAN, OTHER = "DE89370400440532013000", "DE02120300000000202051"
DAY = today() - timedelta(days=3)


def owed(caller: Caller, vendor_id: str, number: str, gross: int) -> str:
    """An invoice of a vendor in the books; the id of its open item."""
    lines = [
        {"account_number": "6815", "debit": gross, "credit": 0, "tax_code": "VST19"},
        {"account_number": "3300", "debit": 0, "credit": gross, "partner_id": vendor_id},
    ]
    body = {"booking_date": str(DAY), "description": number, "lines": lines}
    intent = caller.post("/v1/bookings", {**body, "skip_duplicate_check": True})["intent_id"]
    line = {"position": 1, "description": "Papier", "quantity": 1, "unit_price": gross,
            "tax_rate": 0, "tax_amount": 0, "line_total": gross}  # fmt: skip
    invoice = {"vendor_id": vendor_id, "invoice_number": number, "invoice_date": str(DAY),
               "due_date": str(DAY + timedelta(days=14)), "total_net": gross, "total_tax": 0,
               "total_gross": gross, "intent_id": intent, "lines": [line]}  # fmt: skip
    made = caller.post("/v1/invoices", invoice)
    return str(caller.get(f"/v1/invoices/{made['id']}")["open_item_id"])


def statement(
    number: str, day: date, opening: str, *lines: tuple[str, str, str], iban: str = IBAN
) -> bytes:
    """A statement of one day: amount, counterparty and text of each movement."""
    moved = tuple(
        StatementLine(day, Decimal(amount), "EUR", counterparty_name=name or None,
                      remittance_information=said)
        for amount, name, said in lines
    )  # fmt: skip
    closing = Decimal(opening) + sum(line.amount for line in moved)
    said = Statement(number, iban, "EUR", Decimal(opening), closing, moved)
    return write_statement(said, f"{day}T18:00:00+00:00")


@pytest.fixture(scope="module")
def office(house: House) -> Office:
    """A company with two vendors and five invoices, a customer, and a statement of last week."""
    bind = engine(house.database_url, pool_size=1)
    company = found(bind, GERMAN)
    bind.dispose()
    person = company.people["bookkeeper"]
    caller = Caller(house.stack["api_url"], {"name": person.name, "api_key": person.api_key})
    account = {"name": "Girokonto", "iban": IBAN, "account_number": "1800"}
    caller.post("/v1/bank-accounts", account)
    paper = caller.post("/v1/vendors", {"name": "Papier Huber GmbH", "iban": IBAN})["id"]
    power = caller.post("/v1/vendors", {"name": "Stadtwerke Osterhausen"})["id"]
    for number, gross in (("RE-4711", 119), ("RE-4712", 238), ("RE-4713", 357)):
        owed(caller, paper, number, gross)
    for number, gross in (("SW-5512097", 412), ("SW-5512098", 98)):
        owed(caller, power, number, gross)
    caller.post("/v1/customers", {"name": "Drachenladen Hamburg OHG"})
    before = statement("149", DAY - timedelta(days=7), "5000.00", ("-20.00", "", "Schließfach"))
    caller.upload("/v1/bank-transactions/import-file", "149.xml", before)
    return Office(house.stack["api_url"], company, caller)


def open_ones(office: Office) -> set[str]:
    """What the movements say that wait."""
    listed = office.bookkeeper.get("/v1/bank-transactions", status="unreconciled")
    return {each["reference"] for each in listed["transactions"]}


def test_a_morning_at_the_bank(office: Office, browser: Page) -> None:
    """Import, take by one key, undo, several with a discount, a fee, the sure ones at once."""
    office.sign_in(browser)
    browser.keyboard.press("g")
    browser.keyboard.press("b")
    browser.wait_for_url("**/bank/*")
    _imported(browser)
    _taken_by_one_key(office, browser)
    _several_with_a_discount(office, browser)
    _a_fee(office, browser)
    _sure_ones(office, browser)


def _imported(browser: Page) -> None:
    """A file is chosen; the missing statement is told where it lies."""
    said = (
        ("-119.00", "Papier Huber GmbH", "RE-4711"),
        ("-100.00", "Papier Huber GmbH", "Teil 1 RE-4712"),
        ("-250.00", "Papier Huber GmbH", "Teil 2"),
        ("-412.00", "Stadtwerke Osterhausen", "SW-5512097"),
        ("-98.00", "Stadtwerke Osterhausen", "SW-5512098"),
        ("-18.90", "", "Kontoführung"),
        ("1190.00", "Drachenladen Hamburg OHG", "Danke"),
    )
    content = statement("151", DAY, "4765.80", *said)
    file: FilePayload = {"name": "151.xml", "mimeType": "text/xml", "buffer": content}
    browser.set_input_files("#file", files=[file])
    browser.get_by_role("button", name="Einlesen").dblclick()
    arrived(browser, "Zwischen zwei Auszügen fehlt etwas")
    browser.get_by_role("link", name="Zu den Bewegungen").click()
    arrived(browser, "Zwischen Auszug 149 und 151 fehlt etwas.")
    picture(browser, "bank")


def _row(browser: Page, text: str) -> Any:
    return browser.locator("#marks tr", has_text=text).first


def _shown(browser: Page, title: str) -> None:
    browser.locator("#cand h2", has_text=title).wait_for()


def _taken_by_one_key(office: Office, browser: Page) -> None:
    """Enter takes what is proposed, U gives it back; the next movement is looked at."""
    browser.keyboard.press("j")
    browser.locator("#cand dd", has_text="Teil 1").wait_for()
    browser.keyboard.press("k")
    browser.locator("#cand dd", has_text="RE-4711").wait_for()
    browser.keyboard.press("Enter")
    arrived(browser, "Zugeordnet: Papier Huber GmbH")
    assert "RE-4711" not in open_ones(office)
    browser.keyboard.press("u")
    arrived(browser, "Wieder offen: Papier Huber GmbH")
    assert "RE-4711" in open_ones(office)


def _several_with_a_discount(office: Office, browser: Page) -> None:
    """Two movements, two invoices of 595.00: 350.00 and a rest, which S makes a discount."""
    _row(browser, "Teil 1").locator("a").focus()
    for key in ("Space", "j", "Space"):
        browser.keyboard.press(key)
    _shown(browser, "2 Bewegungen")
    assert _row(browser, "Danke").locator("[name=m]").is_disabled(), "money in is no part of it"
    for box in browser.locator("#match [name=item]:checked").all():
        box.uncheck()
    browser.locator("#match tr", has_text="RE-4713").locator("[name=item]").check()
    assert browser.inner_text("[data-difference]") == "\u22127,00"
    assert browser.locator("#take").get_attribute("aria-disabled") == "true"
    browser.locator("#cand h2").click()
    browser.keyboard.press("s")
    assert browser.inner_text("[data-difference]") == "0,00"
    picture(browser, "match")
    browser.locator("#take").dblclick()
    arrived(browser, "Zugeordnet: Papier Huber GmbH")
    assert open_ones(office).isdisjoint({"Teil 1 RE-4712", "Teil 2"})


def _a_fee(office: Office, browser: Page) -> None:
    """Without a document: B, and Enter."""
    browser.evaluate("document.querySelector('#cand h2').dataset.old = '1'")
    _row(browser, "Kontoführung").locator("a").click()
    browser.locator("#cand h2:not([data-old])", has_text="Kontoführung").wait_for()
    browser.keyboard.press("b")
    browser.keyboard.press("Enter")
    arrived(browser, "Zugeordnet: Kontoführung")
    assert "Kontoführung" not in open_ones(office)


def _sure_ones(office: Office, browser: Page) -> None:
    """Seen, carried out at once, taken back at once."""
    browser.get_by_role("link", name="sichere zuordnen").click()
    arrived(browser, "Das würde zugeordnet")
    picture(browser, "sure")
    count = browser.locator("[name=m]:checked").count()
    assert count >= 3, "both of the Stadtwerke, and RE-4711"
    browser.get_by_role("button", name="Angekreuzte zuordnen").dblclick()
    arrived(browser, f"{count} Bewegungen zugeordnet.")
    assert "SW-5512097" not in open_ones(office)
    browser.keyboard.press("u")
    arrived(browser, f"{count} Zuordnungen aufgehoben.")
    assert "SW-5512097" in open_ones(office)


def test_a_large_statement_is_imported_by_a_worker(office: Office, browser: Page) -> None:
    """The page shows how far it is, and what it brought, without a reload."""
    account = {"name": "Festgeld", "iban": OTHER, "account_number": "1810"}
    office.bookkeeper.post("/v1/bank-accounts", account)
    office.sign_in(browser)
    browser.goto(f"{office.address}/bank")
    browser.get_by_text("2 Bankkonten").wait_for()
    text = "Zinsgutschrift aus der Anlage bis auf Weiteres " * 8
    lines = [(f"{n}.01", "Bank", f"{n} {text}") for n in range(1, 901)]
    content = statement("1", DAY, "0.00", *lines, iban=OTHER)
    assert len(content) > AT_ONCE
    file: FilePayload = {"name": "festgeld.xml", "mimeType": "text/xml", "buffer": content}
    browser.set_input_files("#file", files=[file])
    browser.get_by_role("button", name="Einlesen").click()
    browser.get_by_role("heading", name="Eingelesen", exact=True).wait_for(timeout=90_000)
    assert "900" in browser.inner_text("#progress .balance")
    browser.get_by_role("link", name="Zu den Bewegungen").click()
    browser.get_by_role("link", name="Festgeld").click()
    browser.get_by_text("1\u2013100 von 900").wait_for()
    browser.get_by_role("link", name="Weitere zeigen").click()
    browser.get_by_text("101\u2013200 von 900").wait_for()


def test_a_new_iban_of_a_vendor(office: Office, browser: Page) -> None:
    """Who changes it cannot confirm it; the second person can, and both stand in the story."""
    office.sign_in(browser)
    browser.goto(f"{office.address}/vendors?q=papier")
    browser.get_by_role("link", name="Papier Huber GmbH").click()
    browser.fill("[name=iban]", "DE02 1203 0000 0000 2020 51")
    browser.get_by_role("button", name="Speichern").dblclick()
    browser.get_by_text("Sie haben sie geändert").wait_for()
    address = browser.url.partition("?")[0]
    office.sign_in(browser, "approver")
    browser.goto(address)
    browser.get_by_text("IBAN bestätigen …").first.click()
    browser.fill("[name=contact]", "Frau Huber, Kassa")
    browser.get_by_role("button", name="IBAN bestätigen", exact=True).dblclick()
    browser.get_by_text("bestätigt von approver").wait_for()
    browser.get_by_text("am Telefon: Frau Huber, Kassa").wait_for()
    picture(browser, "vendor")
    assert office.bookkeeper.get("/v1/vendors", search="Papier")[0]["iban"] == OTHER


def test_these_pages_can_be_used_by_everybody(office: Office, browser: Page) -> None:
    """No fault, by turns in each form that pages have; nothing is asked of other hosts."""
    office.sign_in(browser)
    account = office.bookkeeper.get("/v1/bank-accounts")[-1]
    bank = f"/bank/{account['id']}"
    vendor = f"/vendors/{office.bookkeeper.get('/v1/vendors')[0]['id']}"
    customer = f"/customers/{office.bookkeeper.get('/v1/customers')[0]['id']}"
    addresses = [bank, f"{bank}?state=matched", f"{bank}/auto", f"{bank}/balance",
                 "/vendors", vendor, "/customers", customer, "/customers/new",
                 "/same-companies"]  # fmt: skip
    broken: list[str] = []
    for number, address in enumerate(addresses):
        form = by_turns(number)
        form.put_on(browser, office.address)
        browser.goto(f"{office.address}{address}")
        found = (*shifts(browser), *faults(browser))
        broken += [f"{address} {form}: {each}" for each in found]
        if address.endswith("/balance"):
            browser.keyboard.press("+")
            assert browser.locator("canvas[role=img]").is_visible()
    FORMS[0].put_on(browser, office.address)
    browser.goto(f"{office.address}{customer}")
    picture(browser, "customer")
    assert broken == []
    assert office.asked - {""} <= {office.address.partition("://")[2]}
    assert office.told == []
