"""Documents with their truth: layouts, candidates, and which of them are right."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from activities import pages
from deploy.bench.truth import Truth, is_same, truths
from deploy.training.forgetting import with_other_words
from domain.reading.candidate import Candidate
from domain.reading.candidates import Candidates, candidates_of
from domain.reading.layout import Layout
from domain.reading.limits import Limits, kind_of
from domain.reading.name_candidates import name_candidates
from domain.reading.number_candidates import number_candidates
from domain.reading.origin import OwnParty
from domain.reading.surroundings import Surroundings

FIELDS = (
    "vendor_name", "vendor_vat_id", "vendor_iban", "invoice_number", "invoice_date", "due_date",
    "total_net", "total_tax", "total_gross",
)  # fmt: skip

_NUMBERS = frozenset({"invoice_number", "receipt_number", "any_number", "invoice_word"})
_PARTIES = frozenset({"vendor", "recipient", "ship_to"})


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """A document: its family, all its candidates, and its truth; what is unknown is not there.

    `layout` is what several families may share: where things stand on the page. `unlabelled` are
    the candidates of some fields as they would be if nobody knew the words for them.
    """

    name: str
    family: str
    layout: str
    candidates: Candidates
    truth: dict[str, Any]
    unlabelled: dict[str, Sequence[Candidate[Any]]] = field(default_factory=dict)

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
            page = layout_of(truth.path)
            found = candidates_of(page, OwnParty())
            family = _family(truth)
            layout = str(truth.meta.get("layout") or family)
            yield Sample(truth.file, family, layout, found, _known(truth), unlabelled(page))


def unlabelled(layout: Layout) -> dict[str, Sequence[Candidate[Any]]]:
    """The candidates of numbers and names on a page whose words for them nobody knows.

    Words for numbers stay what they are, as their ends are features; those for parties do not, as
    they may be taken for a part of a name.
    """
    spelt = Surroundings(with_other_words(layout, _PARTIES))
    return {
        "invoice_number": number_candidates(Surroundings(layout, _NUMBERS)),
        "vendor_name": name_candidates(spelt, OwnParty()),
    }


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
