"""What of an invoice is due, to whom, how and when: one model from every source to the payment."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from domain.iban import written
from domain.plain_text import on_one_line

_MOST_ROUNDED = {"HUF": Decimal(5)}
_MOST_ROUNDED_ELSEWHERE = Decimal(1)


class PaymentMethod(StrEnum):
    """How an invoice is paid; only what is transferred is paid by a payment run."""

    TRANSFER = "transfer"
    DIRECT_DEBIT = "direct_debit"
    CARD = "card"
    CASH = "cash"
    OTHER = "other"
    PAID = "paid"


class TermKind(StrEnum):
    """What a term offers or asks for."""

    NET = "net"
    DISCOUNT = "discount"
    INSTALMENT = "instalment"


@dataclass(frozen=True, slots=True)
class PaymentTerm:
    """One term: until a day, with a discount in percent, or an instalment of an amount.

    >>> PaymentTerm(TermKind.DISCOUNT, date(2026, 3, 16), percent=Decimal(3)).kind.value
    'discount'
    """

    kind: TermKind
    due_date: date | None = None
    percent: Decimal | None = None
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Payee:
    """Who is paid where that is not the seller (BG-10), or whose account it is (BT-85).

    >>> Payee("Bank AG", "at61 1904 3002 3457 3201").iban
    'AT611904300234573201'
    """

    name: str
    iban: str | None = None
    bic: str | None = None

    def __post_init__(self) -> None:
        """Bring name, IBAN and BIC into the form in which they are stored and compared."""
        object.__setattr__(self, "name", on_one_line(self.name))
        for name in ("iban", "bic"):
            value = getattr(self, name)
            object.__setattr__(self, name, written(value) or None if value else None)


@dataclass(frozen=True, slots=True)
class ForeignRate:
    """Units of the document's currency for one EUR, of a day; the source is ECB, manual or bank."""

    rate: Decimal
    rate_date: date
    source: str


def is_rounding(amount: Decimal, currency: str | None) -> bool:
    """Whether a sum can be the rounding of a total (BT-114): less than the unit that it rounds to.

    That is one whole unit at most; five forints, whose smaller coins are gone.

    >>> is_rounding(Decimal("-0.03"), "EUR"), is_rounding(Decimal(500), "EUR")
    (True, False)
    """
    return abs(amount) < _MOST_ROUNDED.get(currency or "", _MOST_ROUNDED_ELSEWHERE)
