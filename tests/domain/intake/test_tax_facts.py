"""What a document says to the rules of VAT."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from domain.intake.tax_facts import (
    Around,
    TaxGroup,
    TaxTenant,
    TaxVendor,
    facts_of,
    groups_of,
    kind_of,
    with_kinds,
)
from domain.payables.normalized import (
    NormalizedInvoice,
    NormalizedLine,
    NormalizedTax,
    NormalizedVendor,
)
from domain.payables.vat_treatment import VatTreatment
from domain.reading.document_type import DocumentType
from domain.tax.treatment import FOREIGN, UNKNOWN, TaxFacts, kinds

COLOGNE = NormalizedVendor("Haus GmbH", "DE136695976", address="Domweg 1, 50667 Köln, DE")
VIENNA = NormalizedVendor("Laden GmbH", "ATU13585627", address="Ring 1, 1010 Wien, AT")
GERMANY = TaxTenant(country="DE")
AUSTRIA = TaxTenant(country="AT", flags={"builder": None, "cleaner": False})


def line(text: str, net: str, rate: str = "0", category: str | None = None) -> NormalizedLine:
    """A line of one piece."""
    tax = (Decimal(net) * Decimal(rate)).quantize(Decimal("0.01"))
    return NormalizedLine(
        1, text, Decimal(1), Decimal(net), Decimal(rate), tax, Decimal(net) + tax, category=category
    )


def invoice(vendor: NormalizedVendor, *lines: NormalizedLine) -> NormalizedInvoice:
    """An invoice of November 2026."""
    net = sum((each.line_total - each.tax_amount for each in lines), Decimal())
    tax = sum((each.tax_amount for each in lines), Decimal())
    return NormalizedInvoice(
        vendor=vendor,
        document_type=DocumentType.INVOICE,
        invoice_number="1",
        invoice_date=date(2026, 11, 20),
        total_net=net,
        total_tax=tax,
        total_gross=net + tax,
        line_items=lines,
    )


def facts(
    one: NormalizedInvoice,
    tenant: TaxTenant = AUSTRIA,
    vendor: TaxVendor = TaxVendor(),  # noqa: B008 - frozen
    notes: str = "",
) -> TaxFacts:
    """Facts of the first group."""
    group = groups_of(one)[0]
    return facts_of(group, one, tenant, vendor, Around(notes, "ATU12345675"))


def test_whose_tax_it_is_decides() -> None:
    """19 % of Cologne is foreign, 20 % of Vienna is a rate."""
    german = facts(invoice(COLOGNE, line("Papier", "100", "0.19")))
    austrian = facts(invoice(VIENNA, line("Papier", "100", "0.049")))

    assert (german.region, german.rate, german.category) == ("eu", FOREIGN, "S")
    assert (austrian.region, austrian.rate, austrian.category) == ("domestic", "4.9", "S")


@pytest.mark.parametrize(
    ("notes", "seller", "category"),
    [
        ("Steuerschuldnerschaft des Leistungsempfängers", COLOGNE, "AE"),
        ("Reverse Charge", COLOGNE, "AE"),
        ("Autoliquidation, article 196", COLOGNE, "AE"),
        ("Art. 196 MwStSystRL", COLOGNE, "AE"),
        ("Articles 44 and 196 of the VAT directive", COLOGNE, "AE"),
        ("Art. 44, 196 Directive 2006/112/EC", COLOGNE, "AE"),
        ("VAT exempt, art. 196", COLOGNE, "AE"),
        ("Steuerfrei nach Art. 44", COLOGNE, "AE"),
        ("Artikel 44 Dichtung", COLOGNE, "-"),
        ("Artikel 196 Ventil, 20 % USt", COLOGNE, "-"),
        ("Art. 44 Kabel rot", COLOGNE, "-"),
        ("inversione contabile", COLOGNE, "AE"),
        ("Btw verlegd", COLOGNE, "AE"),
        ("Inversión del sujeto pasivo", COLOGNE, "AE"),
        ("Fordított adózás", COLOGNE, "AE"),
        ("prenesenie daňovej povinnosti", COLOGNE, "AE"),
        ("daň odvede zákazník", COLOGNE, "AE"),
        ("Obrnjena davčna obveznost", COLOGNE, "AE"),
        ("Prijenos porezne obveze", COLOGNE, "AE"),
        ("Taxare inversă", COLOGNE, "AE"),
        ("Autoliquidação", COLOGNE, "AE"),
        ("Omvendt betalingspligt", COLOGNE, "AE"),
        ("Omvänd betalningsskyldighet", COLOGNE, "AE"),
        ("Käännetty verovelvollisuus", COLOGNE, "AE"),
        ("Intracommunautaire levering", COLOGNE, "K"),
        ("Operazione non imponibile art. 41 D.L. 331/93", COLOGNE, "K"),
        ("Non imp. art. 41, D.L. n. 331/1993", COLOGNE, "K"),
        ("Exonération de TVA, article 262 ter I du CGI", COLOGNE, "K"),
        ("Exenta de IVA art. 25 Ley 37/1992", COLOGNE, "K"),
        ("Art. 7-ter DPR 633/72", COLOGNE, "AE"),
        ("TVA due par le preneur, art. 283-2 du CGI", COLOGNE, "AE"),
        ("Artikel 41 Dichtung", COLOGNE, "-"),
        ("Entrega intracomunitaria exenta", COLOGNE, "K"),
        ("Közösségen belüli adómentes termékértékesítés", COLOGNE, "K"),
        ("Wewnątrzwspólnotowa dostawa towarów", COLOGNE, "K"),
        ("dodání zboží do jiného členského státu", COLOGNE, "K"),
        ("dodanie tovaru do iného členského štátu", COLOGNE, "K"),
        ("Dobava blaga znotraj Skupnosti", COLOGNE, "K"),
        ("Isporuka dobara unutar EU", COLOGNE, "K"),
        ("Unionsintern leverans", COLOGNE, "K"),
        ("steuerfreie innergemeinschaftliche Lieferung", COLOGNE, "K"),
        ("VATEX-EU-IC", COLOGNE, "K"),
        ("Ausfuhrlieferung", COLOGNE, "G"),
        ("§ 13b UStG", COLOGNE, "AE"),
        ("gem. § 13 b Abs. 2 Nr. 7 UStG", COLOGNE, "AE"),
        ("§ 13b UStG", VIENNA, "-"),
        ("§ 19 Abs. 1 UStG", VIENNA, "AE"),
        ("ohne Umsatzsteuer", COLOGNE, "-"),
        ("Reverse charge, innergemeinschaftliche Lieferung", COLOGNE, "-"),
    ],
)
def test_words_name_a_category(notes: str, seller: NormalizedVendor, category: str) -> None:
    """Where the document has none; two that contradict each other say nothing."""
    assert facts(invoice(seller, line("Position", "100")), notes=notes).category == category


@pytest.mark.parametrize(
    ("notes", "category", "is_small"),
    [
        ("Kein Reverse Charge", "-", "no"),
        ("keine innergemeinschaftliche Lieferung", "-", "no"),
        ("not under reverse charge", "-", "no"),
        ("sans autoliquidation", "-", "no"),
        ("Wir sind kein Kleinunternehmer", "-", "no"),
        ("ohne USt, Reverse Charge", "AE", "no"),
        ("Umsatzsteuer fällt nicht an (Reverse Charge)", "AE", "no"),
        ("Reverse Charge \u2013 nicht steuerbar in Deutschland", "AE", "no"),
        ("Keine Umsatzsteuer, Steuerschuldnerschaft des Leistungsempfängers", "AE", "no"),
        ("innergemeinschaftliche Lieferung, nicht steuerpflichtig", "K", "no"),
        ("Umsatzsteuer wird gemäß § 19 UStG nicht erhoben", "-", "yes"),
        ("Kein Ausweis von Umsatzsteuer, da Kleinunternehmer", "-", "yes"),
        ("Operazione non imponibile, inversione contabile", "AE", "no"),
    ],
)
def test_a_note_that_is_denied_is_none(notes: str, category: str, is_small: str) -> None:
    """But for what is denied beside it: most of them say that there is no tax."""
    found = facts(invoice(COLOGNE, line("Position", "100")), notes=notes)

    assert (found.category, found.more["small_business_note"]) == (category, is_small)


@pytest.mark.parametrize(
    ("notes", "rates", "is_owed"),
    [
        ("Steuerschuldnerschaft des Leistungsempfängers gemäß § 13b UStG", ["0.19"], "yes"),
        ("Nettobetrag 100,00\nReverse Charge", ["0.19"], "yes"),
        ("Die Umsatzsteuer schuldet der Leistungsempfänger", ["0.19", "0.07"], "yes"),
        ("Falls Sie Bauleistungen erbringen: Reverse Charge", ["0.19"], "no"),
        ("Kein Reverse Charge", ["0.19"], "no"),
        ("Pos. 2: Reverse Charge", ["0.19", "0"], "no"),
        ("Zahlbar in 14 Tagen", ["0.19"], "no"),
    ],
)
def test_a_note_that_the_customer_owes_contradicts_tax(
    notes: str, rates: list[str], is_owed: str
) -> None:
    """Only where no line is without tax, which the note may mean, and where it is plain."""
    one = invoice(COLOGNE, *(line("Position", "100", rate) for rate in rates))

    assert facts(one, GERMANY, notes=notes).more["reverse_charge_note"] == is_owed


@pytest.mark.parametrize(
    ("notes", "rates", "kind"),
    [
        ("Gebrauchtgeräte\nDifferenzbesteuerung nach § 25a UStG", ["0"], "second_hand_margin"),
        ("Sonderregelung für Reisebüros", ["0.19"], "travel_margin"),
        ("Differenzbesteuerung nach § 25a UStG", ["0.19", "0"], UNKNOWN),
    ],
)
def test_a_margin_scheme_is_heard_beside_the_lines(notes: str, rates: list[str], kind: str) -> None:
    """It stands below them on a page; where rates differ nobody knows of which line."""
    one = invoice(COLOGNE, *(line("Position", "100", rate) for rate in rates))

    assert facts(one, GERMANY, notes=notes).kind == kind


def test_paragraph_19_is_read_with_the_country_of_the_seller() -> None:
    """Small business in Germany, reverse charge in Austria."""
    german = facts(invoice(COLOGNE, line("Entwurf", "800")), notes="Gemäß § 19 UStG ohne Steuer")
    austrian = facts(invoice(VIENNA, line("Entwurf", "800")), notes="Gemäß § 19 UStG ohne Steuer")

    assert german.more["small_business_note"] == "yes"
    assert austrian.more["small_business_note"] == "no"


@pytest.mark.parametrize(
    ("seller", "vendor"),
    [
        (NormalizedVendor("Foto Wirth", tax_id="41/123/45678", address="Weg 8, 80331 München"), ""),
        (NormalizedVendor("Foto Wirth", address="Weg 8, 80331 München"), "DE"),
    ],
)
def test_a_small_business_with_a_tax_number_alone(seller: NormalizedVendor, vendor: str) -> None:
    """Who needs no VAT id has none; a tax number, or what is known of the vendor, tells its law."""
    found = facts(
        invoice(seller, line("Fotos", "680")),
        TaxTenant(country="DE", flags={}),
        TaxVendor(country=vendor or None),
        "Gemäß § 19 UStG wird keine Umsatzsteuer berechnet.",
    )

    assert found.more["small_business_note"] == "yes"


def test_the_stated_category_counts_and_its_reason_is_read() -> None:
    """BT-118 to BT-121 of the breakdown."""
    one = invoice(COLOGNE, line("Wartung", "1000", category="E"))
    tax = NormalizedTax("E", Decimal(0), Decimal(1000), Decimal(0), "Kleinunternehmer, § 19 UStG")

    found = facts(replace(one, taxes=(tax,)))

    assert (found.category, found.more["small_business_note"]) == ("E", "yes")


def test_what_nobody_has_said_is_unknown() -> None:
    """Master data are three-valued; a document without a known seller has no region."""
    found = facts(invoice(NormalizedVendor("Irgendwer"), line("Position 1", "100", "0.2")))

    assert (found.region, found.kind) == (UNKNOWN, UNKNOWN)
    assert found.more["tenant_builder"] == UNKNOWN
    assert found.more["tenant_cleaner"] == "no"
    assert found.more["place"] == found.more["supply_rate"] == UNKNOWN


def test_the_vendor_fills_what_the_document_leaves_open() -> None:
    """Its country, what it usually supplies; never against the document."""
    one = invoice(NormalizedVendor("Irgendwer"), line("Position 1", "100", "0.2"))
    usual = VatTreatment(
        supply_kind="service", supply_rate=Decimal("20.000"), is_small_business=True
    )
    known = TaxVendor("DE", usual)

    found = facts(one, vendor=known)
    austrian = facts(invoice(VIENNA, line("Papier", "100", "0.2")), vendor=known)

    assert (found.region, found.kind, found.rate) == ("eu", "service", FOREIGN)
    assert (found.more["small_business_note"], found.more["supply_rate"]) == ("yes", "20")
    assert austrian.region == "domestic"


def test_a_small_business_deducts_nothing() -> None:
    """Nor does who deducts in part deduct in full."""
    one = invoice(VIENNA, line("Papier", "100", "0.2"))

    assert facts(one).status == "full"
    assert facts(one, replace(AUSTRIA, is_small_business=True)).status == "none"
    assert facts(one, replace(AUSTRIA, deduction="partial")).status == "partial"


def test_lines_are_grouped_by_category_and_rate() -> None:
    """Each group with its own lines, in the order of the invoice."""
    one = invoice(
        VIENNA,
        line("Papier", "100", "0.2", "S"),
        line("Buch", "50", "0.1", "S"),
        line("Toner", "30", "0.20", "S"),
    )

    assert [(g.positions, g.basis) for g in groups_of(one)] == [
        ((0, 2), Decimal("130.00")),
        ((1,), Decimal("50.00")),
    ]


@pytest.mark.parametrize(
    ("amount", "said"), [("20.00", "none"), ("20.02", "rounding"), ("20.03", "beyond_rounding")]
)
def test_tax_may_differ_by_a_cent_for_each_line(amount: str, said: str) -> None:
    """Rounded line by line or per rate."""
    two = (line("a", "50", "0.2"), line("b", "50", "0.2"))
    group = TaxGroup("S", Decimal("0.2"), (0, 1), two, Decimal(100), Decimal(amount))

    assert group.difference == said


def test_words_name_a_kind_that_the_rules_know() -> None:
    """Every kind of the list is one of the rules', and the first that fits counts."""
    assert kind_of("Wartung Software November") == "service"
    assert kind_of("Rohbau Halle 2") == "construction"
    assert kind_of("2 Nächtigungen, Doppelzimmer") == "hotel"
    assert kind_of("Position 1") is None
    from domain.intake.tax_facts import _kinds  # noqa: PLC0415 - the list itself

    assert {kind for kind, _ in _kinds()} <= kinds()


def test_a_hotel_with_foreign_tax_was_abroad() -> None:
    """What is consumed on the spot was there; of a service nobody knows."""
    hotel = facts(invoice(COLOGNE, line("Übernachtung", "200", "0.07")))
    service = facts(invoice(COLOGNE, line("Beratung", "200", "0.19")))

    assert (hotel.more["place"], service.more["place"]) == ("abroad", UNKNOWN)


@pytest.mark.parametrize(
    ("seller", "lodging", "other"),
    [
        ("Haus GmbH", "2 Übernachtungen", "Parkgarage"),
        ("Haus GmbH", "Logis", "Frühstück Getränke"),
        ("Haus GmbH", "Zimmer 12, 2 Nächte", "Minibar"),
        ("Haus GmbH", "Doppelzimmer", "Abendessen"),
        ("Hotel am Dom GmbH", "Aufenthalt 11. bis 13.11.", "Garage"),
        ("Gasthof Post", "Aufenthalt", "Speisen und Getränke"),
    ],
)
def test_what_else_a_hotel_bills_was_consumed_there(seller: str, lodging: str, other: str) -> None:
    """Breakfast and garage are no goods that came here, whatever words they have."""
    bill = invoice(
        replace(COLOGNE, name=seller), line(other, "20", "0.19"), line(lodging, "200", "0.07")
    )
    found = [
        facts_of(group, bill, AUSTRIA, TaxVendor(), Around("", "ATU12345675"))
        for group in groups_of(bill)
    ]

    assert {(each.kind, each.more["place"]) for each in found} == {("hotel", "abroad")}


@pytest.mark.parametrize(
    ("seller", "texts"),
    [
        ("Hotelbedarf Muster GmbH", ("Bett für Doppelzimmer", "Matratze")),
        ("Hotel Booking Service GmbH", ("Gebühr",)),
        ("Möbel GmbH", ("Lieferung Zimmerpflanzen", "Lampe für Hotelzimmer")),
        ("Haus GmbH", ("Übernachtungsteuer", "Gebühr")),
    ],
)
def test_who_serves_houses_is_none(seller: str, texts: tuple[str, ...]) -> None:
    """What it sends may have come here."""
    bill = invoice(
        replace(COLOGNE, name=seller), *(line(each, "20", "0.19") for each in reversed(texts))
    )

    assert facts(bill).kind != "hotel"


def test_a_service_beside_lodging_is_asked_as_ever() -> None:
    """And so is what a person has named, and what bears our own tax."""
    bill = invoice(
        COLOGNE, line("Softwareberatung", "500", "0.19"), line("Übernachtung", "200", "0.07")
    )
    here = invoice(VIENNA, line("Getränke", "20", "0.2"), line("Übernachtung", "200", "0.1"))

    assert (facts(bill).kind, facts(here).kind) == ("service", "goods")


@pytest.mark.parametrize(
    "words",
    ["Übernachtungsteuer Berlin (City Tax) 7,5 %", "Nächtigungsabgabe", "Bettensteuer",
     "Kurbeitrag", "Nächtigungstaxe 2 Nächte", "Beherbergungssteuer", "Taxe de séjour",
     "Tassa di soggiorno"],
)  # fmt: skip
def test_a_tax_on_lodging_is_no_lodging(words: str) -> None:
    """It is cost without a code, at home and abroad."""
    assert kind_of(words) == "city_tax"
    assert facts(invoice(COLOGNE, line(words, "15"))).kind == "city_tax"


def test_an_ex_number_is_seen() -> None:
    """A small business of the Union with a number for other countries (from 2025)."""
    one = invoice(replace(COLOGNE, vat_id="DE136695976-EX"), line("Entwurf", "800"))

    assert facts(one).more["ex_id"] == "yes"


@pytest.mark.parametrize(
    ("code", "notes", "prepaid", "net", "kind", "deducted"),
    [
        ("386", "", None, "100", "prepayment", UNKNOWN),
        ("380", "Anzahlungsrechnung Nr. 1", None, "100", "prepayment", UNKNOWN),
        ("380", "Schlussrechnung", Decimal(60), "100", "final", "no"),
        ("380", "Schlussrechnung, abzüglich Anzahlungsrechnung 1", None, "-50", "final", "yes"),
        ("380", "abzüglich unserer Anzahlungsrechnung AR-1", Decimal(60), "100", "final", "no"),
        ("380", "Anzahlungsrechnung AR-1 bereits bezahlt", Decimal(60), "100", "final", "no"),
        (
            "380",
            "Anzahlungsrechnung 2, abzüglich Anzahlungsrechnung 1",
            Decimal(60),
            "100",
            "prepayment",
            UNKNOWN,
        ),
        ("380", "Akonto-Rechnung", None, "100", "prepayment", UNKNOWN),
        ("380", "1. À-conto-Rechnung", None, "100", "prepayment", UNKNOWN),
        ("380", "Down-payment invoice", None, "100", "prepayment", UNKNOWN),
        ("380", "Facture d'acompte", None, "100", "prepayment", UNKNOWN),
        ("380", "Rechnung über Anzahlung 30 %", None, "100", "prepayment", UNKNOWN),
        ("380", "Rechnung für die 2. Teilzahlung", None, "100", "prepayment", UNKNOWN),
        ("380", "Vorauskassa-Rechnung", None, "100", "prepayment", UNKNOWN),
        ("380", "Vorkasserechnung", None, "100", "prepayment", UNKNOWN),
        ("380", "Vorschussrechnung", None, "100", "prepayment", UNKNOWN),
        ("380", "Invoice for a deposit of 30 %", None, "100", "prepayment", UNKNOWN),
        ("380", "1. Teilzahlung", None, "100", "prepayment", UNKNOWN),
        ("380", "Vorkasse", None, "100", "prepayment", UNKNOWN),
        ("380", "Down payment 50 %", None, "100", "prepayment", UNKNOWN),
        ("380", "Schlussrechnung\n1. Teilzahlung", None, "100", "final", UNKNOWN),
        ("380", "1. Teilzahlung bei Bestellung 900,00", None, "100", "invoice", UNKNOWN),
        ("877", "", None, "100", "final", UNKNOWN),
        ("389", "", None, "100", "self_billed", UNKNOWN),
        ("SelfBilling", "", None, "100", "self_billed", UNKNOWN),
        ("InvoiceForAdvancePayment", "", None, "100", "prepayment", UNKNOWN),
        ("380", "", Decimal(60), "100", "invoice", UNKNOWN),
    ],
)
def test_a_bill_says_what_it_is_for(
    code: str, notes: str, prepaid: Decimal | None, net: str, kind: str, deducted: str
) -> None:
    """By its code, else its words; a final one takes prepayments off by lines, or not at all."""
    one = invoice(VIENNA, line("Papier", "200", "0.2", "S"), line("Bezahlt", net, "0.2", "S"))
    one = replace(one, prepaid_amount=prepaid)
    (group,) = groups_of(one)
    found = facts_of(group, one, AUSTRIA, TaxVendor(), Around(notes, None, code))

    assert (found.more["doc_type"], found.more["prepaid_tax_deducted"]) == (kind, deducted)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("Abschlagsrechnung Nr. 4 (30 %)", "final"),
        ("abzgl. Abschlagsrechnung inkl. 20 % USt", "final"),
        ("Skonto bei Zahlung der Anzahlungsrechnung", "final"),
        ("Rabatt", "invoice"),
    ],
)
def test_what_a_line_takes_off_makes_no_bill_for_a_part(said: str, kind: str) -> None:
    """The line is on the page and among the lines of the invoice."""
    one = invoice(COLOGNE, line("Anlage", "1000", "0.19"), line(said, "-300", "0.19"))

    assert facts(one, notes=f"Anlage 1.000,00\n{said} -300,00").more["doc_type"] == kind


@pytest.mark.parametrize(
    ("seller", "texts", "kind"),
    [
        ("Muster SpA", ("Parcheggio 3 ore",), "property_rent"),
        ("APCOA Parking Deutschland", ("Einfahrt 12:00 Ausfahrt 14:00",), "property_rent"),
        ("Haus GmbH", ("Parkgebühr",), "property_rent"),
        ("Autostrade per l'Italia SpA", ("Transito Bologna-Firenze",), "toll"),
        ("Haus SA", ("Péage A6",), "toll"),
        ("Haus GmbH", ("Maut A3", "Parkschein"), "toll"),
        ("Trattoria da Gino", ("Vino rosso", "Tagliatelle"), "restaurant"),
        ("Gino Srl", ("2 Coperto", "Acqua"), "restaurant"),
        ("Gasthaus Krone", ("Getränke",), "restaurant"),
        ("Haus SA", ("Gazole 40 l",), "fuel"),
    ],
)
def test_what_was_used_on_the_road_was_abroad(
    seller: str, texts: tuple[str, ...], kind: str
) -> None:
    """Its tax is cost; nobody acquires a parking space, and no reverse charge is owed of it."""
    bill = invoice(replace(COLOGNE, name=seller), *(line(each, "20", "0.19") for each in texts))
    found = facts(bill)

    assert (found.kind, found.more["place"]) == (kind, "abroad")


@pytest.mark.parametrize(
    ("seller", "texts"),
    [
        ("Restaurantbedarf GmbH", ("Teller",)),
        ("Park Software GmbH", ("Software Parkraum",)),
        ("Haus GmbH", ("Domain parking",)),
        ("Parkett Huber GmbH", ("Parkettboden",)),
        ("Haus GmbH", ("Parkgebühr", "Bürostuhl")),
        ("Haus GmbH", ("Beratung",)),
    ],
)
def test_what_only_sounds_like_it_is_asked(seller: str, texts: tuple[str, ...]) -> None:
    """It may have come here, or be owed here."""
    bill = invoice(replace(COLOGNE, name=seller), *(line(each, "20", "0.19") for each in texts))

    assert facts(bill).more["place"] == UNKNOWN


def test_a_garage_of_a_hotel_is_the_hotels_in_austria_too() -> None:
    """Where lines about cars are asked, the tax of another country is no question of the car."""
    bill = with_kinds(
        invoice(COLOGNE, line("Parkgarage", "20", "0.19"), line("Logis", "200", "0.07")),
        TaxVendor(),
        "at_ekr",
    )
    assert facts(bill).kind == "hotel"
