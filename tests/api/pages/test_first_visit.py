"""What a first visit costs on the wire: pages, styles, scripts, the font, and pictures of ours."""

import re
from typing import Any
from urllib.parse import urljoin

import httpx
from lxml import html

from tests.api.pages.browsers import Plain
from tests.builders import another_tenant
from tests.servers import Database

MOST = 250_000
_PARTS = (
    "//link[@rel='stylesheet' or @rel='icon' or @rel='preload']/@href | //script/@src | //img/@src"
)


class Fresh:
    """A browser that has nothing yet: what it asked for, and how many bytes each brought."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http
        self.asked: dict[str, int] = {}

    async def visit(self, address: str) -> None:
        """Open a page, and load what it names."""
        page: Any = html.fromstring(await self._fetch(address))
        for part in page.xpath(_PARTS):
            for named in re.findall(r"url\([\"']?([^\"')]+)", await self._fetch(part)):
                await self._fetch(urljoin(part, named))

    async def _fetch(self, address: str) -> str:
        if address in self.asked or address.startswith("data:"):
            return ""
        answer = await self.http.get(address)
        assert answer.status_code == 200, address
        self.asked[address] = answer.num_bytes_downloaded
        return "" if answer.headers["content-type"].startswith("font") else answer.text


async def test_a_first_visit_is_small(reading: httpx.AsyncClient, database: Database) -> None:
    """Through the gate to the first page, the inbox and the bank, with all that these ask for."""
    fresh = Fresh(reading)
    reading.cookies.clear()
    await fresh.visit("/login")
    await Plain(reading, another_tenant(database), "admin").sign_in()
    for address in ("/", "/inbox", "/bank"):
        await fresh.visit(address)
    names = {each.rpartition("/")[2] for each in fresh.asked}
    assert {"pages.css", "pages.js", "htmx.min.js", "inter-latin.woff2"} <= names
    heaviest = sorted(fresh.asked.items(), key=lambda each: -each[1])[:8]
    assert sum(fresh.asked.values()) <= MOST, heaviest
    assert all(size for _, size in heaviest), "bytes are counted"
