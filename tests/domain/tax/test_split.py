"""Net and tax never lose a cent."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from domain.tax.split import split_gross
from tests.strategies import AMOUNTS


@given(AMOUNTS, st.sampled_from(["4.9", "7", "10", "13", "19", "20"]))
def test_net_and_tax_are_the_gross(gross: Decimal, rate: str) -> None:
    """And the net is right to half a cent."""
    split = split_gross(gross, Decimal(rate))

    assert split.net + split.tax == gross
    assert abs(split.net * (100 + Decimal(rate)) / 100 - gross) < Decimal("0.01")


def test_the_sample_of_the_contract() -> None:
    """250.00 at 20 % gives 208.33 and 41.67 (semantics 10.2)."""
    split = split_gross(Decimal("250.00"), Decimal(20))

    assert (split.net, split.tax) == (Decimal("208.33"), Decimal("41.67"))
