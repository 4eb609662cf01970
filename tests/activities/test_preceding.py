"""A corrected invoice on a real database: the one that it corrects is known, or not."""

from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from domain.documents.store import Reading
from domain.intake.case_finding import FindingsOpen
from domain.intake.extraction import Confidence, Extraction
from domain.reading.preceding import Preceding, Relation
from tests.activities.test_document_intake import Desk, invoice
from tests.servers import Database

EXTRACTION = Extraction(
    vendor_name="Papier GmbH",
    invoice_number="RE-3",
    confidence=Confidence(fields={"invoice_number": Decimal(1)}),
)


@pytest.fixture
def desk(database: Database) -> Desk:
    """A tenant of its own."""
    return Desk(database)


def correction(number: str) -> Reading:
    """The reading of an invoice that corrects another one."""
    preceding = (Preceding(Relation.CORRECTS, number),)
    return Reading(fields=replace(EXTRACTION, preceding=preceding).to_json())


def told(desk: Desk, inbox_id: UUID) -> list[tuple[str, str]]:
    """Severity and words of what a case says of earlier invoices."""
    found: list[dict[str, Any]] = list(desk.case(inbox_id).findings)
    return [
        (each["severity"], each["message"])
        for each in found
        if each["code"] == "PRECEDING_INVOICE" and each["answer"] is None
    ]


def test_a_correction_of_what_is_there_stops(desk: Desk) -> None:
    """In a case or in the books, however the number is spelt; what nobody knows is a warning."""
    first = desk.ready("a", invoice("RE-2"))
    second, _ = desk.read("b", correction("RE 2"))
    unknown, _ = desk.read("c", correction("RE-9"))
    waiting = told(desk, second)
    desk.steps.post(desk.step(first))
    desk.amends(second, normalized_invoice=invoice("RE-3").to_json())

    ((severity, words),) = waiting
    assert (severity, "RE-2, which waits in another case" in words) == ("blocking", True)
    ((severity, words),) = told(desk, second)
    assert (severity, "RE-2, which is in the books" in words) == ("blocking", True)
    assert [each for each, _ in told(desk, unknown)] == ["warning"]
    with pytest.raises(FindingsOpen):
        desk.steps.post(desk.step(second))
