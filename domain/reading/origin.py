"""Values with where they came from (EXPLAINED)."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Generic, TypeVar

from domain.reading.layout import Fractions, Layout, Passage, Source
from domain.reading.places import Place

SURE = Decimal("1.00")
_RAW_LENGTH = 200

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value stands (page from 1, box on the page as stored) and how sure it is (0 to 1).

    Page and box are None where there is no page.
    """

    source: Source
    confidence: Decimal
    page: int | None = None
    box: Fractions | None = None
    raw_text: str | None = None


@dataclass(frozen=True, slots=True)
class Reading(Generic[T]):
    """A value that was read, and its origin."""

    value: T
    origin: Origin

    def doubted(self, factor: Decimal) -> "Reading[T]":
        """The same value, less sure."""
        confidence = (self.origin.confidence * factor).quantize(Decimal("0.01"))
        return replace(self, origin=replace(self.origin, confidence=confidence))


@dataclass(frozen=True, slots=True)
class OwnParty:
    """What the recipient is called: never the vendor of an invoice that it receives.

    `places` is where a person found values on earlier documents of the vendor, by field.
    """

    name: str | None = None
    vat_id: str | None = None
    ibans: tuple[str, ...] = ()
    places: dict[str, Place] = field(default_factory=dict)
    street: str | None = None
    postal_code: str | None = None


def from_page(layout: Layout, passage: Passage, strength: Decimal) -> Origin:
    """Origin of a passage; `strength` is how well it was found, its words say how well read."""
    page = layout.page(passage.page)
    return Origin(
        source=page.source,
        confidence=(strength * passage.confidence).quantize(Decimal("0.01")),
        page=passage.page,
        box=page.visible(passage.box).fractions,
        raw_text=passage.text[:_RAW_LENGTH],
    )


def by_rule(confidence: Decimal, raw_text: str | None = None) -> Origin:
    """Origin of a value that follows from others."""
    return Origin(Source.RULE, confidence, raw_text=raw_text)


def surest(readings: Iterable[Reading[T]]) -> Reading[T] | None:
    """The reading with the highest confidence; the first among equals."""
    return max(readings, key=lambda reading: reading.origin.confidence, default=None)
