"""The SEPA character set, and what it makes of names, texts and ids (EPC217-08)."""

import re
import unicodedata

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
_BLANKS = re.compile(r"\s+")


def text(value: str, length: int = TEXT_LENGTH) -> str:
    """A text spelt in the character set and cut to `length`.

    >>> text("Müller & Söhne, “Fön” №5")
    'Mueller + Soehne, .Foen. No5'
    """
    spelt = _BLANKS.sub(" ", unicodedata.normalize("NFC", value)).translate(_SPELT)
    plain = "".join(
        sign for sign in unicodedata.normalize("NFKD", spelt) if not unicodedata.combining(sign)
    )
    return _FOREIGN.sub(".", plain)[:length].strip()


def name(value: str) -> str:
    """The name of a party."""
    return text(value, NAME_LENGTH)


def identifier(value: str, length: int = ID_LENGTH) -> str:
    """An id: as a text, but neither `//` inside nor `/` at its ends.

    >>> identifier("/RE//2026/0815/")
    'RE/2026/0815'
    """
    return re.sub(r"/{2,}", "/", text(value, 10 * length)).strip("/ ")[:length].strip("/ ")
