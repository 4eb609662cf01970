"""Universal Business Language: what only this syntax has."""

from datetime import date
from decimal import Decimal

from lxml import etree

from domain.formats import ubl
from domain.formats.invoice_record import InvoiceRecord


def record(content: str, kind: str = "Invoice") -> InvoiceRecord:
    """A record of some content."""
    space = f"urn:oasis:names:specification:ubl:schema:xsd:{kind}-2"
    return ubl.read(etree.fromstring(f'<{kind} xmlns="{space}">{content}</{kind}>'))


def test_a_credit_note_needs_no_type_code() -> None:
    """Its root says what it is."""
    assert record("", "CreditNote").type_code == "381"
    assert record("<CreditNoteTypeCode>396</CreditNoteTypeCode>", "CreditNote").type_code == "396"


def test_vat_id_and_tax_number_are_told_apart_by_their_scheme() -> None:
    """A seller may have both."""
    found = record(
        "<AccountingSupplierParty><Party>"
        "<PartyTaxScheme><CompanyID>201/113/40209</CompanyID><TaxScheme><ID>FC</ID></TaxScheme>"
        "</PartyTaxScheme><PartyTaxScheme><CompanyID>DE136695976</CompanyID><TaxScheme><ID>VAT</ID>"
        "</TaxScheme></PartyTaxScheme></Party></AccountingSupplierParty>"
    )

    assert (found.seller.vat_id, found.seller.tax_id) == ("DE136695976", "201/113/40209")


def test_a_price_for_several_is_a_price_for_one() -> None:
    """The base quantity divides the price."""
    found = record(
        "<InvoiceLine><InvoicedQuantity>200</InvoicedQuantity>"
        "<LineExtensionAmount>50.00</LineExtensionAmount><Price><PriceAmount>25.00</PriceAmount>"
        "<BaseQuantity>100</BaseQuantity></Price></InvoiceLine>"
    )

    assert found.lines[0].unit_price == Decimal("0.25")


def test_tax_is_taken_in_the_currency_of_the_document() -> None:
    """The second total may be in the accounting currency (BT-111)."""
    found = record(
        "<DocumentCurrencyCode>GBP</DocumentCurrencyCode>"
        '<TaxTotal><TaxAmount currencyID="EUR">5.00</TaxAmount></TaxTotal>'
        '<TaxTotal><TaxAmount currencyID="GBP">4.00</TaxAmount></TaxTotal>'
    )

    assert found.totals.tax == Decimal("4.00")


def test_unreadable_values_are_named() -> None:
    """A comma is no point and the 30 February no day."""
    found = record(
        "<IssueDate>2026-02-30</IssueDate><LegalMonetaryTotal>"
        "<PayableAmount>1,00</PayableAmount></LegalMonetaryTotal>"
    )

    assert set(found.unreadable) == {"IssueDate", "PayableAmount"}


def test_a_line_has_a_period_of_its_own() -> None:
    """Its end is the day of its supply (BT-135), its start where it has no end (BT-134)."""
    both, start, none = record(
        "<InvoiceLine><InvoicePeriod><StartDate>2020-12-01</StartDate><EndDate>2020-12-31</EndDate>"
        "</InvoicePeriod></InvoiceLine><InvoiceLine><InvoicePeriod><StartDate>2021-01-01</StartDate>"
        "</InvoicePeriod></InvoiceLine><InvoiceLine></InvoiceLine>"
    ).lines

    assert (both.supply_date, start.supply_date) == (date(2020, 12, 31), date(2021, 1, 1))
    assert none.supply_date is None
