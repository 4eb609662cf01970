"""Templates to pages: everything that is put in is text, never markup."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool

from api.pages import static
from api.pages.language import NAMES, Language
from api.pages.shell import Shell
from api.pages.step_up import ways
from api.pages.visit import Visit

_FOLDER = Path(__file__).parent / "templates"


def page(
    visit: Visit, template: str, facts: Mapping[str, Any] | None = None, *, status: int = 200
) -> HTMLResponse:
    """A page for a person who is signed in, with the frame around it."""
    shell = Shell.of(visit)
    around = {"visit": visit, "shell": shell, "csrf": visit.csrf, "today": visit.today}
    return HTMLResponse(_rendered(visit.language, template, {**around, **(facts or {})}), status)


async def page_in_thread(
    visit: Visit, template: str, facts: Mapping[str, Any] | None = None, *, status: int = 200
) -> HTMLResponse:
    """The same in `async def` handlers: the frame reads from the database."""
    return await run_in_threadpool(lambda: page(visit, template, facts, status=status))


def part(visit: Visit, template: str, facts: Mapping[str, Any]) -> HTMLResponse:
    """A piece of a page, for a script that puts it in."""
    around = {"visit": visit, "csrf": visit.csrf, "today": visit.today}
    return HTMLResponse(_rendered(visit.language, template, {**around, **facts}))


def gate(
    request: Request, language: Language, template: str, facts: Mapping[str, Any], status: int = 200
) -> HTMLResponse:
    """A page for somebody who is not signed in."""
    around = {"path": request.url.path}
    return HTMLResponse(_rendered(language, template, {**around, **facts}), status)


def text(language: Language, template: str, facts: Mapping[str, Any]) -> str:
    """A page that is no answer: it is printed."""
    return _rendered(language, template, facts)


def _rendered(language: Language, template: str, facts: Mapping[str, Any]) -> str:
    return _environment(language).get_template(template).render(facts)


@cache
def _environment(language: Language) -> Environment:
    """Templates in one language: what they say and how they write is settled here."""
    made = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
        auto_reload=False,
    )
    made.install_gettext_callables(  # type: ignore[attr-defined]
        language.words.gettext, language.words.ngettext, newstyle=True
    )
    made.filters.update(
        money=language.money, rate=language.rate, number=language.number, day=language.day,
        moment=language.moment, iban=language.iban, word=language.word, month=language.month,
    )  # fmt: skip
    made.globals.update(
        lang=language,
        static=static.address,
        new_key=_new_key,
        overview_of_keys=lambda: _keys(language),
        ways=ways,
        languages=NAMES,
        nbsp=Markup("&#160;"),
    )
    return made


@cache
def _keys(language: Language) -> Markup:
    """The overview of keys, which is the same on every page."""
    return Markup(_environment(language).get_template("keys.html").render())  # noqa: S704 (a template of ours, escaped as any)


def _new_key() -> str:
    """What makes two sendings of one form the same command."""
    return str(uuid4())
