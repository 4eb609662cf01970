"""Totals that must agree: which of the amounts on a page are net, tax and gross."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import product

from domain.money import CENT, cents
from domain.reading.layout import Passage

_TOLERANCE = 2 * CENT
_MOST = 40
_HUNDRED = Decimal(100)
_AGREED = Decimal("0.96")
_DERIVED = Decimal("0.80")
_ALONE = Decimal("0.80")


class Role(StrEnum):
    """What an amount is the total of."""

    NET = "total_net"
    TAX = "total_tax"
    GROSS = "total_gross"


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount on a page, and how strongly the words beside it speak for a role."""

    value: Decimal
    role: Role
    strength: Decimal
    passage: Passage | None = None


@dataclass(frozen=True, slots=True)
class TaxGroup:
    """Basis and tax of one rate (in percent) that fit each other."""

    rate: Decimal
    basis: Decimal
    amount: Decimal
    passage: Passage


@dataclass(frozen=True, slots=True)
class Totals:
    """The chosen amounts; `agreed` if net and tax make gross."""

    amounts: tuple[Amount, ...]
    groups: tuple[TaxGroup, ...]
    agreed: bool

    def of(self, role: Role) -> Amount | None:
        """The amount chosen for a role."""
        return next((found for found in self.amounts if found.role is role), None)


def is_sum(net: Decimal, tax: Decimal, gross: Decimal) -> bool:
    """Whether net and tax make gross within a cent.

    >>> is_sum(Decimal("473.00"), Decimal("56.87"), Decimal("529.87"))
    True
    """
    return abs(net + tax - gross) <= CENT


def fits(basis: Decimal, rate: Decimal, tax: Decimal) -> bool:
    """Whether a tax is what its basis and rate (in percent) say, within two cents.

    >>> fits(Decimal("275.00"), Decimal(7), Decimal("19.25"))
    True
    """
    return abs(cents(basis * rate / _HUNDRED) - tax) <= _TOLERANCE


def totals(amounts: Sequence[Amount], groups: Iterable[TaxGroup]) -> Totals:
    """The best set of totals: first those that agree, then the strongest alone."""
    distinct = _distinct(groups)
    by_role = {role: _strongest(amounts, role) for role in Role}
    best = max(_agreeing(by_role, distinct), key=_weight, default=None)
    if best is not None:
        return Totals(best, _fitting(distinct, best), agreed=True)
    return Totals(tuple(_alone(by_role, distinct)), distinct, agreed=False)


def _distinct(groups: Iterable[TaxGroup]) -> tuple[TaxGroup, ...]:
    """One group for each rate and basis: pages repeat them."""
    found: dict[tuple[Decimal, Decimal], TaxGroup] = {}
    for group in groups:
        found.setdefault((group.rate.normalize(), group.basis), group)
    return tuple(found.values())


def _strongest(amounts: Sequence[Amount], role: Role) -> list[Amount]:
    """The strongest amounts of a role, later ones first: totals stand at the end."""
    mine = [found for found in reversed(amounts) if found.role is role]
    return sorted(mine, key=lambda found: found.strength, reverse=True)[:_MOST]


def _agreeing(
    by_role: dict[Role, list[Amount]], groups: tuple[TaxGroup, ...]
) -> Iterator[tuple[Amount, ...]]:
    nets = [*by_role[Role.NET], *_summed(groups, Role.NET)]
    taxes = [*by_role[Role.TAX], *_summed(groups, Role.TAX)]
    sums: dict[Decimal, list[Amount]] = {}
    for tax in taxes:
        sums.setdefault(tax.value, []).append(tax)
    for net, gross in product(nets, by_role[Role.GROSS]):
        for shift in (Decimal(), CENT, -CENT):
            for tax in sums.get(gross.value - net.value + shift, ()):
                if _is_plausible(net.value, tax.value):
                    yield net, tax, gross


def _is_plausible(net: Decimal, tax: Decimal) -> bool:
    """Tax is never more than 30 % of net and has its sign."""
    return tax != 0 and abs(tax) * 10 <= abs(net) * 3 and (tax > 0) == (net > 0)


def _summed(groups: tuple[TaxGroup, ...], role: Role) -> Iterator[Amount]:
    """What the tax groups come to."""
    if groups:
        values = (group.basis if role is Role.NET else group.amount for group in groups)
        passage = groups[0].passage if len(groups) == 1 else None
        yield Amount(sum(values, Decimal()), role, Decimal("0.85"), passage)


def _weight(chosen: tuple[Amount, ...]) -> tuple[Decimal, Decimal, Decimal]:
    """Strong words first, then the larger sum: parts of an invoice agree, too."""
    strength = sum((found.strength for found in chosen), Decimal())
    gross = next(found.value for found in chosen if found.role is Role.GROSS)
    return strength.quantize(Decimal(1)), abs(gross), strength


def _fitting(groups: tuple[TaxGroup, ...], chosen: tuple[Amount, ...]) -> tuple[TaxGroup, ...]:
    """The groups, if they come to the chosen tax; otherwise those were other amounts."""
    tax = next(found.value for found in chosen if found.role is Role.TAX)
    summed = sum((group.amount for group in groups), Decimal())
    if abs(summed - tax) <= _TOLERANCE:
        return groups
    return tuple(group for group in groups if group.amount == tax)[:1]


def _alone(by_role: dict[Role, list[Amount]], groups: tuple[TaxGroup, ...]) -> Iterator[Amount]:
    """The strongest of each role; a tax that no net can have is another number."""
    largest = max((abs(found.value) for found in by_role[Role.GROSS][:1]), default=None)
    for role in Role:
        summed = () if role is Role.GROSS else tuple(_summed(groups, role))
        for found in [*by_role[role], *summed][:1]:
            is_tax = role is Role.TAX and largest is not None
            if not is_tax or abs(found.value) * 10 <= (largest or found.value) * 3:
                yield Amount(found.value, role, found.strength * _ALONE, found.passage)


def confidence_of(amount: Amount, *, agreed: bool) -> Decimal:
    """How sure a chosen total is, before its words are asked."""
    if not agreed:
        return amount.strength
    return max(amount.strength, _AGREED) if amount.passage is not None else _DERIVED
