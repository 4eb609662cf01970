"""How letters outside a small character set are spelt: one spelling for every file.

Cyrillic and Greek by sound (letters.csv), letters with marks without them.
"""

import csv
import unicodedata
from functools import cache
from importlib.resources import files

_SILENT = "-"


@cache
def _sounds() -> dict[str, str]:
    """How Cyrillic and Greek letters are spelt; some are silent."""
    source = files("domain.formats").joinpath("letters.csv")
    rows = csv.DictReader(source.read_text(encoding="utf-8").splitlines())
    return {row["letter"]: row["sound"].removesuffix(_SILENT) for row in rows}


def heard(sign: str) -> str | None:
    """One sign by its sound, or by the letters that it is made of; None where neither is known.

    >>> heard("Щ"), heard("ώ"), heard("ь"), heard("漢")
    ('Shch', 'o', '', None)
    """
    parts = sign if sign.lower() in _sounds() else unicodedata.normalize("NFKD", sign)
    spoken = [_letter(part) for part in parts if not unicodedata.combining(part)]
    return None if None in spoken else "".join(filter(None, spoken))


def _letter(part: str) -> str | None:
    """Sound of a letter that came apart from its marks."""
    if part.isascii():
        return part
    spoken = _sounds().get(part.lower())
    if spoken is None:
        return None
    return spoken if part.islower() else spoken.capitalize()
