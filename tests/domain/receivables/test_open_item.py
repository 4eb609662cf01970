"""What customers owe, grouped."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from domain.payables.invoice import InvoiceStatus
from domain.receivables.open_item import OpenReceivable, by_customer
from domain.receivables.outgoing_invoice import InvoiceType

ONE, OTHER = UUID(int=1), UUID(int=2)
INVOICE = OpenReceivable(
    invoice_id=UUID(int=9),
    type=InvoiceType.INVOICE,
    invoice_number="AR-1",
    invoice_date=date(2026, 3, 2),
    due_date=date(2026, 4, 1),
    currency="EUR",
    total_gross=Decimal(120),
    status=InvoiceStatus.OPEN,
    remaining_amount=Decimal(120),
    remaining_base=Decimal(120),
)


def test_credit_notes_are_netted() -> None:
    """Open 120 and 110 (of 121 dollars), 30 of credit notes: 200 net; customers by name."""
    dollars = replace(INVOICE, currency="USD", remaining_amount=Decimal(121))
    dollars = replace(dollars, remaining_base=Decimal(110), due_date=date(2026, 3, 20))
    credit_note = replace(INVOICE, type=InvoiceType.CREDIT_NOTE, due_date=None)
    credit_note = replace(credit_note, remaining_amount=Decimal(30), remaining_base=Decimal(-30))

    groups = by_customer(
        [
            (ONE, "muster", INVOICE),
            (OTHER, "Adler", INVOICE),
            (ONE, "muster", credit_note),
            (ONE, "muster", dollars),
        ]
    )

    assert [group.customer_id for group in groups] == [OTHER, ONE]
    assert groups[1].invoices == (dollars, INVOICE, credit_note)
    found = groups[1].total_open, groups[1].credit_note_total, groups[1].net_open
    assert found == (Decimal(230), Decimal(30), Decimal(200))
