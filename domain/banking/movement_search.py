"""What a person looks for among movements: words, an account, an amount, in one field."""

import re
from dataclasses import dataclass
from decimal import Decimal

from domain.money import LIMIT

_EURO = re.compile(r"€|EUR\b", re.IGNORECASE)
_BLANKS = re.compile(r"[\s\u00a0\u202f]+")
_PLAIN = re.compile(r"[0-9]{1,12}(?:[.,][0-9]{1,2})?")
# Groups of three, divided by one kind of mark; another one before the cents.
_GROUPED = re.compile(
    r"[0-9]{1,3}(?P<mark>[.,'\u2019])[0-9]{3}(?:(?P=mark)[0-9]{3}){0,2}(?:(?!(?P=mark))[.,][0-9]{1,2})?"
)
_CENTS = re.compile(r"[.,]([0-9]{1,2})$")
_LEAST_IBAN = 5


@dataclass(frozen=True, slots=True)
class Sought:
    """Words as they were typed; what they are as an amount, and as a piece of an IBAN, if they are.

    An amount without a sign is looked for in both directions.
    """

    words: str
    amount: Decimal | None = None
    is_signed: bool = False
    iban: str | None = None


def sought(words: str) -> Sought:
    """What words may mean, all of it at once.

    >>> sought("1.234,50 €").amount, sought("1,234").amount, sought("-12").is_signed
    (Decimal('1234.50'), Decimal('1234'), True)
    >>> sought("AT61 1904 3002").iban, sought("RE 7").iban, sought("Huber").amount
    ('AT6119043002', None, None)
    """
    bare = _BLANKS.sub("", words)
    sign, figures = _signed(_EURO.sub("", bare))
    found = None
    if _PLAIN.fullmatch(figures) or _GROUPED.fullmatch(figures):
        cents = _CENTS.search(figures)
        whole = figures[: cents.start()] if cents else figures
        digits = re.sub(r"[^0-9]", "", whole)
        value = Decimal(f"{digits}.{cents[1]}" if cents else digits)
        found = (-value if sign == "-" else value) if value < LIMIT else None
    is_iban = len(bare) >= _LEAST_IBAN and bare.isascii() and bare.isalnum()
    return Sought(
        words,
        found,
        is_signed=bool(sign) and found is not None,
        iban=bare.upper() if is_iban else None,
    )


def _signed(figures: str) -> tuple[str, str]:
    plain = figures.replace("\u2212", "-").replace("\u2013", "-")
    return (plain[0], plain[1:]) if plain[:1] in {"+", "-"} else ("", plain)
