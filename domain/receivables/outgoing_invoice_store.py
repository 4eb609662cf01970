"""Writes outgoing invoices. What is paid of them stands in the ledger, never here."""

from dataclasses import asdict
from datetime import UTC, date, datetime
from uuid import UUID

from sqlalchemy import insert, text, update
from sqlmodel import Session, col, select

from domain.database import audit
from domain.database.session import actor_of, tenant_of
from domain.documents.document import DocumentNotFound
from domain.documents.rows import DocumentRow
from domain.errors import InvalidInput, NoChanges, NotFound
from domain.ledger import books_store
from domain.payables import tie_store
from domain.payables.invoice import NOTES_LENGTH, DuplicateInvoiceNumber, IntentAlreadySet
from domain.payables.tie import Claim
from domain.receivables import customer_views
from domain.receivables import outgoing_invoice_views as views
from domain.receivables.customer import CustomerNotFound
from domain.receivables.outgoing_invoice import InvoiceType, OutgoingInvoice, claim_of
from domain.receivables.rows import OutgoingInvoiceLineRow, OutgoingInvoiceRow

_CLAIM_NUMBER = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")
_COLUMNS = (
    "customer_id",
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
)


def create(session: Session, invoice_id: UUID, invoice: OutgoingInvoice) -> UUID:
    """Store an invoice with its lines; the same id again is the same invoice.

    Raises CUSTOMER_NOT_FOUND, INTENT_NOT_FOUND, INTENT_MISMATCH, DOCUMENT_NOT_FOUND,
    ACCOUNT_NOT_FOUND or DUPLICATE_INVOICE_NUMBER.
    """
    if views.exists(session, invoice_id):
        return invoice_id
    _check_links(session, invoice)
    _check_accounts(session, invoice)
    _check_number(session, invoice)
    now = datetime.now(UTC)
    facts = {name: getattr(invoice, name) for name in _COLUMNS} | {"type": invoice.type.value}
    session.execute(
        insert(OutgoingInvoiceRow).values(
            tenant_id=tenant_of(session),
            id=invoice_id,
            created_by=actor_of(session).user_id,
            created_at=now,
            updated_at=now,
            **facts,
        )
    )
    owner = {"tenant_id": tenant_of(session), "invoice_id": invoice_id}
    lines = [owner | asdict(line) for line in invoice.lines]
    session.execute(insert(OutgoingInvoiceLineRow), lines)
    audit.record(session, "outgoing_invoice.created", "outgoing_invoice", invoice_id, after=facts)
    return invoice_id


def change(session: Session, invoice_id: UUID, changes: dict[str, object]) -> UUID:
    """Change notes and due date, and set the intent once; None clears notes and due date.

    Raises NOT_FOUND, NO_CHANGES, INTENT_ALREADY_SET, INTENT_NOT_FOUND or INTENT_MISMATCH.
    """
    row = _locked_row(session, invoice_id)
    if not changes:
        raise NoChanges
    _check_changes(session, row, changes)
    before = {name: getattr(row, name) for name in changes}
    session.execute(
        update(OutgoingInvoiceRow)
        .where(
            col(OutgoingInvoiceRow.tenant_id) == tenant_of(session),
            col(OutgoingInvoiceRow.id) == invoice_id,
        )
        .values(updated_at=datetime.now(UTC), **changes)
    )
    audit.record(
        session,
        "outgoing_invoice.changed",
        "outgoing_invoice",
        invoice_id,
        before=before,
        after=changes,
    )
    return invoice_id


def _locked_row(session: Session, invoice_id: UUID) -> OutgoingInvoiceRow:
    row = session.exec(
        select(OutgoingInvoiceRow)
        .where(
            OutgoingInvoiceRow.tenant_id == tenant_of(session),
            OutgoingInvoiceRow.id == invoice_id,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if row is None:
        raise NotFound("There is no such outgoing invoice.")
    return row


def _check_changes(session: Session, row: OutgoingInvoiceRow, changes: dict[str, object]) -> None:
    intent_id = changes.get("intent_id")
    if isinstance(intent_id, UUID):
        linked = views.linked_intent(session, row.id)
        if linked is not None:
            raise IntentAlreadySet(linked)
        claim = claim_of(row.customer_id, InvoiceType(row.type), row.total_gross, row.currency)
        _check_intent(session, intent_id, claim)
    elif "intent_id" in changes:
        raise InvalidInput("/intent_id", "can be set, not cleared")
    if not isinstance(changes.get("due_date"), date | None):
        raise InvalidInput("/due_date", "is no date")
    if len(str(changes.get("notes") or "")) > NOTES_LENGTH:
        raise InvalidInput("/notes", f"exceeds {NOTES_LENGTH} characters")


def _check_intent(session: Session, intent_id: UUID, claim: Claim) -> None:
    """The database ties the invoice to the item by itself (tie_outgoing_invoice.sql)."""
    tie_store.claim_intent(session, intent_id)
    tie_store.check_claimed(session, intent_id, claim, OutgoingInvoiceRow)


def _check_links(session: Session, invoice: OutgoingInvoice) -> None:
    if not customer_views.exists(session, invoice.customer_id):
        raise CustomerNotFound(invoice.customer_id)
    if invoice.intent_id is not None:
        _check_intent(session, invoice.intent_id, invoice.claim)
    if invoice.document_id is not None:
        found = session.exec(
            select(DocumentRow.id).where(
                DocumentRow.tenant_id == tenant_of(session), DocumentRow.id == invoice.document_id
            )
        ).first()
        if found is None:
            raise DocumentNotFound(invoice.document_id)


def _check_accounts(session: Session, invoice: OutgoingInvoice) -> None:
    for position, line in enumerate(invoice.lines):
        if line.account_number is not None:
            books_store.account(session, line.account_number, f"/lines/{position}/account_number")


def _check_number(session: Session, invoice: OutgoingInvoice) -> None:
    """Refuse a number the customer has; two at the same moment wait for each other."""
    named = ("outgoing", tenant_of(session), invoice.customer_id, invoice.invoice_number)
    session.execute(_CLAIM_NUMBER, {"name": "\x1f".join(map(str, named))})
    existing = session.exec(
        select(OutgoingInvoiceRow.id).where(
            OutgoingInvoiceRow.tenant_id == tenant_of(session),
            OutgoingInvoiceRow.customer_id == invoice.customer_id,
            OutgoingInvoiceRow.invoice_number == invoice.invoice_number,
        )
    ).first()
    if existing is not None:
        raise DuplicateInvoiceNumber(existing)
