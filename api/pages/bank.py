"""Bank accounts: how they stand, their movements, and what each of them pays."""

from contextlib import suppress
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from api.pages import bank_desk, templating
from api.pages.bank_desk import MOST_CHOSEN, ROWS, TABS, ChosenDep, Filter, FilterDep, Told
from api.pages.orders import intake_orders
from api.pages.routing import PageRoute, see
from api.pages.visit import FormDep, Visit, VisitDep, as_id
from domain.banking import (
    bank_views,
    gap_views,
    hand_match_store,
    reconciliation_store,
    standing_views,
)
from domain.banking.hand_match_store import HandMatch
from domain.errors import DomainError, InvalidInput, NotFound
from domain.ids import derived_id
from domain.intake import inbox_views
from domain.intake.inbox import AlreadyProcessed, InboxStatus
from domain.intake.statement_item_store import WAITS

router = APIRouter(include_in_schema=False, route_class=PageRoute)

FindQuery = Annotated[str, Query(max_length=100)]
_MAILED = 20
_AHEAD = 20
DoneQuery = Annotated[str, Query(max_length=300)]


@router.get("/bank")
def show_accounts(visit: VisitDep) -> Response:
    """Every bank account beside the books; the only one there is opens at once."""
    visit.need("bank:read")
    found = visit.read(_accounts)
    if len(found) == 1 and not visit.read(inbox_views.statements_waiting, limit=1):
        return see(f"/bank/{found[0]['account'].account.id}")
    mailed = visit.read(inbox_views.statements_waiting, limit=_MAILED)
    facts = {"at": "b", "accounts": found, "mailed": mailed, "waits": WAITS, "refusal": None,
             "most_mailed": _MAILED}  # fmt: skip
    return templating.page(visit, "bank_accounts.html", facts)


@router.post("/bank/mailed/{inbox_id}/{order}")
async def decide_mailed(inbox_id: UUID, order: str, visit: VisitDep, form: FormDep) -> Response:
    """Let a statement that came by mail in, or reject it."""
    visit.need("bank:write")
    visit.need("kreditoren:write")
    status = {"confirm": InboxStatus.CONFIRMED, "reject": InboxStatus.REJECTED}.get(order)
    item = await run_in_threadpool(visit.read, inbox_views.item, inbox_id)
    if status is None or item.statement_batch_id is None:
        raise NotFound("There is no such statement.")
    with suppress(AlreadyProcessed):
        orders = intake_orders(visit, form, f"pages.mailed.{order}.{inbox_id}")
        await orders.on_statement(inbox_id, status)
    return see(f"/bank/imports/{item.statement_batch_id}")


@router.get("/bank/{account_id}")
def show_account(
    account_id: UUID,
    visit: VisitDep,
    wanted: FilterDep,
    chosen: ChosenDep,
    find: FindQuery = "",
    done: DoneQuery = "",
) -> Response:
    """Movements on the left; beside them, what they may be.

    Where many items wait, a script asks for the latter; who has none asks for the `whole`.
    """
    visit.need("bank:read")
    said = visit.unsealed(done).partition(":")
    is_whole = "whole" in visit.request.query_params
    facts = {"find": find, "done": done, "said": said, "is_whole": is_whole}
    return shown(visit, account_id, wanted, chosen, facts)


@router.get("/bank/{account_id}/proposed")
def show_proposed(
    account_id: UUID, visit: VisitDep, wanted: FilterDep, chosen: ChosenDep, find: FindQuery = ""
) -> Response:
    """What the page left out: what each movement may pay, and what is beside the chosen ones."""
    visit.need("bank:read")
    known = visit.read(_read, account_id, wanted, chosen, {**_NOTHING, "find": find})
    facts = {**_NOTHING, **known, "wanted": wanted, "find": find}
    return templating.part(visit, "bank_proposed.html", facts)


@router.get("/bank/{account_id}/chosen")
def show_chosen(
    account_id: UUID,
    visit: VisitDep,
    wanted: FilterDep,
    chosen: ChosenDep,
    find: FindQuery = "",
    ahead: Annotated[int, Query(ge=0, le=_AHEAD)] = 0,
) -> Response:
    """Only what stands beside the chosen movements, for a script; and `ahead`, of those below."""
    visit.need("bank:read")
    known = visit.read(bank_desk.beside, account_id, wanted, chosen, find, ahead)
    facts = {**_NOTHING, **known, "wanted": wanted, "find": find}
    return templating.part(visit, "bank_ahead.html" if ahead else "bank_chosen.html", facts)


@router.post("/bank/{account_id}/match")
async def match_movements(
    account_id: UUID, visit: VisitDep, wanted: FilterDep, form: FormDep
) -> Response:
    """Settle movements with what is ticked; sent twice, it is settled once."""
    visit.need("bank:write")
    chosen = _ids(form)
    told = bank_desk.told_of(form, visit.language)
    facts: dict[str, Any] = {"told": told, "find": str(form.get("find", ""))[:100]}
    if told.wrong:
        return await run_in_threadpool(shown, visit, account_id, wanted, chosen, facts, 422)
    try:
        await visit.once(
            "pages.bank.match", form, lambda session: _match(session, visit, form, told)
        )
    except DomainError as refusal:
        facts |= {"refusal": refusal}
        return await run_in_threadpool(shown, visit, account_id, wanted, chosen, facts, 409)
    return _on(visit, account_id, wanted, form, "matched")


@router.post("/bank/{account_id}/unmatch")
async def unmatch_movement(
    account_id: UUID, visit: VisitDep, wanted: FilterDep, form: FormDep
) -> Response:
    """Open a movement again, and all that was settled with it."""
    visit.need("bank:write")
    chosen = _ids(form)[:1]

    def act(session: Session) -> dict[str, Any]:
        for each in chosen:
            reconciliation_store.unmatch(session, each, visit.today)
        return {}

    try:
        await visit.once("pages.bank.unmatch", form, act)
    except DomainError as refusal:
        facts = {"refusal": refusal}
        return await run_in_threadpool(shown, visit, account_id, wanted, chosen, facts, 409)
    done = visit.sealed(f"unmatched:{chosen[0]}")
    return see(f"/bank/{account_id}?{wanted.query(m=chosen, done=done)}")


@router.post("/bank/{account_id}/dismiss")
async def dismiss_movement(
    account_id: UUID, visit: VisitDep, wanted: FilterDep, form: FormDep
) -> Response:
    """Put a movement of nothing aside."""
    visit.need("bank:write")

    def act(session: Session) -> dict[str, Any]:
        for each in _ids(form)[:1]:
            reconciliation_store.dismiss(session, each)
        return {}

    await visit.once("pages.bank.dismiss", form, act)
    return _on(visit, account_id, wanted, form, "dismissed")


def _on(visit: Visit, account_id: UUID, wanted: Filter, form: FormData, said: str) -> Response:
    """Go to the next movement, and say what became of this one."""
    after = as_id(str(form.get("after", "")))
    chosen = _ids(form)
    done = visit.sealed(f"{said}:{chosen[0]}")
    address = wanted.query(m=[after] if after else [], done=done)
    return see(f"/bank/{account_id}?{address}")


def _match(session: Session, visit: Visit, form: FormData, told: Told) -> dict[str, Any]:
    key = visit.command("pages.bank.match", form).key
    wish = HandMatch(
        match_group_id=derived_id("pages.bank.match", visit.caller.tenant_id, key),
        bank_transaction_ids=tuple(_ids(form)),
        items=told.items,
        rest=told.rest,
        account=told.account,
        tax_code=told.tax_code,
        closes_in_full=bool(form.get("close_in_full")),
    )
    hand_match_store.match(session, wish)
    return {}


def _ids(form: FormData) -> list[UUID]:
    """Movements of a form; one without any is no form of ours."""
    found = (as_id(str(each)) for each in form.getlist("m")[:MOST_CHOSEN])
    ids = list(dict.fromkeys(each for each in found if each is not None))
    if not ids:
        raise InvalidInput("/bank_transaction_ids", "is missing")
    return ids


_NOTHING: dict[str, Any] = {
    "refusal": None,
    "gap_refusal": None,
    "gap_typed": {},
    "proving": {},
    "told": Told(),
    "find": "",
    "done": "",
    "said": ("", "", ""),
    "what": None,
    "is_whole": True,
}


def shown(
    visit: Visit,
    account_id: UUID,
    wanted: Filter,
    chosen: list[UUID],
    more: dict[str, Any],
    status: int = 200,
) -> Response:
    """The page of an account; `more` says what became of an order."""
    facts = {**_NOTHING, **more}
    known = visit.read(_read, account_id, wanted, chosen, facts)
    if facts["told"].values:
        known["desk"] = bank_desk.again(known["desk"], facts["told"])
    facts |= {"at": "b", "wanted": wanted, "tabs": list(TABS), "step": ROWS, **known}
    return templating.page(visit, "bank.html", facts, status=status)


def _read(
    session: Session, account_id: UUID, wanted: Filter, chosen: list[UUID], facts: dict[str, Any]
) -> dict[str, Any]:
    is_whole = facts["is_whole"]
    found = bank_desk.read(session, account_id, wanted, chosen, facts["find"], is_whole=is_whole)
    about = as_id(facts["said"][2])
    return {**found, "what": bank_views.transaction(session, about) if about else None}


def _accounts(session: Session) -> list[dict[str, Any]]:
    """Accounts as they stand."""
    standings = standing_views.standings(session)
    gaps = {each.account_id: each.gaps for each in gap_views.gaps(session)}
    return [
        {
            "account": each,
            "standing": standings[each.account.id],
            "gaps": gaps.get(each.account.id, ()),
        }
        for each in bank_views.accounts(session)
    ]
