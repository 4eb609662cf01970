"""The corpus of other people's files, and how often a reader is right about them.

It lies outside the repository; tests over it are skipped loudly where it is missing. By default
a few files of each folder are read; BELEGFLUSS_CORPUS_ALL=1 reads them all.
"""

import json
import os
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from domain.intake.vendor_match import bare_name

_HERE = Path(__file__).parent
DOCUMENTS = _HERE / "data" / "documents"
CORPUS = Path(os.environ.get("BELEGFLUSS_CORPUS", _HERE.parent.parent / "shared" / "corpus"))
ALL = os.environ.get("BELEGFLUSS_CORPUS_ALL") == "1"
COUNT = {"einvoice-xml": 80}


def need(folder: str) -> Path:
    """The folder, or a skip that says what is missing."""
    path = CORPUS / folder
    if not path.is_dir():
        pytest.skip(f"THE CORPUS IS MISSING: {path} (set BELEGFLUSS_CORPUS)")
    return path


def truth(folder: str) -> dict[str, dict[str, Any]]:
    """What is known about each file of a folder."""
    known: dict[str, dict[str, Any]] = json.loads((need(folder) / "truth.json").read_bytes())
    return known


def on_page(expected: dict[str, Any]) -> dict[str, Any]:
    """What a person reads on the page: the truth of the XML, corrected, without what is hidden."""
    meta = expected["_meta"]
    stated = meta.get("page_truth", {})
    hidden = [name for name, shown in meta.get("on_page", {}).items() if not shown]
    hidden += [*meta.get("hidden_on_page", []), *meta.get("page_conflicts", [])]
    return {**expected, **dict.fromkeys(hidden), **stated}


@dataclass
class HitRate:
    """How many known values of each field were read."""

    title: str
    names: tuple[str, ...]
    files: int = 0
    hits: Counter[str] = field(default_factory=Counter)
    known: Counter[str] = field(default_factory=Counter)
    misses: list[str] = field(default_factory=list)

    def compare(self, file: str, expected: dict[str, Any], found: dict[str, Any]) -> None:
        """Count one file; what the truth does not know does not count."""
        self.files += 1
        for name in self.names:
            if expected.get(name) is not None:
                self.known[name] += 1
                is_hit = _same(name, expected[name], found.get(name))
                self.hits[name] += is_hit
                if not is_hit:
                    self.misses.append(f"{file} {name}: {expected[name]} / {found.get(name)}")

    def of(self, name: str) -> Fraction:
        """Share of the known values of one field that were read."""
        return Fraction(self.hits[name], self.known[name]) if self.known[name] else Fraction(1)

    def least(self) -> Fraction:
        """The share of the worst field."""
        return min(self.of(name) for name in self.names)

    def overall(self) -> Fraction:
        """The share over all fields."""
        return Fraction(self.hits.total(), max(self.known.total(), 1))

    def __str__(self) -> str:
        parts = [f"{name} {self.hits[name]}/{self.known[name]}" for name in self.names]
        return f"\n{self.title} ({self.files} files): {', '.join(parts)}"


def hit_rate(title: str, names: tuple[str, ...]) -> HitRate:
    """A rate with nothing counted yet."""
    return HitRate(title, names)


def _same(name: str, expected: Any, found: Any) -> bool:
    if found is None:
        return False
    if name.startswith("total"):
        return abs(Decimal(found)) == abs(Decimal(expected))
    if name == "vendor_name":
        return bare_name(found) == bare_name(expected)
    return str(found) == str(expected)
