"""From an approved case to the books: whatever the lines, exactly the total is owed."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from hypothesis import assume, given
from hypothesis import strategies as st

from domain.intake.posting import ApprovedCase, booking_of
from domain.invoicing.normalized import NormalizedInvoice, NormalizedLine
from domain.ledger.intent import Side
from domain.money import CENT
from domain.reading.document_type import DocumentType

PAYABLES = "3300"
RATES = st.sampled_from([Decimal("0.20"), Decimal("0.10"), Decimal(0)])
CENTS = st.integers(min_value=-50_000, max_value=500_000).map(lambda n: n * CENT)


def line(total: Decimal, rate: Decimal = Decimal("0.20"), **changes: object) -> NormalizedLine:
    """A line of a gross total."""
    tax = total - (total / (1 + rate)).quantize(CENT)
    made = NormalizedLine(1, "Papier", Decimal(1), total - tax, rate, tax, total)
    return replace(made, **changes)  # type: ignore[arg-type]


def case(*lines: NormalizedLine, gross: Decimal | None = None, **changes: object) -> ApprovedCase:
    """An approved case with these lines."""
    total = sum((each.line_total for each in lines), Decimal()) if gross is None else gross
    tax = sum((each.tax_amount for each in lines), Decimal())
    invoice = NormalizedInvoice(
        document_type=DocumentType.INVOICE,
        invoice_number="R-1",
        invoice_date=date(2026, 3, 2),
        total_net=total - tax,
        total_tax=tax,
        total_gross=total,
        line_items=lines,
    ).renumbered()
    return ApprovedCase(
        intent_id=UUID(int=1),
        invoice=replace(invoice, **changes),  # type: ignore[arg-type]
        vendor_id=UUID(int=2),
        vendor_name="Papier GmbH",
        default_account="5000",
        payables_account=PAYABLES,
        document_id=UUID(int=3),
        document_sha256="0" * 64,
        approved_by=None,
        approved_on=date(2026, 3, 3),
        fiscal_year_start=1,
    )


@given(
    st.lists(st.builds(line, CENTS, RATES), min_size=1, max_size=8),
    st.integers(min_value=-3, max_value=3),
    st.sampled_from([DocumentType.INVOICE, DocumentType.CREDIT_NOTE]),
)
def test_the_booking_balances_at_the_total(
    lines: list[NormalizedLine], off: int, kind: DocumentType
) -> None:
    """Debits and credits are equal, payables move by the gross total."""
    gross = sum((each.line_total for each in lines), Decimal()) + off * CENT
    assume(gross > 0)

    booking = booking_of(case(*lines, gross=gross, document_type=kind))

    moved = [each.plain.signed for each in booking.lines]
    (owed,) = [each for each in booking.lines if each.account == PAYABLES]
    assert sum(moved) == 0
    assert owed.amount == gross
    assert owed.side is (Side.CREDIT if kind is DocumentType.INVOICE else Side.DEBIT)


def test_a_code_follows_from_the_rate() -> None:
    """Unless the line names one; none at zero."""
    lines = (
        line(Decimal(120)),
        line(Decimal(100), Decimal(0)),
        line(Decimal(50), Decimal(0), tax_code="VST-RC20"),
    )

    codes = [each.tax_code for each in booking_of(case(*lines)).lines]

    assert codes == ["VST20", None, "VST-RC20", None]


def test_lines_of_one_account_and_code_are_one_sum() -> None:
    """So that tax is rounded once."""
    lines = [line(Decimal("0.05")) for _ in range(100)]

    booking = booking_of(case(*lines))

    assert [each.amount for each in booking.lines] == [Decimal(5), Decimal(5)]
