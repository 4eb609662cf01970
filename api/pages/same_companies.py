"""Vendors and customers that are one company: tied by a person, and what both owe each other."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response
from sqlmodel import Session
from starlette.datastructures import FormData

from api.pages import partner_form, templating
from api.pages.orders import carried_out
from api.pages.routing import PageRoute
from api.pages.visit import FormDep, Visit, VisitDep, as_id
from domain.errors import DomainError, InvalidInput
from domain.payables.sub_ledger import SubLedger
from domain.receivables import same_company_store, same_company_views
from domain.receivables.same_company_store import SameCompany

router = APIRouter(include_in_schema=False, route_class=PageRoute)

_PARTNERS = {"vendor": SubLedger.PAYABLE, "customer": SubLedger.RECEIVABLE}


@router.get("/same-companies")
def list_same_companies(visit: VisitDep) -> Response:
    """Pairs that are tied, then those with one VAT id or IBAN."""
    visit.need("kreditoren:read")
    visit.need("debitoren:read")
    return _shown(visit, {})


@router.post("/same-companies")
async def decide_same_company(visit: VisitDep, form: FormDep) -> Response:
    """Say that a vendor and a customer are one company, or take it back (`do` is `untie`)."""
    visit.need("kreditoren:write")
    visit.need("debitoren:write")
    told = partner_form.values_of(form)

    def act(session: Session) -> dict[str, Any]:
        vendor, customer = (_partner(session, form, name) for name in _PARTNERS)
        wanted = SameCompany(
            vendor,
            customer,
            datetime.now(UTC),
            is_same=told.get("do") != "untie",
            reason=_reason(told),
        )
        return {"is_new": same_company_store.decide(session, wanted)}

    def again(refusal: DomainError) -> Response:
        return _shown(visit, {"told": told, "refusal": refusal}, 409)

    return await carried_out(visit, form, "pages.same_company", act, "/same-companies", again)


def _partner(session: Session, form: FormData, name: str) -> UUID:
    """Who a form means: by id, else by number or name. Raises InvalidInput."""
    known = as_id(str(form.get(f"{name}_id", "")))
    if known is not None:
        return known
    found = same_company_views.named(session, _PARTNERS[name], str(form.get(name, "")))
    if len(found) != 1:
        raise InvalidInput(f"/{name}", "is nobody's number or name" if not found else "is several")
    return found[0]


def _reason(told: dict[str, str]) -> str | None:
    said = told.get("reason", "").strip()
    if len(said) > same_company_store.REASON_LENGTH:
        raise InvalidInput(
            "/reason", f"has more than {same_company_store.REASON_LENGTH} characters"
        )
    return said or None


def _shown(visit: Visit, more: dict[str, Any], status: int = 200) -> Response:
    pairs, total = visit.read(same_company_views.companies)
    known: dict[str, Any] = {"at": "l", "told": {}, "refusal": None}
    facts = {**known, "pairs": pairs, "total": total, **more}
    return templating.page(visit, "same_companies.html", facts, status=status)
