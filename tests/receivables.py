"""A small set of receivables: a customer, an invoice and a credit note in the books."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

from sqlmodel import Session

from domain.ledger.booking import Booking, Line
from domain.ledger.intent import OpenItemTerms, Side
from domain.payables.invoice import InvoiceLine
from domain.posting import store as journal
from domain.receivables import customer_store, outgoing_invoice_store
from domain.receivables.customer import Customer
from domain.receivables.outgoing_invoice import InvoiceType, OutgoingInvoice

DAY = date(2026, 3, 2)


def a_customer(session: Session, name: str | None = None, **facts: str) -> UUID:
    """Store a customer, with a name of its own unless told otherwise."""
    customer_id = uuid4()
    named = name or f"Muster {customer_id}"
    return customer_store.create(session, customer_id, Customer(named, **facts))  # type: ignore[arg-type]


def an_outgoing_invoice(
    customer_id: UUID,
    gross: str = "120.00",
    *,
    type_: InvoiceType = InvoiceType.INVOICE,
    number: str | None = None,
    due: date | None = None,
) -> OutgoingInvoice:
    """An invoice of one line over consulting at 20 %."""
    total = Decimal(gross)
    net = (total / Decimal("1.2")).quantize(Decimal("0.01"))
    line = InvoiceLine(
        position=1,
        description="Beratung",
        quantity=Decimal(1),
        unit_price=net,
        tax_rate=Decimal("0.2"),
        tax_amount=total - net,
        line_total=total,
        account_number="4000",
    )
    return OutgoingInvoice(
        customer_id=customer_id,
        type=type_,
        invoice_number=number or f"AR-{uuid4().hex[:8]}",
        invoice_date=DAY,
        due_date=due,
        total_net=net,
        total_tax=total - net,
        total_gross=total,
        lines=(line,),
    )


def a_posted_outgoing_invoice(session: Session, invoice: OutgoingInvoice) -> UUID:
    """Post an invoice or credit note to receivables and store it."""
    intent_id = uuid4()
    side = Side.DEBIT if invoice.type is InvoiceType.INVOICE else Side.CREDIT
    journal.book(
        session,
        Booking(
            intent_id=intent_id,
            booking_date=invoice.invoice_date,
            description="Beratung",
            lines=(
                Line("2000", side, invoice.total_gross, partner_id=invoice.customer_id),
                Line("4000", side.other, invoice.total_gross, "UST20"),
            ),
            source="api",
            external_reference=invoice.invoice_number,
            terms=OpenItemTerms(invoice.invoice_number, invoice.due_date),
        ),
    )
    stored = replace(invoice, intent_id=intent_id)
    return outgoing_invoice_store.create(session, uuid4(), stored)
