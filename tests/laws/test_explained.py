"""EXPLAINED: each extracted value keeps where it came from."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from activities.recognition import recognise
from deploy.stack.demo_documents import DemoFile, ordinary

# A rule derives a value from others, such as a due date from the terms of payment.
SOURCES = {
    ".xml": {"xml", "rule"},
    "facturx": {"xml", "rule"},
    "text": {"text", "rule"},
    "scan": {"ocr", "rule"},
}
# The fields that become an invoice (semantics 5.3).
VALUES = {
    *("vendor_name", "vendor_vat_id", "vendor_tax_id", "vendor_iban", "vendor_address"),
    *("invoice_number", "invoice_date", "due_date", "delivery_date", "document_type"),
    *("total_net", "total_tax", "total_gross", "currency", "payment_terms", "reference_text"),
}


@pytest.fixture(scope="module", params=ordinary(date(2026, 3, 20)), ids=lambda file: file.name)
def read(request: pytest.FixtureRequest) -> tuple[DemoFile, int, dict[str, Any]]:
    """Read a document once: an XML, a PDF with XML, a PDF with text, a scan."""
    found = recognise(request.param.content)
    return request.param, found.pages, found.extraction.to_json()


def test_every_value_has_an_origin(read: tuple[DemoFile, int, dict[str, Any]]) -> None:
    """And every origin says how sure it is, and is the one the document allows."""
    file, _, extraction = read
    values = {name for name in VALUES if extraction[name] is not None}
    allowed = SOURCES.get(Path(file.name).suffix) or SOURCES[file.name.partition("_")[0]]

    assert len(values) >= 10
    assert values <= set(extraction["origins"])
    for origin in extraction["origins"].values():
        assert origin["source"] in allowed
        assert 0 < Decimal(origin["confidence"]) <= 1


def test_what_was_read_on_a_page_can_be_pointed_at(
    read: tuple[DemoFile, int, dict[str, Any]],
) -> None:
    """Page and box lie on the document; the words are kept as they stood there."""
    _, pages, extraction = read
    pointed = [o for o in extraction["origins"].values() if o["source"] in {"text", "ocr"}]

    for origin in pointed:
        left, top, right, bottom = map(Decimal, origin["box"])
        assert 1 <= origin["page"] <= pages
        assert 0 <= left < right <= 1
        assert 0 <= top < bottom <= 1
        assert origin["raw_text"]


def test_structured_invoices_are_certain(read: tuple[DemoFile, int, dict[str, Any]]) -> None:
    """What an XML says has confidence 1, what a page says less (semantics 5.3)."""
    _, _, extraction = read
    is_structured = any(o["source"] == "xml" for o in extraction["origins"].values())

    assert (Decimal(extraction["confidence"]["overall"]) == 1) is is_structured
