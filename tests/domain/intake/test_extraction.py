"""What was read, stored and normalised."""

import json
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from domain.intake import from_pages
from domain.intake.extraction import (
    Extraction,
    Recipient,
    circumstances_of,
    empty,
    normalized,
    turned_positive,
    weighed,
)
from domain.payables.normalized import NormalizedInvoice
from domain.reading.document_type import DocumentType
from domain.reading.origin import OwnParty
from tests.layouts import INVOICE, typed

READ = from_pages.extraction_of(typed(INVOICE), OwnParty(name="Bauer AG"))


def test_an_extraction_survives_its_storage() -> None:
    """Through JSON text and back, with every origin."""
    assert Extraction.from_json(json.loads(json.dumps(READ.to_json()))) == READ


def test_a_normalised_invoice_survives_its_storage() -> None:
    """Through JSON text and back."""
    invoice = normalized(READ)

    assert NormalizedInvoice.from_json(json.loads(json.dumps(invoice.to_json()))) == invoice


def test_what_is_stored_has_the_names_of_the_contract() -> None:
    """So that it can be shown without a table of names."""
    stored = READ.to_json()

    assert stored["total_gross"] == "120.00"
    assert stored["invoice_date"] == "2026-02-03"
    assert stored["line_items"][0]["tax_rate"] == "0.20"
    assert stored["confidence"]["fields"].keys() == stored["origins"].keys()
    assert set(stored["origins"]["total_gross"]) == {
        "source", "confidence", "page", "box", "raw_text",
    }  # fmt: skip


def test_a_page_becomes_an_invoice_that_adds_up() -> None:
    """Lines are gross, each with its tax."""
    invoice = normalized(READ)

    assert invoice.adds_up
    assert [line.line_total for line in invoice.line_items] == [Decimal("48.00"), Decimal("72.00")]
    assert invoice.due_date == date(2026, 2, 17)
    assert READ.recipient.name == "Bauer AG"


def test_nothing_read_is_not_sure_of_anything() -> None:
    """An empty extraction says so."""
    assert not empty().is_read
    assert empty().confidence.overall == 0
    assert normalized(empty()).document_type is DocumentType.OTHER


def test_the_check_of_content_hears_of_recipient_and_syntax() -> None:
    """They are not in the normalised invoice."""
    read = Extraction(recipient=Recipient(name="BRZ GmbH"), syntax="ebInterface")
    around = circumstances_of(read, "AT")

    assert (around.country, around.recipient_name) == ("AT", "BRZ GmbH")
    assert around.syntax == "ebInterface"


def test_missing_and_contradicting_fields_cost_confidence() -> None:
    """The overall figure is about the invoice, not about the words that were found."""
    full = weighed(READ).confidence.overall
    partly = {name: origin for name, origin in READ.origins.items() if name != "invoice_number"}

    assert READ.confidence.overall == full
    assert weighed(Extraction(origins=partly)).confidence.overall < full


@given(st.integers(1, 10_000_000))
def test_credit_notes_are_positive(value: int) -> None:
    """A negative total is a credit note, and turned once only."""
    amount = Decimal(value) / 100
    turned = turned_positive(
        Extraction(document_type=DocumentType.INVOICE, total_gross=-amount, total_net=-amount)
    )

    assert (turned.document_type, turned.total_gross) == (DocumentType.CREDIT_NOTE, amount)
    assert turned_positive(turned) == turned
