"""Rates that somebody states, held against the reference rates that the books know."""

from decimal import Decimal

from domain.formats.ecb_rates import ECB

_MOST_APART = Decimal("0.05")
"""Banks and card companies are some two per cent away from the reference rate; a slip of the
decimal point, a rate turned over or one of another currency is further.
"""


def contradicts(rate: Decimal, source: str, known: Decimal) -> bool:
    """Whether a stated rate cannot be what it is said to be.

    `known` is the reference rate of the day. What is said to be the ECB's is that rate; any
    other is within five per cent of it.

    >>> contradicts(Decimal("1.1"), "ECB", Decimal("1.15"))
    True
    >>> contradicts(Decimal("1.1300"), "bank", Decimal("1.15"))
    False
    """
    if source == ECB:
        return rate != known
    return abs(rate - known) > known * _MOST_APART
