"""The operator's page: what waits, runs and broke in the whole service, in numbers and classes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Response
from starlette.concurrency import run_in_threadpool

from api.http.dependencies import settings_of, temporal_of
from api.pages import templating
from api.pages.routing import PageRoute
from api.pages.shell import Shell
from api.pages.visit import Visit, VisitDep
from domain.errors import InsufficientScope, Unavailable
from domain.reports import operations_views
from domain.reports.operations_views import LATER, Open
from workflows.resume import overview as temporal
from workflows.resume.overview import Operations, Overview, Part

router = APIRouter(include_in_schema=False, route_class=PageRoute)

_RUNNING, _FAILED = 'ExecutionStatus = "Running"', 'ExecutionStatus = "Failed"'


@dataclass(frozen=True, slots=True)
class Lost:
    """Of one kind of process, what is open in the database and what is at work in Temporal."""

    process: str
    open: int
    running: int

    @property
    def without(self) -> int:
        """How many are open and have no process, as far as the numbers tell."""
        return max(0, self.open - self.running)


@router.get("/operations")
async def show_operations(visit: VisitDep) -> Response:
    """How the service is, for whom BELEGFLUSS_OPERATORS names; of no company but in numbers."""
    await run_in_threadpool(_check, visit)
    found, is_cut = await run_in_threadpool(operations_views.open_work, visit.engine)
    told, refusal = await _overview(visit)
    facts = {
        "at": "d",
        "open": sorted(found, key=lambda each: each.oldest),
        "is_cut": is_cut,
        "most": operations_views.MOST,
        "told": told,
        "refusal": refusal,
        "lost": held(found, told.running) if told and Part.RUNNING not in told.untold else [],
        "links": _addresses(visit),
    }
    return await templating.page_in_thread(visit, "operations.html", facts)


def held(found: Sequence[Open], running: Mapping[str, int]) -> list[Lost]:
    """Hold what is open against what is at work, by kind of process; what is not due has none yet.

    >>> from datetime import datetime
    >>> open_ = [Open("intake", stage, 2, datetime.min) for stage in ("approval", "reading")]
    >>> [(each.process, each.without) for each in held(open_, {"intake": 3, "letter": 1})]
    [('intake', 1), ('letter', 0)]
    >>> [each.without for each in held([Open("letter", LATER, 2, datetime.min)], {"letter": 0})]
    []
    """
    counts: dict[str, int] = {}
    for each in (each for each in found if each.stage != LATER):
        counts[each.process] = counts.get(each.process, 0) + each.count
    kinds = sorted(counts.keys() | {kind for kind, count in running.items() if count})
    return [Lost(kind, counts.get(kind, 0), running.get(kind, 0)) for kind in kinds]


def _check(visit: Visit) -> None:
    """Let in who runs the service: no role of a company is enough (INSUFFICIENT_SCOPE)."""
    if not Shell.of(visit).is_operator:
        raise InsufficientScope("Only who runs the service sees this page.", scope="operators")


async def _overview(visit: Visit) -> tuple[Overview | None, Unavailable | None]:
    try:
        return await Operations(temporal_of(visit.request)).overview(visit.now), None
    except Unavailable as refusal:
        return None, refusal


def _addresses(visit: Visit) -> dict[str, Any] | None:
    """Lists of the Temporal UI, where it is known."""
    settings = settings_of(visit.request)
    if not settings.temporal_ui_url:
        return None
    base = f"{settings.temporal_ui_url.rstrip('/')}/namespaces/{settings.temporal_namespace}"
    return {
        "all": f"{base}/workflows?query={quote(_RUNNING)}",
        "stuck": f"{base}/workflows?query={quote(temporal.STUCK)}",
        "failed": f"{base}/workflows?query={quote(_FAILED)}",
    }
