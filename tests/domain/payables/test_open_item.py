"""Open items by partner."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from domain.payables.invoice import InvoiceStatus
from domain.payables.open_item import OpenInvoice, by_partner


def invoice(number: int, remaining: Decimal, due: date | None) -> OpenInvoice:
    """One unpaid invoice."""
    return OpenInvoice(
        invoice_id=UUID(int=number),
        invoice_number=str(number),
        invoice_date=date(2026, 1, 1),
        due_date=due,
        currency="EUR",
        total_gross=remaining,
        status=InvoiceStatus.OPEN,
        remaining_amount=remaining,
        remaining_base=remaining,
    )


def test_partners_by_name_and_oldest_due_date_first() -> None:
    """Who has no due date comes last."""
    anna, bert = UUID(int=1), UUID(int=2)
    found = by_partner(
        [
            (bert, "bert", invoice(1, Decimal(5), None)),
            (bert, "bert", invoice(2, Decimal(6), date(2026, 2, 1))),
            (anna, "Anna", invoice(3, Decimal(7), date(2026, 3, 1))),
        ]
    )
    assert [group.partner_name for group in found] == ["Anna", "bert"]
    assert [one.invoice_number for one in found[1].invoices] == ["2", "1"]
    assert found[1].total_open == Decimal(11)


def test_what_is_left_in_another_currency_counts_as_it_was_booked() -> None:
    """Dollars are not added to euros."""
    home = invoice(1, Decimal(100), None)
    abroad = replace(home, currency="USD", remaining_base=Decimal("92.59"))
    (group,) = by_partner([(UUID(int=1), "Anna", each) for each in (home, abroad)])
    assert group.total_open == Decimal("192.59")
