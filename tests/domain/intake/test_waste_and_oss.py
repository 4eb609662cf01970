"""Scrap by words and by paragraph, down to boxes; tax that a seller charges by OSS."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from api.pages import texts
from domain.intake.tax_facts import TaxTenant
from domain.ledger.chart import Chart
from domain.payables.normalized import NormalizedInvoice, NormalizedVendor
from tests.domain.intake.test_tax_facts import COLOGNE, VIENNA, invoice, line
from tests.domain.intake.test_tax_proposal import AT, DE, PARIS, advice, blocking, codes
from tests.vat_boxes import boxes, entry, posted

DAY = date(2026, 11, 12)


def scrap(seller: NormalizedVendor, text: str) -> NormalizedInvoice:
    """1,000.00 without tax, and no category: a paper."""
    return replace(
        invoice(seller, line(text, "1000", "0")),
        invoice_number="S-1",
        invoice_date=DAY,
        total_net=Decimal(1000),
        total_tax=Decimal(0),
        total_gross=Decimal(1000),
    )


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        ("Alteisen gemischt", ""),
        ("Kupferkabelabfälle", ""),
        ("Aluminiumspäne", ""),
        ("Eisenschrott Sorte 3", ""),
        ("Altpapier gepresst", ""),
        ("Altmetall laut Liste", "Übergang der Steuerschuld gem. § 19 Abs. 1d UStG"),
        (
            "Material laut Liste",
            "Die Steuerschuld geht nach der Schrott-UStV über, § 19 Abs. 1 UStG",
        ),
    ],
)
def test_scrap_in_austria(text: str, notes: str) -> None:
    """Boxes 032 and 089 with 200.00 each."""
    one = scrap(VIENNA, text)
    found = advice(one, AT, notes)
    postings = posted(found.filled(one), Chart.AT_EKR, "5010")

    assert blocking(found) == []
    assert entry(postings) == {
        "5010": Decimal(1000),
        "2510": Decimal(200),
        "3510": Decimal(-200),
        "3300": Decimal(-1000),
    }
    assert boxes(postings, Chart.AT_EKR, DAY) == {"032": Decimal(200), "089": Decimal(200)}


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        ("Alteisen gemischt", ""),
        ("Material", "Steuerschuldnerschaft des Leistungsempfängers, § 13b Abs. 2 Nr. 7 UStG"),
        ("Material", "Steuerschuldner ist der Leistungsempfänger nach § 13 b Absatz 2 Nummer 7"),
    ],
)
def test_scrap_in_germany(text: str, notes: str) -> None:
    """Boxes 84, 85 and 67."""
    one = scrap(COLOGNE, text)
    found = advice(one, DE, notes)
    postings = posted(found.filled(one), Chart.DE_SKR04, "5400")

    assert blocking(found) == []
    assert boxes(postings, Chart.DE_SKR04, DAY) == {
        "84": Decimal(1000),
        "85": Decimal(190),
        "67": Decimal(190),
    }


def test_what_is_no_scrap() -> None:
    """Paper in Germany (Anlage 3 has none), disposal, another number of § 13b, a broken pane."""
    assert codes(advice(scrap(COLOGNE, "Altpapier gepresst"), DE)) == [None]
    taxed = [
        ("Altpapier gepresst", COLOGNE, "0.19", DE, "VST19"),
        ("Entsorgung Altmetall", VIENNA, "0.2", AT, "VST20"),
        ("Reparatur Glasbruch", VIENNA, "0.2", AT, "VST20"),
    ]
    for text, seller, rate, tenant, code in taxed:
        assert codes(advice(invoice(seller, line(text, "100", rate, "S")), tenant)) == [code]
    assert blocking(advice(scrap(COLOGNE, "Material"), DE, "§ 13b Abs. 2 Nr. 10 UStG")) == [
        "VAT_KIND_UNKNOWN"
    ]


@pytest.mark.parametrize(
    ("rate", "tenant", "finding"),
    [
        ("0.2", AT, "VAT_TREATED_AS_CONSUMER"),
        ("0.1", AT, "VAT_TREATED_AS_CONSUMER"),
        ("0.19", DE, "VAT_TREATED_AS_CONSUMER"),
        ("0.055", AT, "VAT_FOREIGN_CHARGED"),  # its own tax
        ("0.2", DE, "VAT_FOREIGN_CHARGED"),
    ],
)
@pytest.mark.parametrize("words", ["Steuer über das OSS-Verfahren", "Fernverkauf", "distance sale"])
def test_tax_of_a_distance_sale_is_cost(
    rate: str, tenant: TaxTenant, finding: str, words: str
) -> None:
    """No code and a question; accepted it is cost as it stands, in no box."""
    one = replace(
        invoice(PARIS, line("Papier", "100", rate, "S")), invoice_number="F-1", invoice_date=DAY
    )
    gross = one.line_items[0].line_total
    tax = one.line_items[0].tax_amount
    one = replace(one, total_net=gross - tax, total_tax=tax, total_gross=gross)
    chart = Chart.AT_EKR if tenant is AT else Chart.DE_SKR04
    found = advice(one, tenant, words)
    postings = posted(found.filled(one), chart, "5010" if tenant is AT else "5400")

    assert (codes(found), blocking(found)) == ([None], [finding])
    assert boxes(postings, chart, DAY) == {}
    assert entry(postings)["3300"] == -gross


def test_a_ground_that_is_not_recognised_says_what_to_do() -> None:
    """In both languages, in words of a bookkeeper."""
    (told,) = advice(scrap(VIENNA, "Material"), AT, "Übergang der Steuerschuld").findings

    german, _ = texts.more_of_finding(told.code, told.message, "de")
    english, _ = texts.more_of_finding(told.code, told.message, "en")
    assert "Den Schlüssel der Zeile danach wählen" in german
    assert "ask the supplier" in english
