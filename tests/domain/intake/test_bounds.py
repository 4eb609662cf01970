"""Whatever was read, the books can hold it."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from domain.formats import e_invoice
from domain.formats.invoice_record import RecordPreceding
from domain.intake.bounds import cuts, within_bounds
from domain.intake.from_document import extraction_of
from domain.payables.normalized import (
    NormalizedInvoice,
    NormalizedLine,
    NormalizedTax,
    NormalizedVendor,
)
from domain.payables.terms import Payee, PaymentTerm, TermKind
from domain.reading.finding import Severity
from domain.reading.origin import OwnParty
from tests.corpus import DOCUMENTS

LINE = NormalizedLine(
    1, "x" * 900, Decimal(3), Decimal(1) / 3, Decimal("0.2"), Decimal("0.2"), Decimal("1.2")
)


def test_texts_and_figures_are_cut() -> None:
    """Thirds and long texts fit the columns."""
    found = within_bounds(NormalizedInvoice(line_items=(LINE,), invoice_number="9" * 200))

    assert found.line_items[0].unit_price == Decimal("0.333333")
    assert len(found.line_items[0].description) == 500
    assert found.invoice_number is not None
    assert len(found.invoice_number) == 100


def test_impossible_amounts_are_unknown() -> None:
    """A misread telephone number is no total; a line with it is no line."""
    absurd = Decimal(4366412345678901)
    line = NormalizedLine(2, "", Decimal(1), absurd, Decimal("0.2"), Decimal(0), absurd)
    found = within_bounds(
        NormalizedInvoice(
            vendor=NormalizedVendor(name="A" * 300),
            total_gross=absurd,
            total_net=Decimal("1.005"),
            currency="euro",
            line_items=(line, LINE),
        )
    )

    assert (found.total_gross, found.total_net, found.currency) == (None, Decimal("1.01"), None)
    assert [each.position for each in found.line_items] == [1]
    assert len(found.vendor.name or "") == 255


SHORT = replace(LINE, description="Papier")


@pytest.mark.parametrize(
    ("changed", "name", "severity"),
    [
        ({"invoice_number": "O25-\u202e1"}, "invoice_number", Severity.BLOCKING),
        ({"vendor": NormalizedVendor(name="Papier\u2066 GmbH")}, "vendor_name", Severity.BLOCKING),
        ({"payee": Payee("Fak\u2067tor", None, None)}, "payee", Severity.BLOCKING),
        ({"vendor": NormalizedVendor(name="\ufeffPapier")}, "vendor_name", Severity.WARNING),
        ({"vendor": NormalizedVendor(name="M\x96S")}, "vendor_name", Severity.WARNING),
        ({"reference_text": "a\x1b[31mb"}, "reference_text", Severity.WARNING),
        ({"line_items": (replace(LINE, description="a\u202eb"),)}, "line_items", Severity.WARNING),
    ],
)
def test_signs_that_are_not_seen_are_left_out_and_told(
    changed: dict[str, Any], name: str, severity: Severity
) -> None:
    """A number with one turns what follows it around; it is shown, booked and paid as it looks."""
    invoice = NormalizedInvoice(**changed)
    told = [each for each in cuts(invoice) if each.code == "UNSEEN_SIGN"]
    assert [(each.fields, each.severity) for each in told] == [((name,), severity)]
    kept = within_bounds(invoice)
    assert [each for each in cuts(kept) if each.code == "UNSEEN_SIGN"] == []


def test_what_is_cut_is_told() -> None:
    """12,000 lines become 10,000, and a finding says so; so do texts and impossible lines."""
    long = replace(SHORT, description="x" * 600)
    absurd = replace(SHORT, line_total=Decimal(10) ** 12)
    many = NormalizedInvoice(line_items=(SHORT,) * 12_000)
    odd = NormalizedInvoice(invoice_number="9" * 120, line_items=(long, absurd))

    (told,) = cuts(many)
    assert (told.code, told.severity, told.fields) == (
        "CUT_TO_BOUND", Severity.BLOCKING, ("line_items",),
    )  # fmt: skip
    assert "12000" in told.message
    assert "10000" in told.message
    assert [each.fields[0] for each in cuts(odd)] == ["line_items", "invoice_number", "line_items"]
    assert list(cuts(NormalizedInvoice(line_items=(SHORT,)))) == []


def test_twelve_thousand_lines_are_read_or_told() -> None:
    """From the file on: what does not fit is a finding of the extraction."""
    text = (DOCUMENTS.parent / "due" / "ubl-prepaid.xml").read_text(encoding="utf-8")
    start, end = text.index("<cac:InvoiceLine>"), text.index("</Invoice>")
    data = (text[:start] + text[start:end] * 12_000 + text[end:]).encode()
    found = extraction_of(e_invoice.read(data), None, OwnParty())

    assert "CUT_TO_BOUND" in {finding.code for finding in found.findings}


def test_a_text_that_is_not_read_to_its_end_is_told() -> None:
    """A note of 5,000 characters."""
    text = (DOCUMENTS.parent / "due" / "ubl-skonto.xml").read_text(encoding="utf-8")
    data = text.replace("<cbc:Note>", "<cbc:Note>" + "x" * 5000, 1).encode()
    found = extraction_of(e_invoice.read(data), None, OwnParty())

    assert "Note is longer" in " ".join(finding.message for finding in found.findings)


def test_a_line_whose_text_is_cut_is_told() -> None:
    """A name of 600 characters, of which 500 are kept."""
    text = (DOCUMENTS.parent / "due" / "ubl-skonto.xml").read_text(encoding="utf-8")
    start = text.index("<cbc:Name>", text.index("<cac:Item>")) + len("<cbc:Name>")
    data = (text[:start] + "W" * 600 + text[start:]).encode()
    found = extraction_of(e_invoice.read(data), None, OwnParty())

    told = [each for each in found.findings if each.code == "CUT_TO_BOUND"]
    assert [each.fields for each in told] == [("line_items",)]


def test_reasons_of_an_exemption_that_are_cut_are_told() -> None:
    """The reason has 500 characters, its code 50; what fits is told nobody."""
    group = NormalizedTax(
        "E",
        Decimal(0),
        Decimal(1),
        Decimal(0),
        exemption_reason="x" * 501,
        exemption_code="y" * 51,
    )
    fitting = replace(group, exemption_reason="x" * 500, exemption_code="y" * 50)

    told = list(cuts(NormalizedInvoice(taxes=(group,))))
    assert [(each.code, each.fields) for each in told] == [("CUT_TO_BOUND", ("taxes",))] * 2
    assert ["501" in told[0].message, "51" in told[1].message] == [True, True]
    assert list(cuts(NormalizedInvoice(taxes=(fitting,)))) == []


def test_numbers_of_earlier_invoices_that_are_cut_are_told() -> None:
    """A number of 4,000 characters is kept as an invoice's own; of 21 that are named, 20."""
    record = e_invoice.read((DOCUMENTS.parent / "due" / "ubl-skonto.xml").read_bytes())
    long = replace(record, preceding=(RecordPreceding("9" * 4000),))
    many = replace(record, preceding=tuple(RecordPreceding(f"R-{at}") for at in range(21)))

    for named, kept, words in ((long, 1, "4000"), (many, 20, "21 earlier")):
        found = extraction_of(named, None, OwnParty())
        told = [each for each in found.findings if each.code == "CUT_TO_BOUND"]
        assert [(each.fields, words in each.message) for each in told] == [(("preceding",), True)]
        assert len(found.preceding) == kept
        assert max(len(each.number or "") for each in found.preceding) <= 100


@pytest.mark.parametrize(("percent", "told"), [("3", 0), ("100", 0), ("150", 1), ("-50", 1)])
def test_a_discount_that_is_none_is_told(percent: str, told: int) -> None:
    """Its rate is unknown, and somebody is told so."""
    term = PaymentTerm(TermKind.DISCOUNT, percent=Decimal(percent))

    found = [each.code for each in cuts(NormalizedInvoice(terms=(term,)))]

    assert found == ["UNREADABLE_VALUE"] * told
