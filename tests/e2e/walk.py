"""Walk every page of a running stack in all twelve forms, and tell what is wrong with it.

The way begins at the first page and follows each link: of pages that differ in ids only, two
are looked at. Companies are the two that the stack lists, one with three rows and one with 3,000,
and one of long names and errors, which are made once. Pictures lie in the home, in `walk`.

    python -m tests.e2e.walk HOME [company ...]
"""

import json
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

import httpx
from lxml import html
from playwright.sync_api import Error, Page

from tests.e2e import walked_companies
from tests.e2e.browser import page
from tests.e2e.looks import FORMS, faults, shifts, violations

EACH = 2
ASIDE = ("/cases/none", "/no-such-page", "/vendors/none", "/bank/none", "/journal/none")
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d{4}-\d{2}(-\d{2})?|(?<=/)\d+(?=/|$)")
_FILES = ("/csv", "/pdf", "/proof", "/file", ".json", "/language", "/logout", "/static", "/docs")
_ALIKE = ("/reports", "/settings", "/accounts/", "/journal?", "/audit?")
_OUTSIDE = ("/login", "/forgot-password", "/setup-password")


@dataclass
class Walk:
    """A person of a company on the way through all pages."""

    api: str
    company: str
    principal: dict[str, Any]
    folder: Path
    broken: dict[str, list[str]] = field(default_factory=dict)
    hosts: set[str] = field(default_factory=set)

    def addresses(self) -> list[str]:
        """Every page that links lead to, two of a kind, and one of those that are much alike."""
        seen: dict[str, None] = {}
        kinds: Counter[str] = Counter()
        waiting = ["/", "/account", "/operations", "/settings", *ASIDE]
        with httpx.Client(base_url=self.api, timeout=60) as http:
            sent = {"email": self.principal["email"], "password": self.principal["password"]}
            assert http.post("/login", data=sent).status_code == 303
            while waiting:
                address = waiting.pop(0)
                kind = _kind(address)
                if address in seen or kinds[kind] >= (1 if address.startswith(_ALIKE) else EACH):
                    continue
                kinds[kind] += 1
                waiting += self._links(http, address, seen)
        return list(seen)

    def _links(self, http: httpx.Client, address: str, seen: dict[str, None]) -> list[str]:
        answer = http.get(address, follow_redirects=True)
        is_aside = address in ASIDE or address == "/operations"
        if not answer.is_success and not is_aside:
            self._tell(address, "", f"answers {answer.status_code}")
        if not answer.headers.get("content-type", "").startswith("text/html"):
            return []
        seen[address] = None
        document: Any = html.fromstring(answer.text)
        links = [urljoin(str(answer.url), each) for each in document.xpath("//a/@href")]
        ours = [each for each in links if each.startswith(self.api)]
        paths = [each.removeprefix(self.api).partition("#")[0] or "/" for each in ours]
        return [each for each in paths if not _is_file(each)]

    def go(self, addresses: Sequence[str]) -> None:
        """Look at each page in each form."""
        for width, language in dict.fromkeys((form.width, form.language) for form in FORMS):
            with page(width, 900) as browser:
                self._sign_in(browser, language)
                for address in addresses:
                    try:
                        self._look(browser, address, width, language)
                    except Error as error:
                        self._tell(address, f"{width} {language}", f"not looked at: {error}")

    def _sign_in(self, browser: Page, language: str) -> None:
        browser.on("request", lambda request: self.hosts.add(urlsplit(request.url).netloc))
        browser.on("console", lambda told: self._complaint(browser, told.type, told.text))
        browser.on("pageerror", lambda error: self._complaint(browser, "error", str(error)))
        browser.context.add_cookies([{"name": "language", "value": language, "url": self.api}])
        browser.goto(f"{self.api}/login")
        browser.fill("[name=email]", self.principal["email"])
        browser.fill("[name=password]", self.principal["password"])
        browser.keyboard.press("Enter")
        browser.wait_for_url(f"{self.api}/")

    def _complaint(self, browser: Page, kind: str, said: str) -> None:
        if kind in {"error", "warning"} and "status of 40" not in said:
            self._tell(_short(browser.url.removeprefix(self.api)), "", f"{kind} {said}")

    def _tell(self, address: str, form: str, fault: str) -> None:
        """Keep a fault of a page with the forms in which it is one; print it at its first."""
        told = f"{self.company} {_short(address)}: {fault}"
        if told not in self.broken:
            sys.stdout.write(f"{told} ({form})\n")
            sys.stdout.flush()
        self.broken.setdefault(told, []).append(form)

    def _look(self, browser: Page, address: str, width: int, language: str) -> None:
        browser.emulate_media(color_scheme="light")
        browser.goto(f"{self.api}{address}", wait_until="load")
        with suppress(Error):
            browser.wait_for_load_state("networkidle", timeout=3000)
        found = [(f"{width} {language}", each) for each in (*shifts(browser), *faults(browser))]
        self._picture(browser, address, f"{width}-light-{language}")
        browser.emulate_media(color_scheme="dark")
        dark = violations(browser, ["color-contrast", "link-in-text-block"])
        found += [(f"{width} dark {language}", each) for each in dark]
        self._picture(browser, address, f"{width}-dark-{language}")
        for form, each in found:
            self._tell(address, form, each)

    def _picture(self, browser: Page, address: str, form: str) -> None:
        name = re.sub(r"[^\w=-]+", "_", _short(address)).strip("_") or "start"
        path = self.folder / self.company / form / f"{name[:90]}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        tall = min(2200, browser.evaluate("document.documentElement.scrollHeight"))
        clip: Any = {"x": 0, "y": 0, "width": browser.evaluate("innerWidth"), "height": tall}
        browser.screenshot(path=path, full_page=True, clip=clip)


def _short(address: str) -> str:
    return re.sub(r"([0-9a-f]{8})-[0-9a-f-]{27}", r"\1", address)


def _kind(address: str) -> str:
    """What an address is without its ids, days and numbers; with the names of what it asks."""
    parts = urlsplit(address)
    if parts.path.startswith(("/reports", "/settings")):
        asked = sorted(name for name, value in parse_qsl(parts.query) if value)
        return f"{parts.path}?{asked}"
    asked = sorted(
        f"{name}={value}" if name in {"state", "tab", "q"} else name
        for name, value in parse_qsl(parts.query)
    )
    return f"{_ID.sub('*', parts.path)}?{asked}"


def _is_file(address: str) -> bool:
    path = urlsplit(address).path
    return path.endswith(_FILES) or path.startswith(("/language", "/docs", "/static", "/v1/"))


def walks(home: Path) -> Iterator[Walk]:
    """One for each company of a home."""
    stack = json.loads((home / "stack.json").read_text())
    for name, principals in walked_companies.of(home, stack):
        admin = next(each for each in principals if each["name"] == "admin")
        yield Walk(stack["api_url"], name, admin, home / "walk")


def main(home: Path, names: Sequence[str]) -> int:
    """Walk; tell each fault when it is found, and at the end with the forms in which it is one."""
    begin, count = time.monotonic(), 0
    for walk in walks(home):
        if names and walk.company not in names:
            continue
        addresses = walk.addresses()
        sys.stdout.write(f"{walk.company}: {len(addresses)} pages\n")
        sys.stdout.flush()
        walk.go(addresses)
        others = walk.hosts - {urlsplit(walk.api).netloc, ""}
        walk.broken |= {f"{walk.company}: asked {host}": [] for host in sorted(others)}
        count += len(walk.broken)
        sys.stdout.write(f"{walk.company}: {len(walk.broken)} faults\n")
        for told, forms in walk.broken.items():
            sys.stdout.write(f"{told} ({len(forms)}: {', '.join(forms)})\n")
        sys.stdout.flush()
    sys.stdout.write(f"{count} faults in {time.monotonic() - begin:.0f} s\n")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve(), sys.argv[2:]))
