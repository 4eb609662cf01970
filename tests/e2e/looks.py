"""What may be wrong with how a page looks, in each of the twelve forms that it is shown in.

A form is a width, a ground and a language. `tests/e2e/walk.py` looks at every page in all of them;
the stories look at each page in one, by turns.
"""

import json
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from playwright.sync_api import Page

AXE = (Path(__file__).parents[1] / "data" / "vendored" / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOURS = ["color-contrast", "link-in-text-block"]
"""Rules of axe that may hold on one ground and not on the other."""
FAULTS = Path(__file__).with_name("faults.js").read_text()

_MOVED = 0.02
_SHIFTS = """
() => new Promise(done => {
  const told = [];
  const observer = new PerformanceObserver(seen => seen.getEntries().forEach(each => {
    const what = each.sources.map(one => one.node?.outerHTML?.slice(0, 90) ?? "?");
    if (!each.hadRecentInput) told.push(`moved by ${each.value.toFixed(4)}: ${what.join(", ")}`);
  }));
  observer.observe({ type: "layout-shift", buffered: true });
  setTimeout(() => { observer.disconnect(); done(told); }, 150);
})
"""


@dataclass(frozen=True, slots=True)
class Form:
    """A way in which a page is shown."""

    width: int
    ground: str
    language: str

    def __str__(self) -> str:
        return f"{self.width} {self.ground} {self.language}"

    def put_on(self, browser: Page, address: str) -> None:
        """Have the pages of an address that are opened next shown like that."""
        cookie = {"name": "language", "value": self.language, "url": address}
        browser.context.add_cookies([cookie])  # type: ignore[list-item]
        browser.emulate_media(color_scheme="dark" if self.ground == "dark" else "light")
        browser.set_viewport_size({"width": self.width, "height": 900})


FORMS = tuple(
    Form(width, ground, language)
    for width, language, ground in product((1440, 1024, 390), ("de", "en"), ("light", "dark"))
)


def by_turns(number: int) -> Form:
    """A form for the page of a number: twelve pages in a row are shown in all of them."""
    return FORMS[number * 5 % len(FORMS)]


def faults(browser: Page) -> list[str]:
    """All that is wrong with the page that is open, but for what moved while it was built."""
    found: list[str] = browser.evaluate(FAULTS)
    return found + violations(browser)


def shifts(browser: Page) -> list[str]:
    """What moved on the page that is open since its first paint, though nobody did anything.

    Columns of a table that is still on its way find their width; a tenth of the view is poor.
    """
    found: list[str] = browser.evaluate(_SHIFTS)
    moved = sum(float(each.split()[2].rstrip(":")) for each in found)
    return found if moved > _MOVED else []


def violations(browser: Page, rules: list[str] | None = None) -> list[str]:
    """What axe finds on the page that is open; by these rules alone, where they are named."""
    only = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": RULES}
    if not browser.evaluate("'axe' in window"):
        browser.evaluate(AXE)
    told = browser.evaluate("only => axe.run(document, {runOnly: only})", only)
    return [
        f"{each['id']}: {json.dumps([node['target'] for node in each['nodes']][:3])}"
        for each in told["violations"]
    ]
