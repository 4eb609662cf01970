"""Copies of contests whose labels are words that nobody knows.

The families for training use words that stand in the table of labels, so training alone would learn
to trust labels and nothing else; pages that nobody has seen use others. A copy has the same
candidates without some of the features that labels give them. Only days have such copies. Numbers
and names have candidates of their own where labels are unknown (`samples.copies_of`): other words
become part of them, or stand beside them.
"""

import random
from collections.abc import Iterator, Mapping
from dataclasses import replace

from deploy.training.learner import SEED, Contest
from domain.reading.labels import labels_in
from domain.reading.layout import Layout, Line, Page, Word

_COPIES = 2
_OWN = {
    "invoice_date": frozenset({"invoice_date", "date", "invoice_word"}),
    "due_date": frozenset({"due_date"}),
}
_OF_LABELS = frozenset({"l0", "l1", "L", "u", "uu", "U", "lab", "r"})
_NO_KINDS = frozenset({"none", "value", "sentence"})
_HALF = 0.5
_LETTERS = ("aeiou\u00e4\u00f6\u00fcy", "bcdfghjklmnpqrstvwxz")


def forgotten(contest: Contest, field: str, name: str) -> Iterator[Contest]:
    """Copies for a field of the document of that name; the same ones each time."""
    own = _OWN.get(field)
    for number in range(_COPIES) if own is not None else ():
        chance = random.Random(f"{SEED} {name} {field} {number}")  # noqa: S311  repeatable
        yield _without(contest, frozenset(_gone(contest, own or frozenset(), chance)))


def _gone(contest: Contest, own: frozenset[str], chance: random.Random) -> Iterator[str]:
    """What labels of the field itself mean; or half of all meanings, and at times those too."""
    if chance.random() < _HALF:
        yield from own
        return
    kinds = {kind for each in contest.candidates for feature in each if (kind := _kind(feature))}
    yield from (kind for kind in sorted(kinds) if chance.random() < _HALF)
    if chance.random() < _HALF:
        yield from own


def _without(contest: Contest, gone: frozenset[str]) -> Contest:
    return Contest(
        contest.family, [_plain(each, gone) for each in contest.candidates], contest.right
    )


def _plain(candidate: Mapping[str, float], gone: frozenset[str]) -> dict[str, float]:
    """A candidate as it would be without labels of these kinds."""
    left = {feature: value for feature, value in candidate.items() if _kind(feature) not in gone}
    if len(left) < len(candidate):
        for side in ("l0", "u"):
            if not any(feature.startswith(f"{side}:") for feature in left):
                left[f"{side[0]}:none"] = 1.0
    return left


def _kind(feature: str) -> str | None:
    """What the label of a feature means, None if the feature is none of a label."""
    side, _, rest = feature.partition(":")
    kind = rest.partition(":")[0]
    return kind if side in _OF_LABELS and kind not in _NO_KINDS else None


def with_other_words(layout: Layout, kinds: frozenset[str], name: str) -> Layout:
    """The same pages, as if their labels of some kinds were of a language that nobody knows.

    By the name of the document it is another language each time: one that all of them shared would
    be learned like any other.
    """
    other = _language(name)
    return Layout(tuple(_respelt(page, kinds, other) for page in layout.pages))


def _language(name: str) -> dict[str, str]:
    """For every letter another one, vowels for vowels."""
    chance = random.Random(f"{SEED} {name} letters")  # noqa: S311  repeatable
    others = {
        one: other
        for row in _LETTERS
        for one, other in zip(row, chance.sample(row, len(row)), strict=True)
    }
    return others | {one.upper(): other.upper() for one, other in others.items()}


def _respelt(page: Page, kinds: frozenset[str], other: Mapping[str, str]) -> Page:
    gone = {id(word) for line in page.lines for word in _words_of(line, kinds)}
    words = (
        replace(word, text="".join(other.get(sign, sign) for sign in word.text))
        if id(word) in gone
        else word
        for word in page.words
    )
    return replace(page, words=tuple(words))


def _words_of(line: Line, kinds: frozenset[str]) -> Iterator[Word]:
    """The words of a line that its labels of some kinds touch."""
    for cell in line.cells:
        touched = [each for each in labels_in(cell.text) if each.kinds[0] in kinds]
        start = 0
        for word in cell.words:
            end = start + len(word.text)
            if any(label.start < end and label.end > start for label in touched):
                yield word
            start = end + 1
