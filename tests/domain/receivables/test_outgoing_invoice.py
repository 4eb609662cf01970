"""Outgoing invoices: what they say of themselves, and the status that follows."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from domain.errors import InvalidInput
from domain.ledger.intent import Side
from domain.receivables.outgoing_invoice import InvoiceType, status_of
from tests.receivables import an_outgoing_invoice

CUSTOMER = UUID(int=1)
TODAY = date(2026, 4, 1)


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"invoice_number": " "}, "/invoice_number"),
        ({"currency": "XYZ"}, "/currency"),
        ({"notes": "x" * 2001}, "/notes"),
        ({"lines": ()}, "/lines"),
        ({"total_gross": Decimal("120.02")}, "/total_gross"),
        ({"total_gross": Decimal(-120), "total_net": Decimal(-120)}, "/total_gross"),
        ({"total_gross": Decimal("120.02"), "total_net": Decimal("100.02")}, "/total_gross"),
    ],
)
def test_what_contradicts_itself_is_refused(changes: dict[str, Any], pointer: str) -> None:
    """Each with the field that is wrong."""
    with pytest.raises(InvalidInput) as refused:
        replace(an_outgoing_invoice(CUSTOMER), **changes)
    assert refused.value.fields[0].pointer == pointer


def test_lines_have_positions_of_their_own() -> None:
    """Two lines at one position are a mistake."""
    invoice = an_outgoing_invoice(CUSTOMER)
    with pytest.raises(InvalidInput):
        replace(invoice, lines=invoice.lines * 2)


def test_a_claim_is_a_debit_and_that_of_a_credit_note_a_credit() -> None:
    """Amounts of a credit note are positive; its type says the side."""
    invoice = an_outgoing_invoice(CUSTOMER)
    credit_note = replace(invoice, type=InvoiceType.CREDIT_NOTE)

    assert (invoice.claim.side, invoice.claim.total_gross) == (Side.DEBIT, Decimal(120))
    assert (credit_note.claim.side, credit_note.claim.total_gross) == (Side.CREDIT, Decimal(-120))


@pytest.mark.parametrize(
    ("type_", "linked", "remaining", "due", "status"),
    [
        (InvoiceType.INVOICE, False, 120, None, "draft"),
        (InvoiceType.INVOICE, True, 120, None, "open"),
        (InvoiceType.INVOICE, True, 120, TODAY, "open"),
        (InvoiceType.INVOICE, True, 20, None, "partially_paid"),
        (InvoiceType.INVOICE, True, 20, date(2026, 3, 31), "overdue"),
        (InvoiceType.INVOICE, True, 0, date(2026, 3, 31), "paid"),
        (InvoiceType.CREDIT_NOTE, False, 120, None, "draft"),
        (InvoiceType.CREDIT_NOTE, True, 120, date(2026, 3, 31), "open"),
        (InvoiceType.CREDIT_NOTE, True, 20, date(2026, 3, 31), "partially_paid"),
        (InvoiceType.CREDIT_NOTE, True, 0, None, "paid"),
    ],
)
def test_the_status_follows(
    *, type_: InvoiceType, linked: bool, remaining: int, due: date | None, status: str
) -> None:
    """From the link, what remains and the day; a credit note is open, and never overdue."""
    found = status_of(
        type_,
        is_linked=linked,
        gross=Decimal(120),
        remaining=Decimal(remaining),
        due_date=due,
        today=TODAY,
    )
    assert found.value == status
