"""Values as people write them on paper, in German and English: dates, amounts, ids."""

import re
from datetime import date
from decimal import Decimal

from domain.iban import is_iban, length_of, written

_MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan jän jänner januar january", "feb feber februar february", "mär mar märz march maerz",
         "apr april", "mai may", "jun juni june", "jul juli july", "aug august",
         "sep sept september", "okt oct oktober october", "nov november",
         "dez dec dezember december"), 1,
    )
    for name in names.split()
}  # fmt: skip
_NAME = "|".join(sorted(_MONTHS, key=len, reverse=True))

DATE = re.compile(
    r"(?<![\d.,/-])(?:"
    r"(?P<iso>\d{4})-(?P<iso_month>\d{1,2})-(?P<iso_day>\d{1,2})"
    r"|(?P<day>\d{1,2})\s?[./-]\s?(?P<month>\d{1,2})\s?[./-]\s?(?P<year>\d{4}|\d{2})"
    rf"|(?P<word_day>\d{{1,2}})\.?\s?(?P<word_month>{_NAME})\b\.?,?\s?(?P<word_year>\d{{4}})"
    rf"|(?P<us_month>{_NAME})\.?\s(?P<us_day>\d{{1,2}}),?\s(?P<us_year>\d{{4}})"
    r")(?![\d/-])",
    re.IGNORECASE,
)
AMOUNT = re.compile(
    r"(?<![\d.,/:-])(?P<sign>[-\u2013\u2212]\s?)?"
    r"(?P<whole>\d{1,3}(?:[.'\u2019]\d{3})+|\d{1,3}(?:,\d{3})+|\d{1,9})"
    r"(?P<point>[.,])(?P<cents>\d{2})(?P<trailing>-)?"
    r"(?![\d%/]|[.,:]\d|\s?%)"
)
PERCENT = re.compile(r"(?<![\d.,])(\d{1,2}(?:[.,]\d{1,2})?)\s?%")
NUMBER_WITH_DIGIT = re.compile(
    r"(?=[A-Z./_#-]*\d)[A-Z0-9](?:[A-Z0-9./_-]*[A-Z0-9])?", re.IGNORECASE
)
IBAN_START = re.compile(r"(?<![A-Z0-9])[A-Z]{2}\s?[0-9OIl]{2}(?=[\sA-Z0-9])")
VAT_ID = re.compile(
    r"(?<![A-Z0-9])(?:ATU\s?(?:\d\s?){8}|DE\s?(?:\d\s?){9}|(?:FR|ES)\s?[A-Z0-9]{2}\s?(?:\d\s?){7,9}"
    r"|NL\s?(?:\d\s?){9}B\s?\d{2}|IT\s?\d{11}|PL\s?\d{10}|BE\s?[01](?:\d\s?){9}|LU\s?\d{8}"
    r"|(?:HU|SI|DK|FI|MT)\s?\d{8}|(?:CZ|SK)\s?\d{8,10}|HR\s?\d{11}|PT\s?\d{9}|SE\s?\d{12}"
    r"|(?:EE|EL)\s?\d{9}|CHE[-.\s]?\d{3}[.\s]?\d{3}[.\s]?\d{3}|GB\s?\d{9})(?![A-Z0-9])"
)
_OCR_DIGITS = str.maketrans("OoQDIl|SsBZ", "00001115582")
_CENTURY, _PIVOT = 2000, 70
_US_STYLE = 12


def date_of(match: re.Match[str], *, month_first: bool = False) -> date | None:
    """The date a match of `DATE` means; day before month unless that cannot be.

    >>> date_of(DATE.search("vom 7. Mai 2014")), date_of(DATE.search("03/20/2023"))
    (datetime.date(2014, 5, 7), datetime.date(2023, 3, 20))
    """
    part = match.groupdict()
    if part["iso"]:
        return _date(part["iso"], part["iso_month"], part["iso_day"])
    if part["word_month"]:
        return _date(part["word_year"], _month(part["word_month"]), part["word_day"])
    if part["us_month"]:
        return _date(part["us_year"], _month(part["us_month"]), part["us_day"])
    first, second = part["day"], part["month"]
    if month_first or int(second) > _US_STYLE:
        first, second = second, first
    return _date(_full_year(part["year"]), second, first)


def amount_of(match: re.Match[str]) -> Decimal:
    """The number a match of `AMOUNT` means, in German or English notation.

    >>> [amount_of(AMOUNT.search(text)) for text in ("1.005,55", "1,005.55-", "-8,79")]
    [Decimal('1005.55'), Decimal('-1005.55'), Decimal('-8.79')]
    """
    whole = re.sub(r"\D", "", match["whole"])
    value = Decimal(f"{whole}.{match['cents']}")
    return -value if match["sign"] or match["trailing"] else value


def percent_of(match: re.Match[str]) -> Decimal:
    """The number before a percent sign.

    >>> percent_of(PERCENT.search("19,0 %"))
    Decimal('19.0')
    """
    return Decimal(match[1].replace(",", "."))


def iban_in(text: str) -> tuple[str, bool] | None:
    """An IBAN at the beginning of a text, and whether it stands there as it is.

    Letters that recognition takes for digits are tried as digits; the check digits decide.

    >>> iban_in("DE08 7009 0100 1234 5678 90 Handelsreg.")
    ('DE08700901001234567890', True)
    >>> iban_in("DEO8 7009 O100 1234 5678 90")
    ('DE08700901001234567890', False)
    """
    stored = written(text)
    length = length_of(stored[:2])
    if length is None or len(stored) < length:
        return None
    exact = stored[:length]
    if is_iban(exact):
        return exact, True
    repaired = exact[:2] + exact[2:].translate(_OCR_DIGITS)
    return (repaired, False) if is_iban(repaired) else None


def vat_id_written(text: str) -> str:
    """A VAT id as it is stored: no blanks, dots or dashes, upper case."""
    return re.sub(r"[\s.\-]", "", text).upper()


def is_vat_id_checked(vat_id: str) -> bool | None:
    """Whether the check digits of an Austrian or German VAT id hold; None for other countries.

    >>> is_vat_id_checked("ATU13585627"), is_vat_id_checked("DE136695976")
    (True, True)
    """
    if re.fullmatch(r"ATU\d{8}", vat_id):
        return _austrian_check(vat_id[3:10]) == int(vat_id[10])
    if re.fullmatch(r"DE\d{9}", vat_id):
        return _german_check(vat_id[2:10]) == int(vat_id[10])
    return None


def _austrian_check(digits: str) -> int:
    doubled = sum(sum(divmod(2 * int(digit), 10)) for digit in digits[1::2])
    total = sum(int(digit) for digit in digits[0::2]) + doubled
    return (10 - (total + 4) % 10) % 10


def _german_check(digits: str) -> int:
    """ISO 7064 mod 11,10."""
    product = 10
    for digit in digits:
        total = (int(digit) + product) % 10 or 10
        product = 2 * total % 11
    return (11 - product) % 10


def _month(name: str) -> int:
    return _MONTHS[name.lower()]


def _full_year(year: str) -> int:
    number = int(year)
    if len(year) > 2:  # noqa: PLR2004
        return number
    return number + _CENTURY - (100 if number >= _PIVOT else 0)


def _date(year: str | int, month: str | int, day: str | int) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
