"""Files of direct debits: what the bank said of each debit, and what is open again."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response
from sqlmodel import Session

from api.pages import templating
from api.pages.language import GERMAN
from api.pages.routing import PageRoute
from api.pages.visit import VisitDep
from domain.banking import bank_views
from domain.payments import collection_views
from domain.payments.bank_answer import Outcome, Standing, reason_of

router = APIRouter(include_in_schema=False, route_class=PageRoute)

_ROWS = 50
MARKS = {
    Standing.SENT: "hint",
    Standing.ACCEPTED: "hint",
    Standing.EXECUTED: "ok",
    Standing.REFUSED: "warn",
    Standing.RETURNED: "warn",
    Standing.HELD: "block",
}
"""How each standing is marked."""


@router.get("/direct-debits")
def list_collections(
    visit: VisitDep, offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0
) -> Response:
    """Files of direct debits, the newest first."""
    visit.need("debitoren:read")
    found, total = visit.read(collection_views.collections, limit=_ROWS, offset=offset)
    facts = {"at": "l", "files": [each.collection for each in found], "total": total}
    return templating.page(visit, "direct_debits.html", {**facts, "offset": offset, "rows": _ROWS})


@router.get("/direct-debits/{collection_id}")
def show_collection(collection_id: UUID, visit: VisitDep) -> Response:
    """One file: where each debit stands at the bank, and why."""
    visit.need("debitoren:read")
    facts = visit.read(_read, collection_id)
    is_german = visit.language.name == GERMAN

    def why(outcome: Outcome) -> str:
        """What a reason means; a code that nobody knows is shown as it came."""
        if outcome.reason is None:
            return ""
        reason = reason_of(outcome.reason)
        return f"{outcome.reason}: {reason.meaning_de if is_german else reason.meaning}"

    return templating.page(
        visit, "direct_debit.html", {"at": "l", **facts, "why": why, "marks": MARKS}
    )


def _read(session: Session, collection_id: UUID) -> dict[str, Any]:
    view = collection_views.collection(session, collection_id)
    invoices = [each.item.invoice_id for each in view.items]
    account_id = view.collection.bank_account_id
    return {
        "row": view.collection,
        "items": view.items,
        "debtors": collection_views.debtors(session, invoices),
        "account": bank_views.account(session, account_id).account,
        "reopened": sum(1 for each in view.items if each.outcome.is_free),
    }
