"""The paragraph by which a document says that it bears no tax: tax_grounds.csv.

`§ 4 Nr. 12 UStG` in Germany and `§ 6 Abs. 1 Z 16 UStG` in Austria say why an invoice shows none
(§ 14 Abs. 4 Nr. 8 UStG DE, § 11 Abs. 1 Z 3 lit. e UStG AT); § 13b and § 19 say what was supplied.
"""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from domain.reading.denial import is_denied, is_doubtful

_PARTS = {
    "{ABS2}": r"(?:,? ?(?:abs(?:\.|atz)? ?2|\(2\)))?(?:,? ?satz 1)?,?",
    "{ABS1}": r"(?:abs(?:\.|atz)? ?1|\(1) ?\)?",
    "{ABS}": r"(?:abs(?:\.|atz)?|\()",
    "{NR}": r"(?:nr|nummer|ziff(?:er)?|z)\.?",
    "{NOT_TAXED}": (
        r"(?:nicht (?:umsatz)?steuerbar\w*|(?:kein|ohne) leistungsaustausch"
        r"|not subject to vat|outside the scope of vat"
        r"|unterliegt nicht der (?:umsatz|mehrwert)steuer)"
    ),
    "{DAMAGES}": (
        r"(?:schadens?ersatz|p(?:\u00f6|oe)nale|vertragsstrafe|stornogeb(?:\u00fc|ue)hr|mahn(?:spesen|geb)"
        r"|verzugszinsen|damages|penalty|default interest)"
    ),
    "{SUBSIDY}": (
        r"(?:zuschuss|zusch\u00fcsse|subvention|f\u00f6rder(?:ung|beitrag)|mitgliedsbeitr|subsidy)"
    ),
    "{LETTER}": r"(?:(?:buchst(?:\.|abe)?|lit\.?) ?)?(?:[a-z]{1,2}\b)?\)?",
}
_LAW = re.compile(r".{0,60}?(?:ustg|umsatzsteuergesetz)", re.IGNORECASE)
_OF_TAX = re.compile(
    r"(?:steuer|ust\b|ust-|mwst|nullsteuersatz|befrei)[^\u00a7]{0,60}$", re.IGNORECASE
)
_BEHIND, _BEFORE = 80, 80
# What words alone say stands here in the law.
_BY_WORDS: Mapping[tuple[str | None, str], str] = {
    ("penalty_damages", "AT"): "\u00a7 1 Abs. 1",
    ("penalty_damages", "DE"): "\u00a7 1 Abs. 1",
    ("subsidy", "AT"): "\u00a7 1 Abs. 1",
    ("subsidy", "DE"): "\u00a7 1 Abs. 1",
    ("disbursement", "AT"): "\u00a7 4 Abs. 3",
    ("disbursement", "DE"): "\u00a7 10 Abs. 1 Satz 5",
}


@dataclass(frozen=True, slots=True)
class Ground:
    """Category of EN 16931 and kind of supply that a paragraph stands for; `name` as printed.

    `kind` is None where several paragraphs are named, or one that several kinds share (§ 19 Abs. 1d
    UStG AT).
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
            by_words = not found[0].startswith("\u00a7")
            is_said = is_reason or by_words or _is_of_tax(text, *found.span())
            if is_new and is_said and not _is_denied(text, *found.span()):
                taken.append(found.span())
                name = _BY_WORDS[kind, row_country] if by_words else found[0].strip(" ,")
                yield Ground(category, kind, f"{name} UStG")


def _is_of_tax(text: str, start: int, end: int) -> bool:
    """Whether a paragraph is one of the law on VAT: other laws have a § 4, too."""
    before = text[max(0, start - _BEFORE) : start]
    return bool(_LAW.match(text[end : end + _BEHIND]) or _OF_TAX.search(before))


def _is_denied(text: str, start: int, end: int) -> bool:
    """Whether it is said not to be so, or under a condition; its own `nicht` denies the tax."""
    if text[start] != "\u00a7":
        text = text[:start] + "x" * (end - start) + text[end:]
    return is_denied(text, start) or is_doubtful(text, start, end)


@cache
def _rows() -> tuple[tuple[str, str, str | None, re.Pattern[str]], ...]:
    source = files("domain.intake").joinpath("tax_grounds.csv").read_text(encoding="utf-8")
    return tuple(
        (row["country"], row["category"], row["kind"] or None, _pattern(row["pattern"]))
        for row in csv.DictReader(source.splitlines())
    )


def _pattern(written: str) -> re.Pattern[str]:
    for name, part in _PARTS.items():
        written = written.replace(name, part)
    return re.compile(written, re.IGNORECASE)
