"""Extractions of structured invoices."""

from datetime import date
from decimal import Decimal

import pytest

from domain.formats import e_invoice
from domain.intake import from_record
from domain.intake.extraction import Extraction, normalized
from domain.reading.finding import Severity
from domain.reading.layout import Source
from tests.corpus import DOCUMENTS


def extraction(name: str, *changes: tuple[bytes, bytes]) -> Extraction:
    """The extraction of a file in which some bytes are replaced."""
    data = (DOCUMENTS / name).read_bytes()
    for old, new in changes:
        assert old in data
        data = data.replace(old, new)
    return from_record.extraction_of(e_invoice.read(data))


def codes(found: Extraction) -> set[str]:
    """Codes of the findings."""
    return {finding.code for finding in found.findings}


@pytest.mark.parametrize(
    "name",
    [
        "xrechnung_01.01a_ubl.xml",
        "xrechnung_01.01a_cii.xml",
        "zugferd1_506.xml",
        "ebinterface_43.xml",
    ],
)
def test_what_the_xml_states_is_sure(name: str) -> None:
    """Confidence 1, no page, no box, and lines that come to the total."""
    found = extraction(name)

    assert found.confidence.overall == 1
    assert normalized(found).adds_up
    assert {origin.source for key, origin in found.origins.items() if key != "due_date"} == {
        Source.XML
    }
    assert found.origins["total_gross"].box is None


def test_terms_in_words_give_a_day_by_rule() -> None:
    """Payable at once: due on the day of issue."""
    found = extraction(
        "xrechnung_01.01a_ubl.xml", (b"Zahlbar sofort ohne Abzug.", b"Zahlbar innerhalb 14 Tagen.")
    )

    assert found.due_date == date(2016, 4, 18)
    assert found.origins["due_date"].source is Source.RULE


@pytest.mark.parametrize(
    ("changes", "code", "severity"),
    [
        ((b"336.9<", b"346.9<"), "TOTALS_DISAGREE", Severity.BLOCKING),
        ((b">22.04</cbc:TaxAmount>\n        <cac", b">32.04</cbc:TaxAmount>\n        <cac"),
         "TAX_BREAKDOWN_DISAGREES", Severity.BLOCKING),
        ((b">288.79</cbc:LineExtensionAmount>", b">188.79</cbc:LineExtensionAmount>"),
         "LINES_DISAGREE", Severity.WARNING),
        ((b"DE79000000001234567890", b"DE78000000001234567890"), "INVALID_IBAN", Severity.WARNING),
        ((b">2016-04-04<", b">04.04.2016<"), "UNREADABLE_VALUE", Severity.BLOCKING),
        ((b"Code>58<", b"Code>59<"), "DIRECT_DEBIT", Severity.HINT),
    ],
)  # fmt: skip
def test_a_contradiction_is_found(
    changes: tuple[bytes, bytes], code: str, severity: Severity
) -> None:
    """With its rule and its weight."""
    found = extraction("xrechnung_01.01a_ubl.xml", changes)

    assert (code, severity) in {(finding.code, finding.severity) for finding in found.findings}
    assert code not in codes(extraction("xrechnung_01.01a_ubl.xml"))


def test_a_wrong_iban_is_not_handed_on() -> None:
    """Nobody can pay to it."""
    found = extraction(
        "xrechnung_01.01a_ubl.xml", (b"DE79000000001234567890", b"DE78000000001234567890")
    )

    assert found.vendor_iban is None


def test_an_invoice_without_page_is_shown_as_text() -> None:
    """A person can read it, and its markup is not ours."""
    record = e_invoice.read((DOCUMENTS / "ebinterface_43.xml").read_bytes())
    text = from_record.markdown_of(record)

    assert "Gross: 1361.50" in text
    assert "- Schraubenzieher: 1020.00" in text
    assert "Schrauben M10x50" in text


def test_taxes_keep_rate_and_reason() -> None:
    """As fractions."""
    found = extraction("ebinterface_43.xml")

    assert [(share.rate, share.amount) for share in found.taxes] == [
        (Decimal("0.2"), Decimal("226.00")),
        (Decimal("0.1"), Decimal("0.50")),
    ]
