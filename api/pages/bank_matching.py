"""All that is sure at once: shown before it is carried out, and taken back together."""

from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool

from api.pages import templating
from api.pages.routing import PageRoute, see
from api.pages.visit import FormDep, Visit, VisitDep, as_id
from domain.banking import auto_match_store, bank_views
from domain.banking.auto_match_store import Asked
from domain.banking.bank_transaction import BankTransaction
from domain.banking.proposal import Proposal, carried_out
from domain.errors import DomainError, InvalidInput
from domain.ids import derived_id

router = APIRouter(include_in_schema=False, route_class=PageRoute)

_LOOKED_AT = 2000
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Sure:
    """A movement with a proposal that may be carried out without a person."""

    movement_id: UUID
    movement: BankTransaction
    proposal: Proposal


@router.get("/bank/{account_id}/auto")
def show_sure(
    account_id: UUID, visit: VisitDep, done: Annotated[str, Query(max_length=200)] = ""
) -> Response:
    """What would be carried out, before it is; or what was, with the way back."""
    visit.need("bank:write")
    return _shown(visit, account_id, {"said": visit.unsealed(done)})


@router.post("/bank/{account_id}/auto")
async def match_sure(account_id: UUID, visit: VisitDep, form: FormDep) -> Response:
    """Carry out what was shown and ticked, and nothing else; sent twice, it is done once."""
    visit.need("bank:write")
    ticked = frozenset(found for each in form.getlist("m") if (found := as_id(str(each))))
    key = visit.command("pages.bank.auto", form).key
    match_id = derived_id("pages.bank.auto", visit.caller.tenant_id, key)
    asked = Asked(match_id, account_id, limit=_AT_ONCE, only=ticked)

    def act(session: Session) -> dict[str, Any]:
        done = auto_match_store.match(session, asked)
        codes = [each.error.code for each in done.refused]
        return {"matched": done.matched, "refused": codes}

    try:
        if not ticked:
            raise InvalidInput("/bank_transaction_ids", "none is ticked")
        done = await visit.once("pages.bank.auto", form, act)
    except DomainError as refusal:
        facts = {"refusal": refusal, "ticked": ticked}
        return await run_in_threadpool(_shown, visit, account_id, facts, 409)
    said = f"matched:{match_id}:{done['matched']}:{' '.join(done['refused'])}"
    return see(f"/bank/{account_id}/auto?done={visit.sealed(said)}")


@router.post("/bank/{account_id}/auto/{auto_match_id}/undo")
async def undo_sure(
    account_id: UUID, auto_match_id: UUID, visit: VisitDep, form: FormDep
) -> Response:
    """Take back all of one time that still holds."""
    visit.need("bank:write")

    def act(session: Session) -> dict[str, Any]:
        done = auto_match_store.undo(session, auto_match_id, visit.today)
        return {"undone": done.undone, "refused": [error.code for _, error in done.refused]}

    done = await visit.once("pages.bank.auto-undo", form, act)
    said = f"undone:{auto_match_id}:{done['undone']}:{' '.join(done['refused'])}"
    return see(f"/bank/{account_id}/auto?done={visit.sealed(said)}")


def _shown(visit: Visit, account_id: UUID, more: dict[str, Any], status: int = 200) -> Response:
    facts = {
        "at": "b",
        "refusal": None,
        "said": "",
        "ticked": None,
        **more,
        **visit.read(_read, account_id),
    }
    facts["said"] = _told(str(facts["said"]))
    return templating.page(visit, "bank_sure.html", facts, status=status)


def _told(said: str) -> dict[str, Any] | None:
    """What was done, as the address tells it."""
    parts = said.split(":")
    if len(parts) != 4:  # noqa: PLR2004 (as it is sealed above)
        return None
    what, match_id, count, codes = parts
    return {"what": what, "id": match_id, "count": int(count), "codes": codes.split()}


def _read(session: Session, account_id: UUID) -> dict[str, Any]:
    account = bank_views.account(session, account_id)
    found, total = auto_match_store.proposals(session, account_id, _LOOKED_AT)
    taken: set[UUID] = set()
    sure: list[Sure] = []
    for key, movement, proposal in found:
        if proposal is None or not proposal.is_sure or not carried_out(proposal):
            continue
        items = {part.candidate.open_item_id for part in proposal.parts} - {None}
        if items & taken or len(sure) >= _AT_ONCE:
            continue
        taken |= {each for each in items if each is not None}
        sure.append(Sure(key, movement, proposal))
    return {
        "account": account,
        "sure": sure,
        "total": total,
        "looked": len(found),
        "doubtful": sum(1 for _, _, each in found if each is not None and not each.is_sure),
        "unknown": sum(1 for _, _, each in found if each is None),
    }
