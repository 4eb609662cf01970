"""What samples add up to: right, wrong, missing, how honest the confidence was, every miss."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from statistics import median
from typing import Any

from deploy.bench.reading import FoundLine, Outcome, Sample, Tampered, Way
from deploy.bench.truth import HEADER, TrueLine, Truth, is_same
from domain.money import CENT, ZERO

SURE = Decimal("0.8")
BINS = 10
_PARTS = ("quantity", "unit_price", "total")


@dataclass(frozen=True, slots=True)
class Miss:
    """A value that is not as the truth has it; `found` is None where nothing was."""

    file: str
    way: Way
    field: str
    expected: str | None
    found: str | None
    confidence: Decimal | None

    def to_json(self) -> dict[str, Any]:
        """The miss as the report has it."""
        sure = None if self.confidence is None else float(self.confidence)
        return {
            "file": self.file,
            "source": self.way.value,
            "field": self.field,
            "expected": self.expected,
            "found": self.found,
            "confidence": sure,
        }


@dataclass
class FieldScore:
    """How often one field was right; `invented` are values that the document does not state."""

    correct: int = 0
    wrong: int = 0
    missing: int = 0
    invented: int = 0
    wrong_sure: int = 0

    @property
    def known(self) -> int:
        """How many values the truth has."""
        return self.correct + self.wrong + self.missing

    def add(self, other: "FieldScore") -> None:
        """Count another one, too."""
        self.correct += other.correct
        self.wrong += other.wrong
        self.missing += other.missing
        self.invented += other.invented
        self.wrong_sure += other.wrong_sure

    def to_json(self) -> dict[str, Any]:
        """The counts and the share of right values."""
        return {
            "known": self.known,
            "correct": self.correct,
            "wrong": self.wrong,
            "missing": self.missing,
            "invented": self.invented,
            "wrong_sure": self.wrong_sure,
            "share": _share(self.correct, self.known),
        }


@dataclass
class LineScore:
    """Lines right in all that is known of quantity, price and total; each of them alone."""

    documents: int = 0
    whole: int = 0
    expected: int = 0
    found: int = 0
    hits: int = 0
    parts: dict[str, Counter[str]] = field(
        default_factory=lambda: {part: Counter() for part in _PARTS}
    )

    def add(self, expected: Sequence[TrueLine], found: Sequence[FoundLine]) -> None:
        """Count the lines of one document: totals are all net or all gross, as it fits better."""
        pairs = [_pairs(line) for line in expected]
        readings = [[_pairs(_as_printed(line, net=net)) for line in found] for net in (True, False)]
        hits, best = max(
            ((_hits(pairs, lines), lines) for lines in readings), key=lambda each: each[0]
        )
        self.documents += 1
        self.whole += hits == len(expected) == len(found)
        self.expected += len(expected)
        self.found += len(found)
        self.hits += hits
        for part, counts in self.parts.items():
            stated = Counter(line[part] for line in pairs if part in line)
            seen = Counter(line[part] for line in best if part in line)
            counts.update(expected=stated.total(), found=seen.total(), hits=(stated & seen).total())

    def to_json(self) -> dict[str, Any]:
        """The figures; F1 from 0 to 1."""
        return {
            "documents": self.documents,
            "whole": self.whole,
            "expected": self.expected,
            "found": self.found,
            "hits": self.hits,
            "f1": _f1(self.hits, self.expected, self.found),
            **{
                f"f1_{part}": _f1(each["hits"], each["expected"], each["found"])
                for part, each in self.parts.items()
            },
        }


@dataclass
class Calibration:
    """Values by how sure the reader was of them, in ten bins."""

    sums: list[Decimal] = field(default_factory=lambda: [ZERO] * BINS)
    values: list[int] = field(default_factory=lambda: [0] * BINS)
    right: list[int] = field(default_factory=lambda: [0] * BINS)

    def add(self, confidence: Decimal, *, is_right: bool) -> None:
        """Count one value that was found."""
        at = min(int(confidence * BINS), BINS - 1)
        self.sums[at] += confidence
        self.values[at] += 1
        self.right[at] += is_right

    def merge(self, other: "Calibration") -> None:
        """Count those of another one, too."""
        for at in range(BINS):
            self.sums[at] += other.sums[at]
            self.values[at] += other.values[at]
            self.right[at] += other.right[at]

    def to_json(self) -> dict[str, Any]:
        """The bins, and the error: how far confidence and truth lie apart, weighted, in points."""
        apart = sum((abs(self.sums[at] - self.right[at]) for at in range(BINS)), ZERO)
        count = sum(self.values)
        return {
            "error_points": round(float(100 * apart / count), 2) if count else None,
            "bins": [self._bin(at) for at in range(BINS)],
        }

    def _bin(self, at: int) -> dict[str, Any]:
        count = self.values[at]
        return {
            "from": at / BINS,
            "to": (at + 1) / BINS,
            "values": count,
            "right": self.right[at],
            "mean_confidence": round(float(self.sums[at] / count), 3) if count else None,
        }


@dataclass
class WayScore:
    """All about one kind of source."""

    documents: int = 0
    fields: dict[str, FieldScore] = field(
        default_factory=lambda: {name: FieldScore() for name in HEADER}
    )
    whole_headers: int = 0
    sure: int = 0
    lines: LineScore = field(default_factory=LineScore)
    calibration: Calibration = field(default_factory=Calibration)
    cpu_a_page: list[float] = field(default_factory=list)
    peaks: list[int] = field(default_factory=list)

    @property
    def total(self) -> FieldScore:
        """All fields together."""
        total = FieldScore()
        for each in self.fields.values():
            total.add(each)
        return total

    def to_json(self) -> dict[str, Any]:
        """The figures of this kind of source."""
        return {
            "documents": self.documents,
            "fields": {name: score.to_json() for name, score in self.fields.items()},
            "all_fields": self.total.to_json(),
            "whole_header": {
                "right": self.whole_headers,
                "share": _share(self.whole_headers, self.documents),
            },
            "sure": {"values": self.sure, "wrong": self.total.wrong_sure},
            "lines": self.lines.to_json(),
            "calibration": self.calibration.to_json(),
            "cpu_seconds_a_page": round(median(self.cpu_a_page), 3) if self.cpu_a_page else None,
            "peak_mib": round(max(self.peaks) / 2**20, 1) if self.peaks else None,
        }


@dataclass
class Report:
    """The figures of some folders."""

    ways: dict[Way, WayScore] = field(default_factory=lambda: {way: WayScore() for way in Way})
    misses: list[Miss] = field(default_factory=list)
    refused: list[tuple[Truth, str]] = field(default_factory=list)
    tampered: list[tuple[str, Tampered]] = field(default_factory=list)
    documents: int = 0

    def add(self, sample: Sample) -> None:
        """Count one document; of one that was refused, every value is missing."""
        self.documents += 1
        if sample.refusal is not None:
            self.refused.append((sample.truth, sample.refusal))
            if sample.truth.is_unreadable:
                return
        outcomes = sample.outcomes or (_nothing(sample.truth),)
        for outcome in outcomes:
            self._count(sample.truth, outcome)
        if sample.outcomes:
            first = self.ways[outcomes[0].way]
            first.cpu_a_page.append(sample.cpu_seconds / sample.pages)
            first.peaks.append(sample.peak_bytes)
        if sample.tampered is not None:
            self.tampered.append((sample.truth.file, sample.tampered))

    def _count(self, truth: Truth, outcome: Outcome) -> None:
        is_structured = outcome.way in (Way.XML, Way.HYBRID)
        known = truth.stated() if is_structured else truth.on_page()
        score = self.ways[outcome.way]
        score.documents += 1
        right = [self._compare(truth, known, outcome, name) for name in HEADER]
        score.whole_headers += all(right)
        if outcome.expected_lines is not None:
            score.lines.add(outcome.expected_lines, outcome.lines)

    def _compare(
        self, truth: Truth, known: dict[str, str | None], outcome: Outcome, name: str
    ) -> bool:
        """Count one value; whether nothing is wrong with it."""
        expected, found = known[name], outcome.values.get(name)
        if expected is None and (found is None or name not in truth.absent):
            return True
        score = self.ways[outcome.way]
        is_right = expected is not None and is_same(name, expected, found)
        confidence = outcome.confidence.get(name, ZERO) if found is not None else None
        _count_value(score.fields[name], expected, found, is_right=is_right)
        if confidence is not None:
            score.calibration.add(confidence, is_right=is_right)
            score.sure += confidence >= SURE
            score.fields[name].wrong_sure += confidence >= SURE and not is_right
        if not is_right:
            self.misses.append(Miss(truth.file, outcome.way, name, expected, found, confidence))
        return is_right

    def to_json(self) -> dict[str, Any]:
        """The whole report."""
        return {
            "documents": self.documents,
            "sources": {way.value: score.to_json() for way, score in self.read_ways()},
            "tampering": self._tampering(),
            "refused": [
                {"file": truth.file, "reason": reason, "expected": truth.is_unreadable}
                for truth, reason in self.refused
            ],
            "misses": [miss.to_json() for miss in self.misses],
        }

    def read_ways(self) -> Iterator[tuple[Way, WayScore]]:
        """Kinds of sources that there were."""
        return ((way, score) for way, score in self.ways.items() if score.documents)

    def _tampering(self) -> dict[str, Any]:
        tried = Counter(name for _, each in self.tampered for name in each.tried)
        missed = Counter(name for _, each in self.tampered for name in each.missed)
        return {
            "hybrids": len(self.tampered),
            "changes": tried.total(),
            "told": tried.total() - missed.total(),
            "share": _share(tried.total() - missed.total(), tried.total()),
            "by_field": {
                name: {"changes": count, "told": count - missed[name]}
                for name, count in tried.items()
            },
            "missed": [
                {"file": file, "field": name}
                for file, each in self.tampered
                for name in each.missed
            ],
            "false_alarms": [
                {"file": file, "fields": list(each.false_alarms)}
                for file, each in self.tampered
                if each.false_alarms
            ],
        }


def report_of(samples: Iterable[Sample]) -> Report:
    """The figures of all samples."""
    report = Report()
    for sample in samples:
        report.add(sample)
    return report


def _nothing(truth: Truth) -> Outcome:
    """The outcome of a document that was refused, filed under what its name promises."""
    is_xml = truth.file.lower().endswith(".xml")
    return Outcome(Way.XML if is_xml else Way.TEXT, {}, {}, (), truth.line_items)


def _count_value(
    score: FieldScore, expected: str | None, found: str | None, *, is_right: bool
) -> None:
    if expected is None:
        score.invented += 1
    elif is_right:
        score.correct += 1
    elif found is None:
        score.missing += 1
    else:
        score.wrong += 1


_Pairs = dict[str, Decimal]


def _as_printed(line: FoundLine, *, net: bool) -> TrueLine:
    return TrueLine(line.quantity, line.unit_price, line.net if net else line.gross)


def _pairs(line: TrueLine) -> _Pairs:
    """What is known of a line; figures without signs, as a credit note may print either."""
    stated = {part: getattr(line, part) for part in _PARTS}
    known = {part: abs(value) for part, value in stated.items() if value is not None}
    if "total" in known:
        known["total"] = known["total"].quantize(CENT)
    return known


def _hits(expected: Sequence[_Pairs], found: Sequence[_Pairs]) -> int:
    """How many expected lines stand among those that were found, each used once."""
    left = list(found)
    hits = 0
    for line in expected:
        match = next((each for each in left if line.items() <= each.items()), None)
        if match is not None:
            left.remove(match)
            hits += 1
    return hits


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _f1(hits: int, expected: int, found: int) -> float | None:
    return round(2 * hits / (expected + found), 4) if expected + found else None
