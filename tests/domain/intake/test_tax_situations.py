"""What the law wants in situations that no single rule was written for, both countries.

Each is one document: who sent it, what its line says, what stands beside it, and for whom.
"""

import csv
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from domain.intake.tax_facts import Around, TaxTenant, TaxVendor
from domain.intake.tax_proposal import TaxAdvice, advised
from domain.payables.normalized import NormalizedInvoice, NormalizedTax, NormalizedVendor
from domain.payables.vat_treatment import VatTreatment
from domain.reading.document_type import DocumentType
from domain.reading.finding import Severity
from tests.domain.intake.test_tax_facts import COLOGNE, VIENNA, invoice, line
from tests.domain.intake.test_tax_proposal import blocking, books, codes

DATA = Path(__file__).parents[2] / "data" / "tax_situations.csv"
SITUATIONS = list(csv.DictReader(DATA.read_text(encoding="utf-8").splitlines()))
ZERO = Decimal(0)


def seller(vat_id: str | None, address: str | None, country: str | None = None) -> NormalizedVendor:
    """Who sent a document."""
    return NormalizedVendor("Werk GmbH", vat_id, address=address, country=country)


SELLERS = {
    "COLOGNE": COLOGNE,
    "VIENNA": VIENNA,
    "MITTELBERG": seller("ATU13585627", "Dorf 1, 6993 Mittelberg", "AT"),
    # Registered in one country, seated in another.
    "WITH_UID": seller("ATU13585627", "Domweg 1, 50667 Köln", "DE"),
    "WITH_UST_ID": seller("DE136695976", "Ring 1, 1010 Wien", "AT"),
    "SWISS_WITH_ID": seller("DE136695976", "Platz 1, 8001 Zürich", "CH"),
    "ZURICH": seller("CHE-107.787.577 MWST", "Platz 1, CH-8001 Zürich"),
    "BOSTON": seller(None, None, "US"),
    "DUBLIN": seller("IE6388047V", None, "IE"),
    "AMSTERDAM": seller("NL123456789B01", None, "NL"),
    "LAS_PALMAS": seller("ESB12345678", "Calle 1, 35001 Las Palmas", "ES"),
    "BUSINGEN": seller("DE136695976", "Weg 1, 78266 Büsingen", "DE"),
    "BELFAST": seller("XI123456789", None, "GB"),
}
TENANTS = {
    "AT": TaxTenant(country="AT"),
    "DE": TaxTenant(country="DE"),
    "SMALL_AT": TaxTenant(country="AT", is_small_business=True),
    "SMALL_DE": TaxTenant(country="DE", is_small_business=True),
    "PART_AT": TaxTenant(country="AT", deduction="partial"),
    "PART_DE": TaxTenant(country="DE", deduction="partial"),
    "BUILDER_AT": TaxTenant(country="AT", flags={"builder": True}),
    "BUILDER_DE": TaxTenant(country="DE", flags={"builder": True}),
}


def advice(
    one: NormalizedInvoice, tenant: str, notes: str = "", vendor: TaxVendor | None = None
) -> TaxAdvice:
    """What is proposed for a document."""
    who, around = TENANTS[tenant], Around(notes, "ATU12345675")
    return advised(one, who, vendor or TaxVendor(), around, books(who.country))


def document(who: str, words: str, rate: str, category: str | None) -> NormalizedInvoice:
    """An invoice of one line over 1,000 net."""
    return invoice(SELLERS[who], line(words, "1000", rate, category))


@pytest.mark.parametrize("row", SITUATIONS, ids=[row["situation"] for row in SITUATIONS])
def test_a_situation_gets_its_code_or_its_question(row: dict[str, str]) -> None:
    """The code that the law wants, or none and the one thing to be asked."""
    one = line(row["words"], row["net"], row["rate"], row["category"] or None)
    found = advice(invoice(SELLERS[row["seller"]], one), row["tenant"], row["notes"])

    asked = [row["asked"]] if row["asked"] else []
    assert (codes(found), blocking(found)) == ([row["code"] or None], asked)


@pytest.mark.parametrize(
    "words", ["Beratung", "Transport Wien-Graz", "Montage Heizung", "Gebäudereinigung", "Mietwagen"]
)
@pytest.mark.parametrize(
    ("who", "tenant", "rate"), [("WITH_UID", "AT", "0.2"), ("WITH_UST_ID", "DE", "0.19")]
)
def test_tax_on_a_service_of_who_is_only_registered_is_asked(
    who: str, tenant: str, rate: str, words: str
) -> None:
    """It is right where an establishment made it, else owed by us and not deductible."""
    found = advice(document(who, words, rate, "S"), tenant)

    kinds_of_cars = {"VAT_CAR_UNCLEAR"} if (words, tenant) == ("Mietwagen", "AT") else set()
    assert codes(found) == [None]
    assert set(blocking(found)) == (kinds_of_cars or {"VAT_FOREIGN_REGISTRATION"})


@pytest.mark.parametrize(
    ("who", "tenant", "rate", "code"),
    [
        ("WITH_UID", "AT", "0.2", "VST20"),
        ("WITH_UID", "AT", "0.2", "VST-RC20"),
        ("WITH_UST_ID", "DE", "0.19", "VST19"),
        ("WITH_UST_ID", "DE", "0.19", "VST-13B-EU19"),
    ],
)
def test_either_answer_to_it_is_enough(who: str, tenant: str, rate: str, code: str) -> None:
    """Whoever names one of the codes that the question offers is not asked again."""
    one = document(who, "Beratung", rate, "S")
    named = replace(one.line_items[0], tax_code=code)

    assert blocking(advice(replace(one, line_items=(named,)), tenant)) == []


def test_that_an_establishment_makes_it_is_settled_once() -> None:
    """A vendor whose services were booked as taxed is proposed so, with a warning."""
    usual = VatTreatment(country="DE", category="S", tax_code="VST20", supply_kind="service")
    found = advice(document("WITH_UID", "Beratung", "0.2", "S"), "AT", "", TaxVendor("DE", usual))

    assert (codes(found), blocking(found)) == (["VST20"], [])
    assert "VAT_AS_BEFORE" in {each.code for each in found.findings}


def test_that_a_seller_in_mittelberg_works_elsewhere_is_settled_once() -> None:
    """What it supplies in the rest of Austria bears 20 % (§ 10 Abs. 4 UStG)."""
    usual = VatTreatment(country="AT", category="S", tax_code="VST20")
    found = advice(
        document("MITTELBERG", "Position 1", "0.2", "S"), "AT", "", TaxVendor("AT", usual)
    )

    assert (codes(found), blocking(found)) == (["VST20"], [])


@pytest.mark.parametrize("tenant", ["AT", "DE", "PART_AT", "PART_DE", "SMALL_AT", "SMALL_DE"])
@pytest.mark.parametrize("words", ["Anzahlung Maschine", "Anzahlung PKW VW Golf", "Anzahlung"])
def test_a_prepayment_is_no_acquisition(tenant: str, words: str) -> None:
    """Its tax arises with the invoice of the supply.

    Art. 19 Abs. 2 UStG (BMR) in Austria, § 13 Abs. 1 Nr. 6 UStG in Germany.
    """
    who = "COLOGNE" if tenant.endswith("AT") else "VIENNA"
    one = document(who, words, "0", "K")
    found = advice(one, tenant, "Anzahlungsrechnung")

    assert (codes(found), blocking(found)) == (["VST0"], ["VAT_CATEGORY_CONTRADICTS_KIND"])
    told = {each.code: each.severity for each in found.findings}
    assert told["VAT_PREPAYMENT"] is Severity.WARNING
    named = replace(one, line_items=(replace(one.line_items[0], tax_code="VST0"),))
    assert blocking(advice(named, tenant, "Anzahlungsrechnung")) == []


def test_a_prepayment_teaches_nothing_of_its_vendor() -> None:
    """Who acquires from it does so the next time as well, and is not told of another code."""
    usual = VatTreatment(country="DE", category="K", tax_code="VST-IGE20", supply_kind="goods")
    one = document("COLOGNE", "Anzahlung Maschine", "0", "K")
    found = advice(one, "AT", "Anzahlungsrechnung", TaxVendor("DE", usual))

    assert codes(found) == ["VST0"]
    assert found.news.tax_code is None
    assert "VAT_TREATMENT_DIFFERS" not in {each.code for each in found.findings}


@pytest.mark.parametrize(
    ("who", "tenant", "code"), [("VIENNA", "DE", "VST-13B-EU19"), ("COLOGNE", "AT", "VST-RC20")]
)
def test_a_prepayment_of_a_service_is_owed_when_it_is_paid(
    who: str, tenant: str, code: str
) -> None:
    """§ 13b Abs. 4 Satz 2 UStG, § 19 Abs. 2 UStG: the day of payment is asked."""
    found = advice(document(who, "Anzahlung Beratung", "0", "AE"), tenant, "Anzahlungsrechnung")

    assert (codes(found), blocking(found)) == ([code], ["VAT_PREPAYMENT"])


@pytest.mark.parametrize(
    ("who", "words", "tenant", "code"),
    [
        ("COLOGNE", "iPhone", "DE", "VST-13B19"),
        ("COLOGNE", "iPhone", "SMALL_DE", "VST-13B19-ND"),
        ("VIENNA", "iPhone", "AT", "VST-RC20"),
        ("VIENNA", "iPhone", "SMALL_AT", "VST-RC20-ND"),
        ("VIENNA", "Laptop", "AT", "VST-RC20-SCHROTT"),
        ("VIENNA", "Laptop", "SMALL_AT", "VST-RC20-SCHROTT-ND"),
    ],
)
def test_a_part_that_comes_back_is_below_no_threshold(
    who: str, words: str, tenant: str, code: str
) -> None:
    """A later reduction changes nothing (§ 13b Abs. 2 Nr. 10 UStG); an invoice is asked."""
    one = document(who, words, "0", "AE")
    credit = replace(one, document_type=DocumentType.CREDIT_NOTE)

    assert codes(advice(credit, tenant)) == [code]
    assert blocking(advice(one, tenant)) == ["VAT_KIND_UNKNOWN"]


@pytest.mark.parametrize("code", ["VATEX-EU-D", "VATEX-EU-F", "VATEX-EU-I", "VATEX-EU-J"])
@pytest.mark.parametrize("words", ["Uhr gebraucht", "VW Golf gebraucht", "Posten 1"])
def test_the_code_of_an_exemption_names_the_margin_scheme(code: str, words: str) -> None:
    """BT-121 without any words; beside lines with tax it holds for its own group alone."""
    tax = NormalizedTax("E", ZERO, Decimal(1000), ZERO, None, code)
    alone = replace(document("COLOGNE", words, "0", "E"), taxes=(tax,))
    both = (*alone.line_items, line("Papier", "100", "0.19", "S"))
    found = advice(alone, "AT")

    assert (codes(found), blocking(found)) == (["VST0"], [])
    assert codes(advice(replace(alone, line_items=both), "DE")) == ["VST0", "VST19"]


@pytest.mark.parametrize(
    ("supplied", "rate", "code"),
    [
        (date(2020, 6, 30), "0.19", "VST19"),
        (date(2020, 12, 31), "0.16", "VST16"),
        (date(2021, 1, 1), "0.19", "VST19"),
        (None, "0.19", "VST19"),
        (None, "0.16", None),
    ],
)
def test_a_credit_note_has_the_rate_of_its_supply(
    supplied: date | None, rate: str, code: str | None
) -> None:
    """Written in 2021 it gives back what was supplied before; without that day it is asked."""
    one = replace(
        document("COLOGNE", "Papier", rate, "S"),
        document_type=DocumentType.CREDIT_NOTE,
        invoice_date=date(2021, 2, 1),
        delivery_date=supplied,
    )

    assert codes(advice(one, "DE")) == [code]
