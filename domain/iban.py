"""IBAN: written form, structure for each country, check digits (ISO 13616)."""

import re

# What follows the check digits, for each country of the SWIFT registry: how many figures (n),
# capitals (a), or either (c).
_FORMS = {
    "AD": "8n12c", "AE": "19n", "AL": "8n16c", "AT": "16n", "AZ": "4a20c", "BA": "16n",
    "BE": "12n", "BG": "4a6n8c", "BH": "4a14c", "BI": "23n", "BR": "8c15n2c", "BY": "4c4n16c",
    "CH": "5n12c", "CR": "18n", "CY": "8n16c", "CZ": "20n", "DE": "18n", "DJ": "23n", "DK": "14n",
    "DO": "4c20n", "EE": "16n", "EG": "25n", "ES": "20n", "FI": "14n", "FK": "2a12n", "FO": "14n",
    "FR": "10n11c2n", "GB": "4a14n", "GE": "2a16n", "GI": "4a15c", "GL": "14n", "GR": "7n16c",
    "GT": "24c", "HN": "4a20n", "HR": "17n", "HU": "24n", "IE": "4a14n", "IL": "19n",
    "IQ": "4a15n", "IS": "22n", "IT": "1a10n12c", "JO": "4a4n18c", "KW": "4a22c", "KZ": "3n13c",
    "LB": "4n20c", "LC": "4a24c", "LI": "5n12c", "LT": "16n", "LU": "3n13c", "LV": "4a13c",
    "LY": "21n", "MC": "10n11c2n", "MD": "20c", "ME": "18n", "MK": "3n10c2n", "MN": "16n",
    "MR": "23n", "MT": "4a5n18c", "MU": "4a19n3a", "NI": "4a20n", "NL": "4a10n", "NO": "11n",
    "OM": "3n16c", "PK": "4a16c", "PL": "24n", "PS": "4a21c", "PT": "21n", "QA": "4a21c",
    "RO": "4a16c", "RS": "18n", "RU": "14n15c", "SA": "2n18c", "SC": "4a20n3a", "SD": "14n",
    "SE": "20n", "SI": "15n", "SK": "20n", "SM": "1a10n12c", "SO": "19n", "ST": "21n",
    "SV": "4a20n", "TL": "19n", "TN": "20n", "TR": "6n16c", "UA": "6n19c", "VA": "18n",
    "VG": "4a16n", "XK": "16n", "YE": "4a4n18c",
}  # fmt: skip
_SIGNS = {"n": "[0-9]", "a": "[A-Z]", "c": "[A-Z0-9]"}
_PART = re.compile(r"([0-9]+)([nac])")


def _pattern(form: str) -> re.Pattern[str]:
    parts = "".join(f"{_SIGNS[kind]}{{{count}}}" for count, kind in _PART.findall(form))
    return re.compile(rf"[A-Z]{{2}}[0-9]{{2}}{parts}")


_PATTERNS = {country: _pattern(form) for country, form in _FORMS.items()}
_LENGTHS = {
    country: 4 + sum(int(count) for count, _ in _PART.findall(form))
    for country, form in _FORMS.items()
}


def written(value: str) -> str:
    """An IBAN as it is stored: without blanks, in upper case.

    >>> written(" at61 1904 3002 3457 3201 ")
    'AT611904300234573201'
    """
    return re.sub(r"\s", "", value).upper()


def is_iban(value: str) -> bool:
    """Say whether structure and check digits are right; the value must be in its stored form.

    One text in 97 of a fitting length has right check digits: `DE 40789 Musterstadt 0217` is none.

    >>> is_iban("AT611904300234573201"), is_iban("AT621904300234573201")
    (True, False)
    >>> is_iban("DE40789MUSTERSTADT0217")
    False
    """
    pattern = _PATTERNS.get(value[:2])
    if pattern is None or not pattern.fullmatch(value):
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
