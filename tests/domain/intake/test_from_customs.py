"""A customs assessment from the page to entries and boxes (worked examples AT-6 and DE-6)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from domain.intake import from_pages
from domain.intake.extraction import Extraction, normalized
from domain.intake.tax_facts import TaxTenant
from domain.intake.tax_proposal import import_findings
from domain.ledger.chart import Chart
from domain.reading.finding import Severity
from domain.reading.origin import OwnParty
from tests.domain.reading.test_customs import COLOGNE, VIENNA
from tests.layouts import typed
from tests.vat_boxes import advice_of, books_of, boxes, entry, posted

OWN = OwnParty("Bauer AG")
DAY = date(2026, 11, 12)
AT, DE = TaxTenant(country="AT"), TaxTenant(country="DE")
PAID = VIENNA.replace(
    "Die Einfuhrumsatzsteuer wird auf dem Abgabenkonto verbucht.",
    "Die Einfuhrumsatzsteuer wurde entrichtet.",
)
SILENT = VIENNA.replace("Die Einfuhrumsatzsteuer wird auf dem Abgabenkonto verbucht.", "")


def read(text: str) -> Extraction:
    """What is read of a page."""
    return from_pages.extraction_of(typed(text), OWN)


def amounts(**named: str) -> dict[str, Decimal]:
    """Amounts by account or box, whose names begin with a letter here."""
    return {name[1:]: Decimal(amount) for name, amount in named.items()}


def test_an_assessment_is_no_invoice_with_tax() -> None:
    """Its office is the vendor, its declaration the number; net is gross."""
    found = normalized(read(PAID))

    assert found.vendor.name == "Zollamt Österreich"
    assert (found.vendor.vat_id, found.vendor.country) == (None, "AT")
    assert (found.invoice_number, found.invoice_date) == ("26AT100000IVA4B7C2", DAY)
    assert (found.total_net, found.total_tax, found.total_gross) == (
        Decimal("708.00"),
        Decimal(0),
        Decimal("708.00"),
    )
    assert found.adds_up


@pytest.mark.parametrize(
    ("text", "tenant", "chart", "booked", "stated"),
    [
        (
            PAID, AT, Chart.AT_EKR,
            amounts(a5650="90.00", a2515="618.00", a3300="-708.00"), amounts(b061="618.00"),
        ),
        (
            VIENNA, AT, Chart.AT_EKR,
            amounts(a5650="90.00", a2515="618.00", a3515="-618.00", a3300="-90.00"),
            amounts(b083="618.00"),
        ),
        (
            COLOGNE, DE, Chart.DE_SKR04,
            amounts(a5840="90.00", a1433="587.10", a3300="-677.10"), amounts(b62="587.10"),
        ),
        (
            COLOGNE, DE, Chart.DE_SKR03,
            amounts(a3850="90.00", a1588="587.10", a1600="-677.10"), amounts(b62="587.10"),
        ),
    ],
)  # fmt: skip
def test_down_to_entries_and_boxes(
    text: str,
    tenant: TaxTenant,
    chart: Chart,
    booked: dict[str, Decimal],
    stated: dict[str, Decimal],
) -> None:
    """Import VAT as stated on its own account, duty as cost without a code; nobody is asked."""
    found = read(text)
    advice = advice_of(found, tenant, chart)
    filled = advice.filled(normalized(found))
    postings = posted(filled, chart)

    assert not [each for each in advice.findings if each.severity is Severity.BLOCKING]
    assert not list(import_findings(filled, books_of(chart)))
    assert entry(postings) == booked
    assert boxes(postings, chart, DAY) == stated


def test_how_it_is_paid_is_asked_in_austria() -> None:
    """Boxes 061 and 083; duty is asked for nothing."""
    found = read(SILENT)
    advice = advice_of(found, AT, Chart.AT_EKR)

    asked = [each.code for each in advice.findings if each.severity is Severity.BLOCKING]
    assert asked == ["VAT_IMPORT_PAYMENT_UNKNOWN"]
    assert [each.code for each in advice.proposals] == [None, None]


def test_tax_on_the_tax_account_is_not_paid_to_customs() -> None:
    """Whoever names that code alone is told of the line that takes it off again."""
    filled = advice_of(read(SILENT), AT, Chart.AT_EKR).filled(normalized(read(SILENT)))
    duty, tax = filled.line_items
    named = replace(filled, line_items=(duty, replace(tax, tax_code="VST-EUST-ACC")))

    (told,) = import_findings(named, books_of(Chart.AT_EKR))

    assert (told.code, told.severity) == ("VAT_IMPORT_NOT_OFFSET", Severity.BLOCKING)
    assert "-618.00 on account 3515" in told.message


def test_without_deduction_it_is_cost() -> None:
    """And still owed on the tax account: no box takes any of it."""
    small = replace(AT, is_small_business=True)
    filled = advice_of(read(VIENNA), small, Chart.AT_EKR).filled(normalized(read(VIENNA)))
    postings = posted(filled, Chart.AT_EKR, "5070")

    assert entry(postings) == amounts(a5650="90.00", a5070="618.00", a3515="-618.00", a3300="-90")
    assert boxes(postings, Chart.AT_EKR, DAY) == {}


def test_a_sum_that_is_not_reached_is_told() -> None:
    """What was not understood of a paper is no zero."""
    found = read(PAID.replace("708,00", "758,00"))

    (told,) = (each for each in found.findings if each.code == "CUSTOMS_SUM_DIFFERS")
    assert told.severity is Severity.BLOCKING
    assert told.message == "The assessment states 758.00; what was read of it comes to 708.00."


@pytest.mark.parametrize(
    "text",
    [
        PAID.replace("Summe der Abgaben", "Abgaben"),
        PAID.replace("A00 Zoll ", "Verbrauchsteuer "),
        "\n".join(line for line in PAID.splitlines() if "00 " not in line[:4]),
    ],
    ids=["no sum", "a row that is not understood", "no rows"],
)
def test_what_is_not_understood_of_an_assessment_blocks(text: str) -> None:
    """Nothing of it is posted unasked."""
    told = {each.code: each.severity for each in read(text).findings}

    assert told["CUSTOMS_SUM_DIFFERS"] is Severity.BLOCKING


@pytest.mark.parametrize(
    "words",
    [
        "Die Einfuhrumsatzsteuer wird nicht auf Ihrem Abgabenkonto verbucht.",
        "Die Einfuhrumsatzsteuer wurde noch nicht entrichtet.",
        "Ein Zahlungsaufschub wurde nicht gewährt.",
    ],
)
def test_a_denial_says_nothing_of_how_it_is_paid(words: str) -> None:
    """It is asked, and no line takes tax off that nobody owes elsewhere."""
    found = read(
        VIENNA.replace("Die Einfuhrumsatzsteuer wird auf dem Abgabenkonto verbucht.", words)
    )
    advice = advice_of(found, AT, Chart.AT_EKR)

    asked = [each.code for each in advice.findings if each.severity is Severity.BLOCKING]
    assert asked == ["VAT_IMPORT_PAYMENT_UNKNOWN"]
    assert [each.line_total for each in found.line_items] == [Decimal("90.00"), Decimal("618.00")]


def test_words_on_two_lines_are_read_alike() -> None:
    """By the assessment, and by the rules of VAT."""
    found = read(VIENNA.replace("auf dem Abgabenkonto", "auf dem\nAbgabenkonto"))
    advice = advice_of(found, AT, Chart.AT_EKR)

    assert not [each for each in advice.findings if each.severity is Severity.BLOCKING]
    assert found.total_gross == Decimal("90.00")


FORWARDER = """
Spedition Huber GmbH, Hafenstraße 1, 1020 Wien

Bauer AG
Ring 5
4020 Linz

Rechnung 4711                                  Datum: 15.11.2026

Bezeichnung            Menge     Preis    USt      Betrag
Fracht Zürich - Linz       1    200,00   20 %      200,00
Einfuhrumsatzsteuer        1    618,00    0 %      618,00
Zollbetrag                 1     90,00    0 %       90,00

Summe netto                                    908,00
20 % USt auf 200,00                             40,00
Rechnungsbetrag EUR                            948,00
laut Zollbescheid MRN 26AT100000IVA4B7C2
UID-Nr.: ATU13585627
"""


def test_a_forwarder_recharges_import_vat() -> None:
    """Its own service is its own; the tax it paid for others is asked, the duty is cost."""
    found = read(FORWARDER)
    one = normalized(found)
    advice = advice_of(found, AT, Chart.AT_EKR)

    assert one.total_gross == Decimal("948.00")
    asked = [each.code for each in advice.findings if each.severity is Severity.BLOCKING]
    assert asked == ["VAT_IMPORT_RECHARGED"]
    by_text = {
        one.line_items[at - 1].description: (each.code, each.account_number)
        for each in advice.proposals
        for at in each.positions
    }
    assert by_text["Fracht Zürich - Linz"] == ("VST20", None)
    assert by_text["Einfuhrumsatzsteuer"] == (None, None)
    assert by_text["Zollbetrag"] == (None, "5650")
    tax = next(at for at, line in enumerate(one.line_items) if line.line_total == Decimal(618))
    lines = list(advice.filled(one).line_items)
    lines[tax] = replace(lines[tax], tax_code="VST-EUST-PAID", account_number="2515")
    postings = posted(replace(one, line_items=tuple(lines)), Chart.AT_EKR, "5650")
    assert entry(postings) == amounts(a5650="290.00", a2500="40.00", a2515="618.00", a3300="-948")
    assert boxes(postings, Chart.AT_EKR, DAY) == amounts(b060="40.00", b061="618.00")
