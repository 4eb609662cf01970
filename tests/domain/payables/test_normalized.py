"""The normalised invoice."""

from dataclasses import replace
from decimal import Decimal

from domain.payables.normalized import NormalizedInvoice, NormalizedLine

LINE = NormalizedLine(
    7, "a", Decimal(1), Decimal("10.00"), Decimal("0.20"), Decimal("2.00"), Decimal("12.00")
)
INVOICE = NormalizedInvoice(
    total_net=Decimal("10.00"),
    total_tax=Decimal("2.00"),
    total_gross=Decimal("12.00"),
    line_items=(LINE,),
)


def test_totals_and_lines_agree_within_a_cent_each() -> None:
    """The rule of the books (semantics 4.2)."""
    assert INVOICE.adds_up
    assert replace(INVOICE, total_tax=Decimal("2.01")).adds_up
    assert not replace(INVOICE, total_tax=Decimal("2.02")).adds_up
    assert not replace(INVOICE, line_items=()).adds_up
    assert not replace(INVOICE, total_net=None).adds_up


def test_lines_are_numbered_from_one() -> None:
    """Whatever they were called before."""
    assert [line.position for line in INVOICE.renumbered().line_items] == [1]
