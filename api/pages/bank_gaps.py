"""What is missing between the statements of an account: put aside, and told again."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response
from sqlmodel import Session

from api.pages import bank, typed
from api.pages.bank_desk import Filter
from api.pages.orders import carried_out, typed_in
from api.pages.routing import PageRoute
from api.pages.typed import Mistyped
from api.pages.visit import FormDep, VisitDep
from domain.banking import deferral_store
from domain.errors import DomainError, InvalidInput, NotFound

router = APIRouter(include_in_schema=False, route_class=PageRoute)


@router.post("/bank/{account_id}/gaps/{order}")
async def order_gaps(account_id: UUID, order: str, visit: VisitDep, form: FormDep) -> Response:
    """Remind nobody of the gaps for a while (`defer`), or remind again (`resume`)."""
    visit.need("bank:write")
    if order not in {"defer", "resume"}:
        raise NotFound("There is no such order.")

    def act(session: Session) -> dict[str, Any]:
        if order == "resume":
            deferral_store.resume(session, account_id)
            return {}
        try:
            until = typed.day_of(str(form.get("until", "")))
        except Mistyped as error:
            raise InvalidInput("/until", "is no day") from error
        now = visit.today, visit.now
        deferral_store.defer(session, account_id, str(form.get("reason", "")), until, now)
        return {}

    def again(refusal: DomainError) -> Response:
        facts = {"gap_refusal": refusal, "gap_typed": typed_in(form, "reason", "until")}
        return bank.shown(visit, account_id, Filter(), [], facts, 409)

    operation = f"pages.bank.gaps.{order}.{account_id}"
    return await carried_out(visit, form, operation, act, f"/bank/{account_id}", again)
