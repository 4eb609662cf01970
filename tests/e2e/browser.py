"""A real browser: Debian's Chromium, driven by Playwright, with nothing of its own on the net."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

GUIDE = Path(__file__).parents[2] / "docs" / "guide" / "images"
_QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

# a machine with other work shows the same, later
_PATIENCE_MS = 90_000


def arrived(page: Page, text: str) -> None:
    """Wait for a page that says something, and until its scripts listen to keys."""
    page.get_by_text(text).first.wait_for()
    page.wait_for_load_state()


@contextmanager
def page(width: int = 1400, height: int = 900) -> Iterator[Page]:
    """Open an empty page in a new profile."""
    program = shutil.which("chromium")
    assert program, "chromium is missing: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(_QUIET))
        try:
            opened = browser.new_page(viewport={"width": width, "height": height})
            opened.set_default_timeout(_PATIENCE_MS)
            yield opened
        finally:
            browser.close()
