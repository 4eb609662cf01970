"""A small set of payables: a vendor, an invoice in the books, a bank account."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

from sqlmodel import Session

from domain.actor import Actor
from domain.banking import statement_store
from domain.banking.account import BankAccount
from domain.ledger.booking import Booking, Line
from domain.ledger.intent import OpenItemTerms, Side
from domain.payables import invoice_store, vendor_store
from domain.payables.invoice import Invoice, InvoiceLine
from domain.payables.partner import Vendor
from domain.posting import store as journal
from tests.builders import Tenant

VENDOR_IBAN = "DE89370400440532013000"
DAY = date(2026, 3, 2)


def acting(tenant: Tenant, name: str) -> Actor:
    """A person of the tenant."""
    return tenant.people[name].actor


def a_vendor(session: Session, *, iban: str | None = VENDOR_IBAN) -> UUID:
    """Store a vendor with a name of its own."""
    vendor_id = uuid4()
    return vendor_store.create(session, vendor_id, Vendor(f"Papier {vendor_id}", iban=iban))


def an_invoice(
    vendor_id: UUID, gross: str = "120.00", *, number: str | None = None, due: date | None = None
) -> Invoice:
    """An invoice of one line over office supplies at 20 %."""
    total = Decimal(gross)
    net = (total / Decimal("1.2")).quantize(Decimal("0.01"))
    line = InvoiceLine(
        position=1,
        description="Papier",
        quantity=Decimal(1),
        unit_price=net,
        tax_rate=Decimal("0.2"),
        tax_amount=total - net,
        line_total=total,
        account_number="6815",
    )
    return Invoice(
        vendor_id=vendor_id,
        invoice_number=number or f"RE-{uuid4().hex[:8]}",
        invoice_date=DAY,
        due_date=due,
        total_net=net,
        total_tax=total - net,
        total_gross=total,
        lines=(line,),
    )


def a_posted_invoice(session: Session, invoice: Invoice) -> UUID:
    """Post an invoice to payables and store it, as the approval of a review case does."""
    intent_id = uuid4()
    journal.book(
        session,
        Booking(
            intent_id=intent_id,
            booking_date=invoice.invoice_date,
            description="Papier",
            lines=(
                Line("6815", Side.DEBIT, invoice.total_gross, "VST20"),
                Line("3300", Side.CREDIT, invoice.total_gross, partner_id=invoice.vendor_id),
            ),
            source="invoice",
            external_reference=invoice.invoice_number,
            terms=OpenItemTerms(invoice.invoice_number, invoice.due_date),
        ),
    )
    return invoice_store.create(session, uuid4(), replace(invoice, intent_id=intent_id))


def a_posted_credit_note(session: Session, invoice: Invoice) -> UUID:
    """Post a credit note the other way round, as the approval of a review case does."""
    intent_id, amount = uuid4(), -invoice.total_gross
    journal.book(
        session,
        Booking(
            intent_id=intent_id,
            booking_date=invoice.invoice_date,
            description="Gutschrift",
            lines=(
                Line("6815", Side.CREDIT, amount, "VST20"),
                Line("3300", Side.DEBIT, amount, partner_id=invoice.vendor_id),
            ),
            source="invoice",
            external_reference=invoice.invoice_number,
        ),
    )
    return invoice_store.create(session, uuid4(), replace(invoice, intent_id=intent_id))


def a_bank_account(session: Session, number: str = "2800") -> UUID:
    """Register a bank account."""
    ibans = {"2800": "AT611904300234573201", "2810": "AT483200000012345864"}
    return statement_store.open_account(
        session, uuid4(), BankAccount("Giro", ibans[number], number)
    )
