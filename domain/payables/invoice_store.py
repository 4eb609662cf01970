"""Writes incoming invoices. What is paid of them stands in the ledger, never here."""

from dataclasses import asdict
from datetime import UTC, date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import bindparam, exists, func, or_, text, update
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from domain.database import audit
from domain.database.plain import TENANT, rows_of, store
from domain.database.session import actor_of, tenant_of
from domain.documents.document import DocumentNotFound
from domain.documents.rows import DocumentRow
from domain.errors import InvalidInput, NoChanges, NotFound
from domain.iban import written
from domain.ledger import books_store
from domain.payables import invoice_views as views
from domain.payables import tie_store
from domain.payables.invoice import (
    NOTES_LENGTH,
    DuplicateInvoiceNumber,
    IntentAlreadySet,
    Invoice,
    VendorInactive,
    VendorNotFound,
)
from domain.payables.rows import InvoiceLineRow, InvoiceRow, VendorRow
from domain.payables.same_account_views import is_paid_to_account_of
from domain.payables.terms import PaymentTerm
from domain.payables.tie import Claim

_CLAIM_NUMBER = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")
# The first as tie_store claims it; this order everywhere, so that no two wait for each other.
_CLAIM_BOTH = text(
    "SELECT pg_advisory_xact_lock(hashtextextended('tie' || CAST(:intent AS text), 0)),"
    " pg_advisory_xact_lock(hashtextextended(:name, 0))"
)


def create(
    session: Session, invoice_id: UUID, invoice: Invoice, *, is_payee_named: bool = False
) -> UUID:
    """Store an invoice with its lines; the same id again is the same invoice.

    Post its intent before in the same transaction and name it in `invoice.intent_id`. A payee that
    its document does not name (`is_payee_named`) is the word of whoever stores it.
    Raises VENDOR_NOT_FOUND, INTENT_NOT_FOUND, INTENT_MISMATCH, DOCUMENT_NOT_FOUND,
    ACCOUNT_NOT_FOUND or DUPLICATE_INVOICE_NUMBER.
    """
    _claim(session, invoice)
    there = _there(session, invoice_id, invoice)
    if there.invoice:
        return invoice_id
    if not there.vendor:
        raise VendorNotFound(invoice.vendor_id)
    if invoice.intent_id is not None:
        owed = Claim(invoice.vendor_id, invoice.owed_amount, invoice.currency)
        tie_store.check_claimed(session, invoice.intent_id, owed)
    if invoice.document_id is not None and not there.document:
        raise DocumentNotFound(invoice.document_id)
    _check_accounts(session, invoice)
    if there.same_number is not None:
        raise DuplicateInvoiceNumber(there.same_number)
    now = datetime.now(UTC)
    facts = {name: getattr(invoice, name) for name in _COLUMNS} | _due(invoice)
    named = {"tenant_id": tenant_of(session), "id": invoice_id}
    by = actor_of(session).user_id
    made = {"created_by": by, "created_at": now, "updated_at": now}
    said = {"payee_typed_by": by if invoice.payee and not is_payee_named else None}
    store(session, InvoiceRow, named | made | said | facts)
    owner = {"tenant_id": tenant_of(session), "invoice_id": invoice_id}
    store(session, InvoiceLineRow, *(owner | asdict(line) for line in invoice.lines))
    audit.record(session, "invoice.created", "invoice", invoice_id, after=facts)
    return invoice_id


def enter(session: Session, invoice_id: UUID, invoice: Invoice, *, is_other: bool = False) -> UUID:
    """Store an invoice that somebody typed; nobody has compared it with what there is.

    Beside what `create` refuses: a due that its totals contradict (INVALID_INPUT), and the number
    of another invoice of the vendor in another spelling, or of a vendor of its account, of the
    same day and total, unless it `is_other`: somebody has looked. And a vendor that is out of use
    (VENDOR_INACTIVE).
    """
    invoice.check_entered()
    _check_vendor(session, invoice.vendor_id)
    if not is_other:
        _check_spelling(session, invoice)
    return create(session, invoice_id, invoice)


def _check_vendor(session: Session, vendor_id: UUID) -> None:
    """Whoever takes the vendor out of use at the same moment waits, and finds the invoice."""
    is_active = session.exec(
        select(VendorRow.is_active)
        .where(VendorRow.tenant_id == tenant_of(session), VendorRow.id == vendor_id)
        .with_for_update(read=True)
    ).first()
    if is_active is False:
        raise VendorInactive(vendor_id)


def _check_spelling(session: Session, invoice: Invoice) -> None:
    tenant, vendor = tenant_of(session), invoice.vendor_id
    same = (invoice.invoice_date, invoice.total_gross)
    name = "\x1f".join(map(str, ("invoice", tenant, *same)))
    session.execute(_CLAIM_NUMBER, {"name": name})
    existing = session.exec(
        select(InvoiceRow.id).where(
            InvoiceRow.tenant_id == tenant,
            or_(
                col(InvoiceRow.vendor_id) == vendor,
                is_paid_to_account_of(col(InvoiceRow.vendor_id), vendor, tenant),
            ),
            InvoiceRow.number_key == func.number_key(invoice.invoice_number),
            InvoiceRow.invoice_date == invoice.invoice_date,
            InvoiceRow.total_gross == invoice.total_gross,
        )
    ).first()
    if existing is not None:
        raise DuplicateInvoiceNumber(existing)


def change(session: Session, invoice_id: UUID, changes: dict[str, object]) -> UUID:
    """Change notes and due date, and set the intent once; None clears notes and due date."""
    row = session.exec(
        select(InvoiceRow)
        .where(InvoiceRow.tenant_id == tenant_of(session), InvoiceRow.id == invoice_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if row is None:
        raise NotFound("There is no such invoice.")
    if not changes:
        raise NoChanges
    _check_changes(session, row, changes)
    before = {name: getattr(row, name) for name in changes}
    session.execute(
        update(InvoiceRow)
        .where(col(InvoiceRow.tenant_id) == tenant_of(session), col(InvoiceRow.id) == invoice_id)
        .values(updated_at=datetime.now(UTC), **changes)
    )
    audit.record(session, "invoice.changed", "invoice", invoice_id, before=before, after=changes)
    return invoice_id


def _due(invoice: Invoice) -> dict[str, object]:
    """Columns of what is due, how and to whom."""
    payee, fx = invoice.payee, invoice.fx
    return {
        "payment_method": invoice.payment_method.value if invoice.payment_method else None,
        "payee_name": payee.name if payee else None,
        "payee_iban": written(payee.iban) if payee and payee.iban else None,
        "payee_bic": payee.bic if payee else None,
        "payment_terms": [_TERM.dump_python(term, mode="json") for term in invoice.payment_terms],
        "fx_rate": fx.rate if fx else None,
        "fx_rate_date": fx.rate_date if fx else None,
        "fx_rate_source": fx.source if fx else None,
    }


_TERM = TypeAdapter(PaymentTerm)
_COLUMNS = (
    "vendor_id",
    "document_id",
    "invoice_number",
    "invoice_date",
    "due_date",
    "total_net",
    "total_tax",
    "total_gross",
    "currency",
    "intent_id",
    "notes",
    "payment_reference",
    "prepaid_amount",
    "rounding_amount",
    "amount_due",
)


def _check_changes(session: Session, row: InvoiceRow, changes: dict[str, object]) -> None:
    intent_id = changes.get("intent_id")
    if isinstance(intent_id, UUID):
        linked = views.linked_intent(session, row.id)
        if linked is not None:
            raise IntentAlreadySet(linked)
        claim = Claim(row.vendor_id, row.owed_amount, row.currency)
        tie_store.check_intent(session, intent_id, claim)
    elif "intent_id" in changes:
        raise InvalidInput("/intent_id", "can be set, not cleared")
    if not isinstance(changes.get("due_date"), date | None):
        raise InvalidInput("/due_date", "is no date")
    if len(str(changes.get("notes") or "")) > NOTES_LENGTH:
        raise InvalidInput("/notes", f"exceeds {NOTES_LENGTH} characters")


def _claim(session: Session, invoice: Invoice) -> None:
    """Have others wait who tie something to its intent, and who use its number.

    Both in one statement; all that comes after it sees what they did.
    """
    name = f"invoice\x1f{tenant_of(session)}\x1f{invoice.vendor_id}\x1f{invoice.invoice_number}"
    if invoice.intent_id is None:
        session.execute(_CLAIM_NUMBER, {"name": name})
    else:
        session.execute(_CLAIM_BOTH, {"name": name, "intent": invoice.intent_id})


def _there(session: Session, invoice_id: UUID, invoice: Invoice) -> Any:
    """Whether the invoice, its vendor and its document are stored; the id of the same number."""
    (found,) = rows_of(
        session,
        _there_query(),
        invoice=invoice_id,
        vendor=invoice.vendor_id,
        document=invoice.document_id,
        number=invoice.invoice_number,
    )
    return found


@cache
def _there_query() -> Any:
    """Built once: to build a query takes longer than to ask it."""
    asked: Any = ((InvoiceRow, "invoice"), (VendorRow, "vendor"), (DocumentRow, "document"))
    same_number = sql_select(col(InvoiceRow.id)).where(
        col(InvoiceRow.tenant_id) == TENANT,
        col(InvoiceRow.vendor_id) == bindparam("vendor"),
        col(InvoiceRow.invoice_number) == bindparam("number"),
    )
    return sql_select(
        *(
            exists().where(col(row.tenant_id) == TENANT, col(row.id) == bindparam(key)).label(key)
            for row, key in asked
        ),
        same_number.scalar_subquery().label("same_number"),
    )


def _check_accounts(session: Session, invoice: Invoice) -> None:
    for position, line in enumerate(invoice.lines):
        if line.account_number is not None:
            books_store.account(session, line.account_number, f"/lines/{position}/account_number")
