"""What an exchange makes of foreign items that are closed: their value in EUR, gain or loss.

Payments and clearings post it alike.
"""

from decimal import Decimal

from domain.errors import Unprocessable
from domain.ledger.account import AccountRole
from domain.ledger.booking import Line
from domain.ledger.chart import Chart, role
from domain.ledger.intent import Side
from domain.money import CENT, ZERO, cents

_HUNDRED = 100


class FxDifferenceImplausible(Unprocessable):
    """An exchange made more of the booking value than the tenant takes without a person."""

    def __init__(self, difference: Decimal, value: Decimal, limit: Decimal) -> None:
        super().__init__(
            f"{difference:.2f} EUR is more than {limit:f} % of the booking value {value:.2f};"
            " say how much of the item is settled, or that it is to be closed all the same.",
            difference=f"{difference:.2f}",
            booking_value=f"{value:.2f}",
            limit_percent=f"{limit:f}",
        )


def check_plausible(effect: Decimal, value: Decimal, percent: Decimal) -> None:
    """Refuse a gain or loss beyond a part of what was booked. Raises FX_DIFFERENCE_IMPLAUSIBLE."""
    if abs(effect) * _HUNDRED > value * percent:
        raise FxDifferenceImplausible(effect, value, percent)


def booked_at(remaining: Decimal, left: Decimal, amount: Decimal) -> Decimal:
    """What an amount of an item, in its currency, was booked at in EUR: its share of the rest.

    `remaining` is what is left of the item in EUR, `left` in its currency. A part leaves a cent
    at least; what is worth less than a cent comes to nothing or below.

    >>> booked_at(Decimal(200), Decimal(230), Decimal(115))
    Decimal('100.00')
    """
    if amount == left:
        return remaining
    return min(cents(remaining * amount / left), remaining - CENT)


def effect_line(effect: Decimal, chart: Chart) -> Line:
    """Realised gain or loss; debit beyond credit is a gain: more came in, or less went out."""
    is_gain = effect > ZERO
    account = role(chart, AccountRole.FX_GAIN if is_gain else AccountRole.FX_LOSS)
    return Line(account, Side.CREDIT if is_gain else Side.DEBIT, abs(effect))
