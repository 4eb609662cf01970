"""Rate, basis and tax on one line."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.money import cents
from domain.reading.layout import Box, Passage
from domain.reading.tax_groups import (
    TaxLine,
    apart,
    fits,
    groups_in,
    making,
    proven,
    tax_lines_in,
)
from tests.layouts import typed

TEXT = "7%   275,00   19,25\n19%   198,00   37,62\n19%   5,00   6,00"


def test_rate_basis_and_tax_on_one_line_prove_each_other() -> None:
    """No label is needed."""
    assert [(group.rate, group.basis, group.amount) for group in groups_in(typed(TEXT))] == [
        (Decimal(7), Decimal("275.00"), Decimal("19.25")),
        (Decimal(19), Decimal("198.00"), Decimal("37.62")),
    ]


def test_only_groups_that_come_to_the_tax_are_those_of_the_invoice() -> None:
    """All of them, or some; none if nothing fits."""
    groups = groups_in(typed(TEXT))

    assert making(groups, Decimal("473.00"), Decimal("56.87")) == groups
    assert making(groups, Decimal("275.00"), Decimal("19.25")) == groups[:1]
    assert making(groups, Decimal("100.00"), Decimal("20.00")) == ()


@given(st.integers(100, 10_000_000), st.sampled_from(["20", "19", "13", "10", "7", "4.9"]))
def test_tax_fits_its_basis_and_no_other_rate_above_a_euro(amount: int, rate: str) -> None:
    """Within two cents."""
    net = Decimal(amount) / 100
    tax = (net * Decimal(rate) / 100).quantize(Decimal("0.01"))

    assert fits(net, Decimal(rate), tax)
    assert not fits(net, Decimal(rate) + 5, tax)


RECEIPT = """
zzgl. 20 % USt     10,00
zzgl. 10 % USt      3,00
abzgl. 5 % Rabatt  -2,00
Zu zahlen          93,00
"""


def test_taxes_without_a_basis_are_proven_by_the_total() -> None:
    """Two rates make what is paid; the discount is no tax, and no one of them is all of it."""
    lines = tax_lines_in(typed(RECEIPT))

    found = proven(lines, None, Decimal("93.00"))

    assert [(group.rate, group.basis, group.amount) for group in found] == [
        (Decimal(20), Decimal("50.00"), Decimal("10.00")),
        (Decimal(10), Decimal("30.00"), Decimal("3.00")),
    ]
    assert proven(lines, Decimal("80.00"), Decimal("93.00")) == found
    assert proven(lines, Decimal("70.00"), Decimal("93.00")) == ()
    assert proven(lines, None, Decimal("95.00")) == ()


@given(st.integers(1000, 1_000_000), st.integers(1000, 1_000_000))
def test_bases_of_two_rates_are_told_to_some_cents(first: int, second: int) -> None:
    """Together they are exact, and each is as near as its tax, which is rounded, can say."""
    bases = [Decimal(first) / 100, Decimal(second) / 100]
    taxes = [cents(bases[0] * 20 / 100), cents(bases[1] * 10 / 100)]
    where = Passage("", 1, Box(0, 0, 1, 1), Decimal(1))
    lines = [TaxLine(Decimal(20), taxes[0], where), TaxLine(Decimal(10), taxes[1], where)]

    found = proven(lines, None, sum(bases + taxes, Decimal()))

    assert sum(group.basis for group in found) == sum(bases)
    assert all(
        abs(group.basis - basis) <= Decimal("0.10")
        for group, basis in zip(found, bases, strict=True)
    )


APART = {
    "a sentence tells the rate": ("Alle Preise inkl. 20 % MwSt\nGesamt 120,00\nTax 20,00", None),
    "no word that is known": ("Satz 20 %\nWaren 100,00\nAbgeführt 20,00\nGesamt 120,00", "100.00"),
}
NOT_APART = {
    "no word and no net total": ("Satz 20 %\nAbgeführt 20,00\nGesamt 120,00", None),
    "a word that nobody knows": ("Regie 20 %\nWaren 100,00\nDavon 20,00\nGesamt 120,00", "100.00"),
    "another share where VAT is spoken of": (
        "Anteil Regie 20 %\nDavon 20,00\nGesamt 120,00\nUSt nicht ausgewiesen",
        None,
    ),
    "another share": ("Bedienung 20 %\nWaren 100,00\nDienst 20,00\nGesamt 120,00", "100.00"),
    "not to the cent": ("Satz 20 %\nWaren 100,00\nAbgeführt 20,01\nGesamt 120,00", "100.00"),
    "no rate": ("Waren 100,00\nVersand 20,00\nGesamt 120,00", "100.00"),
    "no tax is owed": (
        "Kleinunternehmer gemäß § 19 UStG\nSatz 20 %\nWaren 100,00\nAnteil 20,00\nGesamt 120,00",
        "100.00",
    ),
    "two rates that are printed": ("VAT 20 %, 25 %\nA 20,00\nB 24,00\nTotal 120,00", None),
}


@pytest.mark.parametrize(("text", "net"), APART.values(), ids=APART)
def test_tax_and_rate_may_stand_apart(text: str, net: str | None) -> None:
    """The rate makes the printed tax of the total to the cent."""
    found = apart(typed(text), Decimal("120.00"), None if net is None else Decimal(net))

    assert found is not None
    assert (found.rate, found.amount) == (Decimal(20), Decimal("20.00"))


@pytest.mark.parametrize(("text", "net"), NOT_APART.values(), ids=NOT_APART)
def test_what_no_rate_proves_is_no_tax(text: str, net: str | None) -> None:
    """A share of something else, an amount that is near, or two that may be it."""
    assert apart(typed(text), Decimal("120.00"), None if net is None else Decimal(net)) is None
