"""From a figure to the page it came from, and a month locked by two people, in a real browser."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from deploy.stack import demo_documents
from deploy.stack.caller import Caller, wait_for
from deploy.stack.people import GERMAN, found
from domain.database.session import engine
from tests.e2e.browser import page
from tests.e2e.conftest import House
from tests.e2e.looks import shifts, violations
from tests.e2e.test_demo import today
from tests.e2e.test_pages import Office

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def office(house: House) -> Office:
    """A company with one invoice in its books."""
    bind = engine(house.database_url, pool_size=1)
    company = found(bind, GERMAN)
    bind.dispose()
    person = company.people["bookkeeper"]
    caller = Caller(house.stack["api_url"], {"name": person.name, "api_key": person.api_key})
    (file,) = [each for each in demo_documents.ordinary(today()) if "druckerei" in each.name]
    caller.upload("/v1/inbox", file.name, file.content)
    office = Office(house.stack["api_url"], company, caller)
    wait_for("the case", lambda: office.cases() or None)
    case = office.cases()[0]
    name = case["normalized_invoice"]["vendor"]["name"]
    vendor = caller.post("/v1/vendors", {"name": name, "default_account": "6815"})
    path = f"/v1/invoice-review-cases/{case['id']}"
    caller.patch(path, {"vendor_id": vendor["id"]})
    answers = {
        each["id"]: {"accept": True, "reason": "gesehen"}
        for each in caller.get(path)["findings"]
        if each["severity"] == "blocking" and each["answer"] is None
    }
    if answers:
        caller.patch(path, {"finding_answers": answers})
    caller.post(f"{path}/approve")
    wait_for("the posting", lambda: office.cases()[0]["intent_id"])
    return office


@pytest.fixture
def browser() -> Iterator[Page]:
    """A browser with a profile of its own."""
    with page(1440, 900) as opened:
        opened.context.set_extra_http_headers({"Accept-Language": "de"})
        yield opened


def test_a_figure_leads_to_its_page_and_the_month_is_locked(office: Office, browser: Page) -> None:
    """Box, entry, picture, case; then request, second person, password, proof."""
    office.sign_in(browser)
    intent = office.cases()[0]["intent_id"]
    entry = office.bookkeeper.get(f"/v1/journal/{intent}")["entries"][0]
    day = entry["booking_date"]
    month = day[:7]
    _drilled_down(office, browser, day)
    browser.goto(f"{office.address}/periods/{month}")
    browser.get_by_role("button", name="Sperre beantragen").dblclick()
    browser.get_by_text("Sie haben die Sperre beantragt").wait_for()
    office.sign_in(browser, "approver")
    browser.goto(f"{office.address}/periods/{month}")
    browser.get_by_role("link", name="Sperren …").click()
    browser.fill("#lock-p", office.company.people["approver"].password)
    browser.get_by_role("button", name="Endgültig sperren").dblclick()
    browser.get_by_role("button", name="Hier nachrechnen").click()
    browser.get_by_text("Nachgerechnet: der Nachweis hält.").wait_for()
    with browser.expect_download() as download:
        browser.get_by_role("link", name="Nachweis laden").click()
    assert download.value.suggested_filename == f"closing-{month}.ndjson"


def _drilled_down(office: Office, browser: Page, day: str) -> None:
    browser.keyboard.press("g")
    browser.keyboard.press("a")
    browser.wait_for_url("**/reports/trial-balance")
    browser.goto(f"{office.address}/reports/vat?from={day}&to={day}")
    browser.locator("tr", has=browser.get_by_text("66", exact=True)).locator("a.drill").click()
    with browser.expect_response("**/journal/*/pages/1") as drawn:
        browser.locator("#drill tbody a").first.click()
        picture = browser.locator(".sheetlink img")
        picture.scroll_into_view_if_needed()
    assert drawn.value.headers["content-type"] == "image/webp"
    picture.click()
    browser.wait_for_url("**/cases/*")
    browser.get_by_role("link", name="Verlauf").click()
    browser.get_by_text("Fall: freigegeben").wait_for()


def test_pages_of_the_books_can_be_used_by_everybody(office: Office, browser: Page) -> None:
    """Axe finds nothing, in light and dark, wide and narrow; nothing is asked of other hosts."""
    office.sign_in(browser, "admin")
    case = office.cases()[0]
    kinds = ("trial-balance", "profit-loss", "balance-sheet", "management", "vat", "zm", "payables",
             "cash-flow", "datev", "trial-balance/entries?line=6815")  # fmt: skip
    sections = ("company", "people", "keys", "mailboxes", "policy", "tax-codes", "dunning")
    addresses = [f"/periods/{today():%Y-%m}",
                 "/journal", f"/journal/{case['intent_id']}", "/accounts/6815",
                 *(f"/reports/{kind}" for kind in kinds), "/audit", f"/audit/cases/{case['id']}",
                 *(f"/settings/{section}" for section in sections), "/account"]  # fmt: skip
    broken: list[str] = []
    for number, address in enumerate(addresses):
        browser.emulate_media(color_scheme="dark" if number % 2 else "light")
        width = (1440, 390, 1024)[number % 3]
        browser.set_viewport_size({"width": width, "height": 900})
        answer = browser.goto(f"{office.address}{address}")
        assert answer is not None
        assert answer.status == 200, address
        broken += [f"{address} {width}: {each}" for each in shifts(browser)]
        broken += [f"{address} {width}: {each}" for each in violations(browser)]
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        broken += [f"{address} {width}: too wide"] if browser.evaluate(wide) > 0 else []
    assert broken == []
    assert office.asked - {""} == {urlsplit(office.address).netloc}
    assert office.told == []
