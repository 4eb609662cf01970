"""What no text of a person or a program holds: signs that are not seen and change what is seen."""

import re
import unicodedata

UNSEEN = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2060-\u2069\ufeff"
"""Controls but tab and line ends, blanks without width, and signs that turn the direction of what
follows them.

With the latter a name reads as another one: `Rechnung[U+202E]fdp.exe`. Marks of direction
(U+200E, U+200F), which Arabic and Hebrew need, turn nothing.
"""
_UNSEEN = re.compile(f"[{UNSEEN}]")
_TURNS = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
_BREAK = re.compile(r" ?[\t-\r\x1c-\x1e\x85\u2028\u2029][ \t-\r\x1c-\x1e\x85\u2028\u2029]*")

_ALIKE = str.maketrans(
    "авекмнорстухіјѕԛԝһ" + "αβεζηικμνορτυχω",
    "abekmhopctyxijsqwh" + "abezhikmvoptyxw",
)
"""Small letters of Cyrillic and Greek that look like Latin ones, they or their capitals."""
_FOREIGN = re.compile(r"[\u0370-\u03ff\u0400-\u052f]")


def unseen_in(text: str) -> str | None:
    r"""The first such sign by its number; None in a text that is as it looks.

    >>> unseen_in("a\tb\n"), unseen_in("exe\u202efdp"), unseen_in("a\x1bb")
    (None, 'U+202E', 'U+001B')
    """
    found = _UNSEEN.search(text)
    return None if found is None else f"U+{ord(found[0]):04X}"


def turns_around(text: str) -> bool:
    r"""Whether a text holds a sign that turns the direction of what follows it.

    >>> turns_around("O25-\u202e1"), turns_around("\ufeffPapier")
    (True, False)
    """
    return _TURNS.search(text) is not None


def as_it_looks(text: str) -> str:
    r"""A text without such signs.

    >>> as_it_looks("O25-\u202e1")
    'O25-1'
    """
    return _UNSEEN.sub("", text)


FORMULA = "=+@\\t\\r-"
"""Signs with which a spreadsheet lets a formula begin, as the inside of a set of a pattern."""
_FORMULA = re.compile(f"[{FORMULA}]")


def no_formula(text: str) -> str:
    """A text of strangers for a file that a spreadsheet may open: none begins a formula there.

    The apostrophe makes a text of it; quotes around a cell do not (OWASP, CSV injection).

    >>> no_formula("=1+1"), no_formula("Papier")
    ("'=1+1", 'Papier')
    """
    return f"'{text}" if _FORMULA.match(text) else text


def on_one_line(text: str) -> str:
    r"""A text without line ends and tabs, each a blank, and without blanks at its ends.

    >>> on_one_line(" Papier\r\n GmbH\t")
    'Papier GmbH'
    """
    return _BREAK.sub(" ", text).strip()


def looks(text: str) -> str:
    """What a text looks like to whoever reads it, to compare names by.

    Without case, accents that are written apart, blanks at the ends and signs without width; and
    with Latin letters, where all of it can be read so (Unicode TR 39 calls it a skeleton).

    >>> looks(" Tischlerei \u0410hornweg\u200b GmbH ") == looks("TISCHLEREI Ahornweg  GmbH")
    True
    >>> looks("Кофейня")
    'кофейня'
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    seen = "".join(sign for sign in plain if unicodedata.category(sign) != "Cf")
    words = " ".join(seen.split())
    latin = words.translate(_ALIKE)
    return words if _FOREIGN.search(latin) else latin
