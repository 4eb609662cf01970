"""Windows-1252, the character set of DATEV files, and how signs outside it are spelt.

Every letter has one spelling, so that a name reads alike in each file (`letters`), and a full stop
stands for what has none: the adviser's program shows the rest as it is in the document.
"""

import unicodedata

from domain.formats import sepa
from domain.formats.letters import heard

ENCODING = "cp1252"
_UNKNOWN = "."


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
    spelt_out = sepa.spelt_out(sign)
    known = heard(sign) if spelt_out is None else spelt_out
    return _UNKNOWN if known is None else known
