"""Kinds of supply by their words, and the code that follows from them."""

from decimal import Decimal

import pytest

from domain.intake.tax_facts import TaxVendor, kind_of
from domain.payables.normalized import NormalizedVendor
from domain.payables.vat_treatment import VatTreatment
from domain.tax.treatment import Treatment, treatment_of
from tests.domain.intake.test_tax_facts import COLOGNE, GERMANY, VIENNA, facts, invoice, line

BERLIN = NormalizedVendor("Technik GmbH", "DE811569869", address="Allee 1, 10115 Berlin, DE")
AT_NOTE = "Die Steuerschuld geht auf den Leistungsempf\u00e4nger \u00fcber, \u00a7 19 Abs. 1d UStG"
DE_NOTE = "Steuerschuldnerschaft des Leistungsempf\u00e4ngers, \u00a7 13b UStG"


def treated(
    seller: NormalizedVendor, words: str, net: str, rate: str, category: str | None, notes: str = ""
) -> Treatment:
    """What the rules say of one line, to a company in the other country or the same."""
    one = invoice(seller, line(words, net, rate, category))
    tenant = GERMANY if seller is BERLIN else None
    return treatment_of(facts(one, tenant, notes=notes) if tenant else facts(one, notes=notes))


@pytest.mark.parametrize(
    "words",
    [
        "Laptop Dell Latitude 5450",
        "10 Notebooks Lenovo",
        "MacBook Pro 14",
        "Tablet Samsung",
        "Apple iPad Air",
        "Tablet-Computer",
        "Spielkonsole",
        "Videospielkonsolen",
        "PlayStation 5",
        "Nintendo Switch",
    ],
)
def test_devices_under_reverse_charge_have_a_threshold_in_austria(words: str) -> None:
    """UStBBKV, BGBl. II 369/2013: from EUR 5,000 of the invoice; never scrap."""
    above = treated(VIENNA, words, "5000", "0", "AE", AT_NOTE)
    below = treated(VIENNA, words, "4999.99", "0", "AE", AT_NOTE)

    assert above.code == "VST-RC20-SCHROTT"
    assert "Game consoles, laptops, tablets" in above.remark.reason
    assert below.is_asked
    assert below.remark.finding == "VAT_KIND_UNKNOWN"


def test_devices_with_tax_are_asked_above_the_threshold_alone() -> None:
    """Below it the tax is right; above it the customer owes it."""
    assert treated(VIENNA, "Laptop", "1800", "0.20", "S").code == "VST20"
    above = treated(VIENNA, "Laptop", "5000", "0.20", "S")
    assert (above.code, above.remark.finding) == (None, "VAT_CHARGED_UNDER_REVERSE_CHARGE")


@pytest.mark.parametrize(
    ("words", "net", "code"),
    [
        ("Tablets", "5000", "VST-13B19"),
        ("Spielkonsolen", "5000", "VST-13B19"),
        ("Smartphones", "5000", "VST-13B19"),
        ("iPhone 17", "5000", "VST-13B19"),
        ("Tablets", "4999.99", None),
        ("Smartphones", "4999.99", None),
        ("Laptops", "9000", None),
    ],
)
def test_laptops_are_no_such_devices_in_germany(words: str, net: str, code: str | None) -> None:
    """\u00a7 13b Abs. 2 Nr. 10 UStG names game consoles, tablets, phones and chips."""
    assert treated(BERLIN, words, net, "0", "AE", DE_NOTE).code == code


@pytest.mark.parametrize(
    ("paragraph", "net", "code"),
    [
        ("Nr. 10", "5000", "VST-13B19"),
        ("Nr. 10", "4999", None),
        ("Nr. 11", "5000", "VST-13B19"),
        ("Nr. 11", "4999", None),
    ],
)
def test_a_paragraph_with_a_threshold_is_held_to_it(
    paragraph: str, net: str, code: str | None
) -> None:
    """Where words name nothing, the paragraph does (\u00a7 13b Abs. 2 Nr. 10, 11 UStG)."""
    note = f"Steuerschuldnerschaft des Leistungsempf\u00e4ngers, \u00a7 13b Abs. 2 {paragraph} UStG"
    assert treated(BERLIN, "Artikel 4711", net, "0", "AE", note).code == code


def test_scrap_has_no_threshold() -> None:
    """Schrott-UStV, BGBl. II 129/2007."""
    assert treated(VIENNA, "Altmetall", "90", "0", "AE", AT_NOTE).code == "VST-RC20-SCHROTT"


@pytest.mark.parametrize("words", ["Laptop", "Tablet", "Smartphone"])
def test_a_device_from_another_state_is_goods(words: str) -> None:
    """The reverse charge of devices is one between domestic parties."""
    assert treated(COLOGNE, words, "9000", "0", "K").code == "VST-IGE20"


@pytest.mark.parametrize(
    "words",
    [
        "Laptoptasche",
        "Notebook-Rucksack",
        "Tablet-H\u00fclle",
        "H\u00fclle f\u00fcr iPad",
        "Handyh\u00fclle",
        "Ladeger\u00e4t f\u00fcr Laptop",
        "Laptop-Reparatur",
        "Wartung Notebooks",
        "Miete Tablets",
        "Schmerztabletten",
        "Konsolentisch",
    ],
)
def test_what_belongs_to_a_device_is_none(words: str) -> None:
    """Cases, chargers and work on it."""
    assert kind_of(words) not in (
        "consoles_tablets",
        "consoles_tablets_laptops",
        "mobile_phones_chips",
    )


SERVICES = [
    "Unternehmensberatung",
    "Beratungsleistung November",
    "IT-Consulting",
    "Transport Graz - Hamburg",
    "Frachtkosten",
    "Luftfracht Wien",
    "LKW-Transporte KW 45",
    "Spedition Hamburg",
    "Speditionsleistung",
    "Kurierdienst",
    "Mitarbeiterschulung",
    "Schulung SAP",
    "Seminar Vertrieb",
    "Webinar",
    "Softwarelizenz",
    "Jahreslizenz CAD",
    "Maschinenmiete",
    "Miete Stapler",
    "Ger\u00fcstmiete",
    "Softwarewartung",
    "Anlagenwartung",
    "Maschinenreparatur",
    "Personal\u00fcberlassung",
    "Vermittlungsprovision",
    "Rechtsberatung",
    "Fach\u00fcbersetzung",
    "App-Entwicklung",
    "Projektmanagement",
    "Consultancy services",
    "Annual licence",
    "SAP Schulung",
    "Microsoft Support",
    "Microsoft 365 Schulung",
    "2 Tage SAP S/4HANA Beratung",
    "Oracle Wartung",
    "Adobe-Lizenz",
    "Siemens Reparatur",
]


@pytest.mark.parametrize("words", SERVICES)
def test_a_service_that_is_called_a_supply_of_goods(words: str) -> None:
    """Its place is the customer's, who owes the tax (AT \u00a7 19 Abs. 1, DE \u00a7 13b Abs. 1)."""
    to_austria = treated(COLOGNE, words, "1000", "0", "K")
    to_germany = treatment_of(facts(invoice(VIENNA, line(words, "1000", "0", "K")), GERMANY))

    assert (to_austria.code, to_austria.boxes) == ("VST-RC20", ("tax:057", "input:066"))
    assert to_austria.remark.finding == "VAT_CATEGORY_CONTRADICTS_KIND"
    assert to_germany.code == "VST-13B-EU19"
    assert to_germany.remark.finding == "VAT_CATEGORY_CONTRADICTS_KIND"


@pytest.mark.parametrize("words", SERVICES)
def test_a_service_with_foreign_tax_is_no_acquisition(words: str) -> None:
    """Its tax was not due: the customer owes it."""
    found = treated(COLOGNE, words, "1000", "0.19", "S")

    assert (found.code, found.remark.finding) == (None, "VAT_CHARGED_UNDER_REVERSE_CHARGE")


@pytest.mark.parametrize(
    "words",
    [
        "Transportbox",
        "Transport-Koffer",
        "Transportwagen",
        "Transportband",
        "Wartungsset",
        "Schulungsunterlagen",
        "Reparaturmaterial",
        "Trainingsanzug",
        "Lizenzschild",
        "Artikel 4711",
        "Stahltr\u00e4ger",
    ],
)
def test_goods_that_are_called_after_a_service_stay_goods(words: str) -> None:
    """They are an acquisition, as the document says."""
    assert treated(COLOGNE, words, "1000", "0", "K").code == "VST-IGE20"


@pytest.mark.parametrize(
    "others",
    [["Artikel 4711", "Fracht"], ["B\u00fcrom\u00f6bel", "Transport"], ["Pumpe XY", "Wartung"]],
)
def test_what_comes_with_goods_makes_no_service_of_them(others: list[str]) -> None:
    """Carriage is a part of the supply; a service beside unknown lines does not decide for all."""
    lines = [line(words, "500", "0", "K") for words in others]

    assert treatment_of(facts(invoice(COLOGNE, *lines))).code == "VST-IGE20"


OWED = "Steuerschuldnerschaft des Leistungsempf\u00e4ngers"
TRIANGULAR = [
    f"Innergemeinschaftliches Dreiecksgesch\u00e4ft. {OWED}.",
    f"Innergemeinschaftliches Dreiecksgesch\u00e4ft, {OWED} \u00a7 25b UStG",
    "Dreiecksgesch\u00e4ft gem. Art. 25 UStG, \u00dcbergang der Steuerschuld",
    f"{OWED}, Art. 25 Abs. 4 UStG",
    "Triangular transaction, Art. 141 Directive 2006/112/EC, reverse charge",
    "Op\u00e9ration triangulaire, autoliquidation",
    "Operazione triangolare, inversione contabile",
]


@pytest.mark.parametrize("note", TRIANGULAR)
@pytest.mark.parametrize("category", ["AE", None])
@pytest.mark.parametrize("words", ["Pumpe Typ 5", "Kaffeemaschinen ab Werk", "Artikel 4711"])
def test_the_last_customer_of_a_triangular_transaction_owes_the_tax(
    note: str, category: str | None, words: str
) -> None:
    """By the rate of the goods at home, which a person says where nobody knows it."""
    goods = line(words, "4000", "0", category)
    at_home = TaxVendor(usual=VatTreatment(supply_rate=Decimal(20)))
    german = TaxVendor(usual=VatTreatment(supply_rate=Decimal(19)))

    to_austria = treatment_of(facts(invoice(COLOGNE, goods), notes=note))
    assert (to_austria.code, to_austria.remark.finding) == (None, "VAT_RATE_UNKNOWN")
    assert to_austria.remark.reason == "Triangular: domestic rate of the goods?"
    known = treatment_of(facts(invoice(COLOGNE, goods), vendor=at_home, notes=note))
    assert (known.code, known.boxes) == ("VST-RC20", ("tax:057", "input:066"))
    assert known.remark.finding == "VAT_TRIANGULAR"
    to_germany = treatment_of(facts(invoice(VIENNA, goods), GERMANY, german, note))
    assert (to_germany.code, to_germany.boxes) == ("VST19-DREIECK", ("tax:69", "input:66"))


def test_what_the_vendor_usually_does_makes_no_service_of_a_triangular_transaction() -> None:
    """It is a supply of goods by law."""
    usual = TaxVendor(usual=VatTreatment(supply_kind="service"))
    one = invoice(COLOGNE, line("Artikel 4711", "4000", "0", "AE"))

    assert facts(one, vendor=usual, notes=TRIANGULAR[0]).kind == "goods"


def test_a_supply_that_calls_itself_triangular_is_asked() -> None:
    """The tenant may be the middle or the last of the three: never an acquisition unasked."""
    note = "Innergemeinschaftliches Dreiecksgesch\u00e4ft"
    one = invoice(VIENNA, line("Pumpe", "4000", "0", "K"))
    to_austria = treated(COLOGNE, "Pumpe Typ 5", "4000", "0", "K", note)
    to_germany = treatment_of(facts(one, GERMANY, notes=note))

    assert (to_austria.code, to_austria.remark.finding) == (None, "VAT_TRIANGULAR")
    assert (to_germany.code, to_germany.remark.finding) == (None, "VAT_TRIANGULAR")


def test_what_is_no_triangular_transaction_stays_an_acquisition() -> None:
    """A denial is none."""
    note = "Kein Dreiecksgesch\u00e4ft"

    assert treated(COLOGNE, "Pumpe", "4000", "0", "K", note).code == "VST-IGE20"


@pytest.mark.parametrize(
    "words",
    [
        "Schreibtisch inkl. Transport",
        "Papier, Fracht frei",
        "Pfanne 28 cm mit Antihaftbeschichtung",
        "Stahlregal mit Pulverbeschichtung",
        "T\u00fcr, Lackierung RAL 7016",
        "Hantel Training",
        "Buch Projektmanagement",
        "Drucker mit Wartungsvertrag",
        "HP Drucker mit Wartungsvertrag",
        "Microsoft Surface inkl. Support",
        "Cisco Switch, Wartung 3 Jahre",
        "Bosch Bohrmaschine mit Service",
    ],
)
def test_a_service_behind_goods_makes_no_service_of_them(words: str) -> None:
    """What the document calls an acquisition is one, unless its line begins with a service."""
    to_germany = treatment_of(facts(invoice(VIENNA, line(words, "1000", "0", "K")), GERMANY))
    by_words = treated(COLOGNE, words, "1000", "0", None, "innergemeinschaftliche Lieferung")

    assert treated(COLOGNE, words, "1000", "0", "K").code == "VST-IGE20"
    assert to_germany.code == "VST-IGE19"
    assert by_words.code == "VST-IGE20"


@pytest.mark.parametrize("words", ["3 Tage Beratung", "Monatliche Wartung", "10 h Programmierung"])
def test_a_service_after_its_quantity_is_one(words: str) -> None:
    """Figures, units and adjectives come before the head of a line."""
    assert treated(COLOGNE, words, "1000", "0", "K").code == "VST-RC20"


@pytest.mark.parametrize(
    "words",
    [
        "50 Smartphones inkl. Ladekabel",
        "Mobiltelefone, automatisch konfiguriert",
        "50 Notebook Lenovo T14, 65 W Netzteil",
        "Smartphone optisch neuwertig",
        "Tablet mit Tastatur und Stift",
        "Laptop inkl. Windows-Lizenz",
        "iPhone 17 ohne Vertrag",
        "Notebook, Akku 60 Wh",
        "Vertrag 4711: 50 Smartphones",
    ],
)
def test_a_device_stays_one_whatever_comes_with_it(words: str) -> None:
    """What belongs to it is a part of its supply: tax that is shown on it is asked."""
    found = treated(VIENNA, words, "30000", "0.2", "S")

    assert (found.code, found.remark.finding) == (None, "VAT_CHARGED_UNDER_REVERSE_CHARGE")


@pytest.mark.parametrize(
    "words",
    [
        "Tasche f\u00fcr Notebook",
        "Notebooktasche",
        "Ladekabel f\u00fcr Smartphone",
        "iPhone 17 H\u00fclle",
        "Tasche 14 Zoll f\u00fcr Notebook",
        "Tablet Tisch",
        "Smartphone-Vertrag",
    ],
)
def test_what_is_for_a_device_is_none(words: str) -> None:
    """The accessory is the head."""
    assert treated(VIENNA, words, "30000", "0.2", "S").code == "VST20"
