"""What may be the value of a field, and what speaks for it and against it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from domain.reading.layout import Passage

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Candidate(Generic[T]):
    """A value, where it stands (nowhere, if it follows from others), and its features.

    A feature is a word for which a model has a weight; the more often it is there, the more it
    counts.
    """

    value: T
    passage: Passage | None
    features: tuple[str, ...]
    raw_text: str | None = None


def counted(candidates: Iterable[Candidate[T]]) -> Iterator[Candidate[T]]:
    """The candidates with how often their value stands in the document."""
    found = list(candidates)
    times: dict[T, int] = {}
    for candidate in found:
        times[candidate.value] = times.get(candidate.value, 0) + 1
    seen: set[T] = set()
    for candidate in found:
        count = times[candidate.value]
        which = (
            ("again",) if candidate.value in seen else ("once",) if count == 1 else ("repeated",)
        )
        seen.add(candidate.value)
        features = (*candidate.features, f"times{min(count, 3)}", *which)
        yield Candidate(candidate.value, candidate.passage, features, candidate.raw_text)
