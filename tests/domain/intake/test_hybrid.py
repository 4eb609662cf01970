"""Page and XML of one invoice."""

from dataclasses import replace
from decimal import Decimal

import pytest

from domain.intake import from_pages
from domain.intake.hybrid import differences
from domain.reading.finding import Severity
from domain.reading.origin import OwnParty
from tests.layouts import INVOICE, typed

LAYOUT = typed(INVOICE)
PAGE = from_pages.extraction_of(LAYOUT, OwnParty())


def test_the_same_invoice_twice_is_no_finding() -> None:
    """What the XML says stands on the page."""
    assert not list(differences(PAGE, PAGE, LAYOUT))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("total_gross", Decimal("1120.00")),
        ("vendor_iban", "DE89370400440532013000"),
        ("invoice_number", "2026-18"),
        ("vendor_vat_id", "DE136695976"),
    ],
)
def test_a_value_that_only_the_xml_has_is_tampering(field: str, value: object) -> None:
    """Whichever of the two was changed, the person who looks sees the other."""
    (finding,) = differences(replace(PAGE, **{field: value}), PAGE, LAYOUT)  # type: ignore[arg-type]

    assert (finding.severity, finding.fields) == (Severity.BLOCKING, (field,))


def test_a_value_the_page_shows_elsewhere_is_no_finding() -> None:
    """The reader may have picked another one of several."""
    stated = replace(PAGE, total_gross=Decimal("100.00"))

    assert not list(differences(stated, PAGE, LAYOUT))


def test_a_page_that_shows_nothing_contradicts_nothing() -> None:
    """Only a different value does."""
    stated = replace(PAGE, total_gross=Decimal("7.00"))
    blank = replace(PAGE, total_gross=None)

    assert not list(differences(stated, blank, LAYOUT))
