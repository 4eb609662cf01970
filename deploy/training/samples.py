"""Documents with their truth: layouts, candidates, and which of them are right."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from activities import pages
from deploy.bench.truth import Truth, is_same, truths
from deploy.training.forgetting import with_other_words
from deploy.training.learner import SEED
from deploy.training.renumbering import renumbered
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
_BESIDE_NUMBERS = (
    *sorted(_NUMBERS), *sorted(_PARTIES), "customer_number", "order_number", "delivery_number",
    "contract_number", "card_slip", "register_number", "tax_number", "vat_id", "phone", "contact",
    "invoice_date", "date", "due_date", "delivery_date", "other_date",
)  # fmt: skip
_HALF = 0.5


@dataclass(frozen=True, slots=True)
class Copy:
    """The candidates of a field on a page that was changed, and the true value there."""

    candidates: Sequence[Candidate[Any]]
    value: Any


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """A document: its family, all its candidates, and its truth; what is unknown is not there.

    `layout` is what several families may share: where things stand on the page. `copies` are what
    some fields would be if nobody knew the words for them, or for others.
    """

    name: str
    family: str
    layout: str
    candidates: Candidates
    truth: dict[str, Any]
    copies: dict[str, tuple[Copy, ...]] = field(default_factory=dict)

    def is_right(self, field: str, value: Any) -> bool:
        """Whether a value is the true one; None is right where the page states none."""
        return is_true(field, self.truth[field], value)


def is_true(field: str, known: Any, value: Any) -> bool:
    """Whether a value is the known one; None is right where nothing is stated."""
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
            known = _known(truth)
            yield Sample(
                truth.file, family, layout, found, known, copies_of(page, truth.file, known)
            )


def copies_of(layout: Layout, name: str, known: Mapping[str, Any]) -> dict[str, tuple[Copy, ...]]:
    """Numbers and names as they would be on pages whose words for them nobody knows.

    Words for a number are once not known and once others, as their ends are features; half of those
    for what else has numbers are once not known beside them and once others, too. On one page more
    the number has another form. Words for parties are others, as they may be taken for a part of a
    name. The name of the document decides by chance.
    """
    number, vendor = known.get("invoice_number"), known.get("vendor_name")
    spelt = Surroundings(with_other_words(layout, _PARTIES, name))
    pages = (
        Surroundings(layout, _NUMBERS),
        Surroundings(layout, _some(f"{name} unknown")),
        Surroundings(with_other_words(layout, _NUMBERS | _some(f"{name} other"), name)),
    )
    numbers = [Copy(number_candidates(page), number) for page in pages]
    day = known.get("invoice_date")
    if number is not None and day is not None:
        changed = renumbered(layout, str(number), int(str(day)[:4]), name)
        if changed is not None:
            page, other = changed
            numbers.append(Copy(number_candidates(Surroundings(page)), other))
    return {
        "invoice_number": tuple(numbers),
        "vendor_name": (Copy(name_candidates(spelt, OwnParty()), vendor),),
    }


def _some(purpose: str) -> frozenset[str]:
    """Half of the kinds of labels that stand beside numbers."""
    chance = random.Random(f"{SEED} {purpose}")  # noqa: S311  repeatable
    return frozenset(kind for kind in _BESIDE_NUMBERS if chance.random() < _HALF)


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
