"""The SEPA character set, and what it makes of names, texts and ids (EPC217-08).

Banks compare names with the holder of the account: letters of every script are spelt out.
"""

import re
import unicodedata
from functools import lru_cache

from anyascii import anyascii

from domain.formats.letters import heard

NAME_LENGTH = 70
TEXT_LENGTH = 140
ID_LENGTH = 35

_SPELT = str.maketrans(
    {
        "ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss", "ẞ": "SS",
        "&": "+", "@": "(at)", "_": "-", "€": "EUR", "ø": "o", "Ø": "O", "æ": "ae", "Æ": "Ae",
        "œ": "oe", "Œ": "Oe", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "\u2018": "'", "\u2019": "'",
        "\u2013": "-", "\u2014": "-", "\u00a0": " ",
    }
)  # fmt: skip
_FOREIGN = re.compile(r"[^a-zA-Z0-9/\-?:().,'+ ]")
_NO_LETTER = re.compile(r"[^a-zA-Z0-9/\-?:(),'+ ]")
_PLAIN_ID = re.compile(r"[A-Za-z0-9-]+")
_BLANKS = re.compile(r"\s+")


def text(value: str, length: int = TEXT_LENGTH) -> str:
    """A text spelt in the character set and cut to `length`.

    >>> text("Müller & Söhne, “Fön” №5"), text("Пекарня Иванов ЕООД"), text("東京")
    ('Mueller + Soehne, .Foen. No5', 'Pekarnya Ivanov EOOD', 'DongJing')
    """
    spelt = value
    if _FOREIGN.search(value):
        spelt = unicodedata.normalize("NFC", value).translate(_SPELT)
        if _FOREIGN.search(spelt):
            spelt = "".join(map(_spelt, spelt))
    return _BLANKS.sub(" ", spelt).strip()[:length].strip()


def spelt_out(sign: str) -> str | None:
    """How one sign is spelt by a rule of this set, None where there is none.

    >>> spelt_out("ß"), spelt_out("é")
    ('ss', None)
    """
    spelt = sign.translate(_SPELT)
    return None if _FOREIGN.search(spelt) else spelt


@lru_cache(maxsize=4096)
def _spelt(sign: str) -> str:
    """One sign within the set: by its sound, by what it is made of, or by what it stands for.

    What says nothing to a bank, such as pictures, is a full stop; what is not seen is nothing. No
    letter is a full stop: the Arabic ain is an apostrophe, as the Hebrew one is.
    """
    if not _FOREIGN.search(sign):
        return sign
    if sign.isspace():
        return " "
    category = unicodedata.category(sign)
    if category[0] in "CM" and category != "Co":
        return ""
    found = heard(sign)
    if found is None or _FOREIGN.search(found):
        found = anyascii(sign) if category[0] in "LNP" else "."
    found = found.translate(_SPELT)
    if category[0] == "L":
        return _NO_LETTER.sub("", found.replace("`", "'"))
    return _FOREIGN.sub(".", found)


def name(value: str) -> str:
    """The name of a party."""
    return text(value, NAME_LENGTH)


def identifier(value: str, length: int = ID_LENGTH) -> str:
    """An id: as a text, but neither `//` inside nor `/` at its ends.

    >>> identifier("/RE//2026/0815/")
    'RE/2026/0815'
    """
    if len(value) <= length and _PLAIN_ID.fullmatch(value):
        return value
    return re.sub(r"/{2,}", "/", text(value, 10 * length)).strip("/ ")[:length].strip("/ ")
