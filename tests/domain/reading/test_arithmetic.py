"""Totals that agree win over totals that are only labelled."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from domain.reading.arithmetic import Amount, Role, confidence_of, fits, is_sum, totals

STRONG, WEAK = Decimal("0.9"), Decimal("0.4")
NETS = st.integers(100, 10_000_000).map(lambda value: Decimal(value) / 100)
RATES = st.sampled_from([Decimal(rate) for rate in ("20", "19", "13", "10", "7", "4.9")])


def amount(role: Role, value: Decimal, strength: Decimal = STRONG) -> Amount:
    """An amount without a place."""
    return Amount(value, role, strength)


@given(NETS, RATES, st.lists(NETS, max_size=5))
def test_the_set_that_adds_up_is_found_among_others(
    net: Decimal, rate: Decimal, others: list[Decimal]
) -> None:
    """However many stronger amounts contradict each other."""
    tax = (net * rate / 100).quantize(Decimal("0.01"))
    noise = [amount(Role.GROSS, 7 * other + net, WEAK) for other in others]
    chosen = totals(
        [*noise, amount(Role.NET, net), amount(Role.TAX, tax), amount(Role.GROSS, net + tax)], ()
    )

    found = {role: found.value for role in Role if (found := chosen.of(role)) is not None}
    assert is_sum(found[Role.NET], found[Role.TAX], found[Role.GROSS])
    if tax:
        assert chosen.agreed


@given(NETS, RATES)
def test_tax_fits_its_basis_and_no_other_rate_above_a_euro(net: Decimal, rate: Decimal) -> None:
    """Within two cents."""
    tax = (net * rate / 100).quantize(Decimal("0.01"))

    assert fits(net, rate, tax)
    assert not fits(net, rate + 5, tax + 0) or net < 1


def test_a_lone_gross_total_is_kept_and_doubted() -> None:
    """Nothing confirms it, so it is less sure than its label."""
    chosen = totals([amount(Role.GROSS, Decimal("34.73"))], ())
    gross = chosen.of(Role.GROSS)

    assert gross is not None
    assert not chosen.agreed
    assert confidence_of(gross, agreed=False) < STRONG


def test_nothing_comes_of_nothing() -> None:
    """No total is made up."""
    assert totals([], ()).amounts == ()
