"""Two engines have read the same pages: what they agree on, and whom to believe otherwise.

Measured over 263 values that both had found on scans: equal ones were right in 231 of 243; where
they differed, the second one was right 14 times of 20, the first one twice.
"""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from enum import StrEnum
from typing import Any

from domain.intake.extraction import DECISIVE, FIELDS, Extraction, normalized, weighed
from domain.intake.lines import ExtractedLine
from domain.intake.vendor_match import bare_name
from domain.money import ZERO
from domain.reading.layout import Source
from domain.reading.origin import Origin

_SURE = Decimal("0.80")
_SECOND_OF_TWO = Decimal("0.70")
_ALONE = Decimal("0.85")
_AMOUNTS = (
    "total_net",
    "total_tax",
    "total_gross",
    "prepaid_amount",
    "rounding_amount",
    "amount_due",
)


class SecondEngine(StrEnum):
    """When recognised pages are read by a second engine."""

    NEVER = "never"
    UNSURE = "unsure"
    ALWAYS = "always"

    def looks_at(self, found: Extraction) -> bool:
        """Whether it reads pages of which the first engine found this."""
        if self is SecondEngine.UNSURE:
            return not is_sure(found)
        return self is SecondEngine.ALWAYS


def is_sure(found: Extraction) -> bool:
    """Whether everything that decides was read, and surely."""
    return all(found.confidence.fields.get(name, ZERO) >= _SURE for name in DECISIVE)


def combined(first: Extraction, second: Extraction) -> Extraction:
    """One extraction of two: field by field, but sums and lines as one engine has them."""
    summed, other = (first, second) if _is_better(first, second) else (second, first)
    lines = _lines(summed, other)
    names = [name for name in FIELDS if name not in _AMOUNTS]
    chosen = dict(_chosen(first, second, names))
    amounts = {name: (getattr(summed, name), _doubted(summed, other, name)) for name in _AMOUNTS}
    picked = {**chosen, **{name: each for name, each in amounts.items() if each[1] is not None}}
    values: dict[str, Any] = {name: value for name, (value, _) in picked.items()}
    origins = {name: origin for name, (_, origin) in picked.items() if origin is not None}
    return weighed(replace(summed, **values, origins=origins, line_items=lines))


def _is_better(first: Extraction, second: Extraction) -> bool:
    """Whether the first one's sums are believed: if they agree, and those of the other do not."""
    return _agrees(first) and not _agrees(second)


def _agrees(found: Extraction) -> bool:
    net, tax, gross = found.total_net, found.total_tax, found.total_gross
    return net is not None and tax is not None and gross is not None and net + tax == gross


def _lines(summed: Extraction, other: Extraction) -> tuple[ExtractedLine, ...]:
    """Lines of the page rather than those that stand for its sums, if they come to the same."""
    is_same = summed.total_gross == other.total_gross and summed.total_net == other.total_net
    if _are_read(other) and is_same and not _are_read(summed):
        taken = replace(summed, line_items=other.line_items)
        return other.line_items if normalized(taken).adds_up else summed.line_items
    return summed.line_items


def _are_read(found: Extraction) -> bool:
    origins = [line.origins.get("line_total") for line in found.line_items]
    return any(origin is not None and origin.source is not Source.RULE for origin in origins)


def _chosen(
    first: Extraction, second: Extraction, names: list[str]
) -> Iterator[tuple[str, tuple[Any, Origin | None]]]:
    for name in names:
        mine, theirs = getattr(first, name), getattr(second, name)
        is_first = theirs is None or (name in second.origins) < (name in first.origins)
        taken, left = (first, second) if is_first else (second, first)
        value = mine if is_first else theirs
        yield name, (value, _doubted(taken, left, name))


def _doubted(taken: Extraction, left: Extraction, name: str) -> Origin | None:
    """Where the value stands, as sure as both together are."""
    origin, other = taken.origins.get(name), left.origins.get(name)
    if origin is None:
        return None
    if other is None or getattr(left, name) is None:
        return replace(origin, confidence=_times(origin.confidence, _ALONE))
    if _is_same(name, getattr(taken, name), getattr(left, name)):
        return replace(origin, confidence=max(origin.confidence, other.confidence))
    return replace(origin, confidence=min(origin.confidence, _SECOND_OF_TWO))


def _is_same(name: str, one: Any, other: Any) -> bool:
    if name == "vendor_name":
        return bare_name(one) == bare_name(other)
    return bool(one == other)


def _times(confidence: Decimal, factor: Decimal) -> Decimal:
    return (confidence * factor).quantize(Decimal("0.01"))
