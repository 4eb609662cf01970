"""A customs assessment from the page to entries and boxes (worked examples AT-6 and DE-6)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from domain.intake import from_pages
from domain.intake.extraction import Extraction, normalized
from domain.intake.tax_facts import TaxTenant
from domain.intake.tax_proposal import account_findings, import_findings
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


SENTENCE = "Die Einfuhrumsatzsteuer wird auf dem Abgabenkonto verbucht."


@pytest.mark.parametrize(
    "words",
    [
        "EUSt auf dem Abgabenkonto (§ 26 Abs. 3 Z 2 UStG)",
        "Zahlungsart: Buchung gemäß § 26 Abs. 3 Z 2 UStG",
        "Einfuhrumsatzsteuer (B00) am Abgabenkonto",
        "Zahlungsart EUSt: Abgabenkonto",
        "Der Zoll ist bar zu entrichten und die EUSt auf dem Abgabenkonto",
    ],
)
def test_import_vat_alone_is_on_the_tax_account(words: str) -> None:
    """By the paragraph or by what is called so; duty is still to be paid."""
    found = read(VIENNA.replace(SENTENCE, words))
    advice = advice_of(found, AT, Chart.AT_EKR)

    assert found.total_gross == Decimal("90.00")
    assert not [each for each in advice.findings if each.severity is Severity.BLOCKING]


@pytest.mark.parametrize(
    "words",
    [
        "Zoll und Einfuhrumsatzsteuer werden auf dem Abgabenkonto verbucht.\nZu zahlen 0,00",
        "EUSt und Zoll auf dem Abgabenkonto",
        "Die Abgaben sind auf Ihrem Abgabenkonto verbucht.",
        "Die Einfuhrabgaben wurden am Abgabenkonto angelastet.\nZahlbetrag 0,00",
    ],
)
def test_duty_is_taken_off_on_the_tax_account(words: str) -> None:
    """Nothing of it is paid to customs: the tax office is owed all of it (worked example AT-6)."""
    found = read(VIENNA.replace(SENTENCE, words))
    filled = advice_of(found, AT, Chart.AT_EKR).filled(normalized(found))
    postings = posted(filled, Chart.AT_EKR)

    assert not [each for each in found.findings if each.severity is Severity.BLOCKING]
    assert not list(account_findings(filled, None, books_of(Chart.AT_EKR)))
    assert filled.total_gross == 0
    assert entry(postings) == amounts(
        a5650="90.00", a3530="-90.00", a2515="618.00", a3515="-618.00"
    )
    assert boxes(postings, Chart.AT_EKR, DAY) == amounts(b083="618.00")


@pytest.mark.parametrize(
    "words",
    [
        "Zoll und EUSt werden nicht auf dem Abgabenkonto verbucht.",
        "Der Zoll kann auf dem Abgabenkonto verbucht werden.",
        "Der Zoll wird auf dem Abgabenkonto verbucht.",
        "Die EUSt ist auf dem Abgabenkonto einzuzahlen.",
    ],
)
def test_what_is_not_said_of_import_vat_is_asked(words: str) -> None:
    """Denied, possible, or said of duty alone."""
    found = read(VIENNA.replace(SENTENCE, words))
    advice = advice_of(found, AT, Chart.AT_EKR)

    asked = [each.code for each in advice.findings if each.severity is Severity.BLOCKING]
    assert asked == ["VAT_IMPORT_PAYMENT_UNKNOWN"]


def test_a_sum_that_duty_on_the_account_does_not_leave_is_told() -> None:
    """The paper asks for what its words say to be owed elsewhere."""
    found = read(VIENNA.replace(SENTENCE, "Abgaben auf dem Abgabenkonto\nZu zahlen 90,00"))

    assert "CUSTOMS_SUM_DIFFERS" in {each.code for each in found.findings}


def test_there_is_no_tax_account_for_duty_in_germany() -> None:
    """Where nobody knows the account, nothing is taken off."""
    found = read(f"{COLOGNE}\nZoll und EUSt werden auf dem Abgabenkonto verbucht.")

    assert "customs_duty_on_account" not in [each.supply_kind for each in found.line_items]


@pytest.mark.parametrize(
    ("kind", "amount", "is_taken"),
    [("customs_duty_on_account", "-90.00", True), (None, "-90.00", True),
     ("customs_duty_on_account", "90.00", False), ("customs_duty", "-90.00", False)],
)  # fmt: skip
def test_a_person_takes_duty_off(kind: str | None, amount: str, *, is_taken: bool) -> None:
    """By a line below zero on the account of the tax office, by its kind or by its words."""
    one = normalized(read(PAID))
    line = replace(
        one.line_items[0],
        description="Zoll auf dem Abgabenkonto",
        line_total=Decimal(amount),
        account_number="3530",
        supply_kind=kind,
    )

    told = account_findings(replace(one, line_items=(line,)), None, books_of(Chart.AT_EKR))

    assert [each.code for each in told] == ([] if is_taken else ["INVALID_ACCOUNT"])


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


@pytest.mark.parametrize(
    ("asked", "is_told"),
    [("708,00", True), ("90,00", False)],
)
def test_who_asks_for_all_while_the_tax_account_owes_a_part_is_told(
    asked: str, *, is_told: bool
) -> None:
    """Paid and on the tax account, the import VAT would be paid twice."""
    found = read(f"{VIENNA}Zu entrichtender Betrag {asked}\n")

    told = {each.code: each.severity for each in found.findings}
    assert told.get("CUSTOMS_ASKS_WHOLE") == (Severity.BLOCKING if is_told else None)
    assert "CUSTOMS_SUM_DIFFERS" not in told


def test_who_asks_for_all_without_the_tax_account_is_right() -> None:
    """There is nothing that it could be owed on besides."""
    assert read(f"{SILENT}Zu entrichtender Betrag 708,00\n").findings == ()
