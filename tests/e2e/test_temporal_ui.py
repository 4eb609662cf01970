"""Operators find a waiting case in the Temporal UI by its search attributes."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from playwright.sync_api import Page
from sqlalchemy import text

from deploy.stack import demo
from domain.database.session import engine
from tests.e2e.browser import GUIDE, page
from tests.e2e.conftest import House
from tests.e2e.looks import violations
from tests.e2e.test_demo import story_in, today
from workflows.resume.overview import STUCK

pytestmark = pytest.mark.timeout(300)

KINDS = "DatabaseUnavailable|StepStillRunning"
"""What is told of a row that is locked, and of an attempt that still waits for it."""


def test_a_waiting_case_is_found_and_readable(house: House, tmp_path: Path) -> None:
    """By tenant, process and stage; its page says where it stands, and no personal data."""
    story = story_in(house, tmp_path, demo.documents(today())[:1])
    demo.open_bank_account(story)
    demo.send_mails(story, story.documents)
    (case,) = demo.read_cases(story, 1)
    # Screenshots of the guide are taken when asked for: `make docs`.
    images = GUIDE if os.environ.get("BELEGFLUSS_SCREENSHOTS") else tmp_path

    with page() as browser:
        browser.goto(waiting_cases(story))
        shown = looked_through(browser, case["inbox_id"], images)

    vendor = case["normalized_invoice"]["vendor"]
    assert case["inbox_id"] in shown
    assert vendor["name"] not in shown
    assert vendor["iban"] not in shown


def test_a_stuck_case_is_found_without_its_id(house: House, tmp_path: Path) -> None:
    """By the attribute alone, with since when and why; the operator's page tells its class.

    Somebody keeps the row of the case locked while a person corrects it.
    """
    story = story_in(house, tmp_path, demo.documents(today())[:1])
    demo.open_bank_account(story)
    demo.send_mails(story, story.documents)
    (case,) = demo.read_cases(story, 1)
    images = GUIDE if os.environ.get("BELEGFLUSS_SCREENSHOTS") else tmp_path

    with kept_locked(house, story, case["id"]), page() as browser:
        refused = rejected(story, case["id"])
        browser.goto(f"{ui(story)}?query={quote(STUCK)}")
        row = browser.get_by_role("link", name=case["inbox_id"]).first
        row.wait_for()
        browser.screenshot(path=images / "temporal-stuck.png")
        row.click()
        browser.get_by_role("tab", name="User Metadata").click()
        details = browser.frame_locator("iframe").last
        details.get_by_text("Stuck since").wait_for()
        assert re.search(rf"by ({KINDS})", details.locator("body").inner_text())
        looked_at_by_the_operator(browser, house, images)
    assert refused == "SERVICE_UNAVAILABLE"


@contextmanager
def kept_locked(house: House, story: demo.Story, case_id: str) -> Iterator[None]:
    """Keep the row of a case locked."""
    bind = engine(house.database_url, pool_size=1)
    with bind.begin() as connection:
        connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        tenant = {"tenant": story.stack["tenant_id"]}
        connection.execute(text("SELECT set_config('app.tenant_id', :tenant, true)"), tenant)
        held = text("SELECT id FROM review_case WHERE id = :id FOR NO KEY UPDATE")
        assert connection.execute(held, {"id": case_id}).scalar_one()
        yield
    bind.dispose()


def rejected(story: demo.Story, case_id: str) -> str:
    """Reject the case over HTTP, and return the code of the refusal that is heard."""
    answer = httpx.post(
        f"{story.stack['api_url']}/v1/invoice-review-cases/{case_id}/reject",
        json={"reason": "locked"},
        headers={"Authorization": f"Bearer {story.stack['principals'][0]['api_key']}"},
        timeout=60,
    )
    assert answer.status_code == 503, answer.text
    return str(answer.json()["code"])


def looked_at_by_the_operator(browser: Page, house: House, images: Path) -> None:
    """The admin of the first company runs a stack; axe finds nothing in light and dark."""
    admin = next(each for each in house.stack["principals"] if each["name"] == "admin")
    browser.goto(f"{house.stack['api_url']}/language?to=en&next=/operations")
    browser.get_by_label("E-mail").fill(admin["email"])
    browser.get_by_label("Password").fill(admin["password"])
    browser.get_by_role("button", name="Sign in").click()
    browser.get_by_role("heading", name="Operations").wait_for()
    stuck = browser.get_by_role("row").filter(has_text=re.compile(KINDS))
    stuck.first.wait_for()
    assert browser.get_by_role("row").filter(has_text="ledger").first.inner_text()
    for scheme in ("dark", "light"):
        browser.emulate_media(color_scheme=scheme)
        assert violations(browser) == []
    browser.screenshot(path=images / "pages-operations.png")


def ui(story: demo.Story) -> str:
    """Address of the list of processes in the Temporal UI."""
    return f"{story.stack['temporal_ui_url']}/namespaces/default/workflows"


def waiting_cases(story: demo.Story) -> str:
    """Address of the list of a tenant's cases that wait for a reviewer."""
    query = (
        f"BelegflussTenant = '{story.stack['tenant_id']}' AND BelegflussProcess = 'intake'"
        " AND BelegflussStage = 'in_review'"
    )
    return f"{ui(story)}?query={quote(query)}"


def looked_through(browser: Page, inbox_id: str, images: Path) -> str:
    """Open the case from the list and read its pages as an operator would."""
    row = browser.get_by_role("link", name=inbox_id).first
    row.wait_for()
    browser.screenshot(path=images / "temporal-waiting-cases.png")
    row.click()
    browser.get_by_text("DocumentIntake").first.wait_for()
    browser.get_by_text("intake.check").first.wait_for()
    browser.screenshot(path=images / "temporal-case.png")
    shown = browser.content()
    browser.get_by_role("tab", name="User Metadata").click()
    details = browser.frame_locator("iframe").last
    details.get_by_text("in_review").wait_for()
    browser.screenshot(path=images / "temporal-case-details.png")
    return shown + details.locator("body").inner_text()
