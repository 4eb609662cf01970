"""Values as people write them on paper, in ten languages: dates, amounts, ids."""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from domain.dates import believable
from domain.iban import is_iban, length_of, written
from domain.reading.months import MONTHS, WRITTEN, month_of


def _by_first_letter(names: Iterable[str]) -> str:
    """One pattern for many words, which looks at a letter before it tries them."""
    found: dict[str, list[str]] = {}
    for name in sorted(names, key=len, reverse=True):
        found.setdefault(name[0], []).append(name[1:])
    return (
        r"\b(?:" + "|".join(f"{first}(?:{'|'.join(rest)})" for first, rest in found.items()) + ")"
    )


_NAME = _by_first_letter({*WRITTEN, *MONTHS})
_SIGN = r"[./\-\u2010\u2011\u2013\u00b7]"
_SHORT_YEAR = r"['\u2019]\d{2}"
# `9 Jan 26`, as the British write; behind a full stop or before an hour it may be something else.
_BARE_YEAR = r"[23]\d(?!\s?(?:%|[h\u20ac$\u00a3]\b|:|Uhr\b|[ap]\.?m\b|EUR\b))"
_ROMAN = {
    "I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6, "VII": 7, "VIII": 8, "IX": 9, "X": 10,
    "XI": 11, "XII": 12,
}  # fmt: skip
_OF = r"(?:(?:de[lr]?|of|den)\s|d['\u2019]\s?)?"

DATE = re.compile(
    r"(?<![\d.,/-])(?:"
    rf"(?P<iso>\d{{4}})(?P<iso_sign>{_SIGN})\s?(?P<iso_month>\d{{1,2}})(?P=iso_sign)\s?(?P<iso_day>\d{{1,2}})"
    rf"|(?P<day>\d{{1,2}})(?:(?P<sign>{_SIGN})\s?(?P<month>\d{{1,2}})(?P=sign)\s?"
    rf"|\s(?P<apart>{_SIGN})\s(?P<month_apart>\d{{1,2}})\s(?P=apart)\s)(?P<year>\d{{4}}|\d{{2}})"
    r"|(?<!\d\s)(?P<blank_day>0\d|[12]\d|3[01])\s(?P<blank_month>0\d|1[0-2])\s(?P<blank_year>20\d{2})(?!\s\d)"
    r"|(?P<roman_day>\d{1,2})(?P<roman_sign>\s|\.\s?|[/-])(?P<roman_month>(?-i:I{1,3}|I?V|VI{1,3}|IX|XI{0,2}))"
    r"(?P=roman_sign)(?P<roman_year>\d{4})"
    rf"|(?P<word_day>\d{{1,2}})(?:\.|st|nd|rd|th|er|\u00ba)?\s?{_OF}(?P<word_month>{_NAME})\b\.?,?\s?{_OF}"
    rf"(?P<word_year>\d{{4}}|{_SHORT_YEAR})"
    rf"|(?P<bare_day>\d{{1,2}})\s(?P<bare_month>{_NAME})\s(?P<bare_year>{_BARE_YEAR})"
    rf"|(?P<dash_day>\d{{1,2}})[-/]\s?(?P<dash_month>{_NAME})[-/]\s?(?P<dash_year>\d{{4}}|\d{{2}})"
    rf"|(?P<us_month>{_NAME})\b\.?\s(?P<us_day>\d{{1,2}})(?:st|nd|rd|th)?\s?,?\s?(?P<us_year>\d{{4}})"
    rf"|(?P<year_year>\d{{4}})(?:\.\s|\s|-)(?P<year_month>{_NAME})\b\.?[\s-](?P<year_day>\d{{1,2}})"
    r")(?![\d/-]|[.,]\d)",
    re.IGNORECASE,
)
_NARROW = "\u00a0\u2007\u2009\u202f"  # blanks inside a number: `Page.lines` puts them there
_GROUPED = rf"\d{{1,3}}(?:(?:[.'\u2019\u00b4]\d{{3}})+|(?:,\d{{3}})+|(?:[{_NARROW}]\d{{3}})+)"
_CURRENCIES = (
    "EUR", "CHF", "USD", "GBP", "HUF", "CZK", "PLN", "SEK", "NOK", "DKK", "RON",
    "\u20ac", "\u00a3", "$", "Ft", "K\u010d", "z\u0142", "kr",
)  # fmt: skip
_CURRENCY = "|".join(map(re.escape, _CURRENCIES))
_BESIDE = "|".join(
    rf"(?<={re.escape(name)}{blank})" for name in _CURRENCIES for blank in ("", r"\s", r"\.\s")
)
AMOUNT = re.compile(
    rf"(?<![\d.,/:-])(?P<money>{_BESIDE})?"
    rf"(?:(?P<sign>[-\u2013\u2212])\s?|(?P<bracket>\()\s?(?=[\d.,'\u2019\u00b4{_NARROW}=\u2013\u2014-]{{1,20}}\s?(?:{_CURRENCY})?\s?\)))?"
    rf"(?P<whole>{_GROUPED}|\d{{1,9}})"
    r"(?:(?P<point>[.,])(?P<cents>\d{2}(?!\d)|[-\u2013\u2014=]{1,2}(?!\d))"
    rf"|(?=\s?(?:{_CURRENCY})(?![^\W\d_]))|(?<=\u202f\d{{3}})|(?(money)|(?!)))"
    r"(?P<trailing>-(?!\w))?"
    r"(?![\d%/]|[.,:]\d|\s?%)"
)
PERCENT = re.compile(r"(?<![\d.,])(\d{1,2}(?:[.,]\d{1,3})?)\s?%")
IBAN_START = re.compile(r"(?<![A-Z0-9])[A-Z]{2}\s?[0-9OIl]{2}(?=[\sA-Z0-9]|$)")
# Forms of VAT ids: 0 a figure, A a letter, X either, + what Ireland had once.
_VAT_FORMS = (
    "ATU00000000 BE0000000000 BG000000000 BG0000000000 CHE000000000 CY00000000A CZ00000000"
    " CZ000000000 CZ0000000000 DE000000000 DK00000000 EE000000000 EL000000000 ESX0000000X"
    " FI00000000 FRXX000000000 GB000000000"
    " HR00000000000 HU00000000 IE0+00000A IE0+00000AA IT00000000000 LT000000000"
    " LT000000000000 LU00000000 LV00000000000 MT00000000 NL000000000B00 PL0000000000 PT000000000"
    " RO0000000 RO00000000 RO000000000 RO0000000000 SE000000000000 SI00000000 SK0000000000"
)
_AFTER_COUNTRY, _BETWEEN = r"[\s.:\-]{0,3}", r"[\s.\-/]?"
_VAT_SIGNS = {"0": r"\d", "X": "[A-Z0-9]", "+": "[A-Z0-9+*]"}


def _vat_form(form: str) -> str:
    """The pattern of one form; its signs may have a blank, a dot or a dash between them."""
    country, number = form[:2], form[2:]
    signs = [_VAT_SIGNS.get(sign) or ("[A-Z]" if sign == "A" else sign) for sign in number]
    return country + _AFTER_COUNTRY + rf"{_BETWEEN}".join(signs)


_ANY_VAT_FORM = "|".join(map(_vat_form, sorted(_VAT_FORMS.split(), reverse=True)))
VAT_ID = re.compile(rf"(?<![A-Z0-9])(?:{_ANY_VAT_FORM})(?![A-Z0-9])")
_OCR_DIGITS = str.maketrans("OoQDIl|SsBZ", "00001115582")
_CENTURY, _PIVOT = 2000, 70
_US_STYLE = 12


def date_of(match: re.Match[str], *, month_first: bool = False) -> date | None:
    """The date a match of `DATE` means; day before month unless that cannot be.

    >>> date_of(DATE.search("vom 7. Mai 2014")), date_of(DATE.search("03/20/2023"))
    (datetime.date(2014, 5, 7), datetime.date(2023, 3, 20))
    """
    part = match.groupdict()
    for form in ("word", "bare", "dash", "us", "year", "blank", "roman"):
        if part[f"{form}_month"]:
            year = _full_year(part[f"{form}_year"].lstrip("'\u2019"))
            return _date(year, _month(part[f"{form}_month"]), part[f"{form}_day"])
    if part["iso"]:
        return _date(part["iso"], part["iso_month"], part["iso_day"])
    first, second = part["day"], part["month"] or part["month_apart"]
    if month_first or int(second) > _US_STYLE:
        first, second = second, first
    return _date(_full_year(part["year"]), second, first)


def amount_of(match: re.Match[str]) -> Decimal:
    """The number a match of `AMOUNT` means, in any notation; a dash stands for no cents.

    >>> texts = ("1.005,55", "1,005.55-", "-8,79", "1.900,-", "EUR 1.900", "(6'120.00)")
    >>> [str(amount_of(AMOUNT.search(text))) for text in texts]
    ['1005.55', '-1005.55', '-8.79', '1900.00', '1900.00', '-6120.00']
    """
    whole = re.sub(r"\D", "", match["whole"])
    cents = match["cents"] if (match["cents"] or "").isdigit() else "00"
    value = Decimal(f"{whole}.{cents}")
    is_minus = any(match[name] for name in ("sign", "bracket", "trailing"))
    return -value if is_minus else value


def said_amount_of(match: re.Match[str]) -> Decimal:
    """The number that a match of `AMOUNT` means in a sentence, where brackets hold a remark.

    >>> str(said_amount_of(AMOUNT.search("eine Anzahlung (4.800,00 EUR) bei Auftrag")))
    '4800.00'
    """
    return -amount_of(match) if match["bracket"] else amount_of(match)


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
    """A VAT id as it is stored: no blanks, dots, dashes or strokes, upper case."""
    return re.sub(r"[\s.:/\-]", "", text).upper()


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


def _month(text: str) -> int | None:
    """A month by its number, its Roman number or its name."""
    return int(text) if text.isdigit() else _ROMAN.get(text) or month_of(text)


def _full_year(year: str) -> int:
    number = int(year)
    if len(year) > 2:  # noqa: PLR2004
        return number
    return number + _CENTURY - (100 if number >= _PIVOT else 0)


def _date(year: str | int, month: str | int | None, day: str | int) -> date | None:
    try:
        return believable(date(int(year), int(month or 0), int(day)))
    except ValueError:
        return None
