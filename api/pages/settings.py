"""Settings: the company, its mailboxes, its tax codes."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from api.http.dependencies import settings_of
from api.pages import templating
from api.pages.routing import PageRoute, see
from api.pages.visit import FormDep, Visit, VisitDep
from domain.access import views as access
from domain.database import audit_views
from domain.errors import DomainError
from domain.intake import mailbox_store
from domain.ledger import company_store, tax_code_store, tax_code_views
from domain.ledger.company import Company

router = APIRouter(include_in_schema=False, route_class=PageRoute)


@router.get("/settings")
def show_settings(visit: VisitDep) -> Response:
    """The first of them."""
    visit.need("config:read")
    return see("/settings/company")


@router.get("/settings/company")
def show_company(visit: VisitDep) -> Response:
    """What the company says of itself."""
    visit.need("config:read")
    return _company(visit, {})


@router.post("/settings/company")
async def change_company(visit: VisitDep, form: FormDep) -> Response:
    """Replace it, unless somebody else did meanwhile."""
    visit.need("config:write")
    try:
        await visit.once("pages.company.change", form, lambda each: _changed(each, form))
    except DomainError as refusal:
        told = {name: str(form.get(name, "")) for name in Company.__slots__}
        seen = {name: str(form.get(f"seen-{name}", "")) for name in Company.__slots__}
        more = {"refusal": refusal, "told": told, "seen": seen}
        return await run_in_threadpool(_company, visit, more, 409)
    return see("/settings/company")


@router.get("/settings/mailboxes")
def show_mailboxes(visit: VisitDep) -> Response:
    """Where invoices come in by mail, and how the last look went."""
    visit.need("config:read")
    return _page(visit, "mailboxes.html", "mailboxes", visit.read(_mailboxes))


@router.post("/settings/mailboxes/{mailbox_id}/remove")
async def remove_mailbox(mailbox_id: UUID, visit: VisitDep, form: FormDep) -> Response:
    """Look there no more; what was fetched stays."""
    visit.need("config:write")

    def act(session: Session) -> dict[str, Any]:
        mailbox_store.remove(session, mailbox_id)
        return {}

    await visit.once("pages.mailbox.remove", form, act)
    return see("/settings/mailboxes")


@router.get("/settings/tax-codes")
def show_tax_codes(visit: VisitDep) -> Response:
    """Tax codes that bookings may use, and those that were."""
    visit.need("config:read")
    return tax_codes(visit, {}, 200)


def tax_codes(visit: Visit, more: dict[str, Any], status: int = 409) -> Response:
    """The page of tax codes; `more` says what became of an order."""
    facts = {**visit.read(_codes), "typed": None, **more}
    return _page(visit, "tax_codes.html", "tax-codes", facts, status=status)


@router.post("/settings/tax-codes/{code}/deactivate")
async def deactivate_tax_code(code: str, visit: VisitDep, form: FormDep) -> Response:
    """Take an own code out of use; system codes stay."""
    visit.need("config:write")
    try:
        await visit.write(lambda session: tax_code_store.deactivate(session, code[:20]))
    except DomainError as refusal:
        return await run_in_threadpool(tax_codes, visit, {"refusal": refusal})
    return see("/settings/tax-codes")


def _changed(session: Session, form: FormData) -> dict[str, Any]:
    told = Company(**{name: str(form.get(name, "")) for name in Company.__slots__})
    seen = Company(**{name: str(form.get(f"seen-{name}", "")) for name in Company.__slots__})
    company_store.change(session, told, seen)
    return {}


def _company(visit: Visit, more: dict[str, Any], status: int = 200) -> Response:
    facts = visit.read(_facts)
    domain = settings_of(visit.request).inbox_domain
    facts["inbox"] = f"{facts['row'].inbox_address}@{domain}"
    return _page(visit, "company.html", "company", {**facts, **more}, status=status)


def _facts(session: Session) -> dict[str, Any]:
    row = access.tenant(session)
    stored = {name: getattr(row, name) or "" for name in Company.__slots__}
    return {
        "row": row,
        "told": stored,
        "seen": stored,
        "names": Company.__slots__,
        "last": audit_views.last(session, "tenant", row.id),
        "people": access.names(session),
    }


def _mailboxes(session: Session) -> dict[str, Any]:
    return {"mailboxes": mailbox_store.active(session)}


def _codes(session: Session) -> dict[str, Any]:
    codes = tax_code_views.all_codes(session, include_inactive=True)
    return {"codes": codes, "like": [each for each in codes if each.is_system and each.active]}


def _page(
    visit: Visit, template: str, section: str, facts: dict[str, Any], *, status: int = 200
) -> Response:
    known = {"section": section, "refusal": None}
    return templating.page(visit, template, {**known, **facts}, status=status)
