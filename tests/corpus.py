"""The corpus of other people's files, and how often a reader is right about them.

It lies outside the repository; tests over it are skipped loudly where it is missing. By default
a few files of each folder are read; BELEGFLUSS_CORPUS_ALL=1 reads them all.
"""

import json
import os
from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from deploy.bench.truth import is_same

_HERE = Path(__file__).parent
DOCUMENTS = _HERE / "data" / "documents"
CORPUS = Path(os.environ.get("BELEGFLUSS_CORPUS", _HERE.parent.parent / "shared" / "corpus"))
ALL = os.environ.get("BELEGFLUSS_CORPUS_ALL") == "1"
COUNT = {"einvoice-xml": 80}


_MAILED = {".pdf", ".xml", ".png", ".jpg", ".jpeg", ".tif", ".tiff"}


def mailable() -> list[Path]:
    """Documents that suppliers send, good and bad; without a corpus those of the repository."""
    folders = ("einvoice-xml", "einvoice-pdf", "invoice-pdf", "scans")
    roots = [CORPUS / folder for folder in folders] if CORPUS.is_dir() else [DOCUMENTS]
    return [
        path for root in roots for path in sorted(root.rglob("*")) if path.suffix.lower() in _MAILED
    ]


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
                value = found.get(name)
                is_hit = is_same(name, str(expected[name]), None if value is None else str(value))
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
