"""Lines that add up."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from domain.formats.invoice_record import (
    InvoiceRecord,
    RecordLine,
    RecordParty,
    RecordPayment,
    RecordTotals,
)
from domain.intake.lines import TaxShare, record_lines, summary_lines

NETS = st.lists(
    st.integers(-100_000, 10_000_000).map(lambda value: Decimal(value) / 100),
    min_size=1,
    max_size=20,
)
RATES = st.sampled_from([Decimal(rate) for rate in ("20", "19", "13", "10", "7", "4.9", "0")])


def record(lines: list[RecordLine]) -> InvoiceRecord:
    """A record with nothing but lines."""
    nobody = RecordParty()
    return InvoiceRecord(
        syntax="CII", profile=None, type_code="380", number="1", issue_date=None,
        delivery_date=None, currency="EUR", seller=nobody, buyer=nobody, totals=RecordTotals(),
        payment=RecordPayment(), lines=tuple(lines),
    )  # fmt: skip


@given(NETS, RATES)
def test_lines_come_to_the_tax_of_their_rate(nets: list[Decimal], rate: Decimal) -> None:
    """Tax is rounded once for each rate, not once for each line; the lines follow."""
    basis = sum(nets, Decimal())
    share = TaxShare(rate / 100, basis, (basis * rate / 100).quantize(Decimal("0.01")))
    lines = record_lines(record([RecordLine("x", net=net, rate=rate) for net in nets]), [share])

    assert abs(sum((line.tax_amount or 0 for line in lines), Decimal()) - share.amount) <= Decimal(
        "0.01"
    )
    for line in lines:
        assert line.line_total is not None
        assert line.quantity is not None
        assert line.quantity > 0


def test_a_returned_quantity_becomes_a_negative_price() -> None:
    """Quantities are positive in the books."""
    item = RecordLine("zurück", Decimal(-2), Decimal("5.00"), Decimal("-10.00"), Decimal(20))
    (line,) = record_lines(record([item]), [])

    assert (line.quantity, line.unit_price, line.line_total) == (
        Decimal(2),
        Decimal("-5.00"),
        Decimal("-12.00"),
    )


def test_without_lines_there_is_one_for_each_rate() -> None:
    """The profiles MINIMUM and BASIC WL have none."""
    shares = [
        TaxShare(Decimal("0.19"), Decimal("198.00"), Decimal("37.62")),
        TaxShare(Decimal("0.07"), Decimal("275.00"), Decimal("19.25")),
    ]
    lines = record_lines(record([]), shares)

    assert lines == summary_lines("1", shares, {})
    assert [line.line_total for line in lines] == [Decimal("235.62"), Decimal("294.25")]
