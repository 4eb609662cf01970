"""A real browser: Debian's Chromium, driven by Playwright, with nothing of its own on the net."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, sync_playwright

_QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def page(width: int = 1400, height: int = 900) -> Iterator[Page]:
    """Open an empty page in a new profile."""
    program = shutil.which("chromium")
    assert program, "chromium is missing: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(_QUIET))
        try:
            yield browser.new_page(viewport={"width": width, "height": height})
        finally:
            browser.close()
