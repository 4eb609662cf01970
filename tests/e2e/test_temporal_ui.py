"""Operators find a waiting case in the Temporal UI by its search attributes."""

import os
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Page

from deploy.stack import demo
from tests.e2e.browser import page
from tests.e2e.conftest import House
from tests.e2e.test_demo import story_in

pytestmark = pytest.mark.timeout(300)

GUIDE = Path(__file__).parents[2] / "docs" / "guide" / "images"


def test_a_waiting_case_is_found_and_readable(house: House, tmp_path: Path) -> None:
    """By tenant, process and stage; its page says where it stands, and no personal data."""
    story = story_in(house, tmp_path, demo.documents()[-2:-1])
    demo.open_bank_account(story)
    demo.send_mails(story)
    (case,) = demo.read_cases(story)
    # Screenshots of the guide are taken when asked for: `make docs`.
    images = GUIDE if os.environ.get("BELEGFLUSS_SCREENSHOTS") else tmp_path

    with page() as browser:
        browser.goto(waiting_cases(story))
        shown = looked_through(browser, case["inbox_id"], images)

    vendor = case["normalized_invoice"]["vendor"]
    assert case["inbox_id"] in shown
    assert vendor["name"] not in shown
    assert vendor["iban"] not in shown


def waiting_cases(story: demo.Story) -> str:
    """Address of the list of a tenant's cases that wait for a reviewer."""
    query = (
        f"BelegflussTenant = '{story.stack['tenant_id']}' AND BelegflussProcess = 'intake'"
        " AND BelegflussStage = 'in_review'"
    )
    return f"{story.stack['temporal_ui_url']}/namespaces/default/workflows?query={quote(query)}"


def looked_through(browser: Page, inbox_id: str, images: Path) -> str:
    """Open the case from the list and read its pages as an operator would."""
    row = browser.get_by_role("link", name=inbox_id).first
    row.wait_for()
    browser.screenshot(path=images / "temporal-waiting-cases.png")
    row.click()
    browser.get_by_text("DocumentIntake").first.wait_for()
    browser.get_by_text("reminder of the waiting case").first.wait_for()
    browser.screenshot(path=images / "temporal-case.png")
    shown = browser.content()
    browser.get_by_role("tab", name="User Metadata").click()
    details = browser.frame_locator("iframe").last
    details.get_by_text("in_review").wait_for()
    browser.screenshot(path=images / "temporal-case-details.png")
    return shown + details.locator("body").inner_text()
