"""Whatever was read, the books can hold it."""

from decimal import Decimal

from domain.intake.bounds import within_bounds
from domain.invoicing.normalized import NormalizedInvoice, NormalizedLine, NormalizedVendor

LINE = NormalizedLine(
    1, "x" * 900, Decimal(3), Decimal(1) / 3, Decimal("0.2"), Decimal("0.2"), Decimal("1.2")
)


def test_texts_and_figures_are_cut() -> None:
    """Thirds and long texts fit the columns."""
    found = within_bounds(NormalizedInvoice(line_items=(LINE,), invoice_number="9" * 200))

    assert found.line_items[0].unit_price == Decimal("0.333333")
    assert len(found.line_items[0].description) == 500
    assert found.invoice_number is not None
    assert len(found.invoice_number) == 100


def test_impossible_amounts_are_unknown() -> None:
    """A misread telephone number is no total; a line with it is no line."""
    absurd = Decimal(4366412345678901)
    line = NormalizedLine(2, "", Decimal(1), absurd, Decimal("0.2"), Decimal(0), absurd)
    found = within_bounds(
        NormalizedInvoice(
            vendor=NormalizedVendor(name="A" * 300),
            total_gross=absurd,
            total_net=Decimal("1.005"),
            currency="euro",
            line_items=(line, LINE),
        )
    )

    assert (found.total_gross, found.total_net, found.currency) == (None, Decimal("1.01"), "EUR")
    assert [each.position for each in found.line_items] == [1]
    assert len(found.vendor.name or "") == 255
