"""Extractions of pages."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from domain.intake import from_pages
from domain.intake.extraction import Extraction, normalized
from domain.money import ZERO
from domain.reading.document_type import DocumentType
from domain.reading.layout import Layout, Source
from domain.reading.origin import OwnParty
from tests.layouts import INVOICE, typed

NOBODY = OwnParty()


def test_a_page_without_a_table_has_a_line_for_each_rate() -> None:
    """By rule, so that it can be posted; a reviewer sees where it comes from."""
    text = INVOICE.replace("Papier A4                10      4,00       40,00", "Papier").replace(
        "Ordner                    5     12,00       60,00", "Ordner"
    )
    found = from_pages.extraction_of(typed(text), NOBODY)
    (line,) = found.line_items

    assert (line.tax_rate, line.line_total) == (Decimal("0.2"), Decimal("120.00"))
    assert line.origins["line_total"].source is Source.RULE
    assert normalized(found).adds_up


def test_a_due_date_that_follows_from_the_terms_is_a_rule() -> None:
    """Nobody wrote it on the page, and it is less sure."""
    found = from_pages.extraction_of(typed(INVOICE), NOBODY)

    assert found.due_date == date(2026, 2, 17)
    assert found.origins["due_date"].source is Source.RULE
    assert found.confidence.fields["due_date"] < found.confidence.fields["invoice_date"]


@pytest.mark.parametrize(
    "note",
    [
        "Umsatzsteuerfrei aufgrund der Kleinunternehmerregelung",
        "Reverse Charge",
        "steuerfrei",
        "gem. § 13b Abs. 2 Nr. 7 UStG",
        "nach § 13 b UStG",
        "§ 19 Abs. 1a UStG",
        "Art. 196 MwStSystRL",
        "Differenzbesteuerung nach § 25a UStG",
        "Gebrauchtgegenstände/Sonderregelung",
        "Sonderregelung für Reisebüros",
    ],
)
def test_no_tax_is_none_when_the_page_says_why(note: str) -> None:
    """Net is gross, and the reason is kept."""
    found = from_pages.extraction_of(typed(f"Rechnung 17\nRechnungsbetrag   90,00\n{note}"), NOBODY)

    assert (found.total_net, found.total_tax) == (Decimal("90.00"), Decimal("0.00"))
    assert note in found.notes
    assert found.origins["total_tax"].source is Source.RULE


def test_no_tax_without_a_reason_stays_unknown() -> None:
    """Nothing is invented."""
    found = from_pages.extraction_of(typed("Rechnung 17\nRechnungsbetrag   90,00"), NOBODY)

    assert found.total_gross == Decimal("90.00")
    assert found.total_tax is None


def test_a_negative_invoice_is_a_credit_note() -> None:
    """With positive amounts and lines."""
    text = "Rechnung 7\nSumme netto   -100,00\n20% USt   -20,00\nRechnungsbetrag   -120,00"
    found = from_pages.extraction_of(typed(text), NOBODY)

    assert found.document_type is DocumentType.CREDIT_NOTE
    assert found.total_gross == Decimal("120.00")
    assert normalized(found).adds_up


def test_several_invoices_in_one_file_are_found_out() -> None:
    """Each page states a number of its own."""
    one, two = (typed(f"Rechnungsnummer: {number}").pages[0] for number in ("A-1", "A-2"))
    batch = Layout((one, replace(two, number=2)))
    found = from_pages.extraction_of(batch, NOBODY)
    same = from_pages.extraction_of(Layout((one, replace(one, number=2))), NOBODY)

    assert [finding.code for finding in found.findings] == ["SEVERAL_DOCUMENTS"]
    assert not same.findings


def test_a_doubtful_vat_id_is_a_finding() -> None:
    """Misread or wrong, somebody should look."""
    text = INVOICE.replace("ATU13585627", "ATU13585628")
    found = from_pages.extraction_of(typed(text), NOBODY)

    assert [finding.code for finding in found.findings] == ["VAT_ID_CHECK_DIGIT"]


def test_more_amounts_than_are_weighed_are_told() -> None:
    """Totals are then never sure; with one amount less nothing is said."""

    def read(count: int) -> Extraction:
        text = "\n".join(f"Ware {number}   {number},50" for number in range(1, count + 1))
        return from_pages.extraction_of(typed(text), NOBODY)

    def told(found: Extraction) -> set[str]:
        findings = (each for each in found.findings if each.code == "TOO_MANY_VALUES")
        return {name for finding in findings for name in finding.fields}

    few, many = read(399), read(400)

    assert "total_gross" not in told(few)
    assert {"total_net", "total_tax", "total_gross"} <= told(many)
    assert many.confidence.fields.get("total_gross", Decimal()) <= Decimal("0.75")


@pytest.mark.parametrize(
    ("total", "words", "net", "tax"),
    [
        ("Gesamtbetrag   96,00", "inkl. 20 % USt", "80.00", "16.00"),
        ("Gesamtbetrag   400,00", "inkl. 20 % USt", "333.33", "66.67"),
        ("Gesamtbetrag   250,00", "inkl. 19 % MwSt", "210.08", "39.92"),
        ("Gesamtbetrag   104,90", "inkl. 4,9 % USt", "100.00", "4.90"),
        ("Summe   107,00", "Im Betrag enthalten 7 % MwSt.", "100.00", "7.00"),
        ("Summe   11,90", "incl. 19% MwSt", "10.00", "1.90"),
    ],
)
def test_a_small_receipt_states_its_rate_alone(total: str, words: str, net: str, tax: str) -> None:
    """§ 11 Abs. 6 UStG (AT) and § 33 UStDV (DE): the tax follows from the rate, by rule."""
    found = from_pages.extraction_of(typed(f"Rechnung 17\n{total}\n{words}"), NOBODY)

    assert (found.total_net, found.total_tax) == (Decimal(net), Decimal(tax))
    assert found.origins["total_tax"].source is Source.RULE
    assert normalized(found).adds_up


@pytest.mark.parametrize(
    ("total", "words"),
    [
        ("Gesamtbetrag   400,01", "inkl. 20 % USt"),
        ("Gesamtbetrag   250,01", "inkl. 19 % MwSt"),
        ("Gesamtbetrag   250,01", "inkl. 7 % MwSt"),
        ("Gesamtbetrag   96,00", "inkl. 20 % USt, Bücher 10 % USt"),
        ("Gesamtbetrag   96,00", "Preise zzgl. 20 % USt"),
        ("Gesamtbetrag   96,00", "inkl. 20 % Rabatt"),
        ("Gesamtbetrag   96,00", "inkl. 21 % VAT"),
    ],
)
def test_a_rate_that_does_not_say_it_alone_is_not_taken(total: str, words: str) -> None:
    """Too large, two rates, tax on top, no tax, or tax of another country."""
    found = from_pages.extraction_of(typed(f"Rechnung 17\n{total}\n{words}"), NOBODY)

    assert found.total_tax is None


@pytest.mark.parametrize(
    "lines",
    [
        "Provision 10 %   24,00\nProvision 20 %   8,40\nSumme EUR   32,40",
        "Provisionen\n10 %   24,00\n20 %   8,40\nSumme EUR   32,40\nalle Preise inkl. USt",
        "A 10 % Anteil   24,00\nB 20 % Anteil   8,40\nSumme EUR   32,40",
        "Vermittlung   118,54\nProvision 20 %   23,71\nGesamtbetrag   142,25",
        "Umsatz   100,00\nProvision 20 % aus 100,00   20,00\nGesamtbetrag   120,00",
        "Umsatz   100,00\nProvision 20 % inkl. aus 120,00   20,00\nGesamtbetrag   120,00",
        "Speisen   100,00\nBedienungszuschlag 10 %   10,00\nGesamtbetrag   110,00",
        "Forderung   100,00\nVerzugszinsen 10 %   10,00\nGesamtbetrag   110,00",
        "Ware   100,00\nVersandkosten   20,00\nGesamtbetrag   120,00",
        "Ware   100,00\nVersandkosten inkl. USt   20,00\nGesamtbetrag   120,00",
        "Ware   100,00\nVersand   20,00\nGesamtbetrag   120,00\nPreise inkl. MwSt.",
        "Hemd 20 % Leinen   24,00\nHose 10 % Wolle   8,40\nSumme EUR   32,40\ninkl. USt",
        "10 % Rabatt auf A   24,00\n20 % Rabatt auf B   8,40\nSumme EUR   32,40\ninkl. USt",
        "Royalty 10 %   24.00\nRoyalty 20 %   8.40\nTotal   32.40\nVAT included",
        "Sales   100.00\nCommission 20 %   20.00\nTotal due   120.00",
        "Imponibile   100,00\nProvvigione 20 %   20,00\nTotale   120,00",
        "Ventes   100,00\nCommission 20 %   20,00\nTotal à payer   120,00",
        "7 % MwSt Brutto 200,00\n19 % MwSt Brutto 50,01\nSumme EUR   250,01",
    ],
)
def test_a_share_of_something_else_is_no_tax(lines: str) -> None:
    """A percentage that no word calls a rate, whatever it comes to: no input tax is made of it."""
    head = "Agentur Huber\nUID: ATU13585627\n\nRechnung Nr. 4711   Datum: 12.11.2026\n\n"
    found = from_pages.extraction_of(typed(head + lines), NOBODY)

    assert found.total_tax is None
    assert found.taxes == ()


@pytest.mark.parametrize(
    "note",
    ["Kleinunternehmer gem. § 6 Abs. 1 Z 27 UStG", "Reverse Charge", "§ 13b UStG",
     "TVA non applicable, art. 293 B", "Inversione contabile"],
)  # fmt: skip
def test_who_owes_no_tax_charges_none(note: str) -> None:
    """Whatever percentages stand there; and what comes on top is a part of the whole."""
    shares = "10 % USt Brutto 24,00\n20 % USt Brutto 8,40\nSumme EUR   32,40"
    added = "Entwurf   100,00\nVersandkosten   20,00\nGesamtbetrag   120,00"

    for lines, gross in ((shares, "32.40"), (added, "120.00")):
        found = from_pages.extraction_of(typed(f"Rechnung Nr. 4711\n{lines}\n{note}"), NOBODY)
        assert (found.total_net, found.total_tax) == (Decimal(gross), ZERO)
        assert not found.findings


def test_lines_of_a_receipt_have_the_rate_that_its_tax_proves() -> None:
    """No net total stands anywhere, and the tax says by itself what it is a part of."""
    page = """
    Tagesmenü                        10,31
    Druckerpapier                     8,95
    Bio-Milch                         5,63
    USt 19 %                          3,97
    Zu bezahlen                  EUR 24,89
    """
    found = from_pages.extraction_of(typed(page), NOBODY)

    assert (found.total_net, found.total_tax) == (Decimal("20.92"), Decimal("3.97"))
    assert [line.line_total for line in found.line_items] == [
        Decimal("10.31"),
        Decimal("8.95"),
        Decimal("5.63"),
    ]
    assert {line.tax_rate for line in found.line_items} == {Decimal("0.19")}


TWO_RATES = {
    "behind the total": "Summe EUR   28,00\ninkl. 10% USt 2,00\ninkl. 20% USt 1,00",
    "alike": "Summe EUR   33,00\ninkl. 10% USt 2,00\ninkl. 20% USt 1,83",
    "of the gross shares": "Summe EUR   28,00\n10 % USt aus 22,00   2,00\n20 % USt aus 6,00   1,00",
    "rate without a sign": (
        "Summe   28,00 EUR\nMwSt %   Netto   MwSt   Brutto\n"
        "10,00   20,00   2,00   22,00\n20,00   5,00   1,00   6,00"
    ),
}


@pytest.mark.parametrize("text", TWO_RATES.values(), ids=TWO_RATES)
def test_a_receipt_of_two_rates_has_both_taxes(text: str) -> None:
    """Never the one of them that was found first; a line for each."""
    found = from_pages.extraction_of(typed(f"Cafe Post\nQuittung Nr 8  03.02.2026\n{text}"), NOBODY)

    assert found.total_gross is not None
    assert found.total_net is not None
    assert found.total_tax == sum(share.amount for share in found.taxes if share.amount)
    assert found.total_net + found.total_tax == found.total_gross
    assert {share.rate for share in found.taxes} == {Decimal("0.1"), Decimal("0.2")}
    assert normalized(found).adds_up


@pytest.mark.parametrize(
    "row", ["20,00   5,00   1,00   6,10", "21,00   5,00   1,05   6,05", "20   5,00   1,50   6,50"]
)
def test_a_row_that_proves_nothing_is_no_tax(row: str) -> None:
    """A sum that is none, a rate that is none, a tax that is not its share."""
    assert not from_pages.extraction_of(typed(f"Rechnung 8\n{row}"), NOBODY).taxes


@pytest.mark.parametrize(
    "row",
    ["Versicherungsteuer 19 %", "zzgl. 19 % Versicherungssteuer", "19 % Vers.-Steuer"],
)
def test_a_page_whose_tax_is_insurance_tax_says_so(row: str) -> None:
    """It reads like any tax of 19 %; the row is kept, so that nobody takes it for input tax."""
    found = from_pages.extraction_of(typed(INVOICE.replace("zuzüglich 20% USt", row)), NOBODY)

    assert row in found.notes


def test_a_city_tax_is_no_part_of_the_net_amount_that_holds_its_tax() -> None:
    """Lodging with its tax, and what bears none: net is what the tax leaves of gross."""
    text = (
        "Rechnung 7\nLogis   110,00\nOrtstaxe   3,00\nGesamt   113,00\n10 % USt aus 110,00   10,00"
    )
    found = from_pages.extraction_of(typed(text), NOBODY)

    assert (found.total_net, found.total_tax) == (Decimal("103.00"), Decimal("10.00"))
    assert [(str(each.rate), str(each.basis)) for each in found.taxes] == [
        ("0.1", "100.00"),
        ("0.00", "3.00"),
    ]


@pytest.mark.parametrize(
    ("title", "net", "tax", "gross"),
    [
        ("Fattura n. 7", "Imponibile", "IVA 22 %", "Totale"),
        ("Facture n° 7", "Total HT", "TVA 22 %", "Total TTC"),
        ("Invoice No. 7", "Subtotal", "VAT 22 %", "Total"),
        ("Factura nº 7", "Base imponible", "IVA 22 %", "Total"),
        ("Faktura nr 7", "Netto", "VAT 22 %", "Brutto"),
        ("Factuur nr 7", "Subtotaal", "BTW 22 %", "Totaal"),
    ],
)
def test_words_for_a_tax_in_other_languages(title: str, net: str, tax: str, gross: str) -> None:
    """An invoice with a tax that is one."""
    text = f"{title}   12.11.2026\n{net}   100,00\n{tax}   22,00\n{gross}   122,00"
    found = from_pages.extraction_of(typed(text), NOBODY)

    assert (found.document_type, found.total_tax) == (DocumentType.INVOICE, Decimal("22.00"))


@pytest.mark.parametrize(
    ("written", "is_told"),
    [
        ("IBAN: AT12 2011 1000 0200 0248", True),  # wrong check digits
        ("IBAN: AT4\u041e2\u041e11100002519892", True),  # Cyrillic letters for noughts
        ("IBAN AT61 1904 3002 3457 320", True),  # cut
        ("IBAN: AT61 1904 3002 3457 3201", False),
        ("IBAN: AT61 XXXX XXXX XXXX 3201", False),
        ("IBAN: AT61 **** 3201", False),
        ("Wir buchen von Ihrem Konto IBAN AT12 2011 1000 0200 0248 ab", False),
        ("IBAN und BIC bitte unserem Portal entnehmen", False),
        ("IBAN siehe unten, Zahlung binnen 14 Tagen ohne Abzug", False),
    ],
)
def test_an_account_that_is_none_is_told(written: str, *, is_told: bool) -> None:
    """It is missing from the reading, and whoever pays would look for it in vain."""
    page = "\n".join(line for line in INVOICE.splitlines() if "IBAN" not in line)
    found = from_pages.extraction_of(typed(f"{page}\n{written}"), NOBODY)
    assert ("INVALID_IBAN" in {each.code for each in found.findings}) is is_told


@pytest.mark.parametrize(
    ("title", "head", "number", "named"),
    [
        ("Gutschrift", "Gutschriftsnr.: GS-7\nRechnungsnr.: RE-1", "GS-7", ("credits", "RE-1")),
        ("Gutschrift", "Belegnummer: GS-7\nRechnungsnr.: RE-1", "GS-7", ("credits", "RE-1")),
        ("Gutschrift", "Rechnungsnr.: RE-1\nBelegnr.: GS-7", "GS-7", ("credits", "RE-1")),
        ("Storno", "Stornonummer: ST-7\nRechnungsnr.: RE-1", "ST-7", ("credits", "RE-1")),
        (
            "Rechnungskorrektur",
            "Korrektur-Nr. RK-7\nRechnungs-Nr. RE-1 vom 01.01.2026",
            "RK-7",
            ("corrects", "RE-1"),
        ),
        ("Gutschrift", "Rechnungsnr.: RE-1", "RE-1", None),
    ],
)
def test_a_credit_note_is_called_by_its_own_number(
    title: str, head: str, number: str, named: tuple[str, str] | None
) -> None:
    """The number of an invoice beside it is that of what it takes back, as is its day."""
    text = (
        f"Getränke Huber GmbH, Ring 1, 1010 Wien\nUID ATU13585627\n\n{title}\n{head}\n"
        "Datum 03.02.2026\n\nNetto                 12,00\n20 % USt                 2,40\n"
        "Gesamtbetrag                 14,40\n"
    )
    found = from_pages.extraction_of(typed(text), OwnParty())

    assert (found.document_type, found.invoice_number) == (DocumentType.CREDIT_NOTE, number)
    assert found.invoice_date == date(2026, 2, 3)
    told = [(each.relation.value, each.number) for each in found.preceding]
    assert told == ([named] if named else [])
