"""Customers: who they are, what they owe, how far they are dunned, and what they have signed."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from api.http.dependencies import temporal_of
from api.http.downloads import disposition
from api.http.uploads import blobs_of
from api.pages import partner_form, templating, typed
from api.pages.orders import carried_out, typed_in
from api.pages.partner_form import ROWS, FilterDep
from api.pages.routing import PageRoute, see
from api.pages.typed import Mistyped
from api.pages.visit import FormDep, Visit, VisitDep
from domain.access import views as access
from domain.database import audit_views
from domain.database.audit_views import EventFilter
from domain.errors import DomainError, InvalidInput, Unavailable
from domain.ids import derived_id
from domain.ledger import books_store
from domain.payments import collection_store, collection_views
from domain.payments.mandate import Mandate, Scheme
from domain.receivables import (
    customer_store,
    customer_views,
    dunning_store,
    dunning_views,
    outgoing_invoice_views,
)
from domain.receivables.customer import Customer
from domain.receivables.customer_views import CustomerFilter
from domain.receivables.dunning_views import NoticeFilter
from domain.receivables.outgoing_invoice_views import OutgoingInvoiceFilter
from workflows.dunning.client import Dunnings

router = APIRouter(include_in_schema=False, route_class=PageRoute)

_SHOWN = 50
_STORY = 100

DoneQuery = Annotated[str, Query(max_length=100)]


@router.get("/customers")
def list_customers(visit: VisitDep, wanted: FilterDep) -> Response:
    """Customers by name, with what they owe."""
    visit.need("debitoren:read")
    found, total = visit.read(
        customer_views.customers,
        CustomerFilter(wanted.q or None, wanted.is_active),
        limit=ROWS,
        offset=wanted.offset,
    )
    facts = {"at": "l", "customers": found, "total": total, "wanted": wanted}
    return templating.page(visit, "customers.html", facts)


@router.get("/customers/new")
def show_new_customer(visit: VisitDep) -> Response:
    """An empty form."""
    visit.need("debitoren:write")
    return _new(visit, {})


@router.post("/customers/new")
async def make_customer(visit: VisitDep, form: FormDep) -> Response:
    """Make a customer; sent twice, it is one."""
    visit.need("debitoren:write")
    told = partner_form.values_of(form)
    key = visit.command("pages.customer.create", form).key
    customer_id = derived_id("customer", visit.caller.tenant_id, "pages.customer.create", key)

    def act(session: Session) -> dict[str, Any]:
        facts: dict[str, Any] = {"name": "", **_changes(told)}
        return {"id": str(customer_store.create(session, customer_id, Customer(**facts)))}

    def again(refusal: DomainError) -> Response:
        return _new(visit, {"told": told, "refusal": refusal}, 409)

    address = f"/customers/{customer_id}"
    return await carried_out(visit, form, "pages.customer.create", act, address, again)


@router.get("/customers/{customer_id}")
def show_customer(customer_id: UUID, visit: VisitDep, done: DoneQuery = "") -> Response:
    """One customer."""
    visit.need("debitoren:read")
    return _shown(visit, customer_id, {"said": visit.unsealed(done)})


@router.post("/customers/{customer_id}")
async def change_customer(customer_id: UUID, visit: VisitDep, form: FormDep) -> Response:
    """Store what was changed; never over what others changed since."""
    visit.need("debitoren:write")
    told = partner_form.values_of(form)

    def act(session: Session) -> dict[str, Any]:
        row = customer_views.customer(session, customer_id).customer
        changes = _changes(told, row)
        customer_store.change(session, customer_id, changes, partner_form.seen_of(told))
        return {}

    return await _ordered(visit, customer_id, form, "change", act, {"told": told})


@router.post("/customers/{customer_id}/deactivate")
async def deactivate_customer(customer_id: UUID, visit: VisitDep, form: FormDep) -> Response:
    """Take a customer out of use."""
    visit.need("debitoren:write")

    def act(session: Session) -> dict[str, Any]:
        return {"id": str(customer_store.deactivate(session, customer_id))}

    return await _ordered(visit, customer_id, form, "deactivate", act)


@router.post("/customers/{customer_id}/dunning/stop")
async def stop_dunning(customer_id: UUID, visit: VisitDep, form: FormDep) -> Response:
    """Dun a customer no more, or not before a day."""
    visit.need("debitoren:write")

    def act(session: Session) -> dict[str, Any]:
        until, reason = _day(form, "until"), str(form.get("reason", ""))
        dunning_store.stop(session, customer_id, reason, until, datetime.now(UTC))
        return {}

    said = typed_in(form, "reason", "until")
    answer = await _ordered(visit, customer_id, form, "stopped", act, {"stopping": said})
    await _tell(visit, customer_id)
    return answer


@router.post("/customers/{customer_id}/dunning/resume")
async def resume_dunning(customer_id: UUID, visit: VisitDep, form: FormDep) -> Response:
    """Dun a customer again."""
    visit.need("debitoren:write")

    def act(session: Session) -> dict[str, Any]:
        dunning_store.resume(session, customer_id)
        return {}

    answer = await _ordered(visit, customer_id, form, "resumed", act)
    await _tell(visit, customer_id)
    return answer


@router.post("/customers/{customer_id}/letters/{notice_id}/release")
async def release_letter(
    customer_id: UUID, notice_id: UUID, visit: VisitDep, form: FormDep
) -> Response:
    """Release a letter as it was drawn; where something was paid since, it is refused."""
    visit.need("debitoren:write")
    command = visit.command("pages.customer.release", form)
    try:
        known = await visit.in_thread(dunning_views.notice, notice_id)
        dunnings = Dunnings(temporal_of(visit.request))
        await dunnings.release(known.notice.customer_id, notice_id, command)
    except DomainError as refusal:
        return await run_in_threadpool(_shown, visit, customer_id, {"refusal": refusal}, 409)
    return see(f"/customers/{customer_id}?done={visit.sealed('released')}")


@router.get("/customers/{customer_id}/letters/{notice_id}")
def download_letter(customer_id: UUID, notice_id: UUID, visit: VisitDep) -> Response:
    """The letter as PDF, as it is or will be sent."""
    visit.need("debitoren:read")
    document = visit.read(dunning_views.drawn_letter, notice_id)
    headers = {
        "Content-Disposition": disposition("attachment", document.original_name),
        "X-Content-Type-Options": "nosniff",
    }
    content = blobs_of(visit.request).get(visit.caller.tenant_id, document.sha256)
    return Response(content, media_type="application/pdf", headers=headers)


@router.post("/customers/{customer_id}/mandates")
async def add_mandate(customer_id: UUID, visit: VisitDep, form: FormDep) -> Response:
    """Keep a mandate that the customer has signed."""
    visit.need("debitoren:write")
    told = partner_form.values_of(form)
    key = visit.command("pages.mandate", form).key
    mandate_id = derived_id("mandate", visit.caller.tenant_id, customer_id, key)

    def act(session: Session) -> dict[str, Any]:
        signed_on = _day(form, "signed_on")
        if signed_on is None:
            raise InvalidInput("/signed_on", "is missing")
        mandate = Mandate(
            mandate_id,
            customer_id,
            told.get("reference", "").strip(),
            told.get("holder", ""),
            told.get("mandate_iban", ""),
            signed_on,
            Scheme.B2B if told.get("scheme") == Scheme.B2B else Scheme.CORE,
            is_recurrent=told.get("is_recurrent") != "no",
        )
        return {"id": str(collection_store.add_mandate(session, mandate))}

    return await _ordered(visit, customer_id, form, "mandate", act, {"mandate": told})


@router.post("/customers/{customer_id}/mandates/{mandate_id}/revoke")
async def revoke_mandate(
    customer_id: UUID, mandate_id: UUID, visit: VisitDep, form: FormDep
) -> Response:
    """Note that the customer took a mandate back."""
    visit.need("debitoren:write")

    def act(session: Session) -> dict[str, Any]:
        collection_store.revoke_mandate(session, mandate_id)
        return {}

    return await _ordered(visit, customer_id, form, "revoked", act)


async def _tell(visit: Visit, customer_id: UUID) -> None:
    """Have the debtor looked at now; where nobody answers, the next look comes by itself."""
    with suppress(Unavailable):
        dunnings = Dunnings(temporal_of(visit.request))
        await dunnings.look(visit.caller.tenant_id, customer_id)


async def _ordered(
    visit: Visit,
    customer_id: UUID,
    form: FormData,
    what: str,
    act: Callable[[Session], dict[str, Any]],
    more: dict[str, Any] | None = None,
) -> Response:
    """Carry an order out once, and show the customer as it is then."""

    def again(refusal: DomainError) -> Response:
        return _shown(visit, customer_id, {**(more or {}), "refusal": refusal}, 409)

    address = f"/customers/{customer_id}?done={visit.sealed(what)}"
    operation = f"pages.customer.{what}.{customer_id}"
    return await carried_out(visit, form, operation, act, address, again)


def _day(form: FormData, name: str) -> date | None:
    """A day of a form. Raises InvalidInput."""
    try:
        return typed.day_of(str(form.get(name, "")))
    except Mistyped as error:
        raise InvalidInput(f"/{name}", "is no day") from error


def _changes(told: dict[str, str], row: Any | None = None) -> dict[str, object]:
    return partner_form.changes_of(told, row, partner_form.OF_CUSTOMER)


def _new(visit: Visit, more: dict[str, Any], status: int = 200) -> Response:
    fields = partner_form.fields_of({}, more.get("told"), more.get("refusal"))
    facts = {"at": "l", "refusal": None, **more, "fields": fields, "is_vendor": False}
    return templating.page(visit, "partner_new.html", facts, status=status)


def _shown(visit: Visit, customer_id: UUID, more: dict[str, Any], status: int = 200) -> Response:
    known = visit.read(_read, visit, customer_id)
    row = known["view"].customer
    facts = {
        "at": "l",
        "said": "",
        "refusal": None,
        "told": None,
        "mandate": {},
        "stopping": {},
        **known,
        "row": row,
        **more,
    }
    facts |= partner_form.form_facts(row, known["books"].accounts, facts)
    return templating.page(visit, "customer.html", facts, status=status)


def _read(session: Session, visit: Visit, customer_id: UUID) -> dict[str, Any]:
    """What the page shows of the books: one state of them."""
    view = customer_views.customer(session, customer_id)
    invoices, total = outgoing_invoice_views.invoices(
        session, OutgoingInvoiceFilter(customer_id), visit.today, limit=_SHOWN, offset=0
    )
    letters, letter_count = dunning_views.notices(
        session, NoticeFilter(customer_id=customer_id), limit=_SHOWN, offset=0
    )
    mandates, mandate_count = collection_views.mandates(
        session, customer_id, limit=_SHOWN, offset=0
    )
    wanted = EventFilter(subject="customer", subject_id=str(customer_id))
    story, steps = audit_views.listed(session, wanted, limit=_STORY, offset=0)
    return {
        "view": view,
        "books": books_store.books(session, visit.caller.tenant_id),
        "invoices": invoices,
        "invoice_count": total,
        "debtor": dunning_views.debtor(session, customer_id, visit.today),
        "letters": letters,
        "letter_count": letter_count,
        "mandates": mandates,
        "mandate_count": mandate_count,
        "steps": partner_form.steps_of(story),
        "step_count": steps,
        "people": access.names(session),
    }
