"""HTML to PDF with Debian's Chromium; where marked values came out is read from the PDF's links."""

import io
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import pikepdf
from playwright.sync_api import Page as Tab
from playwright.sync_api import sync_playwright

from tests.generated_documents.sheet import MARK

Corners = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Seen:
    """A value of the truth on a page (from 1), its box in fractions from the top left corner."""

    name: str
    value: str
    page: int
    box: Corners


@contextmanager
def printer() -> Iterator[Tab]:
    """Open a page of a browser that prints."""
    program = shutil.which("chromium")
    if program is None:
        raise FileNotFoundError("chromium is missing: make browser")
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=flags)
        try:
            yield browser.new_page()
        finally:
            browser.close()


def printed(tab: Tab, html: str) -> tuple[bytes, list[Seen]]:
    """The PDF without its marks, and what they marked."""
    tab.set_content(html, wait_until="domcontentloaded")
    data = tab.pdf(prefer_css_page_size=True, print_background=True, tagged=False)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        found = [seen for number, page in enumerate(pdf.pages, 1) for seen in _taken(page, number)]
        cleaned = io.BytesIO()
        pdf.save(cleaned)
    return cleaned.getvalue(), found


def _taken(page: pikepdf.Page, number: int) -> list[Seen]:
    """Marks of a page, which loses them; one that is broken over lines has several boxes."""
    left, bottom, right, top = (float(side) for side in page.mediabox)
    links: Any = page.obj.get("/Annots", ())
    found = []
    for link in links:
        address = str(link.get("/A", {}).get("/URI", ""))
        if address.startswith(MARK):
            name, _, value = address.removeprefix(MARK).partition("?")
            x0, y0, x1, y1 = (float(side) for side in link["/Rect"])
            width, height = right - left, top - bottom
            box = (
                (x0 - left) / width,
                (top - y1) / height,
                (x1 - left) / width,
                (top - y0) / height,
            )
            found.append(Seen(name, unquote(value), number, box))
    if "/Annots" in page.obj:
        del page.obj["/Annots"]
    return found
