"""Documents of known truth, each read in a process of its own, and what that cost.

A structured invoice is read as the product reads it; the pages of a hybrid are read once more as if
they had no XML. Processes are forked from one that has imported everything.
"""

import multiprocessing
import resource
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import partial
from pathlib import Path

from activities import pages, words  # noqa: F401  imported here, a forked reader need not
from activities.recognition import Job, RecognisedDocument, read
from deploy.bench.tampering import changed
from deploy.bench.truth import HEADER, TrueLine, Truth, lines_of
from domain.errors import DomainError
from domain.formats import e_invoice
from domain.formats.invoice_record import InvoiceRecord
from domain.intake import from_pages
from domain.intake.extraction import Extraction
from domain.intake.hybrid import differences
from domain.intake.lines import ExtractedLine
from domain.intake.two_readings import SecondEngine
from domain.money import ZERO
from domain.reading.finding import Finding, Severity
from domain.reading.layout import Layout, Source
from domain.reading.limits import Kind, Limits
from domain.reading.origin import OwnParty

_PEAK = "VmHWM:"


class Way(StrEnum):
    """Kinds of source; `printed_xml` are pages of one look, made from XML by a style sheet."""

    XML = "xml"
    HYBRID = "hybrid"
    TEXT = "text"
    PRINTED_XML = "printed_xml"
    SCAN = "scan"


@dataclass(frozen=True, slots=True)
class FoundLine:
    """One line that was read; the total net and gross."""

    quantity: Decimal | None
    unit_price: Decimal | None
    net: Decimal | None
    gross: Decimal | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one way of reading found: values as the truth writes them, and how sure it was.

    `expected_lines` is None where nobody knows them.
    """

    way: Way
    values: dict[str, str | None]
    confidence: dict[str, Decimal]
    lines: tuple[FoundLine, ...]
    expected_lines: tuple[TrueLine, ...] | None


@dataclass(frozen=True, slots=True)
class Tampered:
    """Alarms over an honest hybrid, changes that were tried in it, and those nobody noticed."""

    false_alarms: tuple[str, ...] = ()
    tried: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sample:
    """One document read: what came out of it each way, or why nothing did.

    Seconds are of the processor, for the first reading alone; memory is the highest that the
    process and its largest helper (Tesseract) held.
    """

    truth: Truth
    outcomes: tuple[Outcome, ...] = ()
    tampered: Tampered | None = None
    refusal: str | None = None
    pages: int = 1
    cpu_seconds: float = 0
    peak_bytes: int = 0


@dataclass(frozen=True, slots=True)
class _Read:
    """The document as the product reads it."""

    document: RecognisedDocument
    record: InvoiceRecord | None = None
    layout: Layout | None = None
    page: Extraction | None = None


def samples(
    known: Sequence[Truth], jobs: int, second: SecondEngine = SecondEngine.UNSURE
) -> Iterator[Sample]:
    """Read every document, so many at a time; they come back in their order."""
    context = multiprocessing.get_context("fork")
    with context.Pool(jobs, maxtasksperchild=1) as pool:
        yield from pool.imap(partial(_sample, second), known, chunksize=1)


def _sample(second: SecondEngine, truth: Truth) -> Sample:
    before = _cpu_seconds()
    try:
        document = read(Job(truth.path, second=second), lambda number, count: None)
    except DomainError as refusal:
        return Sample(truth, refusal=f"{refusal.code}: {refusal.message}")
    cost = _cpu_seconds() - before
    peak = _peak_bytes()
    found = _looked_at(truth, document)
    return Sample(
        truth,
        tuple(_outcomes(truth, found)),
        _tampered(truth, found),
        pages=max(document.pages, 1),
        cpu_seconds=cost,
        peak_bytes=peak,
    )


def _looked_at(truth: Truth, document: RecognisedDocument) -> _Read:
    """With the pages of a hybrid alone, and the record that its XML states."""
    record = e_invoice.read(document.structured) if document.structured else None
    if record is None or document.mime_type == Kind.XML.value:
        return _Read(document, record)
    layout = pages.layout_of(
        truth.path, Kind(document.mime_type), Limits(), lambda number, count: None
    )
    return _Read(document, record, layout, from_pages.extraction_of(layout, OwnParty()))


def _outcomes(truth: Truth, found: _Read) -> Iterator[Outcome]:
    read_first = found.document.extraction
    if found.record is not None:
        is_hybrid = found.page is not None
        values = {**_values(read_first), "due_date": _stated_due(read_first)}
        yield _outcome(Way.HYBRID if is_hybrid else Way.XML, read_first, None, values)
    page = found.page or (read_first if found.record is None else None)
    if page is not None:
        yield _outcome(_way_of(truth, page), page, _expected_lines(truth, found), _values(page))


def _outcome(
    way: Way,
    read_: Extraction,
    expected: tuple[TrueLine, ...] | None,
    values: dict[str, str | None],
) -> Outcome:
    lines = tuple(_line(line) for line in read_.line_items if not _is_summary(line))
    return Outcome(way, values, dict(read_.confidence.fields), lines, expected)


def _way_of(truth: Truth, page: Extraction) -> Way:
    """A scan if most of what was read was recognised."""
    sources = [origin.source for origin in page.origins.values()]
    if truth.meta.get("rasterised_from") or 2 * sources.count(Source.OCR) > len(sources):
        return Way.SCAN
    return Way.PRINTED_XML if truth.is_visualisation else Way.TEXT


def _values(read_: Extraction) -> dict[str, str | None]:
    found = {name: getattr(read_, name) for name in HEADER}
    return {name: None if value is None else str(value) for name, value in found.items()}


def _stated_due(read_: Extraction) -> str | None:
    """The due date as stated: the truth of an XML has no day that follows from words."""
    origin = read_.origins.get("due_date")
    is_rule = origin is not None and origin.source is Source.RULE
    return None if is_rule or read_.due_date is None else str(read_.due_date)


def _is_summary(line: ExtractedLine) -> bool:
    """Whether the line was made from the totals, because none was understood."""
    origin = line.origins.get("line_total")
    return origin is not None and origin.source is Source.RULE


def _line(line: ExtractedLine) -> FoundLine:
    gross, tax = line.line_total, line.tax_amount
    net = None if gross is None else gross - (tax or ZERO)
    return FoundLine(line.quantity, line.unit_price, net, gross)


def _expected_lines(truth: Truth, found: _Read) -> tuple[TrueLine, ...] | None:
    """Lines of the truth, else of the XML that the same page was made from."""
    if truth.line_items is not None:
        return truth.line_items
    if not truth.is_honest:
        return None
    record = found.record or (_record_in(truth.source) if truth.source is not None else None)
    return lines_of(record) or None if record is not None else None


def _record_in(path: Path) -> InvoiceRecord | None:
    try:
        structured = read(Job(path), lambda number, count: None).structured
    except DomainError:
        return None
    return e_invoice.read(structured) if structured else None


def _tampered(truth: Truth, found: _Read) -> Tampered | None:
    if found.record is None or found.page is None or found.layout is None or not truth.is_honest:
        return None
    record, page, layout = found.record, found.page, found.layout
    tried = list(changed(record))
    missed = [name for name, other in tried if name not in _alarmed(other, page, layout)]
    return Tampered(
        tuple(sorted(_alarmed(record, page, layout))),
        tuple(name for name, _ in tried),
        tuple(missed),
    )


def _alarmed(record: InvoiceRecord, page: Extraction, layout: Layout) -> set[str]:
    """Fields of all findings but hints; a page that shows nothing alarms for each."""
    found = [each for each in differences(record, page, layout) if _is_alarm(each)]
    if any(not each.fields for each in found):
        return set(_EVERY)
    return {name for each in found for name in each.fields}


_EVERY = (*HEADER, "amount_due", "delivery_date", "recipient_name")


def _is_alarm(finding: Finding) -> bool:
    return finding.severity is not Severity.HINT


def _cpu_seconds() -> float:
    uses = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(use.ru_utime + use.ru_stime for use in uses)


def _peak_bytes() -> int:
    """Of this process since it was forked, and of the largest that it started."""
    status = Path("/proc/self/status").read_text().splitlines()
    own = next((int(line.split()[1]) for line in status if line.startswith(_PEAK)), 0)
    return 1024 * (own + resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
