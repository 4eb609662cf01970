"""Cents, rounding, currencies, exchange. Money is Decimal from parser to database."""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from domain.errors import Invalid

CENT = Decimal("0.01")
LIMIT = Decimal(10) ** 12
ZERO = Decimal("0.00")
BASE_CURRENCY = "EUR"

# ISO 4217 without metals and codes for tests; what has ended still stands in old documents.
_ISO_4217 = """
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BOV BRL BSD
BTN BWP BYN BZD CAD CDF CHE CHF CHW CLF CLP CNY COP COU CRC CUC CUP CVE CZK DJF DKK DOP
DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HRK HTG HUF IDR ILS
INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD
MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR
PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SLL SOS
SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD USN UYI UYU UYW
UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG ZWL
"""
CURRENCIES = frozenset(_ISO_4217.split())

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


_UNITS = tuple(Decimal(1).scaleb(-decimals) for decimals in range(19))


def exponent_of(currency: str) -> int:
    """Number of decimals of a currency (ISO 4217).

    >>> exponent_of("EUR"), exponent_of("JPY")
    (2, 0)
    """
    return _EXPONENTS.get(currency, 2)


def currency_of(written: str | None) -> str | None:
    """The currency a code is, None for anything else: a sign, a name, a code of no currency.

    >>> currency_of("eur"), currency_of(" USD "), currency_of("€"), currency_of("EUX")
    ('EUR', 'USD', None, None)
    """
    code = (written or "").strip().upper()
    return code if code in CURRENCIES else None


def written(amount: Decimal) -> str:
    """An amount with two decimals, as it is stored and hashed.

    >>> written(Decimal("100")), written(Decimal("0.10"))
    ('100.00', '0.10')
    """
    text = str(amount)
    return text if text[-3:-2] == "." else f"{amount:.2f}"


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
    if not number.is_finite() or not -LIMIT < number < LIMIT:
        raise InvalidAmount(f"{number} is out of range.")
    exact = number.quantize(_UNITS[decimals])
    if exact != number:
        raise InvalidAmount(f"{number} has more than {decimals} decimals.")
    return exact + 0  # minus zero becomes zero
