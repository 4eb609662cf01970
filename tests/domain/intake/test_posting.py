"""On which day, and on which accounts, an approved invoice is booked."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from domain.errors import InvalidInput
from domain.intake.posting import ApprovedCase, booking_of, invoice_of, nothing_findings
from domain.ledger.booking import AccountNotFound
from domain.ledger.intent import Side
from domain.payables.normalized import NormalizedInvoice, NormalizedLine
from domain.payables.prepayment import PrepaymentSetOff
from domain.payables.terms import ForeignRate
from domain.reading.document_type import DocumentType

LINE = NormalizedLine(
    position=1,
    description="Papier",
    quantity=Decimal(1),
    unit_price=Decimal(100),
    tax_rate=Decimal("0.2"),
    tax_amount=Decimal(20),
    line_total=Decimal("120.00"),
    tax_code="VST20",
)
INVOICE = NormalizedInvoice(
    document_type=DocumentType.INVOICE,
    invoice_number="R-1",
    invoice_date=date(2026, 3, 5),
    currency="EUR",
    total_net=Decimal("100.00"),
    total_tax=Decimal("20.00"),
    total_gross=Decimal("120.00"),
    line_items=(LINE,),
)
CASE = ApprovedCase(
    intent_id=UUID(int=1),
    invoice=INVOICE,
    vendor_id=UUID(int=2),
    vendor_name="Lieferant",
    default_account="6815",
    rounding_accounts=("6858", "4880"),
    payables_account="3300",
    document_id=UUID(int=3),
    document_sha256="ab" * 32,
    approved_by=UUID(int=4),
    approved_on=date(2026, 4, 2),
    fiscal_year_start=1,
)


@pytest.mark.parametrize(
    ("invoice_date", "approved_on", "start", "booked_on"),
    [
        (date(2026, 3, 5), date(2026, 4, 2), 1, date(2026, 3, 5)),
        (date(2026, 4, 3), date(2026, 4, 2), 1, date(2026, 4, 2)),
        (date(2019, 5, 15), date(2026, 4, 2), 1, date(2026, 4, 2)),
        (date(2025, 12, 31), date(2026, 1, 2), 1, date(2026, 1, 2)),
        (date(2025, 12, 31), date(2026, 1, 2), 7, date(2025, 12, 31)),
        (date(2026, 6, 30), date(2026, 7, 1), 7, date(2026, 7, 1)),
    ],
)
def test_late_invoices_are_booked_when_approved(
    invoice_date: date, approved_on: date, start: int, booked_on: date
) -> None:
    """The invoice date counts within the running fiscal year; it is always the document date."""
    invoice = replace(INVOICE, invoice_date=invoice_date)
    case = replace(CASE, invoice=invoice, approved_on=approved_on, fiscal_year_start=start)

    booking = booking_of(case)

    assert (booking.booking_date, booking.document_date) == (booked_on, invoice_date)


@pytest.mark.parametrize(
    ("invoice_date", "closed", "start", "booked_on"),
    [
        (date(2026, 3, 5), {"2026-02"}, 1, date(2026, 3, 5)),
        (date(2026, 3, 5), {"2026-03"}, 1, date(2026, 4, 1)),
        (date(2026, 1, 31), {"2026-01", "2026-02", "2026-03"}, 1, date(2026, 4, 1)),
        (date(2025, 11, 5), {"2025-11"}, 1, date(2026, 4, 2)),
        (date(2025, 11, 5), {"2025-11", "2026-04"}, 1, date(2026, 5, 1)),
        (date(2025, 11, 5), {"2025-11"}, 7, date(2025, 12, 1)),
        (date(2026, 3, 5), {f"2026-{month:02d}" for month in range(3, 13)}, 1, date(2026, 3, 5)),
        (date(2026, 3, 5), {"2026-03", "2026-04", "2026-05", "2026-06"}, 7, date(2026, 3, 5)),
    ],
)
def test_a_locked_month_is_passed_over(
    invoice_date: date, closed: set[str], start: int, booked_on: date
) -> None:
    """The first open day of the running fiscal year; without one, the books shall refuse."""
    invoice = replace(INVOICE, invoice_date=invoice_date)

    booking = booking_of(replace(CASE, invoice=invoice, closed=closed, fiscal_year_start=start))

    assert (booking.booking_date, booking.document_date) == (booked_on, invoice_date)


def test_a_chosen_day_counts_whatever_is_locked() -> None:
    """The books say whether they take it."""
    invoice = replace(INVOICE, booking_date=date(2026, 2, 1))

    booking = booking_of(replace(CASE, invoice=invoice, closed={"2026-02"}))

    assert (booking.booking_date, booking.document_date) == (date(2026, 2, 1), date(2026, 3, 5))


def test_lines_carry_gross_and_code_against_the_vendor() -> None:
    """The code is that of the line; the payable knows whom it is owed to."""
    cost, owed = booking_of(CASE).lines

    assert (cost.account, cost.side, cost.amount, cost.tax_code) == (
        "6815",
        Side.DEBIT,
        Decimal("120.00"),
        "VST20",
    )
    assert (owed.account, owed.side, owed.partner_id) == ("3300", Side.CREDIT, UUID(int=2))


def test_a_credit_note_goes_the_other_way() -> None:
    """What was owed is less."""
    invoice = replace(INVOICE, document_type=DocumentType.CREDIT_NOTE)

    cost, owed = booking_of(replace(CASE, invoice=invoice)).lines

    assert (cost.side, owed.side) == (Side.CREDIT, Side.DEBIT)
    assert invoice_of(replace(CASE, invoice=invoice)).total_gross == Decimal("-120.00")


def test_a_rounding_cent_goes_to_the_largest_sum() -> None:
    """Exactly the total of the invoice is owed."""
    invoice = replace(INVOICE, total_gross=Decimal("120.01"))

    cost, owed = booking_of(replace(CASE, invoice=invoice)).lines

    assert cost.amount == owed.amount == Decimal("120.01")


def test_a_line_needs_an_account() -> None:
    """Its own, or the vendor's default."""
    with pytest.raises(AccountNotFound):
        booking_of(replace(CASE, default_account=None))


def test_foreign_currency_is_not_booked_without_a_rate() -> None:
    """Nobody guesses a rate."""
    with pytest.raises(InvalidInput):
        booking_of(replace(CASE, invoice=replace(INVOICE, currency="GBP")))


@pytest.mark.parametrize(("rounding", "owed"), [("0.99", "120.99"), ("500.00", "120.00")])
def test_what_is_no_rounding_is_not_owed_as_one(rounding: str, owed: str) -> None:
    """Whoever accepts a sum that is called rounding does not owe it for that."""
    due = INVOICE.total_gross + Decimal(rounding)  # type: ignore[operator]
    case = replace(
        CASE, invoice=replace(INVOICE, rounding_amount=Decimal(rounding), amount_due=due)
    )

    assert case.owed == Decimal(owed)
    assert invoice_of(case).owed_amount == Decimal(owed)


def _of_nothing(*codes: str, **more: Any) -> NormalizedInvoice:
    """An invoice whose second line takes off all of the first."""
    less = replace(LINE, position=2, tax_amount=Decimal(-20), line_total=Decimal(-120))
    lines = [replace(each, tax_code=code) for each, code in zip((LINE, less), codes, strict=True)]
    none: dict[str, Any] = dict.fromkeys(("total_net", "total_tax", "total_gross"), Decimal(0))
    return replace(INVOICE, line_items=tuple(lines), **none, **more)


def test_where_nothing_is_owed_nothing_stands_on_payables() -> None:
    """In foreign currency, too; what its lines move is posted."""
    fx = ForeignRate(Decimal("1.1"), date(2026, 3, 5), "manual")
    foreign: dict[str, Any] = {"currency": "USD", "fx": fx}
    for more, amount in (({}, Decimal(120)), (foreign, Decimal("109.09"))):
        case = replace(CASE, invoice=_of_nothing("VST20", "VST10", **more))
        booking = booking_of(case)

        moves = [(line.account, line.side, line.amount) for line in booking.lines]
        assert moves == [("6815", Side.DEBIT, amount), ("6815", Side.CREDIT, amount)]
        assert booking.exchange is None
        assert invoice_of(case).owed_amount == 0


def test_what_moves_nothing_is_told() -> None:
    """Not where something is owed, moved, or set off."""
    asked = list(nothing_findings(_of_nothing("VST20", "VST20"), "6815"))
    moving = _of_nothing("VST20", "VST10")
    taken = (PrepaymentSetOff(Decimal(120), None, UUID(int=9), 2),)

    assert [each.code for each in asked] == ["NOTHING_TO_POST"]
    for other in (INVOICE, moving, _of_nothing("VST20", "VST20", set_offs=taken)):
        assert not list(nothing_findings(other, "6815"))
