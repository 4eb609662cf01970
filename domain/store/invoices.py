"""Writes incoming invoices. What is paid of them stands in the ledger, never here."""

from dataclasses import asdict
from datetime import UTC, date, datetime
from uuid import UUID

from sqlalchemy import insert, text, update
from sqlmodel import Session, col, select

from domain.errors import InvalidInput, NotFound
from domain.invoicing.invoice import (
    NOTES_LENGTH,
    DuplicateInvoiceNumber,
    IntentAlreadySet,
    IntentNotFound,
    Invoice,
    VendorNotFound,
)
from domain.invoicing.partner import NoChanges
from domain.store import audit, books
from domain.tables.bound import actor_of, tenant_of
from domain.tables.documents import DocumentRow
from domain.tables.ledger import IntentRow
from domain.tables.payables import InvoiceLineRow, InvoiceRow
from domain.views import invoices as views
from domain.views import vendors

_CLAIM_NUMBER = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")


class DocumentNotFound(NotFound):
    """The document is unknown."""

    def __init__(self, document_id: UUID) -> None:
        super().__init__("The document is unknown.", document_id=document_id)


def create(session: Session, invoice_id: UUID, invoice: Invoice) -> UUID:
    """Store an invoice with its lines; the same id again is the same invoice.

    Post its intent before in the same transaction and name it in `invoice.intent_id`.
    Raises VENDOR_NOT_FOUND, INTENT_NOT_FOUND, DOCUMENT_NOT_FOUND, ACCOUNT_NOT_FOUND or
    DUPLICATE_INVOICE_NUMBER.
    """
    if views.exists(session, invoice_id):
        return invoice_id
    _check_links(session, invoice)
    _check_accounts(session, invoice)
    _check_number(session, invoice)
    now = datetime.now(UTC)
    facts = {name: getattr(invoice, name) for name in _COLUMNS}
    session.execute(
        insert(InvoiceRow).values(
            tenant_id=tenant_of(session),
            id=invoice_id,
            created_by=actor_of(session).user_id,
            created_at=now,
            updated_at=now,
            **facts,
        )
    )
    owner = {"tenant_id": tenant_of(session), "invoice_id": invoice_id}
    session.execute(insert(InvoiceLineRow), [owner | asdict(line) for line in invoice.lines])
    audit.record(session, "invoice.created", "invoice", invoice_id, after=facts)
    return invoice_id


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
)


def _check_changes(session: Session, row: InvoiceRow, changes: dict[str, object]) -> None:
    intent_id = changes.get("intent_id")
    if isinstance(intent_id, UUID):
        linked = views.linked_intent(session, row.id)
        if linked is not None:
            raise IntentAlreadySet(linked)
        _check_intent(session, intent_id)
    elif "intent_id" in changes:
        raise InvalidInput("/intent_id", "can be set, not cleared")
    if not isinstance(changes.get("due_date"), date | None):
        raise InvalidInput("/due_date", "is no date")
    if len(str(changes.get("notes") or "")) > NOTES_LENGTH:
        raise InvalidInput("/notes", f"exceeds {NOTES_LENGTH} characters")


def _check_links(session: Session, invoice: Invoice) -> None:
    if not vendors.exists(session, invoice.vendor_id):
        raise VendorNotFound(invoice.vendor_id)
    if invoice.intent_id is not None:
        _check_intent(session, invoice.intent_id)
    if invoice.document_id is not None:
        found = session.exec(
            select(DocumentRow.id).where(
                DocumentRow.tenant_id == tenant_of(session), DocumentRow.id == invoice.document_id
            )
        ).first()
        if found is None:
            raise DocumentNotFound(invoice.document_id)


def _check_intent(session: Session, intent_id: UUID) -> None:
    found = session.exec(
        select(IntentRow.intent_id).where(
            IntentRow.tenant_id == tenant_of(session), IntentRow.intent_id == intent_id
        )
    ).first()
    if found is None:
        raise IntentNotFound(intent_id)


def _check_accounts(session: Session, invoice: Invoice) -> None:
    for position, line in enumerate(invoice.lines):
        if line.account_number is not None:
            books.account(session, line.account_number, f"/lines/{position}/account_number")


def _check_number(session: Session, invoice: Invoice) -> None:
    """Refuse a number the vendor has used; two at the same moment wait for each other."""
    name = f"invoice\x1f{tenant_of(session)}\x1f{invoice.vendor_id}\x1f{invoice.invoice_number}"
    session.execute(_CLAIM_NUMBER, {"name": name})
    existing = session.exec(
        select(InvoiceRow.id).where(
            InvoiceRow.tenant_id == tenant_of(session),
            InvoiceRow.vendor_id == invoice.vendor_id,
            InvoiceRow.invoice_number == invoice.invoice_number,
        )
    ).first()
    if existing is not None:
        raise DuplicateInvoiceNumber(existing)
