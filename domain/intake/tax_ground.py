"""The paragraph by which a document says that it bears no tax: tax_grounds.csv.

`§ 4 Nr. 12 UStG` in Germany and `§ 6 Abs. 1 Z 16 UStG` in Austria say why an invoice shows none
(§ 14 Abs. 4 Nr. 8 UStG DE, § 11 Abs. 1 Z 3 lit. e UStG AT); § 13b and § 19 say what was supplied.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from domain.reading.denial import is_denied, is_doubtful

_PARTS = {
    "{ABS2}": r"(?:,? ?(?:abs(?:\.|atz)? ?2|\(2\)))?(?:,? ?satz 1)?,?",
    "{ABS1}": r"(?:abs(?:\.|atz)? ?1|\(1) ?\)?",
    "{ABS}": r"(?:abs(?:\.|atz)?|\()",
    "{NR}": r"(?:nr|nummer|ziff(?:er)?|z)\.?",
    "{LETTER}": r"(?:(?:buchst(?:\.|abe)?|lit\.?) ?)?(?:[a-z]{1,2}\b)?\)?",
}
_LAW = re.compile(r".{0,60}?(?:ustg|umsatzsteuergesetz)", re.IGNORECASE)
_OF_TAX = re.compile(
    r"(?:steuer|ust\b|ust-|mwst|nullsteuersatz|befrei)[^\u00a7]{0,60}$", re.IGNORECASE
)
_BEHIND, _BEFORE = 80, 80


@dataclass(frozen=True, slots=True)
class Ground:
    """Category of EN 16931 and kind of supply that a paragraph stands for; `name` as printed.

    `kind` is None where several paragraphs are named.
    """

    category: str
    kind: str | None
    name: str


def ground_of(said: str, country: str | None, *, is_reason: bool = False) -> Ground | None:
    """The ground that words name, by the law of the seller's country; None where they differ.

    `is_reason` where the words are the reason of an exemption and nothing else (BT-120).

    >>> ground_of("Steuerfrei nach § 4 Nr. 12 Buchst. a UStG", "DE")
    Ground(category='E', kind='property_rent', name='§ 4 Nr. 12 Buchst. a UStG')
    """
    text = " ".join(said.split())
    found: dict[str | None, Ground] = {}
    for ground in _named(text, country, is_reason=is_reason):
        found.setdefault(ground.kind, ground)
    if len({each.category for each in found.values()}) != 1:
        return None
    (first, *others) = found.values()
    names = ", ".join(each.name for each in (first, *others))
    return replace(first, kind=None, name=names) if others else first


def names_ground(line: str) -> bool:
    """Whether a line names a ground of either country."""
    text = " ".join(line.split())
    return any(True for country in ("AT", "DE") for _ in _named(text, country))


def _named(text: str, country: str | None, *, is_reason: bool = False) -> Iterator[Ground]:
    taken: list[tuple[int, int]] = []
    for row_country, category, kind, pattern in _rows():
        for found in pattern.finditer(text) if row_country == country else ():
            is_new = all(found.end() <= first or found.start() >= last for first, last in taken)
            is_said = is_reason or _is_of_tax(text, *found.span())
            if is_new and is_said and not _is_denied(text, *found.span()):
                taken.append(found.span())
                yield Ground(category, kind, f"{found[0].strip(' ,')} UStG")


def _is_of_tax(text: str, start: int, end: int) -> bool:
    """Whether a paragraph is one of the law on VAT: other laws have a § 4, too."""
    before = text[max(0, start - _BEFORE) : start]
    return bool(_LAW.match(text[end : end + _BEHIND]) or _OF_TAX.search(before))


def _is_denied(text: str, start: int, end: int) -> bool:
    return is_denied(text, start) or is_doubtful(text, start, end)


@cache
def _rows() -> tuple[tuple[str, str, str, re.Pattern[str]], ...]:
    source = files("domain.intake").joinpath("tax_grounds.csv").read_text(encoding="utf-8")
    return tuple(
        (row["country"], row["category"], row["kind"], _pattern(row["pattern"]))
        for row in csv.DictReader(source.splitlines())
    )


def _pattern(written: str) -> re.Pattern[str]:
    for name, part in _PARTS.items():
        written = written.replace(name, part)
    return re.compile(written, re.IGNORECASE)
