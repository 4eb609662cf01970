"""Conditional logit: one of several candidates is right, or none; plain Python, seeded.

The weights are found by stochastic gradient descent with a step of its own for each weight
(AdaGrad) and a pull towards zero. The same samples in the same order give the same weights on
every machine: nothing here depends on a library for linear algebra.
"""

import math
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

SEED = 20260101
_EPOCHS = 7
_SETTLING = 3  # epochs before steps count
_STEP = 0.2
PULL = 0.01
_SMALL = 0.1
_NOTHING = 1e-4  # an error that moves nothing
_LEAST_FAMILIES = 2
_PLACES = 3
_LEAST_OUTCOMES = 15  # in one block of a curve
_BELIEVED = 6  # outcomes, half of them right, that are believed before any was seen


@dataclass(frozen=True, slots=True)
class Contest:
    """Candidates by their features, which of them are right, and the family of the document.

    A feature may have a value of its own; words have one.
    """

    family: str
    candidates: Sequence[Mapping[str, float]]
    right: frozenset[int]


def train(
    contests: Sequence[Contest], start: Mapping[str, float] | None = None, pull: float = PULL
) -> dict[str, float]:
    """Weights by feature, rounded; a feature that only one family has tells nothing.

    `start` is what is believed before anything was seen, `pull` how strongly weights are drawn to
    nought. The weights are the mean of those of the
    later half of the steps: the last ones hang on what the last documents were (Polyak, Juditsky).
    """
    names = _known(contests)
    index = {name: place for place, name in enumerate(names)}
    encoded = [_encoded(contest, index) for contest in contests if contest.right]
    weights = [(start or {}).get(name, 0.0) for name in names]
    squares = [_SMALL] * len(names)
    order = list(range(len(encoded)))
    shuffler = random.Random(SEED)  # noqa: S311  repeatable on purpose
    sums = [0.0] * len(names)
    for epoch in range(_EPOCHS):
        shuffler.shuffle(order)
        for place in order:
            _learn(encoded[place], weights, squares, pull)
            if epoch >= _SETTLING:
                sums = [total + weight for total, weight in zip(sums, weights, strict=True)]
    steps = max(len(order) * (_EPOCHS - _SETTLING), 1)
    rounded = {name: round(sums[place] / steps, _PLACES) for name, place in index.items()}
    return {name: weight for name, weight in sorted(rounded.items()) if weight}


@dataclass(frozen=True, slots=True)
class _Encoded:
    """A contest with numbers for names; `extra` are features with values of their own."""

    candidates: list[tuple[int, ...]]
    extra: list[tuple[tuple[int, float], ...]]
    right: frozenset[int]

    def scores(self, weights: list[float]) -> list[float]:
        weight = weights.__getitem__
        return [
            sum(map(weight, words)) + sum(weight(at) * value for at, value in others)
            for words, others in zip(self.candidates, self.extra, strict=True)
        ]


def _known(contests: Sequence[Contest]) -> list[str]:
    families: dict[str, set[str]] = {}
    for contest in contests:
        for candidate in contest.candidates:
            for name in candidate:
                families.setdefault(name, set()).add(contest.family)
    return sorted(name for name, seen in families.items() if len(seen) >= _LEAST_FAMILIES)


def _encoded(contest: Contest, index: Mapping[str, int]) -> _Encoded:
    known = [
        sorted((index[name], value) for name, value in candidate.items() if name in index)
        for candidate in contest.candidates
    ]
    words = [tuple(at for at, value in each if value == 1) for each in known]
    extra = [tuple((at, value) for at, value in each if value != 1) for each in known]
    return _Encoded(words, extra, contest.right)


def _learn(contest: _Encoded, weights: list[float], squares: list[float], pull: float) -> None:
    """One step towards what is right in one document."""
    shares = _shares(contest.scores(weights))
    hit = sum(shares[place] for place in contest.right)
    gradient: dict[int, float] = {}
    for place, share in enumerate(shares):
        is_right = place in contest.right and hit > 0
        error = share - (share / hit if is_right else 0.0)
        if abs(error) > _NOTHING:
            for at in contest.candidates[place]:
                gradient[at] = gradient.get(at, 0.0) + error
            for at, value in contest.extra[place]:
                gradient[at] = gradient.get(at, 0.0) + error * value
    for at, slope in gradient.items():
        pulled = slope + pull * weights[at]
        squares[at] += pulled * pulled
        weights[at] -= _STEP * pulled / math.sqrt(squares[at])


def _shares(scores: Sequence[float]) -> list[float]:
    highest = max(scores)
    parts = [math.exp(score - highest) for score in scores]
    whole = sum(parts)
    return [part / whole for part in parts]


def curve(seen: Sequence[tuple[float, bool]]) -> list[tuple[float, float]]:
    """What a chance is worth: right values among those with about this chance, never falling.

    Pool-adjacent-violators on chances and outcomes, pulled towards a half by a few outcomes, so
    that a small number of right answers is no certainty.
    """
    blocks: list[list[float]] = []  # chance, right, number
    for block in _tied(seen):
        blocks.append(block)
        while len(blocks) > 1 and _rate(blocks[-2]) >= _rate(blocks[-1]):
            blocks[-2:] = [_pooled(blocks[-2], blocks[-1])]
    worth = 0.0
    points = []
    for block in _wide(blocks):
        worth = max(worth, (block[1] + _BELIEVED / 2) / (block[2] + _BELIEVED))
        points.append((round(block[0], 4), round(worth, 4)))
    return points


def _tied(seen: Sequence[tuple[float, bool]]) -> Iterator[list[float]]:
    """Chances that are the same to three places, with how many of them were right."""
    found: dict[float, list[float]] = {}
    for chance, is_right in seen:
        block = found.setdefault(round(chance, _PLACES), [0.0, 0.0, 0.0])
        block[0] += chance
        block[1] += is_right
        block[2] += 1
    for chance in sorted(found):
        total, right, number = found[chance]
        yield [total / number, right, number]


def _pooled(one: Sequence[float], other: Sequence[float]) -> list[float]:
    number = one[2] + other[2]
    return [(one[0] * one[2] + other[0] * other[2]) / number, one[1] + other[1], number]


def _wide(blocks: list[list[float]]) -> Iterator[list[float]]:
    """Blocks of at least some outcomes each: fewer are joined with the next."""
    held: list[float] | None = None
    for block in blocks:
        held = block if held is None else _pooled(held, block)
        if held[2] >= _LEAST_OUTCOMES:
            yield held
            held = None
    if held is not None:
        yield held


def _rate(block: Sequence[float]) -> float:
    return block[1] / block[2]
