"""Vendors: who they are, the story of their IBAN, their VAT treatment, what they are owed."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response
from sqlmodel import Session
from starlette.datastructures import FormData

from api.pages import partner_form, templating, typed
from api.pages.orders import carried_out, typed_in
from api.pages.partner_form import ROWS, FilterDep
from api.pages.routing import PageRoute
from api.pages.typed import Mistyped
from api.pages.visit import FormDep, Visit, VisitDep
from domain.access import views as access
from domain.database import audit_views
from domain.database.audit_views import EventFilter
from domain.errors import DomainError, InvalidInput, NoChanges
from domain.ids import derived_id
from domain.intake import review_views
from domain.ledger import books_store
from domain.payables import (
    invoice_views,
    item_views,
    learned_value_store,
    learned_value_views,
    payee_views,
    vat_treatment_store,
    vat_treatment_views,
    vendor_store,
    vendor_views,
)
from domain.payables.invoice_views import InvoiceFilter
from domain.payables.item_views import ItemFilter
from domain.payables.partner import Vendor
from domain.payables.payee_check import CheckResult
from domain.payables.vat_treatment import CATEGORIES
from domain.payables.vat_treatment_store import Because
from domain.payables.vendor_views import VendorFilter, VendorView
from domain.tax.treatment import UNKNOWN, kinds

router = APIRouter(include_in_schema=False, route_class=PageRoute)

_SHOWN = 50
_STORY = 100
_TREATMENT = ("country", "category", "tax_code", "supply_kind")
_ANSWERS = {"yes": True, "no": False}

DoneQuery = Annotated[str, Query(max_length=100)]


@router.get("/vendors")
def list_vendors(visit: VisitDep, wanted: FilterDep) -> Response:
    """Vendors by name, with what they are owed."""
    visit.need("kreditoren:read")
    found, total = visit.read(
        vendor_views.vendors,
        VendorFilter(wanted.q or None, wanted.is_active),
        limit=ROWS,
        offset=wanted.offset,
    )
    facts = {"at": "l", "vendors": found, "total": total, "wanted": wanted}
    return templating.page(visit, "vendors.html", facts)


@router.get("/vendors/new")
def show_new_vendor(visit: VisitDep) -> Response:
    """An empty form."""
    visit.need("kreditoren:write")
    return _new(visit, {})


@router.post("/vendors/new")
async def make_vendor(visit: VisitDep, form: FormDep) -> Response:
    """Make a vendor; sent twice, it is one."""
    visit.need("kreditoren:write")
    told = partner_form.values_of(form)
    key = visit.command("pages.vendor.create", form).key
    vendor_id = derived_id("vendor", visit.caller.tenant_id, "pages.vendor.create", key)

    def act(session: Session) -> dict[str, Any]:
        facts: dict[str, Any] = {"name": "", **partner_form.changes_of(told)}
        return {"id": str(vendor_store.create(session, vendor_id, Vendor(**facts)))}

    def again(refusal: DomainError) -> Response:
        return _new(visit, {"told": told, "refusal": refusal}, 409)

    address = f"/vendors/{vendor_id}"
    return await carried_out(visit, form, "pages.vendor.create", act, address, again)


@router.get("/vendors/{vendor_id}")
def show_vendor(vendor_id: UUID, visit: VisitDep, done: DoneQuery = "") -> Response:
    """One vendor."""
    visit.need("kreditoren:read")
    return _shown(visit, vendor_id, {"said": visit.unsealed(done)})


@router.post("/vendors/{vendor_id}")
async def change_vendor(vendor_id: UUID, visit: VisitDep, form: FormDep) -> Response:
    """Store what was changed; never over what others changed since."""
    visit.need("kreditoren:write")
    told = partner_form.values_of(form)

    def act(session: Session) -> dict[str, Any]:
        row = vendor_views.known(session, vendor_id)
        changes = partner_form.changes_of(told, row)
        vendor_store.change(session, vendor_id, changes, partner_form.seen_of(told))
        return {}

    facts = {"told": told}
    return await _ordered(visit, vendor_id, form, "change", act, facts)


@router.post("/vendors/{vendor_id}/confirm-iban")
async def confirm_iban(vendor_id: UUID, visit: VisitDep, form: FormDep) -> Response:
    """Confirm a new IBAN, as another person than who changed it, who asked the vendor."""
    visit.need("kreditoren:write")

    def act(session: Session) -> dict[str, Any]:
        seen, asked = str(form.get("iban", "")), partner_form.asked_of(form)
        return {"id": str(vendor_store.confirm_iban(session, vendor_id, seen, asked))}

    said = {"address": visit.request.url.path, **typed_in(form, "contact", "asked_by")}
    return await _ordered(visit, vendor_id, form, "confirm", act, {"confirming": said})


@router.post("/vendors/{vendor_id}/payee-check")
async def note_payee_check(vendor_id: UUID, visit: VisitDep, form: FormDep) -> Response:
    """Keep what the bank answered about name and IBAN."""
    visit.need("kreditoren:write")

    def act(session: Session) -> dict[str, Any]:
        said = str(form.get("result", ""))
        if said not in set(CheckResult):
            raise InvalidInput("/result", "is no answer of a bank")
        name = str(form.get("account_name", "")).strip() or None
        vendor_store.note_check(session, vendor_id, CheckResult(said), name)
        return {}

    said = typed_in(form, "result", "account_name")
    return await _ordered(visit, vendor_id, form, "check", act, {"checking": said})


@router.post("/vendors/{vendor_id}/deactivate")
async def deactivate_vendor(vendor_id: UUID, visit: VisitDep, form: FormDep) -> Response:
    """Take a vendor out of use."""
    visit.need("kreditoren:write")

    def act(session: Session) -> dict[str, Any]:
        return {"id": str(vendor_store.deactivate(session, vendor_id))}

    return await _ordered(visit, vendor_id, form, "deactivate", act)


@router.post("/vendors/{vendor_id}/activate")
async def activate_vendor(vendor_id: UUID, visit: VisitDep, form: FormDep) -> Response:
    """Take a vendor back into use."""
    visit.need("kreditoren:write")

    def act(session: Session) -> dict[str, Any]:
        return {"id": str(vendor_store.activate(session, vendor_id))}

    return await _ordered(visit, vendor_id, form, "activate", act)


@router.post("/vendors/{vendor_id}/vat-treatment")
async def change_treatment(vendor_id: UUID, visit: VisitDep, form: FormDep) -> Response:
    """Say how a vendor is treated in VAT; what was not touched stays."""
    visit.need("kreditoren:write")
    told = partner_form.values_of(form)

    def act(session: Session) -> dict[str, Any]:
        changes = _treatment_of(told, visit.language.name)
        if not changes:
            raise NoChanges
        because = Because(datetime.now(UTC), reason=_reason(told))
        vat_treatment_store.change(session, vendor_id, changes, because, _version(told))
        return {}

    return await _ordered(visit, vendor_id, form, "treatment", act, {"treating": _touched(told)})


@router.post("/vendors/{vendor_id}/vat-treatment/undo")
async def undo_treatment(vendor_id: UUID, visit: VisitDep, form: FormDep) -> Response:
    """Put back what was kept before the version in force."""
    visit.need("kreditoren:write")
    told = partner_form.values_of(form)

    def act(session: Session) -> dict[str, Any]:
        because = Because(datetime.now(UTC), reason=_reason(told))
        vat_treatment_store.undo(session, vendor_id, _version(told) or 0, because)
        return {}

    return await _ordered(visit, vendor_id, form, "undone", act)


@router.post("/vendors/{vendor_id}/learned-values/undo")
async def undo_learned_value(vendor_id: UUID, visit: VisitDep, form: FormDep) -> Response:
    """Take back what was learned of the vendor."""
    visit.need("kreditoren:write")
    told = partner_form.values_of(form)
    subject = str(form.get("subject", ""))

    def act(session: Session) -> dict[str, Any]:
        because = Because(datetime.now(UTC), reason=_reason(told))
        learned_value_store.undo(session, vendor_id, subject, _version(told) or 0, because)
        return {}

    return await _ordered(visit, vendor_id, form, "unlearned", act)


async def _ordered(
    visit: Visit,
    vendor_id: UUID,
    form: FormData,
    what: str,
    act: Callable[[Session], dict[str, Any]],
    more: dict[str, Any] | None = None,
) -> Response:
    """Carry an order out once, and show the vendor as it is then."""

    def again(refusal: DomainError) -> Response:
        return _shown(visit, vendor_id, {**(more or {}), "refusal": refusal}, 409)

    address = f"/vendors/{vendor_id}?done={visit.sealed(what)}"
    operation = f"pages.vendor.{what}.{vendor_id}"
    return await carried_out(visit, form, operation, act, address, again)


def _treatment_of(told: dict[str, str], language: str) -> dict[str, object]:
    """What the form changes of a treatment. Raises InvalidInput."""
    changed = {
        name.removeprefix("was-"): told.get(name.removeprefix("was-"), "").strip()
        for name in told
        if name.startswith("was-") and told.get(name.removeprefix("was-"), "") != told[name]
    }
    found: dict[str, object] = {}
    for name in _TREATMENT:
        if name in changed:
            text = changed[name]
            found[name] = (text if name == "supply_kind" else text.upper()) or None
    if "is_small_business" in changed:
        found["is_small_business"] = _ANSWERS.get(changed["is_small_business"])
    try:
        if "supply_rate" in changed:
            rate = typed.rate_of(changed["supply_rate"], language)
            found["supply_rate"] = None if rate is None else rate * Decimal(100)
        if "small_business_until" in changed:
            found["small_business_until"] = typed.day_of(changed["small_business_until"])
    except Mistyped as error:
        raise InvalidInput(f"/{error}", "cannot be read") from error
    return found


def _touched(told: dict[str, str]) -> dict[str, str]:
    """What somebody typed; what they left alone follows what is stored."""
    return {
        name: text
        for name, text in told.items()
        if f"was-{name}" not in told or told[f"was-{name}"] != text
    }


def _reason(told: dict[str, str]) -> str | None:
    return told.get("reason", "").strip()[:500] or None


def _version(told: dict[str, str]) -> int | None:
    text = told.get("version", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else None  # noqa: PLR2004


def _new(visit: Visit, more: dict[str, Any], status: int = 200) -> Response:
    told, refusal = more.get("told"), more.get("refusal")
    fields = partner_form.fields_of({}, told, refusal)
    facts = {"at": "l", "refusal": None, **more, "fields": fields, "is_vendor": True}
    return templating.page(visit, "partner_new.html", facts, status=status)


def _shown(visit: Visit, vendor_id: UUID, more: dict[str, Any], status: int = 200) -> Response:
    known = visit.read(_read, visit, vendor_id)
    view: VendorView = known["view"]
    row = view.vendor
    facts = {
        "at": "l",
        "said": "",
        "refusal": None,
        "told": None,
        "confirming": {},
        "checking": {},
        "treating": {},
        **known,
        "row": row,
        "needs_confirmation": view.is_iban_pending,
        "is_mine": row.iban_changed_by == visit.caller.user_id,
        **more,
    }
    facts |= partner_form.form_facts(row, known["books"].accounts, facts)
    return templating.page(visit, "vendor.html", facts, status=status)


def _read(session: Session, visit: Visit, vendor_id: UUID) -> dict[str, Any]:
    """What the page shows of the books: one state of them."""
    view = vendor_views.vendor(session, vendor_id)
    books = books_store.books(session, visit.caller.tenant_id)
    invoices, total = invoice_views.invoices(
        session, InvoiceFilter(vendor_id), visit.today, limit=_SHOWN, offset=0
    )
    story, steps = audit_views.listed(
        session, EventFilter(subject="vendor", subject_id=str(vendor_id)), limit=_STORY, offset=0
    )
    items, open_count = item_views.open_items(session, ItemFilter((vendor_id,)), limit=_SHOWN)
    versions = vat_treatment_views.versions(session, vendor_id)
    return {
        "view": view,
        "books": books,
        "invoices": invoices,
        "invoice_count": total,
        "cases": review_views.of_invoices(session, [each.invoice.id for each in invoices]),
        "steps": partner_form.steps_of(story),
        "step_count": steps,
        "items": items,
        "open_count": open_count,
        "versions": versions,
        "treatment": vat_treatment_views.treatment_of(versions[0] if versions else None),
        "learned": learned_value_views.versions(session, vendor_id),
        "latest": learned_value_views.latest(session, vendor_id),
        "payees": payee_views.decisions(session, vendor_id),
        "people": access.names(session),
        "codes": [
            each.code
            for each in books.tax_codes.values()
            if each.active and each.direction == "input"
        ],
        "categories": sorted(CATEGORIES),
        "kinds": sorted(kinds() - {UNKNOWN, "mixed"}),
        "results": list(CheckResult),
    }
