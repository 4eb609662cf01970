"""Words that say what stands beside or below them, in ten languages. Data: labels.csv."""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from domain.reading.months import folded

_TOKEN = re.compile(r"(?:[^\W\d_]\.){2,}|[nN]\.?[\u00b0\u00ba]|[^\W\d_]+|\d+|[#%\u2116]")
_HUMP = re.compile(r"(?<=[a-z\u00df-\u00ff])(?=[A-Z\u00c0-\u00de])")
_SAME = {"n\u00b0": "no", "n.\u00b0": "no", "n.o": "no"}
_FILLERS = frozenset(
    {"de", "d", "di", "du", "des", "der", "das", "die", "da", "del", "dell", "della", "do", "van",
     "of", "the", "la", "le", "les", "el", "den", "il", "l"}
)  # fmt: skip
# Parts that tell what a long German or Hungarian compound means, whatever else is in it.
_STEMS = (
    ("bankszamla", "register_number"),
    ("rechnungsnummer", "invoice_number"),
    ("rechnungsdatum", "invoice_date"),
    ("kundennummer", "customer_number"),
    ("bestellnummer", "order_number"),
    ("lieferdatum", "delivery_date"),
    ("netto", "net"),
    ("brutto", "gross"),
    ("steuer", "tax"),
    ("rechnungsbetrag", "gross"),
    ("gesamtbetrag", "gross"),
    ("nummer", "contract_number"),
    ("datum", "other_date"),
    ("betrag", "total_word"),
    ("pramie", "total_word"),
    ("summe", "total_word"),
    ("kosten", "shipping"),
    ("rabatt", "discount"),
)
_COMPOUND = 9


@dataclass(frozen=True, slots=True)
class Label:
    """A label in a text, from one character to another, with what it may mean."""

    kinds: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    start: int
    end: int


@lru_cache(maxsize=8192)
def labels_in(text: str) -> tuple[Label, ...]:
    """The labels of a text from left to right, the longest where several begin.

    >>> [found.kinds[0] for found in labels_in("Rechnungs-Nr.: 4711, zahlbar bis 1.2.")]
    ['invoice_number', 'due_date']
    """
    return tuple(_found(tuple(_tokens(text))))


def _found(tokens: Sequence[_Token]) -> Iterator[Label]:
    at = 0
    while at < len(tokens):
        end, kinds = _longest(tokens, at)
        if kinds:
            yield Label(kinds, tokens[at].start, tokens[end - 1].end)
        at = max(end, at + 1)


def _longest(tokens: Sequence[_Token], at: int) -> tuple[int, tuple[str, ...]]:
    """Where the longest phrase that begins here ends, and what it means."""
    for phrase, kinds in _phrases().get(tokens[at].text, ()):
        end = _end_of(phrase, tokens, at)
        if end:
            return end, kinds
    return at, _by_stem(tokens[at].text)


def _end_of(phrase: tuple[str, ...], tokens: Sequence[_Token], at: int) -> int:
    """Where a phrase that begins here ends, 0 if none does; articles may be between."""
    at += 1
    for word in phrase[1:]:
        while at < len(tokens) and tokens[at].text != word and tokens[at].text in _FILLERS:
            at += 1
        if at >= len(tokens) or tokens[at].text != word:
            return 0
        at += 1
    return at


def _by_stem(token: str) -> tuple[str, ...]:
    if len(token) < _COMPOUND:
        return ()
    return tuple(kind for stem, kind in _STEMS if stem in token)[:1]


def _tokens(text: str) -> Iterator[_Token]:
    for found in _TOKEN.finditer(text):
        start = found.start()
        for part in _parts(found[0]):
            yield _Token(_same(part), start, start + len(part))
            start += len(part)


def _parts(word: str) -> list[str]:
    """A word, or its parts if only they are known: `RechnungsNr`, but not `MwSt`."""
    parts = _HUMP.split(word)
    return parts if len(parts) > 1 and _same(word) not in _words() else [word]


@lru_cache(maxsize=8192)
def _same(token: str) -> str:
    plain = folded(token)
    if plain.endswith(".") and not plain.startswith("n."):
        plain = plain.replace(".", "")  # I.V.A.
    return _SAME.get(plain, plain)


@cache
def _phrases() -> dict[str, tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]]:
    """Phrases by their first word, the longest first, with all that they may mean."""
    kinds: dict[tuple[str, ...], list[str]] = {}
    for row in _rows():
        for phrase in row["phrases"].split("|"):
            words = tuple(token.text for token in _tokens(phrase))
            told = kinds.setdefault(_without_articles(words), [])
            if row["kind"] not in told:
                told.append(row["kind"])
    found: dict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]] = {}
    for words, told in kinds.items():
        found.setdefault(words[0], []).append((words, tuple(told)))
    return {
        first: tuple(sorted(phrases, key=lambda phrase: len(phrase[0]), reverse=True))
        for first, phrases in found.items()
    }


@cache
def _words() -> frozenset[str]:
    """Every word of every phrase."""
    return frozenset(_same(word) for row in _rows() for word in _TOKEN.findall(row["phrases"]))


def _without_articles(words: tuple[str, ...]) -> tuple[str, ...]:
    """Articles count only at the ends of a phrase."""
    inner = tuple(word for word in words[1:-1] if word not in _FILLERS)
    return words if len(words) < 2 else (words[0], *inner, words[-1])  # noqa: PLR2004


def _rows() -> Iterator[dict[str, str]]:
    text = files("domain.reading").joinpath("labels.csv").read_text(encoding="utf-8")
    return csv.DictReader(text.splitlines())
