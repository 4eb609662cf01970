"""A bookkeeper's road through the pages, by mouse and by keyboard, and what holds on each page."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from deploy.stack import demo_documents
from deploy.stack.caller import Caller, wait_for
from deploy.stack.people import GERMAN, Company, found
from domain.database.session import engine
from tests.e2e.browser import GUIDE, page
from tests.e2e.conftest import House
from tests.e2e.looks import shifts, violations
from tests.e2e.test_demo import today

pytestmark = pytest.mark.timeout(300)


@dataclass
class Office:
    """A company of its own in the house, and what its browsers did."""

    address: str
    company: Company
    bookkeeper: Caller
    asked: set[str] = field(default_factory=set)
    told: list[str] = field(default_factory=list)

    def cases(self) -> list[dict[str, Any]]:
        """Its cases as the API tells them."""
        listed: list[dict[str, Any]] = self.bookkeeper.get("/v1/invoice-review-cases")
        return listed

    def case(self, number: str) -> dict[str, Any]:
        """The case of an invoice."""
        wanted = [c for c in self.cases() if c["normalized_invoice"]["invoice_number"] == number]
        return wanted[0]

    def sign_in(self, browser: Page, who: str = "bookkeeper") -> None:
        """Come in through the gate, and watch what is asked for and complained about."""
        browser.on("request", lambda request: self.asked.add(urlsplit(request.url).netloc))
        browser.on("console", lambda told: self.told.append(f"{told.text} {told.location}"))
        browser.on("pageerror", lambda error: self.told.append(str(error)))
        person = self.company.people[who]
        browser.context.clear_cookies()
        browser.goto(f"{self.address}/login")
        browser.fill("[name=email]", person.email)
        browser.fill("[name=password]", person.password)
        browser.keyboard.press("Enter")
        browser.wait_for_url(f"{self.address}/")


@pytest.fixture(scope="module")
def office(house: House) -> Office:
    """A company with two invoices of one vendor, and one of another that nobody knows."""
    bind = engine(house.database_url, pool_size=1)
    company = found(bind, GERMAN)
    bind.dispose()
    person = company.people["bookkeeper"]
    caller = Caller(house.stack["api_url"], {"name": person.name, "api_key": person.api_key})
    account = {"name": "Giro", "iban": "DE89370400440532013000", "account_number": "1800"}
    caller.post("/v1/bank-accounts", account)
    files = [*(demo_documents.monthly(today(), number) for number in (1, 2))]
    files += [file for file in demo_documents.ordinary(today()) if "druckerei" in file.name]
    for file in files:
        caller.upload("/v1/inbox", file.name, file.content)
    office = Office(house.stack["api_url"], company, caller)
    wait_for("the cases", lambda: len(office.cases()) == len(files) or None)
    return office


@pytest.fixture
def browser() -> Iterator[Page]:
    """A browser with a profile of its own."""
    with page(1440, 900) as opened:
        opened.context.set_extra_http_headers({"Accept-Language": "de"})
        yield opened


def test_the_road_by_mouse(office: Office, browser: Page) -> None:
    """See, correct by a click on a word, approve, pay: the second person needs a password."""
    office.sign_in(browser)
    _approved_by_mouse(office, browser)
    run = _drafted(office, browser)
    office.sign_in(browser, "approver")
    browser.goto(run)
    _released(office, browser)
    _carried_out(office, browser)


def _approved_by_mouse(office: Office, browser: Page) -> None:
    """A click on a word mends a field, a new vendor gets its account, and it is posted once."""
    picture(browser, "start")
    browser.get_by_role("link", name="Eingang", exact=False).first.click()
    browser.get_by_role("link", name="Druckerei Weser OHG").wait_for()
    picture(browser, "inbox")
    browser.get_by_role("link", name="Druckerei Weser OHG").click()
    browser.locator(".page[data-ready]").wait_for()
    picture(browser, "case")
    browser.fill("[name=invoice_number]", "falsch")
    browser.locator(".word[data-text='2207']").first.click()
    assert browser.input_value("[name=invoice_number]") == "2207"
    picture(browser, "word")
    _searched(browser)
    browser.locator("[name=new_account]").click()
    browser.keyboard.type("büro")
    browser.locator(".pop li", has_text="6815").wait_for()
    picture(browser, "account")
    _previewed(browser)
    browser.locator("#approve").dblclick()
    browser.get_by_text("Freigegeben und gebucht: Druckerei Weser OHG 2207").wait_for()
    picture(browser, "next")
    assert office.case("2207")["queue_state"] == "approved"


def _searched(browser: Page) -> None:
    """A search for another vendor, which loses nothing of what was typed."""
    browser.fill("#find", "niemand")
    browser.evaluate("document.querySelector('#vendors').dataset.old = '1'")
    browser.keyboard.press("Enter")
    browser.locator("#vendors:not([data-old]):not(.htmx-settling)").wait_for()
    assert browser.input_value("[name=invoice_number]") == "2207", "a search loses nothing"


def _previewed(browser: Page) -> None:
    """What would be posted follows what one chooses."""
    browser.locator(".pop li", has_text="6815").click()
    browser.locator("#posting td", has_text="6815").wait_for()
    assert "904,40" in browser.inner_text("#posting-line")
    picture(browser, "posting")


def _drafted(office: Office, browser: Page) -> str:
    """Address of a draft; two clicks make one."""
    browser.goto(f"{office.address}/payments")
    browser.get_by_label("Druckerei Weser OHG 2207 bezahlen").check()
    assert "904,40" in browser.inner_text("[data-sum-of]")
    picture(browser, "payments")
    browser.get_by_role("button", name="Entwurf anlegen").dblclick()
    browser.get_by_text("Sie haben diesen Lauf angelegt").wait_for()
    (listed,) = office.bookkeeper.get("/v1/payment-runs")
    assert listed["status"] == "draft"
    return browser.url


def _released(office: Office, browser: Page) -> None:
    """Another person, and the password again: a wrong one lets nothing go."""
    browser.get_by_role("link", name="Freigeben …").click()
    picture(browser, "release")
    browser.fill("#go-p", "nicht mein Kennwort")
    browser.keyboard.press("Enter")
    browser.get_by_text("E-Mail oder Kennwort stimmt nicht.").first.wait_for()
    (listed,) = office.bookkeeper.get("/v1/payment-runs")
    assert listed["status"] == "draft"
    browser.fill("#go-p", office.company.people["approver"].password)
    browser.get_by_role("button", name="Freigeben", exact=True).dblclick()


def _carried_out(office: Office, browser: Page) -> None:
    """The file for the bank, and the bank's word."""
    browser.get_by_role("button", name="SEPA-Datei ausgeben").click()
    with browser.expect_download() as download:
        browser.get_by_role("link", name="Datei herunterladen").click()
    assert b"pain.001" in Path(download.value.path()).read_bytes()
    browser.get_by_role("button", name="Die Bank hat ausgeführt").click()
    browser.get_by_text("ausgeführt", exact=True).first.wait_for()
    picture(browser, "run")
    (listed,) = office.bookkeeper.get("/v1/payment-runs")
    assert listed["status"] == "completed"


def test_the_road_by_keyboard(office: Office, browser: Page) -> None:
    """No mouse: an unknown vendor with an account, then its next invoice with one key."""
    office.sign_in(browser)
    browser.keyboard.press("g")
    browser.keyboard.press("e")
    browser.wait_for_url("**/inbox*")
    browser.keyboard.press("?")
    browser.get_by_role("heading", name="Tasten").wait_for()
    browser.keyboard.press("Escape")
    first, second = (each["id"] for each in office.cases() if each["queue_state"] != "approved")
    browser.goto(f"{office.address}/cases/{first}")
    browser.locator("#fields").wait_for()
    browser.locator("[name=new_account]").focus()
    browser.keyboard.type("6330")
    browser.locator(".pop li").first.wait_for()
    browser.keyboard.press("Enter")
    browser.keyboard.press("Control+Enter")
    browser.wait_for_url(f"**/cases/{second}*")
    _one_key(office, browser, second)


def _one_key(office: Office, browser: Page, case_id: str) -> None:
    """A clean case is approved, and the next one opened, by one key."""
    wait_for("the vendor of the second", lambda: _reread(office, case_id))
    browser.goto(f"{office.address}/cases/{case_id}")
    browser.locator("#fields").wait_for()
    _asked(browser)
    browser.keyboard.press("Control+Enter")
    browser.wait_for_url("**/inbox*")
    assert {each["queue_state"] for each in office.cases()} == {"approved"}


def _asked(browser: Page) -> None:
    """A question by keyboard: what was typed into the fields stays, and nothing is approved."""
    browser.fill("[name=reference_text]", "noch nicht gespeichert")
    browser.keyboard.press("Escape")
    browser.keyboard.press("c")
    browser.keyboard.type("@approver stimmt das?")
    browser.keyboard.press("Control+Enter")
    browser.get_by_text("Brief an approver").wait_for()
    assert browser.input_value("#say-text") == ""
    assert browser.input_value("[name=reference_text]") == "noch nicht gespeichert"
    browser.fill("[name=reference_text]", "")
    browser.keyboard.press("Escape")


def _reread(office: Office, case_id: str) -> dict[str, Any] | None:
    """The case once it knows the vendor that was made a moment ago."""
    case = office.bookkeeper.get(f"/v1/invoice-review-cases/{case_id}")
    if case["vendor_id"]:
        found: dict[str, Any] = case
        return found
    vendors = office.bookkeeper.get("/v1/vendors")
    named = case["normalized_invoice"]["vendor"]["name"]
    vendor = next(each for each in vendors if each["name"] == named)
    changed: dict[str, Any] = office.bookkeeper.patch(
        f"/v1/invoice-review-cases/{case_id}", {"vendor_id": vendor["id"]}
    )
    return changed


def test_every_page_can_be_used_by_everybody(office: Office, browser: Page) -> None:
    """Axe finds nothing, in light and dark, wide and narrow; nothing is asked of other hosts."""
    office.sign_in(browser)
    run = office.bookkeeper.get("/v1/payment-runs")
    case = office.cases()[0]["id"]
    addresses = ["/", f"/cases/{case}?q=x", "/inbox?state=decided", f"/cases/{case}", "/payments"]
    addresses += [f"/payments/{each['id']}" for each in run[:1]]
    addresses += ["/inbox", "/setup-password", "/login"]
    broken: list[str] = []
    for number, address in enumerate(addresses):
        browser.emulate_media(color_scheme="dark" if number % 2 else "light")
        width = 390 if number % 3 == 1 else 1440
        browser.set_viewport_size({"width": width, "height": 900})
        browser.goto(f"{office.address}{address}")
        broken += [f"{address} {width}: {each}" for each in shifts(browser)]
        broken += [f"{address} {width}: {each}" for each in violations(browser)]
    assert broken == []
    assert office.asked - {""} == {urlsplit(office.address).netloc}
    complaints = [each for each in office.told if "status of 409" not in each]  # wrong password
    assert complaints == []


def picture(browser: Page, name: str) -> None:
    """Take a picture for the guide, when asked for: `make docs`."""
    if os.environ.get("BELEGFLUSS_SCREENSHOTS"):
        browser.wait_for_timeout(400)
        browser.screenshot(path=GUIDE / f"pages-{name}.png")
