"""The talk beside a case: what was said, and a form to say more, alone or as part of the page."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from api.http.errors import status_of
from api.pages import templating
from api.pages.inbox import FilterDep
from api.pages.routing import PageRoute, see
from api.pages.visit import FormDep, Visit, VisitDep, as_id
from domain.access import views as access
from domain.access.person import Colleague
from domain.errors import DomainError
from domain.ids import derived_id
from domain.intake import comment_store, comment_views, review_views
from domain.intake.comment import LONGEST, Comment

router = APIRouter(include_in_schema=False, route_class=PageRoute)

_SHOWN = 50
NOTHING_TYPED: Mapping[str, Any] = {
    "talk_text": "",
    "talk_to": "",
    "talk_refusal": None,
    "talk_done": False,
}


@router.post("/cases/{case_id}/comments")
async def say(case_id: UUID, visit: VisitDep, wanted: FilterDep, form: FormDep) -> Response:
    """Say something; what is refused stands in the form again, and nothing else is lost."""
    visit.need("kreditoren:write")
    try:
        await _said(visit, case_id, form)
    except DomainError as refusal:
        if refusal.code in {"NOT_FOUND", "UNAUTHORIZED"}:
            raise
        return await run_in_threadpool(_alone, visit, case_id, _typed(form, refusal))
    if visit.request.headers.get("hx-request"):
        return await run_in_threadpool(_alone, visit, case_id, {"talk_done": True})
    return see(f"/cases/{case_id}?{wanted.query(done=visit.sealed('said'))}#talk")


def facts_of(session: Session, case_id: UUID) -> dict[str, Any]:
    """What was said last, and to whom one can write."""
    said, count = comment_views.latest(session, case_id, _SHOWN)
    listed = [each for each in access.colleagues(session) if each.is_admitted]
    return {"talk": said, "talk_count": count, "colleagues": listed, "talk_longest": LONGEST}


async def _said(visit: Visit, case_id: UUID, form: FormData) -> None:
    """Say it once, however often the form comes."""
    key = visit.command("pages.case.say", form).key
    comment_id = derived_id("comment", visit.caller.tenant_id, visit.caller.user_id, case_id, key)

    def act(session: Session) -> dict[str, Any]:
        said = Comment(_addressed(access.colleagues(session), form))
        comment_store.say(session, case_id, comment_id, said, datetime.now(UTC))
        return {}

    await visit.once("pages.case.say", form, act)


def _addressed(people: list[Colleague], form: FormData) -> str:
    """What was typed; whoever was chosen beside it is named first."""
    text, chosen = str(form.get("text", "")), as_id(str(form.get("to", "")))
    named = [each for each in people if each.id == chosen]
    if not named or not text.strip():
        return text
    is_alone = sum(each.name == named[0].name for each in people) == 1
    return f"@{named[0].name if is_alone else named[0].email} {text.lstrip()}"


def _typed(form: FormData, refusal: DomainError) -> dict[str, Any]:
    to, text = str(form.get("to", "")), str(form.get("text", ""))
    return {"talk_text": text, "talk_to": to, "talk_refusal": refusal}


def _alone(visit: Visit, case_id: UUID, more: Mapping[str, Any]) -> Response:
    """The talk by itself: a piece for the script, a small page without it."""
    case = visit.read(review_views.case, case_id)
    facts = {"case": case, "at": "e", "query": "", **visit.read(facts_of, case_id)}
    told = {**facts, **NOTHING_TYPED, **more}
    if visit.request.headers.get("hx-request"):
        # A script puts in what it is answered with 200 only; the refusal stands in the piece.
        return templating.part(visit, "talk.html", told)
    status = status_of(told["talk_refusal"]) if told["talk_refusal"] else 200
    return templating.page(visit, "case_piece.html", {**told, "piece": "talk.html"}, status=status)
