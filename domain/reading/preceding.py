"""Earlier invoices that a page names as corrected, replaced or credited. Data: preceding_words.csv.

A corrected invoice is the same supply with other information (UNTDID 1001: 384, § 31 Abs. 5
UStDV), a credit note takes back what another one asked for (381).
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files

from domain.reading.layout import Layout
from domain.reading.values import DATE, date_of

_MOST = 20
_TITLE_WORDS, _MOST_BETWEEN = 4, 8
_YEAR = re.compile(r"20\d{2}")
_SEP = r"[\s.:,(#-]{1,3}"
_END = r"(?!\w|[.,/-]\w|\s*(?:%|\u20ac|EUR\b))"  # neither cut short, nor an amount
_NR = r"(?:nr|no|number|nummer|num\u00e9ro|n\u00b0)"
_NUMBER = rf"(?P<number>(?=\S*\d)\w[\w./-]{{1,38}}\w){_END}"


class Relation(StrEnum):
    """What a document is to the earlier one."""

    CORRECTS = "corrects"
    CREDITS = "credits"
    REFERS = "refers"


@dataclass(frozen=True, slots=True)
class Preceding:
    """An earlier invoice by its number and day; without a number, nobody says which it is."""

    relation: Relation
    number: str | None = None
    day: date | None = None


def preceding_on(layout: Layout, own: str | None, *, gives_back: bool) -> tuple[Preceding, ...]:
    """The earlier invoices that a page names; `own` is its number, which is none of them.

    `gives_back` where its sum is a credit: then it corrects nothing, it takes back.

    >>> preceding_on(Layout(()), None, gives_back=True)
    ()
    """
    found: dict[str | None, Preceding] = {}
    for each in (named for line in layout.lines for named in _in_line(line.text, gives_back)):
        before = found.get(each.number)
        found[each.number] = replace(each, day=each.day or (before.day if before else None))
    if gives_back and (numbers := own_numbers_on(layout)):
        found |= {e.number: e for e in _labelled(layout) if e.number not in {*numbers, *found}}
    found.pop(own, None)
    if not found and not gives_back and _is_titled(layout):
        found = {None: Preceding(Relation.CORRECTS)}
    return tuple(found.values())[:_MOST]


def own_numbers_on(layout: Layout) -> frozenset[str]:
    """The numbers behind words for a credit note: its own, whatever else names them.

    A day or a year behind such a word is none.

    >>> own_numbers_on(Layout(()))
    frozenset()
    """
    found = (match for line in layout.lines for match in _of_own().finditer(line.text))
    numbers = (match["number"] or match["short"] for match in found)
    return frozenset(each for each in numbers if not (_YEAR.fullmatch(each) or DATE.match(each)))


def _labelled(layout: Layout) -> Iterator[Preceding]:
    """Numbers behind `Rechnungsnr.:` on what has a number of its own as a credit note."""
    for line in layout.lines:
        for match in _of_invoice().finditer(line.text):
            day = DATE.search(line.text, match.end())
            is_own = _of_own().search(line.text, match.end()) is not None
            found = None if day is None or is_own else date_of(day)
            yield Preceding(Relation.CREDITS, match["number"], found)


def _in_line(text: str, gives_back: bool) -> Iterator[Preceding]:  # noqa: FBT001
    for match in (_of_credits() if gives_back else _pattern()).finditer(text):
        said = match.groupdict()
        number = said["number"] or said["short"]
        if not DATE.match(text, match.start("number") if said["number"] else 0) and _is_of_bill(
            text[: match.start()], match[0], is_short=number == said["short"]
        ):
            is_correction = bool(said.get("corrects")) and not gives_back
            day = DATE.search(text, match.end())
            yield Preceding(
                Relation.CORRECTS if is_correction else Relation.CREDITS,
                number,
                None if day is None else date_of(day),
            )


def _is_of_bill(before: str, said: str, *, is_short: bool) -> bool:
    """Whether an invoice is meant: goods replace goods, and a figure or two may number anything.

    >>> _is_of_bill("Filter ", "ersetzt Nr. 5", is_short=True)
    False
    """
    if not is_short and not re.match(rf"(?:{_words()['goods']})\b", said, re.IGNORECASE):
        return True
    if re.search(rf"\b(?:{_words()['invoice']})\b", said, re.IGNORECASE):
        return True
    is_alone = not (before.strip() or is_short)
    is_verb = re.match(rf"(?:{_words()['corrects_verb']})\b", said, re.IGNORECASE)
    return bool(is_alone and is_verb) or _subject().search(before) is not None


@cache
def _subject() -> re.Pattern[str]:
    """An invoice as what corrects: by its word, with its number and day."""
    return re.compile(
        rf"(?:(?:{_words()['invoice']})(?:[\s.:,]+(?:nr|no|vom|of|[\w./-]*\d[\w./-]*))*"
        rf"|\b(?:diese[rs]?|this|sie|it))[\s.:,]*$",
        re.IGNORECASE,
    )


def _is_titled(layout: Layout) -> bool:
    """Whether a short cell begins with the words of a corrected invoice."""
    words = re.compile(rf"(?:{_words()['corrects_title']})\b", re.IGNORECASE)
    cells = (cell for line in layout.lines for cell in line.cells)
    return any(len(each.words) <= _TITLE_WORDS and words.match(each.text) for each in cells)


@cache
def _pattern() -> re.Pattern[str]:
    """Words of a correction or a credit, that it is one of something, and the number of that."""
    words = _words()
    link = rf"{_SEP}(?:(?:{words['link']})\b|{_reference()})"
    corrects = (
        rf"(?:{words['corrects_title']}|{words['corrects_noun']})\b(?={link})"
        rf"|(?:{words['corrects_verb']})\b"
    )
    credits_ = rf"(?:{words['credits_noun']})\b(?={link})|(?:{words['credits_verb']})\b"
    return re.compile(rf"\b(?:(?P<corrects>{corrects})|{credits_}){_rest()}", re.IGNORECASE)


@cache
def _of_credits() -> re.Pattern[str]:
    """On a credit note `zu Rechnung 17` is enough."""
    words = _words()
    names = "|".join(words[part] for part in words if part.startswith(("corrects", "credits")))
    linked = rf"(?={_SEP}(?:(?:{words['link']})\b|{_reference()}))"
    link = rf"(?:{words['link']})\b(?={_SEP}(?:{_fillers()})\b)|{_reference()}"
    return re.compile(
        rf"\b(?:(?:{names})\b{linked}|{link}|(?:{words['earlier']})\b"
        rf"|(?:{words['corrects_verb']}|{words['credits_verb']})\b){_rest()}",
        re.IGNORECASE,
    )


@cache
def _of_own() -> re.Pattern[str]:
    """`Gutschrift Nr. 17`, `Gutschriftsnummer: 17`, `Credit note no. 17`, `Storno-Nr. 17`.

    `Storno 17` may be what is cancelled: such words name their own number by the word for it.
    """
    word = (
        rf"(?:(?:{_words()['own']})(?:s?-?{_NR}\b|\b)(?:{_SEP}{_NR}(?!\w))?"
        rf"|(?:{_words()['own_numbered']})(?:s?-?|\s){_NR}(?!\w))"
    )
    return re.compile(
        rf"(?<!\w){word}{_SEP}(?:{_NUMBER}|(?P<short>\d{{1,2}}){_END})", re.IGNORECASE
    )


@cache
def _of_invoice() -> re.Pattern[str]:
    """`Rechnungsnr.: 17`, `Rechnungs-Nr. 17`, `Invoice no. 17`."""
    return re.compile(
        rf"(?<![\w-])(?:rechnung(?:s-?|\s)|invoice\s)(?:{_NR})(?!\w){_SEP}{_NUMBER}", re.IGNORECASE
    )


def _rest() -> str:
    """Words between, and the number; one of two figures only behind the word for it."""
    between = rf"(?:{_SEP}(?:{_between()})\b){{0,{_MOST_BETWEEN}}}"
    short = rf"{_SEP}(?:{_fillers()})\b{_SEP}(?P<short>\d{{1,2}}){_END}"
    return rf"{between}(?:{_SEP}{_NUMBER}|{short})"


def _reference() -> str:
    """`Referenz Nr. 17` may be any number, `Referenz: Rechnung Nr. 17` is that of an invoice."""
    more = rf"(?:{_SEP}(?:{_between()})\b){{0,{_MOST_BETWEEN}}}"
    return rf"(?:{_words()['reference']})\b(?={more}{_SEP}(?:{_words()['invoice']})\b)"


def _between() -> str:
    return f"{_words()['link']}|{_words()['reference']}|{_fillers()}"


def _fillers() -> str:
    return f"{_words()['filler']}|{_words()['invoice']}"


@cache
def _words() -> dict[str, str]:
    data = files("domain.reading").joinpath("preceding_words.csv").read_text(encoding="utf-8")
    return {row["part"]: row["words"] for row in csv.DictReader(data.splitlines())}
