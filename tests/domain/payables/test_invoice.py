"""Incoming invoices."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from domain.errors import InvalidInput
from domain.money import InvalidAmount
from domain.payables.invoice import Invoice, InvoiceLine, InvoiceStatus, status_of

LINE = InvoiceLine(
    position=1,
    description="Toner",
    quantity=Decimal(2),
    unit_price=Decimal("50.00"),
    tax_rate=Decimal("0.2"),
    tax_amount=Decimal("20.00"),
    line_total=Decimal("120.00"),
)
INVOICE = Invoice(
    vendor_id=UUID(int=1),
    invoice_number=" RE-1 ",
    invoice_date=date(2026, 3, 1),
    total_net=Decimal("100.00"),
    total_tax=Decimal("20.00"),
    total_gross=Decimal("120.00"),
    lines=(LINE,),
)


def test_totals_may_differ_by_a_cent_and_no_more() -> None:
    """The tolerance of the contract."""
    assert INVOICE.invoice_number == "RE-1"
    assert replace(INVOICE, total_gross=Decimal("120.01")).total_gross == Decimal("120.01")
    for changes in (
        {"total_gross": Decimal("120.02")},
        {"total_net": Decimal("90.00")},
        {"lines": (replace(LINE, line_total=Decimal("110.00")),)},
        {"lines": ()},
        {"invoice_number": " "},
        {"currency": "eur"},
    ):
        with pytest.raises(InvalidInput):
            replace(INVOICE, **changes)


@pytest.mark.parametrize(
    "changes",
    [{"position": 0}, {"quantity": Decimal(0)}, {"tax_rate": Decimal(20)},
     {"tax_rate": Decimal("-0.1")}],
)  # fmt: skip
def test_figures_that_no_line_has_are_refused(changes: dict[str, Decimal]) -> None:
    """Position, quantity and rate."""
    with pytest.raises(InvalidInput):
        replace(LINE, **changes)  # type: ignore[arg-type]


def test_parts_of_cents_are_refused() -> None:
    """Money has two decimals."""
    with pytest.raises(InvalidAmount):
        replace(LINE, line_total=Decimal("120.005"))


@pytest.mark.parametrize(
    ("is_linked", "remaining", "due", "status"),
    [
        (False, "120", None, "draft"),
        (True, "120", None, "open"),
        (True, "120", date(2026, 3, 10), "open"),
        (True, "120", date(2026, 3, 9), "overdue"),
        (True, "1", date(2026, 3, 9), "overdue"),
        (True, "1", None, "partially_paid"),
        (True, "0", date(2026, 3, 9), "paid"),
    ],
)
def test_the_status_follows_from_what_remains(
    is_linked: bool,  # noqa: FBT001
    remaining: str,
    due: date | None,
    status: str,
) -> None:
    """Overdue wins over open and partially paid; on the due day nothing is overdue."""
    found = status_of(
        is_linked=is_linked,
        gross=Decimal(120),
        remaining=Decimal(remaining),
        due_date=due,
        today=date(2026, 3, 10),
    )
    assert found is InvoiceStatus(status)


@pytest.mark.parametrize(
    ("remaining", "status"), [("-120", "open"), ("-20", "partially_paid"), ("0", "paid")]
)
def test_a_credit_note_is_open_below_zero_and_never_overdue(remaining: str, status: str) -> None:
    """What is left of it lowers what the vendor is owed."""
    found = status_of(
        is_linked=True,
        gross=Decimal(-120),
        remaining=Decimal(remaining),
        due_date=date(2026, 3, 1),
        today=date(2026, 3, 10),
    )
    assert found is InvoiceStatus(status)
