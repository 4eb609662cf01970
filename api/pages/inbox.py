"""The inbox: queues of cases, several at once, files that are dropped on it, and what failed."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query, Response
from sqlmodel import Session
from starlette.datastructures import FormData, UploadFile

from api.http.at_once import at_once
from api.http.dependencies import temporal_of
from api.http.uploads import blobs_of
from api.pages import templating
from api.pages.orders import intake_orders
from api.pages.routing import PageRoute, see
from api.pages.visit import FormDep, Visit, VisitDep, as_id
from api.pictures.pool import pictures_of
from api.v1.inbox_uploads import InboxUploads
from domain.errors import DomainError, InvalidInput
from domain.intake import assignment_store, assignment_views, ingestion_views, queue_views
from domain.intake.inbox import AlreadyProcessed
from domain.intake.queue_views import DECIDED, OPEN, ORDERS, RANKS, Asked
from domain.intake.review import ReviewState
from domain.money import ZERO
from domain.reports import desk_views
from workflows.document_intake.client import Intakes
from workflows.mail_ingestion.client import Mails

router = APIRouter(include_in_schema=False, route_class=PageRoute)

ROWS = 100
_FAILED = 12
_MOST_AT_ONCE = 200
_TABS = (OPEN, *(state.value for state in ReviewState if not state.is_final), DECIDED)
_GONE_WELL = {"accepted", "received"}
MINE, NOBODYS = "me", "nobody"
_AWAY = {"PROCESS_UNAVAILABLE", "SERVICE_UNAVAILABLE", "DATABASE_UNAVAILABLE"}


@dataclass(frozen=True, slots=True)
class Filter:
    """What the address says of a queue."""

    state: str = OPEN
    q: str = ""
    order: str = "urgency"
    who: str = ""
    worst: str = ""

    def asked(self, visit: Visit) -> Asked:
        """The question to the queue; what an address says wrongly counts as not said."""
        state = self.state if self.state in _TABS else OPEN
        order = self.order if self.order in ORDERS else "urgency"
        if state == DECIDED and order == "urgency":
            order = "decided"
        return Asked(
            today=visit.today,
            state=state,
            search=self.q.strip(),
            order=order,
            assignee=visit.caller.user_id if self.who == MINE else as_id(self.who),
            is_nobodys=self.who == NOBODYS,
            rank=self.worst if self.worst in RANKS and state != DECIDED else "",
        )

    def query(self, **changes: Any) -> str:
        """The same filter as the end of an address."""
        own = {"state": self.state, "q": self.q, "order": self.order, "who": self.who}
        told = {**own, "worst": self.worst, **changes}
        usual = {"state": OPEN, "q": "", "order": "urgency", "who": "", "worst": "", "offset": 0}
        return urlencode({name: value for name, value in told.items() if value != usual.get(name)})


def filter_of(
    state: Annotated[str, Query(max_length=20)] = OPEN,
    q: Annotated[str, Query(max_length=100)] = "",
    order: Annotated[str, Query(max_length=20)] = "urgency",
    who: Annotated[str, Query(max_length=36)] = "",
    worst: Annotated[str, Query(max_length=20)] = "",
) -> Filter:
    """The filter of an address."""
    return Filter(state, q, order, who, worst)


FilterDep = Annotated[Filter, at_once(filter_of)]


@router.get("/inbox")
def show_inbox(
    visit: VisitDep,
    wanted: FilterDep,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    done: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """One queue."""
    visit.need("kreditoren:read")
    pictures_of(visit.request).warm()
    said = visit.unsealed(done)
    facts = {
        **visit.read(_read, visit, wanted, offset),
        "said": said.partition(":") if ":" in said else None,
    }
    return templating.page(visit, "inbox.html", facts)


def _read(session: Session, visit: Visit, wanted: Filter, offset: int) -> dict[str, Any]:
    """Everything of the page, from one state of the books."""
    asked = wanted.asked(visit)
    cases, total = queue_views.waiting(session, asked, limit=ROWS, offset=offset)
    queues = {each.state: each.count for each in desk_views.queues(session)}
    log, _ = ingestion_views.ingestion_log(session, None, limit=4 * _FAILED, offset=0)
    failed = [each for each in log if each.outcome not in _GONE_WELL][:_FAILED]
    sums = [each.gross for each in cases if each.gross is not None]
    return {
        "at": "e",
        "cases": cases,
        "total": total,
        "offset": offset,
        "asked": asked,
        "wanted": wanted,
        "tabs": [(tab, _count(tab, queues)) for tab in _TABS],
        "failed": failed,
        "looked_at": len(log),
        "most_failed": _FAILED,
        "sum": sum(sums, ZERO),
        "is_whole": total == len(cases) == len(sums),
        "orders": [each for each in ORDERS if each != "decided"],
        "ranks": RANKS,
        "people": assignment_views.counts(session, asked.states),
    }


@router.post("/inbox/several")
async def change_several(visit: VisitDep, wanted: FilterDep, form: FormDep) -> Response:
    """Reject or assign what is marked; each is an order of its own, and told by itself.

    More than can be done at once is refused as a whole: nothing of it is left out in silence.
    """
    visit.need("kreditoren:write")
    marked = list(dict.fromkeys(filter(None, (as_id(str(each)) for each in form.getlist("case")))))
    if len(marked) > _MOST_AT_ONCE:
        raise InvalidInput("/case", f"at most {_MOST_AT_ONCE} can be changed at once")
    doing = "assigned" if form.get("do") == "assign" else "rejected"
    order = _assigning(visit, form) if doing == "assigned" else _rejecting(visit, form)
    refused = await _each(marked, order)
    done = len(marked) - len(refused)
    if not refused:
        told = visit.sealed(f"several-{doing}:{done}")
        return see(f"/inbox?{wanted.query(done=told)}")
    named = await visit.in_thread(queue_views.names, list(refused))
    facts = {"at": "e", "wanted": wanted, "doing": doing, "done": done}
    told_each = [(case_id, named.get(case_id), code) for case_id, code in refused.items()]
    return await templating.page_in_thread(visit, "several.html", {**facts, "refused": told_each})


async def _each(
    marked: Sequence[UUID], order: Callable[[int, UUID], Awaitable[object]]
) -> dict[UUID, str]:
    """Carry an order out for each case; why not, by the case, for those that refuse it.

    Where a part of the service is away, the rest is not tried: each would wait for it anew.
    """
    refused: dict[UUID, str] = {}
    away = ""
    for number, case_id in enumerate(marked):
        if away:
            refused[case_id] = away
            continue
        try:
            await order(number, case_id)
        except DomainError as refusal:
            refused[case_id] = refusal.code
            away = refusal.code if refusal.code in _AWAY else ""
    return refused


def _rejecting(visit: Visit, form: FormData) -> Callable[[int, UUID], Awaitable[object]]:
    """Reject a case as it was shown, with the reason of the form."""
    reason = str(form.get("reason", "")).strip()[:500]
    said = {"reason": reason} if reason else None
    intakes = Intakes(temporal_of(visit.request))

    def order(number: int, case_id: UUID) -> Awaitable[object]:
        orders = intake_orders(visit, form, "pages.inbox.reject", number)
        version = str(form.get(f"version-{case_id}", ""))
        seen = int(version) if version.isdecimal() and len(version) < 10 else None  # noqa: PLR2004
        return orders.on_case(case_id, intakes.reject, said, version=seen)

    return order


def _assigning(visit: Visit, form: FormData) -> Callable[[int, UUID], Awaitable[object]]:
    """Give a case to the person of the form, or to nobody."""
    who = as_id(str(form.get("who", "")))

    def order(number: int, case_id: UUID) -> Awaitable[object]:
        def act(session: Session) -> dict[str, Any]:
            assignment_store.assign(session, case_id, who, datetime.now(UTC))
            return {}

        return visit.once(f"pages.inbox.assign/{case_id}", form, act)

    return order


@router.post("/inbox/files")
async def take_files(visit: VisitDep, form: FormDep) -> Response:
    """Take files as if they had come by mail."""
    visit.need("kreditoren:write")
    request = visit.request
    files = [
        each for each in form.getlist("files") if isinstance(each, UploadFile) and each.filename
    ]
    uploads = InboxUploads(
        visit.caller, visit.engine, blobs_of(request), visit.reader, Mails(temporal_of(request))
    )
    taken = await uploads.take(files)
    facts = {"at": "e", "documents": taken.documents}
    return await templating.page_in_thread(visit, "taken.html", facts)


@router.post("/inbox/{inbox_id}/reread")
async def read_again(inbox_id: UUID, visit: VisitDep, form: FormDep) -> Response:
    """Have what was not taken read again; what was decided meanwhile stays as it is."""
    visit.need("kreditoren:write")
    intakes = Intakes(temporal_of(visit.request))
    orders = intake_orders(visit, form, "pages.inbox.reread")
    with suppress(AlreadyProcessed):
        await orders.reread(inbox_id, intakes.reread)
    return see("/inbox")


def _count(tab: str, queues: dict[str, int]) -> int | None:
    if tab == OPEN:
        return sum(queues.values())
    return None if tab == DECIDED else queues.get(tab, 0)
