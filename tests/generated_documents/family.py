"""Families of documents: one look each, from data."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

_HERE = Path(__file__).parent


class Split(StrEnum):
    """What a family is for: `held_out` is for measuring only.

    Families of `varied`, which are for training, too, draw their look anew for every document.
    """

    TRAIN = "train"
    VARIED = "varied"
    HELD_OUT = "held_out"


@dataclass(frozen=True, slots=True)
class Family:
    """One look. `labels` are the words it uses, one for each thing.

    `draw` tells documents apart whose family draws its look anew.
    """

    name: str
    split: Split
    language: str
    country: str
    genre: str
    layout: str
    columns: tuple[str, ...]
    table: str
    totals: str
    amounts: str
    money: str
    dates: str
    font: str
    size: int
    numbers: str
    options: frozenset[str]
    labels: Mapping[str, str]
    names: Mapping[str, Any]
    vendors: Mapping[str, Any]
    goods: Mapping[str, Any]
    draw: str = ""

    def look(self, purpose: str) -> Random:
        """Chance that is the same for every document of the family, for one purpose."""
        return Random(f"{self.name}{self.draw}/{purpose}")


def families(split: Split) -> Sequence[Family]:
    """All families of a split."""
    return [_family(split, entry) for entry in _data(f"{split}/families")]


def _family(split: Split, entry: Mapping[str, Any]) -> Family:
    entry = {**_data("varied/before"), **entry} if split is Split.VARIED else entry
    plain = {name: value for name, value in entry.items() if name not in _OWN}
    return Family(
        **plain,
        split=split,
        columns=tuple(entry["columns"].split()),
        options=frozenset(entry["options"].split()),
        labels={**_labels(split, entry), **entry.get("labels", {})},
        names=_data("names"),
        vendors=_data(f"{split}/vendors"),
        goods=_data("goods"),
    )


_OWN = {"columns", "options", "labels"}


def words_of(split: Split, language: str) -> Mapping[str, Sequence[str]]:
    """All words of a split for each thing."""
    words = _data(f"{split}/labels")[language]
    return {name: words[name].split("|") for name in sorted(words)}


def _labels(split: Split, entry: Mapping[str, Any]) -> dict[str, str]:
    """One of the words for each thing; those of the split before the common ones."""
    language = entry["language"]
    words = {**_data("train/labels")[language], **_data(f"{split}/labels")[language]}
    look = Random(entry["name"])
    return {name: look.choice(words[name].split("|")) for name in sorted(words)}


@cache
def _data(name: str) -> Any:
    return json.loads((_HERE / f"{name}.json").read_text())
