"""Windows-1252, the character set of DATEV files, and how signs outside it are spelt.

Every sign has one spelling, so that a name reads alike in each file: Cyrillic and Greek letters
by sound, letters with marks without them, and a full stop for what has no spelling at all.
"""

import csv
import unicodedata
from functools import cache
from importlib.resources import files

from domain.formats import sepa

ENCODING = "cp1252"
_SILENT = "-"
_UNKNOWN = "."


@cache
def _sounds() -> dict[str, str]:
    """How Cyrillic and Greek letters are spelt; some are silent."""
    source = files("domain.formats").joinpath("letters.csv")
    rows = csv.DictReader(source.read_text(encoding="utf-8").splitlines())
    return {row["letter"]: row["sound"].removesuffix(_SILENT) for row in rows}


def spelt(value: str) -> str:
    """A text as one line within Windows-1252; blanks are single, nothing stands around it.

    >>> spelt("Žaluzie:  5 Stück"), spelt("Łódź"), spelt("Привет, Αθήνα")
    ('Žaluzie: 5 Stück', 'Lódz', 'Privet, Athina')
    """
    if _is_plain(value):
        return value
    flat = " ".join(unicodedata.normalize("NFC", value).split())
    return "".join(map(_spelt, flat)).strip()


def _is_plain(value: str) -> bool:
    """Whether there is nothing to do, as nearly always."""
    if not value.isprintable() or "  " in value or value.strip() != value:
        return False
    return _is_known(value)


def _is_known(value: str) -> bool:
    try:
        value.encode(ENCODING)
    except UnicodeEncodeError:
        return False
    return True


def _spelt(sign: str) -> str:
    if not sign.isprintable():
        return ""
    return sign if _is_known(sign) else sound(sign)


def sound(sign: str) -> str:
    """One sign in letters that every character set has.

    >>> sound("Щ"), sound("ώ"), sound("ß"), sound("漢")
    ('Shch', 'o', 'ss', '.')
    """
    heard = sepa.text(sign)
    if heard and heard != _UNKNOWN:
        return heard
    parts = sign if sign.lower() in _sounds() else unicodedata.normalize("NFKD", sign)
    return "".join(_letter(part) for part in parts if not unicodedata.combining(part))


def _letter(part: str) -> str:
    """Sound of a letter that came apart from its marks."""
    spoken = _sounds().get(part.lower())
    if spoken is None:
        return _UNKNOWN
    return spoken if part.islower() else spoken.capitalize()
