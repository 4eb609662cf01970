"""IBAN: written form, length for each country, check digits (ISO 13616)."""

import re

# Length of the IBAN for each country of the SWIFT registry.
_LENGTHS = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22,
    "BI": 27, "BR": 29, "BY": 28, "CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DJ": 27,
    "DK": 18, "DO": 28, "EE": 20, "EG": 29, "ES": 24, "FI": 18, "FK": 18, "FO": 18, "FR": 27,
    "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28, "HN": 28, "HR": 21, "HU": 28,
    "IE": 22,
    "IL": 23, "IQ": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28, "LC": 32,
    "LI": 21, "LT": 20, "LU": 20, "LV": 21, "LY": 25, "MC": 27, "MD": 24, "ME": 22, "MK": 19,
    "MN": 20, "MR": 27, "MT": 31, "MU": 30, "NI": 28, "NL": 18, "NO": 15, "OM": 23, "PK": 24,
    "PL": 28, "PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22, "RU": 33, "SA": 24, "SC": 31,
    "SD": 18, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "SO": 23, "ST": 25, "SV": 28, "TL": 23,
    "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24, "XK": 20, "YE": 30,
}  # fmt: skip

_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")


def written(value: str) -> str:
    """An IBAN as it is stored: without blanks, in upper case.

    >>> written(" at61 1904 3002 3457 3201 ")
    'AT611904300234573201'
    """
    return re.sub(r"\s", "", value).upper()


def is_iban(value: str) -> bool:
    """Say whether length and check digits are right; the value must be in its stored form.

    >>> is_iban("AT611904300234573201"), is_iban("AT621904300234573201")
    (True, False)
    """
    if not _IBAN.fullmatch(value) or len(value) != _LENGTHS.get(value[:2]):
        return False
    digits = "".join(str(int(sign, 36)) for sign in value[4:] + value[:4])
    return int(digits) % 97 == 1


def length_of(country: str) -> int | None:
    """Length of this country's IBANs, None where there are none.

    >>> length_of("AT"), length_of("US")
    (20, None)
    """
    return _LENGTHS.get(country)


def grouped(iban: str) -> str:
    """An IBAN as people read it, in groups of four.

    >>> grouped("AT611904300234573201")
    'AT61 1904 3002 3457 3201'
    """
    return " ".join(iban[start : start + 4] for start in range(0, len(iban), 4))
