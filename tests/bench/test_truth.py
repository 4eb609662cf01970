"""What a truth.json says: of the XML, of the page, and what it leaves open."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from deploy.bench.truth import HEADER, NoTruth, TrueLine, Truth, is_same, truths

IBAN = "AT611904300234573201"
ENTRY: dict[str, Any] = {
    **dict.fromkeys(HEADER),
    "invoice_number": "A-1",
    "total_gross": "120.00",
    "vendor_iban": IBAN,
    "due_date": "2026-02-03",
}


def folder(tmp_path: Path, known: object) -> Path:
    """A folder with one document and what is said about it."""
    (tmp_path / "a.pdf").write_bytes(b"%PDF-")
    (tmp_path / "truth.json").write_text(json.dumps(known))
    return tmp_path


def one(tmp_path: Path, **entry: Any) -> Truth:
    """What is known about the one document."""
    (found,) = truths(folder(tmp_path, {"a.pdf": {**ENTRY, **entry}}))
    return found


def test_the_page_may_say_other_things_than_the_xml(tmp_path: Path) -> None:
    """What is corrected for the page, hidden or in conflict there."""
    meta = {
        "page_truth": {"due_date": "2026-03-03"},
        "on_page": {"vendor_iban": False, "invoice_number": True},
        "page_conflicts": ["total_gross"],
    }
    found = one(tmp_path, _meta=meta)

    assert found.stated()["due_date"] == "2026-02-03"
    assert found.on_page() == {**ENTRY, **dict.fromkeys(("vendor_iban", "total_gross"))} | {
        "due_date": "2026-03-03"
    }
    assert not found.is_honest


def test_an_account_that_is_none_is_not_asked_for(tmp_path: Path) -> None:
    """It is not handed on, so it cannot be missed."""
    assert one(tmp_path, vendor_iban="AT621904300234573201").stated()["vendor_iban"] is None


def test_lines_are_numbers_or_unknown(tmp_path: Path) -> None:
    """What a line does not print is null."""
    items = [{"quantity": "2", "unit_price": None, "total": "9.50"}]
    (line,) = one(tmp_path, line_items=items).line_items or ()

    assert line == TrueLine(Decimal(2), None, Decimal("9.50"))
    assert one(tmp_path).line_items is None


@pytest.mark.parametrize(
    ("name", "expected", "found", "same"),
    [
        ("total_net", "10.00", "-10", True),
        ("total_net", "10.00", "10.01", False),
        ("vendor_name", "Muster GmbH", "MUSTER Ges.m.b.H.", True),
        ("invoice_number", "A-1", "A1", False),
        ("invoice_date", "2026-01-02", None, False),
    ],
)
def test_signs_and_legal_forms_are_form(
    name: str, expected: str, found: str | None, *, same: bool
) -> None:
    """Everything else counts."""
    assert is_same(name, expected, found) is same


@pytest.mark.parametrize("known", [[], {"a.pdf": 1}, {"gone.pdf": ENTRY}])
def test_a_folder_that_proves_nothing_is_refused(tmp_path: Path, known: object) -> None:
    """Another form, or a file that is not there."""
    with pytest.raises(NoTruth):
        truths(folder(tmp_path, known))


def test_a_folder_without_truth_is_refused(tmp_path: Path) -> None:
    """It says which file it wanted."""
    with pytest.raises(NoTruth, match=r"truth\.json"):
        truths(tmp_path)
