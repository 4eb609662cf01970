"""How many keys a case costs, counted by the browser on the real stack."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal

import pytest
from playwright.sync_api import Page

from deploy.stack import demo_documents
from deploy.stack.caller import Caller, wait_for
from deploy.stack.invoice_writer import Item, WrittenInvoice, hybrid
from deploy.stack.people import GERMAN, Company, found
from domain.database.session import engine
from tests.e2e.browser import page
from tests.e2e.conftest import House
from tests.e2e.test_demo import today

pytestmark = pytest.mark.timeout(300)

# Every key that goes down, on any page; what only changes the meaning of another is none.
_COUNT = """
addEventListener("keydown", e => {
  if (!["Control", "Shift", "Alt", "Meta"].includes(e.key)) window.pressed(e.key);
}, true);
"""
_MONTHLY = (1, 2)
_WRONG = ("WS/8801", "WS/8802")


@dataclass
class Desk:
    """A bookkeeper before cases of vendors that the company knows."""

    address: str
    company: Company
    clerk: Caller
    keys: list[str] = field(default_factory=list)

    def press(self, key: str) -> None:
        """Note a key, as the browser tells it."""
        self.keys.append(key)

    def case(self, number: str) -> str:
        """Id of the case of an invoice."""
        (wanted,) = (each for each in self._cases() if self._number(each) == number)
        return str(wanted["id"])

    def is_posted(self, number: str) -> bool:
        """Whether an invoice of this number is in the books."""
        return any(
            self._number(each) == number and each["queue_state"] == "approved"
            for each in self._cases()
        )

    def count(self) -> int:
        """How many cases there are."""
        return len(self._cases())

    def _cases(self) -> list[dict[str, object]]:
        listed: list[dict[str, object]] = self.clerk.get("/v1/invoice-review-cases")
        return listed

    @staticmethod
    def _number(case: dict[str, object]) -> str:
        read = case["normalized_invoice"]
        return str(read["invoice_number"]) if isinstance(read, dict) else ""


@pytest.fixture(scope="module")
def desk(house: House) -> Desk:
    """Two invoices that are in order, and two whose page and XML tell different numbers."""
    bind = engine(house.database_url, pool_size=1)
    company = found(bind, GERMAN)
    bind.dispose()
    person = company.people["bookkeeper"]
    clerk = Caller(house.stack["api_url"], {"name": person.name, "api_key": person.api_key})
    for seller in (demo_documents.REINIGUNG, demo_documents.WERKZEUG):
        known = {"name": seller.name, "iban": seller.iban, "vat_id": seller.vat_id}
        clerk.post("/v1/vendors", {**known, "default_account": "6330"})
    for number in _MONTHLY:
        file = demo_documents.monthly(today(), number)
        clerk.upload("/v1/inbox", file.name, file.content)
    for hours, wrong in enumerate(_WRONG, 8):
        items = (Item("Wartung", Decimal(hours), Decimal(111)),)
        honest = WrittenInvoice(
            demo_documents.WERKZEUG, demo_documents.BUYER, wrong, today(), items
        )
        content = hybrid(honest, replace(honest, number=f"{wrong}-X"))
        clerk.upload("/v1/inbox", f"{wrong[-4:]}.pdf", content)
    desk = Desk(house.stack["api_url"], company, clerk)
    wait_for("the cases", lambda: desk.count() == len(_MONTHLY) + len(_WRONG) or None)
    return desk


@pytest.fixture
def browser(desk: Desk) -> Iterator[Page]:
    """A bookkeeper's browser that tells every key."""
    with page(1440, 900) as opened:
        opened.context.expose_function("pressed", desk.press)
        opened.context.add_init_script(_COUNT)
        opened.context.set_extra_http_headers({"Accept-Language": "de"})
        person = desk.company.people["bookkeeper"]
        opened.goto(f"{desk.address}/login")
        opened.fill("[name=email]", person.email)
        opened.fill("[name=password]", person.password)
        opened.keyboard.press("Enter")
        opened.wait_for_url(f"{desk.address}/")
        assert desk.keys == ["Enter"], "the counter counts"
        yield opened
    desk.keys.clear()


def opened(desk: Desk, browser: Page, number: str) -> None:
    """Open the case of an invoice; from here on keys are counted."""
    browser.goto(f"{desk.address}/cases/{desk.case(number)}")
    browser.locator("#fields").wait_for()
    desk.keys.clear()


def approved(browser: Page) -> None:
    """Approve what is open, and stay until the page that follows is there."""
    browser.keyboard.press("Control+Enter")
    browser.wait_for_url(lambda url: "done=" in url)


def test_a_clean_case_costs_one_key(desk: Desk, browser: Page) -> None:
    """From opening it to the next one, which is then open."""
    opened(desk, browser, "HG-3101")
    here = browser.url
    approved(browser)
    assert "/cases/" in browser.url
    assert not browser.url.startswith(here)
    browser.locator("#fields").wait_for()
    assert desk.keys == ["Enter"]
    wait_for("the posting", lambda: desk.is_posted("HG-3101") or None)


def test_one_wrong_field_costs_at_most_four(desk: Desk, browser: Page) -> None:
    """The focus is in it; Enter takes what the page shows, or one types over it."""
    opened(desk, browser, "WS/8801-X")
    browser.keyboard.press("Enter")
    assert browser.input_value("[name=invoice_number]") == "WS/8801"
    approved(browser)
    wait_for("the posting", lambda: desk.is_posted("WS/8801") or None)
    assert len(desk.keys) <= 4, desk.keys

    opened(desk, browser, "WS/8802-X")
    typed = "WS/8802"
    browser.keyboard.type(typed)
    assert browser.input_value("[name=invoice_number]") == typed
    approved(browser)
    wait_for("the posting", lambda: desk.is_posted(typed) or None)
    assert len(desk.keys) - len(typed) <= 4, desk.keys
