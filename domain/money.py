"""Cents, rounding, currencies, exchange. Money is Decimal from parser to database."""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from domain.errors import Invalid

CENT = Decimal("0.01")
LIMIT = Decimal(10) ** 12
ZERO = Decimal("0.00")
BASE_CURRENCY = "EUR"

# ISO 4217 minor units that are not two.
_EXPONENTS = {
    **dict.fromkeys(
        ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND",
         "VUV", "XAF", "XOF", "XPF"), 0,
    ),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}  # fmt: skip


class InvalidAmount(Invalid):
    """Not an amount of money that the books can hold."""

    code = "INVALID_INPUT"


def exponent_of(currency: str) -> int:
    """Number of decimals of a currency (ISO 4217).

    >>> exponent_of("EUR"), exponent_of("JPY")
    (2, 0)
    """
    return _EXPONENTS.get(currency, 2)


def cents(value: Decimal) -> Decimal:
    """Round half up to the cent, as tax is rounded.

    >>> cents(Decimal("0.125"))
    Decimal('0.13')
    """
    return value.quantize(CENT, ROUND_HALF_UP)


def amount(value: Decimal | int | str, decimals: int = 2) -> Decimal:
    """Take an amount as it is or refuse it: finer than `decimals`, not finite, or 10^12 and more.

    >>> amount("12.5")
    Decimal('12.50')
    """
    try:
        number = Decimal(value)
    except (InvalidOperation, ValueError) as error:
        raise InvalidAmount(f"{value!r} is not a number.") from error
    if not number.is_finite() or abs(number) >= LIMIT:
        raise InvalidAmount(f"{number} is out of range.")
    exact = number.quantize(Decimal(1).scaleb(-decimals))
    if exact != number:
        raise InvalidAmount(f"{number} has more than {decimals} decimals.")
    return exact + 0  # minus zero becomes zero
