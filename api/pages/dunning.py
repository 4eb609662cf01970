"""Settings: how the company dunns, and what its letters would say."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from fastapi import APIRouter, Response
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from api.pages import dunning_form, templating
from api.pages.routing import PageRoute, see
from api.pages.visit import FormDep, Visit, VisitDep
from domain.access import views as access
from domain.errors import DomainError, InvalidInput
from domain.receivables import dunning_store, dunning_views
from domain.receivables.dunning_letter import Addressee, Letter, Sender, words_of
from domain.receivables.dunning_policy import WORDS, DunningPolicy, Language

router = APIRouter(include_in_schema=False, route_class=PageRoute)

_SAMPLE = Decimal("1005.55")


@dataclass(frozen=True, slots=True)
class Shown:
    """What a letter of a level would say in a language, and the row of the form it is of."""

    row: int
    language: Language
    subject: str
    body: str


@router.get("/settings/dunning")
def show_dunning(visit: VisitDep) -> Response:
    """The policy that holds."""
    visit.need("debitoren:read")
    return _page(visit, {})


@router.post("/settings/dunning")
async def change_dunning(visit: VisitDep, form: FormDep) -> Response:
    """Show the letters of what was typed, or make it the next version."""
    is_tried = str(form.get("do", "")) == "preview"
    visit.need("debitoren:read" if is_tried else "debitoren:write")
    try:
        if is_tried:
            policy = dunning_form.policy_of(form, visit.language)
            rows = dunning_form.rows_of(form)
            shown = await visit.in_thread(_letters, visit, policy, rows)
            return await run_in_threadpool(_page, visit, {"letters": shown, "typed": form})
        await visit.once("pages.dunning.change", form, lambda each: _changed(each, visit, form))
    except DomainError as refusal:
        return await run_in_threadpool(_page, visit, {"refusal": refusal, "typed": form}, 409)
    return see("/settings/dunning")


def _changed(session: Session, visit: Visit, form: FormData) -> dict[str, Any]:
    """The next version; `seen` is the one that was looked at."""
    seen = str(form.get("seen", ""))
    if not (seen.isascii() and seen.isdecimal() and len(seen) < 10):  # noqa: PLR2004
        raise InvalidInput("/version", "is missing")
    policy = dunning_form.policy_of(form, visit.language)
    made = dunning_store.change_policy(session, policy, int(seen), visit.now)
    return {"version": made.version}


def _letters(session: Session, visit: Visit, policy: DunningPolicy, rows: list[int]) -> list[Shown]:
    """What each level would say of an amount, sent today."""
    company = access.company(session)
    found = []
    for number, (row, level) in enumerate(zip(rows, policy.levels, strict=True), 1):
        for language, text in level.texts.items():
            letter = Letter(
                language, text, number, visit.today, visit.today + timedelta(level.pay_days),
                level.fee, _SAMPLE + level.fee, (), Sender(company), Addressee("…"),
            )  # fmt: skip
            found.append(Shown(row, language, *words_of(letter)))
    return found


def _page(visit: Visit, more: dict[str, Any], status: int = 200) -> Response:
    known: dict[str, Any] = {"section": "dunning", "refusal": None, "letters": []}
    form = more.pop("typed", None)
    facts = visit.read(_facts)
    told = dunning_form.written(facts["policy"], visit.language)
    if form is not None:
        told = {name: str(value) for name, value in form.items()} | {"rows": told["rows"]}
    own = {"told": told, "words": sorted(WORDS), "languages_of_letters": list(Language)}
    return templating.page(visit, "dunning.html", {**known, **facts, **own, **more}, status=status)


def _facts(session: Session) -> dict[str, Any]:
    return {
        "policy": dunning_views.policy(session),
        "made": dunning_views.policy_made(session),
        "people": access.names(session),
    }
