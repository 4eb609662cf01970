"""Rates of VAT that Austria and Germany levy, and up to which sum an invoice may be a small one."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

_RATES = {"AT": ("20", "13", "10", "4.9"), "DE": ("19", "7")}
# Of the second half of 2020 (DE 16, 5) and until the end of 2021 (AT 5).
_PAST = ("16", "5")
_LOWEST, _HIGHEST = Decimal("2.5"), Decimal(27)

LEVIED: Mapping[str, frozenset[Decimal]] = {
    country: frozenset(map(Decimal, rates)) for country, rates in _RATES.items()
}
"""Rates in percent of today, by country; without the 19 % of Jungholz and Mittelberg."""

KNOWN: tuple[Decimal, ...] = (
    *sorted(LEVIED["AT"] | LEVIED["DE"], reverse=True),
    *map(Decimal, _PAST),
)
"""Every rate in percent of the two countries, those of the past last."""

REGULAR: frozenset[Decimal] = frozenset({Decimal(20), Decimal(19)})
"""The regular rates of today in percent (§ 10 Abs. 1 UStG, § 12 Abs. 1 UStG)."""

SMALL: Mapping[str, Decimal] = {"AT": Decimal("400.00"), "DE": Decimal("250.00")}
"""Gross sum up to which a small invoice may show its rate alone (§ 11 Abs. 6 UStG, § 33 UStDV)."""


def small_up_to(rates: Iterable[Decimal]) -> Decimal:
    """The gross sum up to which rates in percent stand for their tax: that of who levies them.

    >>> small_up_to([Decimal(20), Decimal("4.90")]), small_up_to([Decimal(20), Decimal(7)])
    (Decimal('400.00'), Decimal('250.00'))
    """
    return SMALL["AT" if LEVIED["AT"].issuperset(rates) else "DE"]


def may_be_levied(rate: Decimal) -> bool:
    """Whether a percentage may be a rate of VAT in Europe, from 2.5 (Switzerland) to 27 (Hungary).

    The few lower ones (2.1 in France) are on an invoice more likely a discount for cash.

    >>> may_be_levied(Decimal("5.5")), may_be_levied(Decimal(2)), may_be_levied(Decimal(30))
    (True, False, False)
    """
    return _LOWEST <= rate <= _HIGHEST
