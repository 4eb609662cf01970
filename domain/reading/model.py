"""Weights of features, trained on documents whose truth is known. Data: weights.json.

A field's candidates compete: the chance of one is e to the sum of the weights of its features,
divided by that of all, and of the chance that the page does not say it. What a chance is worth was
measured on documents that training had not seen (`Model.confidence`). `deploy.training` writes
the file; it says from what it was made.
"""

import json
import math
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

NONE = "none"
_PLACES = Decimal("0.01")
_MOST = Decimal("0.99")
_MARGIN = 0.4  # how much less a chance is worth that was hardly measured, at nought


@dataclass(frozen=True, slots=True)
class Model:
    """Weights by field and feature, and by field what a chance turned out to be worth."""

    version: str
    weights: Mapping[str, Mapping[str, float]]
    curves: Mapping[str, Sequence[tuple[float, float]]]

    def score(self, field: str, features: Iterable[str]) -> float:
        """The sum of the weights; a feature that training never saw has none."""
        weights = self.weights[field]
        return sum(weights.get(feature, 0.0) for feature in features)

    def confidence(self, field: str, chance: float) -> Decimal:
        """How often a value with this chance was right, as far as was measured."""
        curve = self.curves.get(field)
        if not curve:
            return min(Decimal(chance).quantize(_PLACES), _MOST)
        return min(Decimal(_on(curve, chance)).quantize(_PLACES), _MOST)


def chances(scores: Sequence[float]) -> list[float]:
    """Scores as shares of one.

    >>> chances([0.0, 0.0])
    [0.5, 0.5]
    """
    highest = max(scores, default=0.0)
    parts = [math.exp(score - highest) for score in scores]
    whole = sum(parts)
    return [part / whole for part in parts]


def _on(curve: Sequence[tuple[float, float]], chance: float) -> float:
    """The value of a curve between its points; below the first one it falls.

    Where training was easy, all chances are one point: smaller ones were hardly measured.
    """
    place = bisect_right([point for point, _ in curve], chance)
    if place == 0:
        return curve[0][1] * (1 - _MARGIN * (1 - chance / curve[0][0]))
    if place == len(curve):
        return curve[-1][1]
    (left, low), (right, high) = curve[place - 1], curve[place]
    return low + (high - low) * (chance - left) / (right - left)


@cache
def trained() -> Model:
    """The model that is shipped."""
    stored = json.loads(files("domain.reading").joinpath("weights.json").read_text("utf-8"))
    return from_json(stored)


def from_json(stored: dict[str, Any]) -> Model:
    """A model as it is stored."""
    curves = {
        field: tuple((float(chance), float(worth)) for chance, worth in points)
        for field, points in stored["curves"].items()
    }
    return Model(stored["version"], stored["weights"], curves)
