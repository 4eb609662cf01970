"""The audit log: who did what when, whether its chain holds, and the story of one case."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Any
from urllib.parse import quote, urlencode
from uuid import UUID

from fastapi import APIRouter, Query, Response
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool

from api.http.at_once import at_once
from api.http.dependencies import settings_of
from api.pages import templating
from api.pages.routing import PageRoute
from api.pages.span import Span, span_of
from api.pages.visit import FormDep, Visit, VisitDep, as_id
from domain.access import views as access
from domain.access.scope import ADMIN
from domain.database import audit_chain, audit_views
from domain.database.audit_chain import AuditBroken
from domain.database.audit_views import Asked
from domain.database.session import read_session
from domain.dates import end_of_day
from domain.reports import timeline_views
from workflows.shared.ids import intake_id

router = APIRouter(include_in_schema=False, route_class=PageRoute)

ROWS = 100
SERVICE = "service"
_EARLIEST = date(1900, 1, 1)  # nothing happened before
SUBJECTS = (
    "review_case", "inbox_item", "document", "invoice", "intent", "vendor", "payment_run",
    "bank_transaction", "bank_account", "period", "lock_request", "approval_policy", "user",
    "api_key", "tenant", "datev", "request",
)  # fmt: skip
"""Kinds of things that one can filter by."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of checking the chain: the last event that holds, or the first that does not."""

    last: int = 0
    broken: int | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events, as the address says it."""

    who: str
    subject: str
    id: str
    kind: str
    span: Span

    def asked(self, country: str) -> Asked:
        """The question to the log; days are those of the people."""
        first, last = self.span.first, self.span.last
        return Asked(
            user_id=as_id(self.who) if self.who != SERVICE else None,
            by_service=self.who == SERVICE,
            subject=self.subject if self.subject in SUBJECTS else None,
            subject_id=self.id or None,
            since=_start(first, country) if first else None,
            until=end_of_day(last, country) + timedelta(microseconds=1) if last else None,
            is_refused=self.kind == "refused",
        )

    def query(self, **more: object) -> str:
        """The same filter as the end of an address."""
        own = {"who": self.who, "subject": self.subject, "id": self.id, "kind": self.kind, **more}
        told = urlencode({name: value for name, value in own.items() if value})
        return "&".join(filter(None, (told, self.span.query())))


def wanted_of(
    span: Annotated[Span, at_once(span_of)],
    who: Annotated[str, Query(max_length=40)] = "",
    subject: Annotated[str, Query(max_length=40)] = "",
    id: Annotated[str, Query(max_length=200)] = "",  # noqa: A002 (its name in the address)
    kind: Annotated[str, Query(max_length=10)] = "",
) -> Wanted:
    """The filter of an address."""
    return Wanted(who, subject, id.strip(), kind, span)


WantedDep = Annotated[Wanted, at_once(wanted_of)]
Before = Annotated[int | None, Query(ge=1, le=2**62)]


@router.get("/audit")
def show_audit(visit: VisitDep, wanted: WantedDep, before: Before = None) -> Response:
    """What was done and what was refused, the newest first."""
    visit.need("config:read")
    return _shown(visit, wanted, before, None)


@router.post("/audit/check")
async def check_chain(visit: VisitDep, form: FormDep) -> Response:
    """Hold every event against its hash and the one before."""
    visit.need("config:read")
    checked = await run_in_threadpool(_checked, visit)
    nothing = Wanted("", "", "", "", Span())
    return await run_in_threadpool(_shown, visit, nothing, None, checked)


@router.get("/audit/cases/{case_id}")
def show_case(case_id: UUID, visit: VisitDep) -> Response:
    """One case from the mail to the payment."""
    visit.need("kreditoren:read")
    facts = visit.read(_story, case_id)
    told = {"at": "m", "case_id": case_id, "process": _process(visit, facts["story"].inbox_id)}
    return templating.page(visit, "timeline.html", {**facts, **told})


def _shown(visit: Visit, wanted: Wanted, before: int | None, checked: Checked | None) -> Response:
    facts = visit.read(_events, visit, wanted, before)
    own = {"at": "m", "wanted": wanted, "before": before, "checked": checked}
    return templating.page(visit, "audit.html", {**facts, **own, "subjects": SUBJECTS})


def _events(session: Session, visit: Visit, wanted: Wanted, before: int | None) -> dict[str, Any]:
    asked = wanted.asked(visit.caller.country)
    events, following = audit_views.page(session, asked, limit=ROWS, before=before)
    return {"events": events, "next": following, "people": access.names(session)}


def _checked(visit: Visit) -> Checked:
    with read_session(visit.engine, visit.caller.tenant_id) as session:
        try:
            return Checked(audit_chain.check_events(session).number)
        except AuditBroken as broken:
            return Checked(broken=int(str(broken.context["number"])))


def _story(session: Session, case_id: UUID) -> dict[str, Any]:
    return {"story": timeline_views.of_case(session, case_id), "people": access.names(session)}


def _process(visit: Visit, inbox_id: UUID) -> str | None:
    """The process of a case for those who run the service, where its UI is known."""
    settings = settings_of(visit.request)
    if not settings.temporal_ui_url or not visit.may(ADMIN):
        return None
    name = quote(str(intake_id(visit.caller.tenant_id, inbox_id)), safe="")
    base = settings.temporal_ui_url.rstrip("/")
    return f"{base}/namespaces/{settings.temporal_namespace}/workflows/{name}"


def _start(day: date, country: str) -> datetime:
    """The first instant of a day where the people are."""
    before = max(day, _EARLIEST) - timedelta(days=1)
    return end_of_day(before, country) + timedelta(microseconds=1)
