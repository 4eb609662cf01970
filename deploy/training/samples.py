"""Documents with their truth: layouts, candidates, and which of them are right."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from activities import pages
from deploy.bench.truth import Truth, is_same, truths
from domain.reading.candidates import Candidates, candidates_of
from domain.reading.layout import Layout
from domain.reading.limits import Limits, kind_of
from domain.reading.origin import OwnParty

FIELDS = (
    "vendor_name", "vendor_vat_id", "vendor_iban", "invoice_number", "invoice_date", "due_date",
    "total_net", "total_tax", "total_gross",
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """A document: its family, all its candidates, and its truth; what is unknown is not there."""

    name: str
    family: str
    candidates: Candidates
    truth: dict[str, Any]

    def is_right(self, field: str, value: Any) -> bool:
        """Whether a value is the true one; None is right where the page states none."""
        known = self.truth[field]
        if known is None or value is None:
            return known is None and value is None
        return is_same(field, str(known), str(value))


def samples_in(folder: Path) -> Iterator[Sample]:
    """Every document of a folder with one truth, in the order of truth.json."""
    for truth in truths(folder):
        if not truth.holds_several:
            found = candidates_of(layout_of(truth.path), OwnParty())
            yield Sample(truth.file, _family(truth), found, _known(truth))


def _family(truth: Truth) -> str:
    """The family of its template; of a real document, its vendor, unless a style sheet made it."""
    if truth.is_visualisation:
        return "visualisation"
    return str(truth.meta.get("family") or truth.entry.get("vendor_name") or truth.file)


def _known(truth: Truth) -> dict[str, Any]:
    """The fields of which something is known: a value, or that the document has none."""
    stated = truth.on_page()
    return {
        field: stated[field]
        for field in FIELDS
        if stated[field] is not None or field in truth.absent
    }


def layout_of(path: Path) -> Layout:
    """The words of a document."""
    kind = kind_of(path.read_bytes())
    return pages.layout_of(path, kind, Limits(), lambda number, count: None)
