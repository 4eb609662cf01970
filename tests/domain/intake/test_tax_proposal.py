"""Which tax code a case proposes, why, and what it asks."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from domain.intake.tax_facts import Around, TaxTenant, TaxVendor, plain
from domain.intake.tax_proposal import (
    TaxAdvice,
    account_findings,
    advised,
    date_findings,
    without_proposed,
)
from domain.ledger.booking import Books
from domain.ledger.chart import Chart, accounts
from domain.payables.normalized import (
    NormalizedInvoice,
    NormalizedLine,
    NormalizedTax,
    NormalizedVendor,
)
from domain.payables.prepayment import Prepayment, Share
from domain.payables.vat_treatment import VatTreatment
from domain.reading.finding import Severity
from domain.tax.code import system_codes
from tests.domain.intake.test_tax_facts import COLOGNE, VIENNA, invoice, line

AT, DE = TaxTenant(country="AT"), TaxTenant(country="DE")
BUILDER = TaxTenant(country="AT", flags={"builder": True})
DUBLIN = NormalizedVendor("Cloud Ltd", "IE6388047V", country="IE")
BOSTON = NormalizedVendor("Soft Inc", country="US")
TODAY = date(2026, 3, 5)
PARIS = NormalizedVendor("Livre SARL", "FR40303265045", country="FR")


def books(country: str) -> Books:
    """The chart of a country as it comes."""
    chart = Chart.AT_EKR if country == "AT" else Chart.DE_SKR04
    known = {each.number: each for each in accounts(chart)}
    return Books(chart, 1, known, {code.code: code for code in system_codes(chart)}, 1)


def advice(
    one: NormalizedInvoice, tenant: TaxTenant = AT, notes: str = "", known: Books | None = None
) -> TaxAdvice:
    """What is proposed for an invoice."""
    around = Around(notes, "ATU12345675")
    return advised(one, tenant, TaxVendor(), around, known or books(tenant.country))


def codes(found: TaxAdvice) -> list[str | None]:
    """Codes in the order of the groups."""
    return [each.code for each in found.proposals]


def blocking(found: TaxAdvice) -> list[str]:
    """Findings that a person must answer."""
    return [each.code for each in found.findings if each.severity is Severity.BLOCKING]


@pytest.mark.parametrize(
    ("seller", "text", "rate", "category", "tenant", "code", "boxes"),
    [
        (VIENNA, "Papier", "0.2", "S", AT, "VST20", ("input:060",)),
        (VIENNA, "Papier", "0.1", None, AT, "VST10", ("input:060",)),
        (VIENNA, "Brot", "0.049", "S", AT, "VST4-9", ("input:060",)),
        (COLOGNE, "Papier", "0.19", "S", DE, "VST19", ("input:66",)),
        (COLOGNE, "Wartung", "0", "AE", AT, "VST-RC20", ("tax:057", "input:066")),
        (COLOGNE, "Papier", "0", "K", AT, "VST-IGE20", ("total:070", "base:072", "input:065")),
        (VIENNA, "Rohbau", "0", "AE", BUILDER, "VST-RC20-BAU", ("tax:048", "input:082")),
        (VIENNA, "Beratung", "0", "AE", DE, "VST-13B-EU19", ("base:46", "tax:47", "input:67")),
        (VIENNA, "Papier", "0", "K", DE, "VST-IGE19", ("base:89", "input:61")),
        (BOSTON, "Software", "0", None, AT, "VST-RC20", ("tax:057", "input:066")),
        (BOSTON, "Software", "0", "O", DE, "VST-13B19", ("base:84", "tax:85", "input:67")),
        (DUBLIN, "Cloud", "0", "AE", DE, "VST-13B-EU19", ("base:46", "tax:47", "input:67")),
        (COLOGNE, "Übernachtung", "0.07", "S", AT, "VST0", ()),
    ],
)
def test_a_code_with_its_paragraph(  # noqa: PLR0913, PLR0917
    seller: NormalizedVendor,
    text: str,
    rate: str,
    category: str | None,
    tenant: TaxTenant,
    code: str,
    boxes: tuple[str, ...],
) -> None:
    """Both countries: domestic, reverse charge, construction, acquisition, third countries."""
    found = advice(invoice(seller, line(text, "1000", rate, category)), tenant)

    (proposal,) = found.proposals
    assert (proposal.code, proposal.boxes) == (code, boxes)
    assert "§" in proposal.basis or "Art." in proposal.basis
    assert proposal.reason
    assert blocking(found) == []


@pytest.mark.parametrize(
    ("seller", "text", "rate", "category", "tenant", "asked"),
    [
        (COLOGNE, "Papier", "0.19", "S", AT, "VAT_FOREIGN_CHARGED"),  # never Jungholz
        (PARIS, "Papier", "0.2", "S", AT, "VAT_FOREIGN_CHARGED"),  # never Austrian 20 %
        (PARIS, "Papier", "0.055", "S", AT, "VAT_FOREIGN_CHARGED"),
        (VIENNA, "Papier", "0.2", "S", DE, "VAT_FOREIGN_CHARGED"),
        (COLOGNE, "Beratung", "0.19", "S", AT, "VAT_CHARGED_UNDER_REVERSE_CHARGE"),
        (COLOGNE, "Position", "0", "AE", AT, "VAT_KIND_UNKNOWN"),
        (VIENNA, "Position", "0", "AE", AT, "VAT_KIND_UNKNOWN"),
        (VIENNA, "Rohbau", "0", "AE", AT, "VAT_KIND_UNKNOWN"),  # nobody said it is a builder
        (VIENNA, "Papier", "0", None, AT, "VAT_NO_TAX_NO_REASON"),
        (NormalizedVendor("Wer"), "Papier", "0.2", "S", AT, "VAT_SELLER_REGION_UNKNOWN"),
        (VIENNA, "Papier", "0.19", "S", AT, "VAT_RATE_REGION"),
        (VIENNA, "Papier", "0.055", "S", AT, "VAT_RATE_NOT_VALID_ON_DATE"),
    ],
)
def test_what_is_not_known_is_asked(
    seller: NormalizedVendor,
    text: str,
    rate: str,
    category: str | None,
    tenant: TaxTenant,
    asked: str,
) -> None:
    """No code and a finding that blocks; foreign tax never becomes input tax."""
    found = advice(invoice(seller, line(text, "1000", rate, category)), tenant)

    assert codes(found) == [None]
    assert blocking(found) == [asked]


def test_foreign_tax_is_cost_and_may_be_claimed_back() -> None:
    """A hotel in Germany: the finding warns and says so."""
    found = advice(invoice(COLOGNE, line("Übernachtung", "200", "0.07", "S")))

    (finding,) = found.findings
    assert (finding.code, finding.severity) == ("VAT_FOREIGN_CHARGED", Severity.WARNING)
    assert "refund" in finding.message


def test_a_small_business_owes_and_deducts_nothing() -> None:
    """A tenant that is one: gross is cost; abroad it still owes the tax."""
    small = replace(AT, is_small_business=True)

    assert codes(advice(invoice(VIENNA, line("Papier", "100", "0.2", "S")), small)) == ["VST20-ND"]
    assert codes(advice(invoice(DUBLIN, line("Cloud", "100", "0", "AE")), small)) == ["VST-RC20-ND"]


def test_a_code_that_a_person_named_stays() -> None:
    """Nothing is asked any more, but what the rules say is still told."""
    one = invoice(COLOGNE, line("Papier", "100", "0.19", "S"))
    named = replace(one, line_items=(replace(one.line_items[0], tax_code="VST0"),))

    found = advice(named)

    assert blocking(found) == []
    assert [each.severity for each in found.findings] == [Severity.WARNING]
    assert found.filled(named).line_items[0].tax_code == "VST0"


def test_a_proposal_is_made_anew_each_time() -> None:
    """What was proposed is not taken for a person's word; what a person named is."""
    one = invoice(VIENNA, line("Papier", "100", "0.2", "S"), line("Brot", "10", "0.1", "S"))
    found = advice(one)
    stored = [each.to_json() for each in found.proposals]
    filled = found.filled(one)
    changed = replace(
        filled, line_items=(filled.line_items[0], replace(filled.line_items[1], tax_code="VST13"))
    )

    assert [each.tax_code for each in filled.line_items] == ["VST20", "VST10"]
    assert without_proposed(filled, stored) == one
    assert [each.tax_code for each in without_proposed(changed, stored).line_items] == [
        None,
        "VST13",
    ]


def test_a_code_of_the_tenant_with_other_figures_is_not_proposed() -> None:
    """20 % on the paper and 10 in the books: a person has to look."""
    known = books("AT")
    changed = {**known.tax_codes, "VST20": replace(known.tax_codes["VST20"], rate=Decimal(10))}

    found = advice(
        invoice(VIENNA, line("Papier", "100", "0.2", "S")),
        known=Books(known.chart, 1, known.accounts, changed, 2),
    )

    assert (codes(found), blocking(found)) == ([None], ["VAT_CODE_CHANGED"])


def test_tax_that_does_not_follow_from_the_rate_blocks() -> None:
    """Within rounding it is only told."""
    one = invoice(VIENNA, line("Papier", "100", "0.2", "S"))
    off = replace(one.line_items[0], tax_amount=Decimal("20.50"), line_total=Decimal("120.50"))
    near = replace(one.line_items[0], tax_amount=Decimal("20.01"), line_total=Decimal("120.01"))

    assert blocking(advice(replace(one, line_items=(off,)))) == ["VAT_AMOUNT_WRONG"]
    assert [each.code for each in advice(replace(one, line_items=(near,))).findings] == [
        "VAT_ROUNDING"
    ]


def test_an_account_that_cannot_take_a_line_is_a_finding() -> None:
    """Its code, or the line itself: before the books refuse it."""
    one = invoice(VIENNA, line("Papier", "100", "0.2", "S"))
    coded = replace(one, line_items=(replace(one.line_items[0], tax_code="VST20"),))

    def told(made: NormalizedInvoice, account: str) -> list[str]:
        return [each.code for each in account_findings(made, account, books("AT"))]

    assert told(coded, "2800") == ["INVALID_TAX_CODE"]
    assert told(one, "2800") == []  # an asset; nobody asks for a code
    assert told(one, "4000") == ["INVALID_ACCOUNT"]
    assert told(one, "3300") == ["INVALID_ACCOUNT"]
    assert told(coded, "6815") == told(one, "6815") == []


@pytest.mark.parametrize(
    ("country", "code", "cost", "own"),
    [("AT", "VST-EUST-PAID", "5650", "2515"), ("DE", "VST-EUST", "5840", "1433")],
)
def test_import_vat_on_a_cost_is_a_finding(country: str, code: str, cost: str, own: str) -> None:
    """No box of a return would take it; on its own account it is deducted."""
    one = invoice(VIENNA, line("Einfuhrabgabe", "618", "0"))
    coded = replace(one, line_items=(replace(one.line_items[0], tax_code=code),))

    (found,) = account_findings(coded, cost, books(country))

    assert (found.code, found.severity, found.fields) == (
        "INVALID_TAX_CODE",
        Severity.BLOCKING,
        ("line_items/0",),
    )
    assert found.message == f"Line 1: {code} is import VAT, booked on account {own} alone."
    assert not list(account_findings(coded, own, books(country)))


@pytest.mark.parametrize(
    ("named", "days", "found"),
    [
        ("invoice_date", 1, []),
        ("invoice_date", 2, [("INVOICE_DATE_AHEAD", Severity.WARNING)]),
        ("invoice_date", 31, [("INVOICE_DATE_AHEAD", Severity.WARNING)]),
        ("invoice_date", 32, [("INVOICE_DATE_AHEAD", Severity.BLOCKING)]),
        ("delivery_date", 1, []),
        ("delivery_date", 2, [("SUPPLY_DATE_AHEAD", Severity.WARNING)]),
        ("booking_date", 365, []),
        ("booking_date", 367, [("INVALID_DATE", Severity.BLOCKING)]),
    ],
)
def test_a_day_that_has_not_come_is_told(
    named: str, days: int, found: list[tuple[str, Severity]]
) -> None:
    """Input tax of 2027 is not deducted in 2026 without a word."""
    day = TODAY + timedelta(days=days)
    base = NormalizedInvoice(invoice_date=TODAY)
    dates = {
        "invoice_date": replace(base, invoice_date=day),
        "delivery_date": replace(base, delivery_date=day),
        "booking_date": replace(base, booking_date=day),
    }

    seen = [(each.code, each.severity) for each in date_findings(dates[named], TODAY)]

    assert seen == found


def booked_on(
    account: str, *lines: NormalizedLine, type_code: str = "380", **more: Any
) -> list[tuple[str | None, str | None]]:
    """Account, where it is not the vendor's usual one, and code of each line."""
    one = invoice(VIENNA, *(replace(each, position=at) for at, each in enumerate(lines, 1)))
    vendor = TaxVendor(account=account, **more)
    found = advised(one, AT, vendor, Around("", "ATU12345675", type_code), books("AT"))
    return [(each.account_number, each.tax_code) for each in found.filled(one).line_items]


PAPER = line("Druckerpapier", "100", "0.2", "S")


@pytest.mark.parametrize("type_code", ["386", "326", "875"])
def test_a_prepayment_goes_to_its_own_account(type_code: str) -> None:
    """Not to the usual account of the vendor, from where no final invoice could take it back."""
    part = line("Regalanlage", "3000", "0.2", "S")

    assert booked_on("0620", part, type_code=type_code) == [("0700", "VST20")]
    assert booked_on("6603", part, type_code=type_code) == [("2490", "VST20")]
    assert booked_on("6603", part, type_code="380") == [(None, "VST20")]
    named = replace(part, account_number="1800")
    assert booked_on("0620", named, type_code=type_code) == [("1800", "VST20")]


def test_a_line_comes_off_the_account_of_a_prepayment_only_if_it_uses_it_up() -> None:
    """8,000.00 less 2,000.00 of a prepayment that lies there; else it is an ordinary line."""
    whole = line("Küche komplett", "8000", "0.2", "S")
    less = line("abzüglich 1. Anzahlung", "-2000", "0.2", "S")
    other = line("bereits verrechnet mit TR-17", "-2000", "0.2", "S")
    usual = (None, "VST20")
    share = Share("0700", "VST20", Decimal(2400), Decimal(400), Decimal(2400), Decimal(400))
    prepaid = Prepayment(
        Decimal(2400), "AR-1", date(2026, 1, 5), intent_id=UUID(int=1), shares=(share,)
    )

    assert booked_on("0620", whole, less, prepayments=(prepaid,)) == [usual, ("0700", "VST20")]
    assert booked_on("0620", whole, other, prepayments=(prepaid,)) == [usual, usual]
    assert booked_on("0620", whole, less) == [usual, usual]


def test_what_is_proposed_is_taken_back_before_the_next_look() -> None:
    """Account and code that nobody named are proposed anew."""
    one = invoice(VIENNA, line("Regalanlage", "3000", "0.2", "S"))
    vendor = TaxVendor(account="0620")
    found = advised(one, AT, vendor, Around("", None, "386"), books("AT"))

    kept = without_proposed(found.filled(one), [each.to_json() for each in found.proposals])

    assert kept == one


@pytest.mark.parametrize(
    ("text", "account", "code"),
    [
        ("Benzin Super 95", "7321", "VST20-ND"),
        ("Leasingrate November", "7324", "VST20-ND"),
        ("Parkgebühr", "7320", "VST20-ND"),
        ("Audi A4", "0630", "VST20-ND"),
        ("Parkgebühr PKW", "6815", "VST20-ND"),
        ("Benzin", "7330", "VST20"),
        ("Druckerpapier", "6815", "VST20"),
        ("Speisen", "6802", "VST20-ND"),
        ("Speisen", "6801", "VST20"),
    ],
)
def test_what_a_car_costs_is_not_deducted_in_austria(text: str, account: str, code: str) -> None:
    """§ 12 Abs. 2 Z 2 UStG: the words say it, or the account that a person chose for it."""
    assert booked_on(account, line(text, "100", "0.2", "S")) == [(None, code)]


@pytest.mark.parametrize(
    "text",
    [
        "Leasingrate VW Golf Kennzeichen S-123AB",
        "Operating Leasing Fahrzeug BMW 320d",
        "Reifenwechsel Audi A4 Kennzeichen S-445XY",
        "Super 95 45,2 Liter",
        "Diesel",
        "Eurosuper",
        "Parkgebühr Tiefgarage",
        "Garage November",
        "KFZ-Leasing Skoda Superb",
        "Autobahnvignette 2026",
        "Maut Tauernautobahn",
        "4 Winterreifen 205/55 R16",
        "Mietwagen 3 Tage",
        "Autowäsche",
        "Reparatur Kastenwagen",
        "Fiskal-LKW VW Caddy Leasing",
        "Kleinbus Service",
        "Ölwechsel Octavia",
        "Tankfüllung laut Beleg",
        "Car rental Vienna",
        "Leasing Audi A3 40 TFSI e Plug-in-Hybrid",
    ],
)
def test_a_vehicle_that_words_do_not_tell_is_asked_in_austria(text: str) -> None:
    """Make, plate, petrol, tyres, parking and toll: § 12 Abs. 2 Z 2 lit. b or not, nobody knows."""
    found = advice(invoice(VIENNA, line(text, "100", "0.2", "S")))

    assert (codes(found), blocking(found)) == ([None], ["VAT_CAR_UNCLEAR"])
    named = replace(line(text, "100", "0.2", "S"), tax_code="VST20")
    assert blocking(advice(invoice(VIENNA, named))) == []
    german = advice(invoice(COLOGNE, line(text, "100", "0.19", "S")), DE)
    assert "VAT_CAR_UNCLEAR" not in blocking(german)


@pytest.mark.parametrize(
    "text",
    [
        "PKW BMW i4 Elektro",
        "PKW Tesla Model 3 Elektrofahrzeug 0 g CO2",
        "Leasing VW ID.4",
        "Ladestrom Elektroauto PKW 55 kWh",
        "Elektro-PKW Leasing Renault Zoe",
        "Skoda Enyaq Kennzeichen W-1",
    ],
)
def test_an_electric_car_keeps_its_input_tax_until_a_person_says_what_it_cost(text: str) -> None:
    """§ 12 Abs. 2 Z 2a UStG: never taken away without a word."""
    found = advice(invoice(VIENNA, line(text, "100", "0.2", "S")))

    assert (codes(found), blocking(found)) == ([None], ["VAT_CAR_COST_UNKNOWN"])


@pytest.mark.parametrize(
    "text",
    [
        "Service LKW und Kastenwagen",
        "Reparatur LKW MAN TGL",
        "Diesel für Bagger",
        "GO-Box LKW Maut",
        "Gabelstapler Leasing",
        "Leasingrate Kopierer",
        "Klebestreifen",
        "Garagentor Montage",
        "Winterdienst Gehsteig",
        "Fahrrad Wartung",
        "Software Auto-Renewal",
        "Heizöl extra leicht",
        "Parkettboden",
        "Dieselaggregat Wartung",
    ],
)
def test_what_serves_no_passenger_car_is_not_asked(text: str) -> None:
    """Trucks and machines by their words, and words that only sound like one."""
    found = advice(invoice(VIENNA, line(text, "100", "0.2", "S")))

    assert (codes(found), blocking(found)) == (["VST20"], [])


def test_a_vehicle_from_abroad_is_asked_too() -> None:
    """Reverse charge has no deduction for a passenger car either."""
    fixed = line("Reparatur Audi A4", "100", "0", "AE")

    assert blocking(advice(invoice(COLOGNE, fixed))) == ["VAT_CAR_UNCLEAR"]


def test_only_the_lines_of_the_car_are_treated_apart() -> None:
    """What else stands at the same rate is deducted; a person's word for the vendor goes before."""
    car = line("Reifen PKW", "400", "0.2", "S")
    usual = VatTreatment(country="AT", supply_kind="goods")

    assert booked_on("6815", PAPER, car) == [(None, "VST20"), (None, "VST20-ND")]
    decided = booked_on("7320", car, usual=usual, is_decided=True)
    assert decided == [(None, "VST20")]
    assert booked_on("6802", line("Speisen", "100", "0.1", "S")) == [(None, "VST10-ND")]


def test_cars_in_germany_and_abroad() -> None:
    """A German tenant deducts; foreign tax on petrol is cost, whatever was filled up."""
    fuel = line("Benzin für PKW", "100", "0.19", "S")

    assert codes(advice(invoice(COLOGNE, fuel), DE)) == ["VST19"]
    assert codes(advice(invoice(COLOGNE, fuel), AT)) == ["VST0"]
    motor = line("Elektro-PKW Leasing", "700", "0.2", "S")
    assert blocking(advice(invoice(VIENNA, motor))) == ["VAT_CAR_COST_UNKNOWN"]


def test_the_reason_of_an_exemption_says_the_kind() -> None:
    """`Gebrauchtgegenstände/Sonderregelung` stands in BT-120, not on the line."""
    one = invoice(VIENNA, line("Stapler", "3000", "0", "E"))
    zero = Decimal()
    for reason, rule in (
        ("Gebrauchtgegenstände/Sonderregelung", "VAT_MARGIN_SCHEME"),
        ("Reiseleistungen/Sonderregelung", None),
    ):
        tax = NormalizedTax("E", zero, Decimal(3000), zero, reason)
        found = advice(replace(one, taxes=(tax,)))
        assert codes(found) == ["VST0"]
        assert rule is None or rule in {each.code for each in found.findings}
    assert codes(advice(invoice(VIENNA, line("Stahlschrott", "2000", "0", "AE")))) == [
        "VST-RC20-SCHROTT"
    ]


@pytest.mark.parametrize(
    "words",
    [
        "Versicherungsteuer 19 %",
        "zzgl. 19 % Versicherungssteuer",
        "19 % Vers.-Steuer, umsatzsteuerfrei gemäß § 4 Nr. 10 a UStG",
        "VersSt 19 %",
        "19 % Vers.St.",
        "Insurance Premium Tax 19 %",
    ],
)
@pytest.mark.parametrize("text", ["Gebäude 2026", "Beratung und Schutz", None])
def test_insurance_tax_is_never_input_tax(words: str, text: str | None) -> None:
    """§ 4 Nr. 10 UStG: it has the rate of the ordinary tax; on the line or beside it."""
    one = invoice(COLOGNE, line(text or words, "200", "0.19"))
    found = advice(one, DE, "" if text is None else words)

    assert codes(found) == [None]
    assert blocking(found) == ["VAT_INSURANCE_TAX"]


def test_insurance_tax_of_austria_is_asked_and_other_words_are_not() -> None:
    """11 % is the usual rate there; who speaks of taxing insures nobody."""
    one = invoice(VIENNA, line("Haftpflicht", "200", "0.11"))
    assert blocking(advice(one, AT, "zzgl. 11 % Versicherungssteuer")) == ["VAT_INSURANCE_TAX"]

    other = invoice(COLOGNE, line("Beratung zur Versteuerung", "200", "0.19"))
    assert codes(advice(other, DE, "§ 4 Nr. 1 b UStG gilt nicht")) == ["VST19"]


@pytest.mark.parametrize(
    ("seller", "tenant", "text", "rate", "code"),
    [
        (COLOGNE, DE, "Kundengeschenk", "0.19", None),
        (COLOGNE, DE, "Geschenk für Geschäftsfreund, Füller", "0.19", None),
        (COLOGNE, DE, "Buchpräsente", "0.07", None),
        (COLOGNE, DE, "Repräsentation", "0.19", None),
        (VIENNA, AT, "Geschenkkorb für Kunden (Repräsentation)", "0.2", "VST20-ND"),
        (VIENNA, AT, "Repräsentationsgeschenk", "0.1", "VST10-ND"),
        (VIENNA, AT, "Repraesentationsessen", "0.2", "VST20-ND"),
        (VIENNA, AT, "Geschenkkorb", "0.049", "VST4-9-ND"),
    ],
)
def test_gifts_and_representation_are_not_deducted_unasked(
    seller: NormalizedVendor, tenant: TaxTenant, text: str, rate: str, code: str | None
) -> None:
    """DE § 15 Abs. 1a UStG, AT § 12 Abs. 2 Z 2 lit. a UStG; paper beside it is deducted."""
    paper = line("Papier", "100", rate, "S")
    found = advice(invoice(seller, line(text, "180", rate, "S"), paper), tenant)

    gift, other = found.proposals
    assert (gift.code, gift.finding) == (
        code,
        "VAT_NO_DEDUCTION_KIND" if code else "VAT_GIFT_OR_REPRESENTATION",
    )
    assert blocking(found) == ([] if code else ["VAT_GIFT_OR_REPRESENTATION"])
    assert other.code == f"VST{plain(Decimal(rate) * 100)}".replace(".", "-")


def test_what_only_wraps_gifts_is_deducted() -> None:
    """Paper and boxes are goods like others."""
    assert codes(advice(invoice(COLOGNE, line("Geschenkpapier", "20", "0.19")), DE)) == ["VST19"]


@pytest.mark.parametrize("tenant", [AT, DE], ids=["AT", "DE"])
@pytest.mark.parametrize(
    "text",
    [
        "Montage und Einbau Lüftungsanlage Hamburg",
        "Montage Fenster",
        "Einbau Heizung im Gebäude",
        "Wartung Aufzug",
        "Heizung: Reparatur",
    ],
)
def test_work_on_real_estate_from_abroad_is_asked(tenant: TaxTenant, text: str) -> None:
    """It is taxed where the estate lies (§ 3a Abs. 3 Nr. 1 UStG, AT Abs. 9), never as a service."""
    usual = VatTreatment(supply_kind="service")
    one = invoice(PARIS, line(text, "1000", "0", "AE"))
    around = Around("", "ATU12345675")

    for vendor in (TaxVendor(), TaxVendor("FR", usual)):
        found = advised(one, tenant, vendor, around, books(tenant.country))
        assert (codes(found), blocking(found)) == ([None], ["VAT_KIND_UNKNOWN"])


def test_work_on_real_estate_at_home_is_deducted_and_its_material_are_goods() -> None:
    """Nothing is asked where the seller shows the tax of the country."""
    for text in ("Montage Fenster", "Wartung Aufzug", "Montageschaum", "Einbauküche"):
        assert codes(advice(invoice(COLOGNE, line(text, "100", "0.19")), DE)) == ["VST19"]
    assert booked_on("6815", line("Reifenmontage PKW", "80", "0.2", "S")) == [(None, "VST20-ND")]


def test_the_words_of_a_document_go_before_what_was_booked_before() -> None:
    """The usual account of a leasing firm says car; an electric one is asked for as ever."""
    electric = line("Leasingrate Elektroauto VW ID.4", "700", "0.2", "S")
    usual = VatTreatment(
        country="AT", category="S", tax_code="VST20-ND", supply_kind="car_passenger"
    )
    around = Around("", "ATU12345675")

    for vendor in (TaxVendor(), TaxVendor("AT", usual, account="7324")):
        found = advised(invoice(VIENNA, electric), AT, vendor, around, books("AT"))
        assert (codes(found), blocking(found)) == ([None], ["VAT_CAR_COST_UNKNOWN"])
    assert booked_on("7324", line("Leasingrate", "700", "0.2", "S")) == [(None, "VST20-ND")]
    assert booked_on("7324", line("Kundengeschenk", "80", "0.1", "S")) == [(None, "VST10-ND")]


def test_an_invoice_of_years_ago_is_a_hint() -> None:
    """The claim may be barred (§ 195 BGB, § 1486 ABGB: three years)."""
    today = date(2026, 11, 30)

    def codes(day: date) -> list[str]:
        return [each.code for each in date_findings(NormalizedInvoice(invoice_date=day), today)]

    assert "INVOICE_DATE_OLD" in codes(date(2018, 5, 1))
    assert "INVOICE_DATE_OLD" not in codes(date(2024, 1, 2))


@pytest.mark.parametrize(
    ("seller", "tenant", "country", "code"),
    [
        (COLOGNE, AT, "DE", None),  # within Germany: no supply of this kind at all
        (COLOGNE, AT, "HU", None),
        (VIENNA, DE, "FR", None),
        (COLOGNE, AT, "AT", "VST-IGE20"),
        (COLOGNE, AT, None, "VST-IGE20"),
        (VIENNA, DE, "DE", "VST-IGE19"),
    ],
)
def test_goods_that_went_elsewhere_are_acquired_there(
    seller: NormalizedVendor, tenant: TaxTenant, country: str | None, code: str | None
) -> None:
    """What is owed here by the VAT id alone is not deductible: asked, never proposed (C-536/08)."""
    around = Around("", "ATU12345675", None, country)
    one = invoice(seller, line("Papier", "1000", "0", "K"))
    found = advised(one, tenant, TaxVendor(), around, books(tenant.country))

    assert codes(found) == [code]
    assert ("VAT_DELIVERED_ELSEWHERE" in blocking(found)) is (code is None)


ZURICH = NormalizedVendor("Alp AG", "CHE123456788", country="CH")


@pytest.mark.parametrize(
    ("tenant", "words", "rate", "number", "code", "asked"),
    [
        (DE, "Kopierpapier", "0.19", "DE129273398", "VST19", []),
        (AT, "Kopierpapier", "0.2", "ATU13585627", "VST20", []),
        (DE, "Wartung Software", "0.19", "DE129273398", None, ["VAT_CHARGED_UNDER_REVERSE_CHARGE"]),
        (DE, "Artikel 4711", "0.19", "DE129273398", None, ["VAT_KIND_UNKNOWN"]),
        (DE, "Papier", "0.19", None, None, ["VAT_FOREIGN_CHARGED"]),
        (DE, "Papier", "0.2", "ATU13585627", None, ["VAT_FOREIGN_CHARGED"]),  # who acts elsewhere
    ],
)
def test_who_is_represented_here_shows_tax_of_this_country(
    tenant: TaxTenant, words: str, rate: str, number: str | None, code: str | None, asked: list[str]
) -> None:
    """BG-11: goods under a number of this country; for services the customer owes the tax."""
    around = Around("", "ATU12345675", representative_vat_id=number)
    one = invoice(ZURICH, line(words, "1000", rate, "S"))
    found = advised(one, tenant, TaxVendor(), around, books(tenant.country))

    assert codes(found) == [code]
    assert blocking(found) == asked
