"""Settings: the approval policy, tried before it holds."""

from typing import Any

from fastapi import APIRouter, Response
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from api.pages import policy_form, templating
from api.pages.policy_form import Typing, Written
from api.pages.routing import PageRoute, see
from api.pages.visit import FormDep, Visit, VisitDep
from domain.access import views as access
from domain.approvals import store, views
from domain.approvals.decisions import Need, need_of_invoice, need_of_run
from domain.approvals.policy import ApprovalPolicy
from domain.approvals.simulate import simulate
from domain.errors import DomainError, InvalidInput
from domain.intake.decision_views import recorded
from domain.money import ZERO
from domain.payables import vendor_views

router = APIRouter(include_in_schema=False, route_class=PageRoute)

_LAST = 100
_REASONS = 12
ROLES = ("owner", "admin", "member")


@router.get("/settings/policy")
def show_policy(visit: VisitDep) -> Response:
    """The policy that holds, or will."""
    visit.need("config:read")
    return _shown(visit, {})


@router.post("/settings/policy")
async def change_policy(visit: VisitDep, form: FormDep) -> Response:
    """Try what was typed, or make it the next version."""
    is_tried = str(form.get("do", "")) == "simulate"
    visit.need("config:read" if is_tried else "config:write")
    try:
        if is_tried:
            more = await visit.in_thread(_tried, visit, form)
            return await run_in_threadpool(_shown, visit, {**more, "typed": form})
        await visit.once("pages.policy.change", form, lambda each: _changed(each, visit, form))
    except DomainError as refusal:
        return await run_in_threadpool(_shown, visit, {"refusal": refusal, "typed": form}, 409)
    return see("/settings/policy")


def _policy(session: Session, visit: Visit, form: FormData) -> ApprovalPolicy:
    told = Typing(form, visit.language)
    vendors = vendor_views.ids_by_name(session, set(policy_form.named_vendors(told)))
    return policy_form.policy_of(told, vendors, visit.today)


def _changed(session: Session, visit: Visit, form: FormData) -> dict[str, Any]:
    """The next version; `seen` is the one that was looked at."""
    seen = str(form.get("seen", ""))
    if not (seen.isascii() and seen.isdecimal() and len(seen) < 10):  # noqa: PLR2004
        raise InvalidInput("/version", "is missing")
    policy = _policy(session, visit, form)
    made = store.change(session, policy, int(seen), visit.today, visit.now)
    return {"version": made.policy.version}


def _tried(session: Session, visit: Visit, form: FormData) -> dict[str, Any]:
    """What the typed policy would say of an amount and of the last documents."""
    policy = _policy(session, visit, form)
    amount = Typing(form, visit.language).amount("amount", "/amount")
    found = simulate(policy, recorded(session, _LAST))
    needs: tuple[Need, Need] | None = None
    if amount is not None:
        needs = need_of_invoice(policy, amount, None), need_of_run(policy, max(amount, ZERO))
    return {
        "tried": found,
        "reasons": list(found.reasons.items())[:_REASONS],
        "needs": needs,
        "amount": amount,
    }


def _shown(visit: Visit, more: dict[str, Any], status: int = 200) -> Response:
    known: dict[str, Any] = {"refusal": None, "tried": None, "needs": None, "reasons": [],
                             "amount": None}  # fmt: skip
    form = more.pop("typed", None)
    facts = visit.read(_facts, visit)
    told: Written = policy_form.as_written(form) if form is not None else facts["stored"]
    own = {"section": "policy", "told": told, "roles": ROLES}
    return templating.page(visit, "policy.html", {**facts, **own, **known, **more}, status=status)


def _facts(session: Session, visit: Visit) -> dict[str, Any]:
    newest = views.newest(session)
    vendors = vendor_views.names(session, newest.policy.vendors)
    return {
        "newest": newest,
        "current": views.current(session, visit.today).policy.version,
        "stored": policy_form.written(newest.policy, visit.language, vendors),
        "people": access.names(session),
        "deciding": views.roles(session),
    }
