"""Passkeys in a real browser with an authenticator of its own: made, shown at the gate, removed."""

from base64 import b32decode, b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from threading import Thread
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import CDPSession, Page
from sqlalchemy import text

from api.main import create_app
from api.settings import Settings
from deploy.stack.caller import wait_for
from deploy.stack.process import free_port
from domain.access import totp
from domain.database.session import read_session
from tests.books import Books
from tests.builders import Tenant
from tests.e2e.browser import page
from tests.e2e.looks import violations
from tests.servers import Database

pytestmark = pytest.mark.timeout(300)


@dataclass
class Desk:
    """A browser before the pages, and the authenticator beside it."""

    page: Page
    url: str
    cdp: CDPSession
    authenticator: str

    def sign_in(self, tenant: Tenant, who: str = "admin") -> None:
        """Sign in with the password."""
        self.page.goto(f"{self.url}/login")
        self.page.fill("#l1", tenant.people[who].email)
        self.page.fill("#l2", tenant.people[who].password)
        self.page.press("#l2", "Enter")
        self.page.wait_for_url(f"{self.url}/")

    def make(self, name: str, password: str) -> None:
        """Fill the form for a passkey in, and press its button."""
        self.page.goto(f"{self.url}/account")
        self.page.fill("#pk-name", name)
        self.page.fill("#pk-new", password)
        self.page.click("[data-make-passkey]")

    def verifies(self, *, user: bool) -> None:
        """Whether the authenticator sees the person's face from now on."""
        told = {"authenticatorId": self.authenticator, "isUserVerified": user}
        self.cdp.send("WebAuthn.setUserVerified", told)

    def credentials(self) -> list[dict[str, Any]]:
        """What the authenticator holds."""
        told = {"authenticatorId": self.authenticator}
        found: list[dict[str, Any]] = self.cdp.send("WebAuthn.getCredentials", told)["credentials"]
        return found


@pytest.fixture(scope="module")
def served(database: Database) -> Iterator[str]:
    """The pages under a name, as passkeys want it, in this process."""
    port = free_port()
    url = f"http://localhost:{port}"
    told = {"database_url": database.url, "temporal_address": "127.0.0.1:1", "public_url": url}
    told |= {"log_level": "ERROR", "seal_keys": b64encode(b"s" * 32).decode()}
    app = create_app(Settings.model_validate(told))
    server = uvicorn.Server(uvicorn.Config(app, "localhost", port, log_level="error"))
    thread = Thread(target=server.run)
    thread.start()
    wait_for("the pages", lambda: server.started or None)
    yield url
    server.should_exit = True
    thread.join()


@pytest.fixture
def desk(served: str) -> Iterator[Desk]:
    """An authenticator that keeps its keys and sees who holds it."""
    with page() as opened:
        cdp = opened.context.new_cdp_session(opened)
        cdp.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        made = cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        yield Desk(opened, served, cdp, made["authenticatorId"])


def stored(database: Database, tenant: Tenant, query: str) -> list[tuple[object, ...]]:
    """What the database holds."""
    with read_session(database.engine, tenant.id) as session:
        return [tuple(row) for row in session.execute(text(query))]


def test_a_passkey_is_made_shown_and_removed(  # noqa: PLR0915 (one story)
    desk: Desk, database: Database, tenant: Tenant
) -> None:
    """The password makes it; from then on it opens the gate, and proves who acts, by itself."""
    seen = desk.page
    desk.sign_in(tenant)
    desk.make("Mein <b>Telefon</b>", "geraten")
    seen.wait_for_selector("[role=alert]")
    assert stored(database, tenant, "SELECT id FROM passkey") == []
    desk.make("Mein <b>Telefon</b>", tenant.people["admin"].password)
    seen.wait_for_selector("th:has-text('Mein <b>Telefon</b>')")
    assert violations(seen) == []
    before = desk.credentials()[-1]["signCount"]

    seen.click("summary.me, details.me > summary")
    seen.click("form[action='/logout'] button")
    seen.wait_for_url("**/login")
    assert violations(seen) == []
    desk.verifies(user=False)
    seen.click("[data-passkey]")
    seen.wait_for_selector("[data-passkey-said]:not(:empty)")
    desk.verifies(user=True)
    seen.click("[data-passkey]")
    seen.wait_for_url(f"{desk.url}/")
    (counted,) = stored(database, tenant, "SELECT sign_count FROM passkey WHERE sign_count > 0")
    assert int(str(counted[0])) > before

    seen.goto(f"{desk.url}/settings/keys")
    seen.fill("#name", "Kasse")
    seen.check("input[value='journal:read']")
    seen.click("[data-passkey]")
    seen.wait_for_selector("#secret")

    seen.goto(f"{desk.url}/account")
    seen.click("details.reason > summary")
    seen.click("form[action$='/remove'] [data-passkey]")
    seen.wait_for_selector("form[action$='/remove']", state="detached")
    seen.wait_for_load_state()  # a page that is still being read has no form, either
    assert seen.locator("form[action$='/remove']").count() == 0
    seen.context.clear_cookies()
    seen.goto(f"{desk.url}/login")
    seen.click("[data-passkey]")
    seen.wait_for_selector("[role=alert]")
    done = "SELECT action FROM audit_event WHERE action LIKE 'passkey.%' ORDER BY number"
    assert stored(database, tenant, done) == [("passkey.added",), ("passkey.removed",)]
    assert desk.credentials()


def test_an_answer_counts_once_and_for_whose_it_is(
    desk: Desk, database: Database, tenant: Tenant, german_tenant: Tenant
) -> None:
    """Neither sent again with another form, nor by a login of somebody else."""
    seen = desk.page
    desk.sign_in(tenant, "approver")
    desk.make("Schlüssel", tenant.people["approver"].password)
    seen.wait_for_selector("th:has-text('Schlüssel')")
    seen.context.clear_cookies()
    seen.goto(f"{desk.url}/login")
    with seen.expect_request("**/login/passkey") as sent:
        seen.click("[data-passkey]")
    seen.wait_for_url(f"{desk.url}/")
    body: dict[str, Any] = sent.value.post_data_json or {}
    seen.context.clear_cookies()
    again = seen.request.post(f"{desk.url}/login/passkey", form=body, max_redirects=0)
    assert again.status == 303  # two clicks are one
    other = seen.request.post(f"{desk.url}/login/passkey", form={**body, "key": "another"})
    assert other.status == 401

    seen.context.clear_cookies()
    desk.sign_in(german_tenant)
    csrf = seen.locator("input[name=csrf]").first.get_attribute("value") or ""
    wanted = {"csrf": csrf, "key": "k", "name": "x", "scope": "journal:read"}
    wanted |= {"owner": str(german_tenant.people["admin"].user_id)}
    stolen = {**wanted, "credential": body["credential"]}
    refused = seen.request.post(f"{desk.url}/settings/keys", form=stolen)
    assert refused.status == 409
    assert stored(database, german_tenant, "SELECT id FROM api_key WHERE name = 'x'") == []


@pytest.mark.parametrize("language", ["de", "en"])
def test_pages_of_accounts_and_forms_are_open_to_everybody(
    desk: Desk, database: Database, tenant: Tenant, language: str
) -> None:
    """Nothing that axe finds, in either language and at either width; a keyboard is enough."""
    Books(database, tenant).sell(date(2026, 3, 1), "120.00", "UST20")
    (intent, *_), *_ = stored(database, tenant, "SELECT intent_id FROM journal_entry")
    seen, problems = desk.page, list[str]()
    seen.context.add_cookies([{"name": "language", "value": language, "url": desk.url}])
    desk.sign_in(tenant, "bookkeeper" if language == "de" else "admin")
    for address in ("/account", f"/journal/{intent}", "/accounts", "/bank/accounts/new"):
        for width in (1440, 390):
            seen.set_viewport_size({"width": width, "height": 900})
            seen.goto(desk.url + address)
            if address.startswith("/journal"):
                seen.focus("#turn summary")
                seen.keyboard.press("Enter")
            problems += [f"{address} {width}: {each}" for each in violations(seen)]
    seen.goto(f"{desk.url}/account")
    seen.fill("#f2-begin", tenant.people["bookkeeper" if language == "de" else "admin"].password)
    seen.press("#f2-begin", "Enter")
    seen.wait_for_selector("#secret")
    problems += violations(seen)
    secret = b32decode("".join(seen.inner_text("#secret").split()))
    seen.fill("#first", totp.code_at(secret, totp.step_of(datetime.now(UTC))))
    seen.press("#first", "Enter")
    seen.wait_for_selector("#codes")
    problems += violations(seen)
    assert problems == []
