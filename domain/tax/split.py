"""Net, tax and gross; self-assessment."""

from dataclasses import dataclass
from decimal import Decimal

from domain.money import cents

HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Split:
    """A gross amount as net and tax."""

    net: Decimal
    tax: Decimal


def split_gross(gross: Decimal, rate: Decimal) -> Split:
    """Split a gross amount at a rate in percent; net rounds half up, tax is the rest.

    >>> split_gross(Decimal("250.00"), Decimal(20))
    Split(net=Decimal('208.33'), tax=Decimal('41.67'))
    """
    net = cents(gross / (1 + rate / HUNDRED))
    return Split(net, gross - net)


def tax_on(net: Decimal, rate: Decimal) -> Decimal:
    """Tax owed on a net amount at a rate in percent, rounded half up.

    >>> tax_on(Decimal("33.33"), Decimal(19))
    Decimal('6.33')
    """
    return cents(net * rate / HUNDRED)
