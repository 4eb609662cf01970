"""What only a script does: the search for accounts says what it found, the sum follows amounts."""

from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from threading import Thread

import pytest
import uvicorn
from playwright.sync_api import Page

from api.main import create_app
from api.pages.typed import Mistyped, amount_of
from api.settings import Settings
from deploy.stack.caller import wait_for
from deploy.stack.process import free_port
from domain.database.session import write_session
from domain.dates import local_day
from domain.payments.business_day import next_business_day
from tests.builders import Tenant, another_tenant
from tests.e2e.browser import page
from tests.e2e.looks import violations
from tests.payables import a_bank_account, a_posted_invoice, a_vendor, acting, an_invoice
from tests.servers import Database

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def tenant(database: Database) -> Tenant:
    """A company that owes two invoices."""
    made = another_tenant(database)
    due = next_business_day(local_day(datetime.now(UTC), "AT"))
    with write_session(database.engine, made.id, acting(made, "bookkeeper")) as session:
        a_bank_account(session)
        vendor_id = a_vendor(session)
        for gross in ("600.00", "90.00"):
            a_posted_invoice(session, an_invoice(vendor_id, gross, due=due))
    return made


@pytest.fixture
def browser(database: Database, tenant: Tenant) -> Iterator[Page]:
    """A bookkeeper before the pages, which this process serves."""
    port = free_port()
    told = {"database_url": database.url, "temporal_address": "127.0.0.1:1", "log_level": "ERROR",
            "seal_keys": b64encode(b"s" * 32).decode()}  # fmt: skip
    app = create_app(Settings.model_validate(told))
    server = uvicorn.Server(uvicorn.Config(app, "127.0.0.1", port, log_level="error"))
    thread = Thread(target=server.run)
    thread.start()
    wait_for("the pages", lambda: server.started or None)
    with page() as opened:
        url = f"http://127.0.0.1:{port}"
        opened.context.add_cookies([{"name": "language", "value": "de", "url": url}])
        opened.goto(f"{url}/login")
        opened.fill("#l1", tenant.people["bookkeeper"].email)
        opened.fill("#l2", tenant.people["bookkeeper"].password)
        opened.press("#l2", "Enter")
        opened.wait_for_url(f"{url}/")
        yield opened
    server.should_exit = True
    thread.join()


def go(browser: Page, path: str) -> None:
    """Open another page of the same place."""
    browser.goto(browser.evaluate("location.origin") + path)


def test_a_search_for_an_account_that_finds_none_says_so(browser: Page) -> None:
    """What was typed stays, and Enter is not swallowed; another word finds again."""
    go(browser, "/journal/new")
    field = browser.locator("input[name=account]").first
    field.press_sequentially("gibtesnicht")
    told = browser.locator(".pop[role=status]")
    told.wait_for()
    assert told.text_content() == "Kein Konto passt dazu."
    assert field.input_value() == "gibtesnicht"
    assert violations(browser) == []
    field.press("Escape")
    assert browser.locator(".pop").count() == 0
    field.fill("")
    field.press_sequentially("4000")
    browser.locator(".pop li").first.wait_for()
    field.press("Enter")
    assert field.input_value().startswith("4000 ")


def test_accounts_that_cannot_be_loaded_are_asked_for_again(browser: Page) -> None:
    """Told once, and found as soon as they are there."""
    go(browser, "/journal/new")
    browser.route("**/accounts.json*", lambda route: route.abort())
    field = browser.locator("input[name=account]").first
    field.press_sequentially("40")
    told = browser.locator(".pop[role=status]")
    told.wait_for()
    assert "nicht laden" in str(told.text_content())
    browser.unroute("**/accounts.json*")
    field.press_sequentially("0")
    browser.locator(".pop li").first.wait_for()


def test_the_sum_of_a_run_follows_what_is_typed(browser: Page) -> None:
    """The sum that would leave the account stands there before the click."""
    go(browser, "/payments")
    total = browser.locator("[data-sum-of]")
    assert "690,00 €" in str(total.text_content())
    large = browser.locator("input[name^=pay-][value='600,00']")
    large.fill("250,5")
    assert "340,50 €" in str(total.text_content())
    large.fill("600,00")
    assert "690,00 €" in str(total.text_content())
    browser.locator("input[name=invoice]").first.uncheck()
    assert "690,00" not in str(total.text_content())


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_script_reads_amounts_as_the_service_does(browser: Page, language: str) -> None:
    """The sum before the click is what is ordered by it."""
    url = browser.evaluate("location.origin")
    browser.context.add_cookies([{"name": "language", "value": language, "url": url}])
    go(browser, "/payments")
    told = ("1.005,55", "1,005.55", "12,5", "1.005", "1,005", "250,5", "250.5", "-3 €",
            "\u22123,10", "7 5", "1.000.00", "1 234 567,89", "1'234.50", "", "viel",
            "0,1", "12.34.56", "EUR 9")  # fmt: skip
    for text in told:
        try:
            amount = amount_of(text, language) or Decimal(0)
        except Mistyped:
            amount = Decimal(0)
        assert browser.evaluate("text => window.belegfluss.cents(text)", text) == int(
            (amount * 100).quantize(Decimal(1))
        ), text
