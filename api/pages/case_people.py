"""Who looks after a case, and who has it open beside me: pieces of its page."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool

from api.http.errors import status_of
from api.pages import browser, case_fields, case_form, templating
from api.pages.case_form import Typed
from api.pages.inbox import FilterDep
from api.pages.routing import PageRoute, see
from api.pages.visit import FormDep, Visit, VisitDep, as_id
from domain.access import views as access
from domain.database import audit_views
from domain.database.session import write_session
from domain.errors import DomainError
from domain.intake import (
    assignment_store,
    assignment_views,
    presence_store,
    presence_views,
    review_views,
)
from domain.intake.review_views import ReviewCase
from domain.payables import vendor_views

router = APIRouter(include_in_schema=False, route_class=PageRoute)

NOTHING_ASKED: Mapping[str, Any] = {"assign_refusal": None, "assign_done": False}


@router.post("/cases/{case_id}/assign")
async def assign_case(case_id: UUID, visit: VisitDep, wanted: FilterDep, form: FormDep) -> Response:
    """Give the case to a person or to nobody; what was typed into its fields is not touched."""
    visit.need("kreditoren:write")
    who, version = str(form.get("who", "")), str(form.get("version", ""))
    expected = int(version) if version.isdecimal() and len(version) < 10 else None  # noqa: PLR2004

    def act(session: Session) -> dict[str, Any]:
        assignment_store.assign(session, case_id, as_id(who), datetime.now(UTC), expected=expected)
        return {}

    try:
        await visit.once("pages.case.assign", form, act)
    except DomainError as refusal:
        if refusal.code in {"NOT_FOUND", "UNAUTHORIZED"}:
            raise
        told = {"assign_refusal": refusal, "assign_to": who}
        return await run_in_threadpool(_alone, visit, case_id, told)
    if visit.request.headers.get("hx-request"):
        return await run_in_threadpool(_alone, visit, case_id, {"assign_done": True})
    return see(f"/cases/{case_id}?{wanted.query(done=visit.sealed('assigned'))}")


@router.post("/cases/{case_id}/presence")
def note_presence(case_id: UUID, visit: VisitDep, form: FormDep) -> Response:
    """Note that the page is still open; tell who else has it, and what they have changed."""
    visit.need("kreditoren:read")
    case = visit.read(review_views.case, case_id)
    look(visit, case_id)
    typed = case_form.read(form, case, visit.language)
    is_changed = str(form.get("version", "")) != str(case.version)
    facts = {
        "case": case,
        "others": visit.read(presence_views.others, case_id, visit.caller.user_id, visit.now),
        "is_changed": is_changed,
        "changed": case_fields.changed_of(
            case, visit.language, typed, visit.read(vendor_names, case, typed)
        )
        if is_changed
        else [],
        "last": visit.read(audit_views.last, "review_case", case_id) if is_changed else None,
        "people": visit.read(access.names) if is_changed else {},
    }
    return templating.part(visit, "presence_piece.html", facts)


@router.get("/cases/{case_id}/presence")
def watch_presence(
    case_id: UUID, visit: VisitDep, version: Annotated[int, Query(ge=0, le=2**31)] = 0
) -> Response:
    """The same without a script: a page within the page, which comes again by itself."""
    visit.need("kreditoren:read")
    case = visit.read(review_views.case, case_id)
    look(visit, case_id)
    facts = {
        "case": case,
        "others": visit.read(presence_views.others, case_id, visit.caller.user_id, visit.now),
        "is_changed": version != case.version,
    }
    found = templating.part(visit, "presence_page.html", facts)
    found.headers.update(browser.FRAMED)
    return found


def look(visit: Visit, case_id: UUID) -> None:
    """Note that the person has a case open."""
    caller = visit.caller
    with write_session(visit.engine, caller.tenant_id, caller.actor) as session:
        presence_store.look(session, case_id, visit.now)


def facts_of(session: Session, visit: Visit, case_id: UUID) -> dict[str, Any]:
    """Who looks after the case, and who else has it open."""
    found = assignment_views.of_case(session, case_id)
    others = presence_views.others(session, case_id, visit.caller.user_id, visit.now)
    return {"assignment": found, "assign_to": str(found.assignee_id or ""), "others": others}


def _alone(visit: Visit, case_id: UUID, more: Mapping[str, Any]) -> Response:
    """The assignment by itself: a piece for the script, a small page without it."""
    listed = [each for each in visit.read(access.colleagues) if each.is_admitted]
    facts = {
        "case": visit.read(review_views.case, case_id),
        "at": "e",
        "query": "",
        "colleagues": listed,
        **visit.read(facts_of, visit, case_id),
        **NOTHING_ASKED,
        **more,
    }
    if visit.request.headers.get("hx-request"):
        # A script puts in what it is answered with 200 only; the refusal stands in the piece.
        return templating.part(visit, "assignment.html", facts)
    refusal = facts["assign_refusal"]
    status = status_of(refusal) if refusal else 200
    told = {**facts, "piece": "assignment.html"}
    return templating.page(visit, "case_piece.html", told, status=status)


def vendor_names(session: Session, case: ReviewCase, typed: Typed | None) -> dict[str, str]:
    """Names of the vendor that a case has, and of the one that it had when a form was opened."""
    before = as_id(typed.said("was-vendor_id")) if typed else None
    ids = {each for each in (case.vendor_id, before) if each is not None}
    return {str(key): name for key, name in vendor_views.names(session, ids).items()}
