"""The export for DATEV, and the log of what was exported."""

from typing import Any

from fastapi import APIRouter, Response
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from api.http.uploads import blobs_of
from api.pages import templating
from api.pages.report_kinds import REPORTS
from api.pages.routing import PageRoute
from api.pages.span import Span, last_month, span_of
from api.pages.visit import FormDep, Visit, VisitDep
from api.v1 import datev_files
from domain.access import views as access
from domain.dates import DateRange
from domain.errors import DomainError, InvalidInput
from domain.reports import datev_log_views

router = APIRouter(include_in_schema=False, route_class=PageRoute)

_LOG = 50


@router.get("/reports/datev")
def show_exports(visit: VisitDep) -> Response:
    """What was exported, and what is new since."""
    visit.need("auswertungen:read")
    return _shown(visit, {})


@router.post("/reports/datev")
async def export(visit: VisitDep, form: FormDep) -> Response:
    """Make the files of some days, and note that they were made."""
    visit.need("auswertungen:read")
    try:
        return await run_in_threadpool(_sent, visit, form)
    except DomainError as refusal:
        typed = {"first": str(form.get("from", "")), "last": str(form.get("to", ""))}
        return await run_in_threadpool(_shown, visit, {"refusal": refusal, **typed}, 409)


def _sent(visit: Visit, form: FormData) -> Response:
    span = span_of(str(form.get("from", ""))[:40], str(form.get("to", ""))[:40])
    if span.first is None or span.last is None:
        raise InvalidInput("query/startDate", "is missing")
    return datev_files.sent(
        visit.engine,
        visit.caller,
        lambda: blobs_of(visit.request),
        days=DateRange(span.first, span.last),
        form="zip" if form.get("form") == "zip" else "csv",
        now=visit.now,
    )


def _shown(visit: Visit, more: dict[str, Any], status: int = 200) -> Response:
    span = last_month(visit.today)
    told: dict[str, Any] = {"refusal": None, "first": visit.language.day(span.first),
                            "last": visit.language.day(span.last)}  # fmt: skip
    facts = visit.read(_log)
    return templating.page(visit, "datev.html", {**facts, **told, **more}, status=status)


def _log(session: Session) -> dict[str, Any]:
    exports, total = datev_log_views.exports(session, limit=_LOG, offset=0)
    return {
        "at": "a",
        "kind": "datev",
        "kinds": [*REPORTS, "datev"],
        "span": Span(),
        "exports": exports,
        "total": total,
        "new": datev_log_views.posted_since(session, exports[0]) if exports else None,
        "people": access.names(session),
        "company": access.tenant(session),
    }
