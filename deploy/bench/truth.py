"""What is known about documents: a `truth.json` beside them, and the lines of their XML.

The form is that of the corpus: `{file: {field: value or null, "line_count": n, "_meta": {...}}}`.
Amounts are decimal strings, dates ISO, ids without blanks; null says nothing about the page. A file
may add `line_items`, a list of `{quantity, unit_price, total}` as the page prints them, and
`_meta.absent`: names of fields that the document surely does not state.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from domain.formats.invoice_record import InvoiceRecord
from domain.intake.vendor_match import bare_name
from domain.reading.values import iban_in

HEADER = (
    "vendor_name", "vendor_vat_id", "vendor_iban", "invoice_number", "invoice_date", "due_date",
    "total_net", "total_tax", "total_gross", "currency",
)  # fmt: skip
"""The ten fields that are compared."""

_ODD = "page-and-xml-differ"
_FILE = "truth.json"


class NoTruth(Exception):
    """A folder without a readable `truth.json`."""


@dataclass(frozen=True, slots=True)
class TrueLine:
    """One line as it is printed; None where nothing is known. The total is net or gross."""

    quantity: Decimal | None
    unit_price: Decimal | None
    total: Decimal | None


@dataclass(frozen=True, slots=True)
class Truth:
    """What is known about one file of a folder."""

    folder: Path
    file: str
    entry: Mapping[str, Any]

    @property
    def path(self) -> Path:
        """Where the document lies."""
        return self.folder / self.file

    @property
    def meta(self) -> Mapping[str, Any]:
        """What is known about the file itself."""
        meta: Mapping[str, Any] = self.entry.get("_meta", {})
        return meta

    @property
    def holds_several(self) -> bool:
        """Whether more than one document lies in the file or on its page."""
        return "documents" in self.meta

    @property
    def is_unreadable(self) -> bool:
        """Whether its structured data cannot be read by anyone."""
        return bool(self.meta.get("unreadable"))

    @property
    def is_visualisation(self) -> bool:
        """Whether the page is an XML printed by a style sheet: many of them are of one look."""
        return "visualisation" in self.meta.get("tags", ())

    @property
    def is_honest(self) -> bool:
        """Whether page and XML are the same invoice."""
        conflicts = self.meta.get("page_conflicts") or _ODD in self.meta.get("tags", ())
        return not conflicts and not self.is_unreadable

    @property
    def absent(self) -> frozenset[str]:
        """Fields that the document does not state: whatever is found there is invented."""
        return frozenset(self.meta.get("absent", ()))

    @property
    def line_items(self) -> tuple[TrueLine, ...] | None:
        """The lines as the file of the truth lists them."""
        items = self.entry.get("line_items", self.meta.get("line_items"))
        return None if items is None else tuple(map(_line, items))

    @property
    def source(self) -> Path | None:
        """The document that a scan was made from, if it lies beside this folder."""
        name = self.meta.get("rasterised_from")
        path = self.folder.parent / name if name else None
        return path if path is not None and path.is_file() else None

    def stated(self) -> dict[str, str | None]:
        """The header as the structured data states it."""
        return _possible(self.entry)

    def on_page(self) -> dict[str, str | None]:
        """The header as a person reads it on the page."""
        return _possible(on_page(self.entry))


def truths(folder: Path) -> Sequence[Truth]:
    """What is known about every file of a folder. Raises NoTruth."""
    try:
        known = json.loads((folder / _FILE).read_bytes())
    except (OSError, ValueError) as error:
        raise NoTruth(f"{folder / _FILE} cannot be read: {error}") from error
    if not isinstance(known, dict) or not all(isinstance(each, dict) for each in known.values()):
        raise NoTruth(f"{folder / _FILE} is not an object of objects.")
    found = [Truth(folder, file, entry) for file, entry in known.items()]
    missing = next((truth.file for truth in found if not truth.path.is_file()), None)
    if missing is not None:
        raise NoTruth(f"{folder / _FILE} names {missing}, which is not there.")
    return found


def on_page(expected: Mapping[str, Any]) -> dict[str, Any]:
    """What a person reads on the page: the truth of the XML, corrected, without what is hidden."""
    meta = expected.get("_meta", {})
    stated = meta.get("page_truth", {})
    hidden = [name for name, shown in meta.get("on_page", {}).items() if not shown]
    hidden += [*meta.get("hidden_on_page", []), *meta.get("page_conflicts", [])]
    return {**expected, **dict.fromkeys(hidden), **stated}


def lines_of(record: InvoiceRecord) -> tuple[TrueLine, ...]:
    """The lines of an XML, which stand on its page, too."""
    return tuple(TrueLine(line.quantity, line.unit_price, line.net) for line in record.lines)


def is_same(name: str, expected: str, found: str | None) -> bool:
    """Whether a value is the right one. Signs of totals and legal forms of names are form."""
    if found is None:
        return False
    if name.startswith("total"):
        return abs(Decimal(found)) == abs(Decimal(expected))
    if name == "vendor_name":
        return bare_name(found) == bare_name(expected)
    return found == expected


def _possible(entry: Mapping[str, Any]) -> dict[str, str | None]:
    """The header without accounts that cannot be one: they are not handed on."""
    header = {name: entry.get(name) for name in HEADER}
    iban = header["vendor_iban"]
    return header if iban is None or iban_in(iban) else {**header, "vendor_iban": None}


def _line(item: Mapping[str, Any]) -> TrueLine:
    quantity, price, total = (item.get(name) for name in ("quantity", "unit_price", "total"))
    return TrueLine(*map(_number, (quantity, price, total)))


def _number(value: object) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def single(known: Iterable[Truth]) -> list[Truth]:
    """Files that hold one document each."""
    return [truth for truth in known if not truth.holds_several]
