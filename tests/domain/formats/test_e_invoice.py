"""Structured invoices: which format, and what is in it."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from domain.formats import e_invoice
from domain.formats.e_invoice import UnknownInvoiceFormat
from domain.formats.xml import UnsafeXml
from tests.corpus import COUNT, DOCUMENTS, hit_rate, need, truth

FIELDS = (
    "vendor_name", "vendor_vat_id", "vendor_iban", "invoice_number", "invoice_date", "due_date",
    "total_net", "total_tax", "total_gross", "currency", "line_count",
)  # fmt: skip


@pytest.mark.parametrize("name", ["xrechnung_01.01a_ubl.xml", "xrechnung_01.01a_cii.xml"])
def test_both_syntaxes_of_an_xrechnung_say_the_same(name: str) -> None:
    """The test suite has each case in UBL and in CII."""
    record = e_invoice.read((DOCUMENTS / name).read_bytes())

    assert record.number == "123456XX"
    assert record.issue_date == date(2016, 4, 4)
    assert record.seller.name == "[Seller name]"
    assert record.seller.address == "[Seller address line 1], 12345 [Seller city], DE"
    assert record.payment.ibans == ("DE79000000001234567890",)
    assert (record.totals.net, record.totals.gross) == (Decimal("314.86"), Decimal("336.9"))
    assert [line.net for line in record.lines] == [Decimal("288.79"), Decimal("26.07")]
    assert [tax.rate for tax in record.taxes] == [Decimal(7)]


def test_zugferd_1_has_other_names_for_the_same() -> None:
    """The first edition is read by the same reader."""
    record = e_invoice.read((DOCUMENTS / "zugferd1_506.xml").read_bytes())

    assert record.syntax == "ZUGFeRD1-CII"
    assert record.number == "RE-20171118/506"
    assert record.totals.gross == Decimal("571.04")
    assert sum(line.net or 0 for line in record.lines) == record.totals.net


def test_ebinterface_sums_its_tax_items() -> None:
    """Net and tax are nowhere stated as a total."""
    record = e_invoice.read((DOCUMENTS / "ebinterface_43.xml").read_bytes())

    assert record.profile == "http://www.ebinterface.at/schema/4p3/"
    assert (record.totals.net, record.totals.tax) == (Decimal("1135.00"), Decimal("226.50"))
    assert record.payment.due_date == date(2015, 12, 30)
    assert record.payment.ibans == ("AT611904300234573201",)
    assert record.buyer.name == "BRZ GmbH"


_HOTEL = """<Invoice xmlns="http://www.ebinterface.at/schema/6p1/" InvoiceCurrency="EUR"><Tax>
<TaxItem><TaxableAmount>200.00</TaxableAmount><TaxPercent TaxCategoryCode="AA">10</TaxPercent>
<TaxAmount>20.00</TaxAmount></TaxItem>
<OtherTax><TaxAmount>5.00</TaxAmount><Comment>Ortstaxe</Comment></OtherTax></Tax>
<TotalGrossAmount>{}</TotalGrossAmount></Invoice>"""


def test_ebinterface_asks_for_another_tax_beside_net_and_tax() -> None:
    """A visitors' tax bears none (§ 4 Abs. 3 UStG); AA is the lower rate of UNTDID 5305."""
    record = e_invoice.read(_HOTEL.format("225.00").encode())

    assert (record.totals.net, record.totals.tax) == (Decimal("205.00"), Decimal("20.00"))
    assert [(tax.category, tax.rate, tax.basis) for tax in record.taxes] == [
        ("S", Decimal(10), Decimal("200.00")), ("O", Decimal(0), Decimal("5.00")),
    ]  # fmt: skip
    (line,) = record.adjustments
    assert (line.description, line.net, line.category) == ("Ortstaxe", Decimal("5.00"), "O")


def test_another_tax_of_ebinterface_that_makes_no_total_is_not_guessed() -> None:
    """It may be within the net amounts: nothing is added, and the totals are compared."""
    record = e_invoice.read(_HOTEL.format("220.00").encode())

    assert (record.totals.net, record.totals.tax) == (Decimal("200.00"), Decimal("20.00"))
    assert not record.adjustments


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<a>",
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        b'<!DOCTYPE a [<!ENTITY x "y"><!ENTITY z "&x;&x;&x;&x;&x;&x;&x;&x;">]><a>&z;</a>',
        b"<a>" * 100 + b"</a>" * 100,
        b"\x00" * 100,
    ],
    ids=["empty", "truncated", "external entity", "entities", "deep", "no xml"],
)
def test_hostile_xml_is_refused(data: bytes) -> None:
    """No entity is resolved, no document type read, no depth followed."""
    with pytest.raises(UnsafeXml):
        e_invoice.read(data)


def test_other_xml_is_refused_by_name() -> None:
    """The refusal says what it was."""
    with pytest.raises(UnknownInvoiceFormat) as refusal:
        e_invoice.read(b"<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.02'/>")

    assert refusal.value.context == {"root": "Document"}


EMPTY = b"""<rsm:CrossIndustryDocument xmlns:rsm="urn:ferd:CrossIndustryDocument:invoice:1p0"
  xmlns:ram="urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:12">
  <ram:GuidelineSpecifiedDocumentContextParameter>
    <ram:ID>urn:ferd:CrossIndustryDocument:invoice:1p0:extended</ram:ID>
  </ram:GuidelineSpecifiedDocumentContextParameter></rsm:CrossIndustryDocument>"""


@pytest.mark.parametrize(
    "data",
    [
        EMPTY,
        b'<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"/>',
        b'<Invoice xmlns="http://www.ebinterface.at/schema/6p1/"/>',
    ],
)
def test_an_invoice_that_states_nothing_is_refused(data: bytes) -> None:
    """A profile is no invoice; one without it is none either."""
    with pytest.raises(UnknownInvoiceFormat, match="neither a number"):
        e_invoice.read(data)


def test_an_unreadable_amount_is_named_and_left_out() -> None:
    """A wrong value never becomes zero."""
    data = (DOCUMENTS / "xrechnung_01.01a_cii.xml").read_bytes().replace(b"336.9<", b"336,9<")
    record = e_invoice.read(data)

    assert record.totals.gross is None
    assert "GrandTotalAmount" in record.unreadable


def test_every_field_of_the_corpus_is_read(capsys: pytest.CaptureFixture[str]) -> None:
    """XRechnung, EN 16931, ebInterface and the tricky ones, against their known truth."""
    folder = need("einvoice-xml")
    rate = hit_rate("einvoice-xml", FIELDS)
    for name, expected in truth("einvoice-xml").items():
        if not expected["_meta"].get("unreadable"):
            rate.compare(name, expected, _record_fields(folder / name))
    with capsys.disabled():
        print(rate)  # noqa: T201  the measured rate is the point

    assert rate.least() == 1
    assert rate.files >= COUNT["einvoice-xml"]


def _record_fields(path: Path) -> dict[str, object]:
    record = e_invoice.read(path.read_bytes())
    ibans = [iban.replace(" ", "").upper() for iban in record.payment.ibans]
    return {
        "vendor_name": record.seller.name,
        "vendor_vat_id": (record.seller.vat_id or "").replace(" ", "").upper() or None,
        "vendor_iban": ibans[0] if ibans else None,
        "invoice_number": record.number,
        "invoice_date": record.issue_date,
        "due_date": record.payment.due_date,
        "total_net": record.totals.net,
        "total_tax": record.totals.tax,
        "total_gross": record.totals.gross,
        "currency": record.currency,
        "line_count": len(record.lines),
    }


@pytest.mark.parametrize(
    ("piece", "bound"),
    [
        (b"x" * 10_100_000, "10000000"),
        (b"<!--" + b"x" * 10_100_000 + b"-->", "10000000"),
        (b"<![CDATA[" + b"x" * 10_100_000 + b"]]>", "10000000"),
        (b"<" + b"a" * 60_000 + b"/>", "50000"),
        (b"<a>" * 300 + b"</a>" * 300, "256"),
        (b" " * e_invoice.LIMIT, str(e_invoice.LIMIT)),
    ],
    ids=["text", "comment", "data", "name", "depth", "all"],
)
def test_what_is_beyond_a_bound_names_it(piece: bytes, bound: str) -> None:
    """Good XML that is too large is not called broken."""
    with pytest.raises(UnsafeXml) as refused:
        e_invoice.read(b"<CrossIndustryInvoice>" + piece + b"</CrossIndustryInvoice>")

    assert bound in refused.value.message
