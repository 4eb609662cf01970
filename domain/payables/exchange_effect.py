"""What an exchange makes of foreign items that are closed: their value in EUR, gain or loss.

Payments and clearings post it alike.
"""

from decimal import Decimal

from domain.ledger.account import AccountRole
from domain.ledger.booking import Line
from domain.ledger.chart import Chart, role
from domain.ledger.intent import Side
from domain.money import CENT, ZERO, cents


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
