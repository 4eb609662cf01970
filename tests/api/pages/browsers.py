"""A browser without scripts: cookies, forms, and what stands on a page."""

import re
from dataclasses import dataclass, field
from html import unescape
from typing import Any

import httpx
from lxml import html

from tests.builders import Tenant


@dataclass
class Plain:
    """Somebody who is signed in and has no scripts."""

    http: httpx.AsyncClient
    tenant: Tenant
    who: str = "bookkeeper"
    page: Any = None
    answer: httpx.Response = field(default_factory=lambda: httpx.Response(200))

    async def sign_in(self, language: str = "de") -> "Plain":
        """Sign in through the gate."""
        person = self.tenant.people[self.who]
        self.http.cookies.clear()
        self.http.cookies.set("language", language)
        sent = {"email": person.email, "password": person.password}
        self.answer = await self.http.post("/login", data=sent)
        assert self.answer.status_code == 303, self.answer.text
        return self

    async def go(self, address: str) -> "Plain":
        """Open a page, and follow where it leads."""
        return await self._keep(await self.http.get(address))

    async def send(self, id_: str, do: str | None = None, **typed: str | list[str]) -> "Plain":
        """Send a form of the page with what it holds and what is typed into it."""
        named = self.page.xpath(f"//form[@id='{id_}']")
        form = (named or self.page.xpath(f"//form[starts-with(@action, '{id_}')]"))[0]
        fields = [(name, value) for name, value in form.form_values() if name not in typed]
        for name, said in typed.items():
            fields += [(name, each) for each in ([said] if isinstance(said, str) else said)]
        fields += [("do", do)] if do else []
        body: dict[str, list[str]] = {}
        for name, value in fields:
            body.setdefault(name, []).append(value or "")
        return await self._keep(await self.http.post(form.get("action"), data=body))

    async def send_file(self, id_: str, name: str, content: bytes) -> "Plain":
        """Send a file with a form of the page."""
        (form,) = self.page.xpath(f"//form[@id='{id_}']")
        (field_,) = form.xpath(".//input[@type='file']/@name")
        fields = {key: value or "" for key, value in form.form_values() if key != field_}
        files = {field_: (name, content)}
        return await self._keep(await self.http.post(form.get("action"), data=fields, files=files))

    @property
    def text(self) -> str:
        """What one reads, blanks aside."""
        return re.sub(r"\s+", " ", self.page.text_content())

    def value(self, name: str) -> str:
        """What stands in an input."""
        (found,) = self.page.xpath(f"//*[@name='{name}'][not(@type='hidden')]")
        return str(found.value)

    async def _keep(self, answer: httpx.Response) -> "Plain":
        while answer.status_code == 303:
            answer = await self.http.get(unescape(answer.headers["location"]))
        self.answer = answer
        self.page = html.fromstring(answer.text) if answer.text else None
        return self
