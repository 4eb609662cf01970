"""The paragraph that a document names for showing no tax, and what it does to the proposal."""

from dataclasses import replace
from decimal import Decimal

import pytest

from domain.intake.extraction import normalized
from domain.intake.from_pages import extraction_of
from domain.intake.tax_facts import TaxTenant
from domain.intake.tax_ground import Ground, ground_of, names_ground
from domain.payables.normalized import NormalizedTax
from domain.reading.origin import OwnParty
from tests.domain.intake.test_tax_facts import COLOGNE, VIENNA, invoice, line
from tests.domain.intake.test_tax_proposal import AT, BUILDER, DE, advice, blocking, codes
from tests.layouts import typed

RESELLER = TaxTenant(country="AT", flags={"energy_reseller": True})
GERMAN_BUILDER = TaxTenant(country="DE", flags={"builder": True})
SELLERS = {
    "AT": "Huber GmbH, Ring 1, 1010 Wien\nUID ATU13585627",
    "DE": "Huber GmbH, Domweg 1, 50667 Köln\nUSt-IdNr. DE136695976",
}


@pytest.mark.parametrize(
    ("country", "said", "category", "kind"),
    [
        ("DE", "Gemäß § 13b Abs. 2 Nr. 4 UStG schuldet der Empfänger", "AE", "construction"),
        ("DE", "§13b Abs. 2 Satz 1 Nr. 4 i.V.m. Abs. 5 UStG", "AE", "construction"),
        ("DE", "§ 13 b (2) Nr. 8 UStG", "AE", "cleaning"),
        ("DE", "§ 13b Abs. 2 Nr. 10 UStG", "AE", "mobile_phones_chips"),
        ("DE", "§ 13b Abs. 2 Nr. 12 UStG", "AE", "telecom"),
        ("DE", "Nullsteuersatz nach § 12 Abs. 3 UStG", "Z", "pv"),
        ("DE", "0 % USt gem. § 12 (3) Nr. 1 UStG", "Z", "pv"),
        ("DE", "§ 4 Nr. 12 UStG", "E", "property_rent"),
        ("DE", "umsatzsteuerfrei gem. § 4 Nr. 12 a", "E", "property_rent"),
        ("DE", "§ 4 Nr. 8 Buchst. d UStG", "E", "finance"),
        ("DE", "§ 4 Ziffer 14 UStG", "E", "health"),
        ("DE", "§ 4 Nr. 21 Buchstabe a) bb) UStG", "E", "education"),
        ("DE", "§ 4 Nr. 11b UStG", "E", "postal_universal"),
        ("DE", "§ 4 Nr. 26 UStG", "E", "exempt_other"),
        ("DE", "§ 4 Nr. 12 oder § 4 Nr. 14 UStG", "E", None),
        ("AT", "gem. § 19 Abs. 1a UStG", "AE", "construction"),
        ("AT", "§ 19 (1a) UStG", "AE", "construction"),
        ("AT", "§ 19 Abs 1 b UStG", "AE", "security_property"),
        ("AT", "§ 19 Abs. 1d UStG", "AE", None),  # scrap, energy, metals, consoles
        ("AT", "§ 19 Abs. 1c UStG", "AE", None),
        ("AT", "§ 6 Abs. 1 Z 16 UStG", "E", "property_rent"),
        ("AT", "§ 6 (1) Z 8 UStG", "E", "finance"),
        ("AT", "§ 6 Abs 1 Z 9 lit a UStG", "E", "property_sale"),
        ("AT", "§ 6 Abs. 1 Z 19 UStG", "E", "health"),
        ("AT", "§ 6 Abs. 1 Z 11 lit. a UStG", "E", "education"),
        ("AT", "§ 28 Abs. 62 UStG", "Z", "pv"),
        ("AT", "§ 4 Abs. 3 UStG", "O", "disbursement"),
    ],
)
def test_a_paragraph_says_category_and_kind(
    country: str, said: str, category: str, kind: str | None
) -> None:
    """In the ways in which people write paragraphs; it is kept as it is printed."""
    found = ground_of(said, country)

    assert found is not None
    assert (found.category, found.kind) == (category, kind)
    assert found.name.startswith("§")
    assert found.name.endswith(" UStG")
    assert names_ground(said)


@pytest.mark.parametrize(
    ("country", "said"),
    [
        ("AT", "§ 4 Nr. 12 UStG"),  # a German paragraph
        ("DE", "§ 6 Abs. 1 Z 16 UStG"),
        ("DE", "§ 4 Nr. 12 der AGB"),  # of another law
        ("DE", "§ 4 Nr. 1 b UStG"),  # intra-community supply, told by its own words
        ("AT", "§ 6 Abs. 1 Z 1 UStG"),
        ("AT", "§ 6 Abs. 1 Z 27 UStG"),  # a small business
        ("AT", "§ 19 Abs. 1 UStG"),  # any reverse charge
        ("DE", "§ 12 Abs. 30 UStG"),
        ("DE", "nicht steuerfrei nach § 4 Nr. 12 UStG"),
        ("DE", "§ 4 Nr. 12 UStG, sofern der Mieter nicht Unternehmer ist"),
        ("DE", "§ 4 Nr. 12 UStG oder § 12 Abs. 3 UStG"),  # one is exempt, one taxed at nothing
        (None, "§ 4 Nr. 12 UStG"),
    ],
)
def test_what_is_no_clear_ground_is_none(country: str | None, said: str) -> None:
    """Another country, another law, a condition, a denial, two that contradict each other."""
    assert ground_of(said, country) is None


def page(
    country: str, item: str, note: str, tenant: TaxTenant
) -> tuple[list[str | None], str, str]:
    """Codes, what blocks, and the basis of the first proposal for a page without tax."""
    text = f"""
{SELLERS[country]}

Rechnung Nr. RE-77
Rechnungsdatum 03.02.2026

Artikel                 Menge   Preis    Betrag
{item:24}  1     1000,00  1000,00

Gesamtbetrag                             1000,00
{note}
"""
    read = extraction_of(typed(text), OwnParty())
    assert read.total_tax == Decimal(0)
    found = advice(normalized(read), tenant, read.notes)
    return codes(found), " ".join(blocking(found)), found.proposals[0].basis


@pytest.mark.parametrize(
    ("country", "item", "note", "tenant", "code"),
    [
        ("DE", "Miete Büro", "Steuerfrei nach § 4 Nr. 12 UStG", DE, "VST0"),
        ("DE", "Position 1", "§ 4 Nr. 21 UStG", DE, "VST0"),
        ("DE", "Solarmodule", "Nullsteuersatz nach § 12 Abs. 3 UStG", DE, "VST0"),
        ("DE", "Position 1", "§ 13b Abs. 2 Nr. 4 UStG", GERMAN_BUILDER, "VST-13B19"),
        ("AT", "Position 1", "unecht steuerbefreit gem. § 6 Abs. 1 Z 16 UStG", AT, "VST0"),
        ("AT", "Position 1", "USt-frei gem. § 6 (1) Z 8 UStG", AT, "VST0"),
        ("AT", "Position 1", "§ 19 (1a) UStG", BUILDER, "VST-RC20-BAU"),
    ],
)
def test_a_page_that_names_its_ground_is_not_asked(
    country: str, item: str, note: str, tenant: TaxTenant, code: str
) -> None:
    """Neither line nor heading say what it is; the paragraph does, and is the basis."""
    found, asked, basis = page(country, item, note, tenant)

    assert (found, asked) == ([code], "")
    assert basis in note


@pytest.mark.parametrize(
    ("country", "note", "tenant", "words"),
    [
        ("DE", "§ 13b Abs. 2 Nr. 4 UStG", DE, "Construction"),
        ("AT", "Steuerschuld geht gemäß § 19 Abs 1a UStG über", AT, "Construction"),
        ("DE", "§ 13b Abs. 2 Nr. 8 UStG", DE, "Cleaning"),
        ("DE", "§ 13b Abs. 2 Nr. 12 UStG", DE, "Telecommunication"),
    ],
)
def test_a_ground_that_hangs_on_the_company_asks_for_master_data(
    country: str, note: str, tenant: TaxTenant, words: str
) -> None:
    """Who does no construction owes no tax on it: the question names the ground."""
    text = invoice(VIENNA if country == "AT" else COLOGNE, line("Position", "1000", "0", "AE"))

    (told,) = advice(text, tenant, note).findings

    assert told.code == "VAT_KIND_UNKNOWN"
    assert told.message.startswith(words)
    assert "master data" in told.message
    assert (told.basis or "") in note


def test_the_reason_of_an_e_invoice_is_read_without_the_name_of_the_law() -> None:
    """BT-120 holds nothing but a reason."""
    one = invoice(COLOGNE, line("Position", "1000", "0", "E"))
    tax = NormalizedTax("E", Decimal(0), Decimal(1000), Decimal(0), "§ 4 Nr. 14")

    (proposal,) = advice(replace(one, taxes=(tax,)), DE).proposals

    assert (proposal.code, proposal.basis) == ("VST0", "§ 4 Nr. 14 UStG")


def test_a_page_whose_only_rate_is_nothing_shows_no_tax_and_is_asked_why() -> None:
    """`Umsatzsteuer 0 %` is a tax of 0.00, and no ground."""
    found, asked, _ = page("DE", "Position 1", "Umsatzsteuer 0 %", DE)

    assert (found, asked) == ([None], "VAT_NO_TAX_NO_REASON")


@pytest.mark.parametrize(
    ("said", "country", "kind", "name"),
    [
        ("Nicht steuerbar, Schadenersatz", "AT", "penalty_damages", "§ 1 Abs. 1 UStG"),
        ("Nicht steuerbarer Schadensersatz", "DE", "penalty_damages", "§ 1 Abs. 1 UStG"),
        ("Vertragsstrafe: kein Leistungsaustausch", "DE", "penalty_damages", "§ 1 Abs. 1 UStG"),
        ("Pönale, nicht umsatzsteuerbar", "AT", "penalty_damages", "§ 1 Abs. 1 UStG"),
        ("Echter Zuschuss, nicht steuerbar", "AT", "subsidy", "§ 1 Abs. 1 UStG"),
        ("Durchlaufender Posten", "AT", "disbursement", "§ 4 Abs. 3 UStG"),
        ("durchlaufende Posten", "DE", "disbursement", "§ 10 Abs. 1 Satz 5 UStG"),
        (
            "Auslagen gemäß § 10 Abs. 1 Satz 5 UStG",
            "DE",
            "disbursement",
            "§ 10 Abs. 1 Satz 5 UStG",
        ),
    ],
)
def test_words_say_why_nothing_is_taxed(said: str, country: str, kind: str, name: str) -> None:
    """Damages, subsidies and outlays need no paragraph."""
    assert ground_of(said, country) == Ground("O", kind, name)
    assert names_ground(said)


@pytest.mark.parametrize(
    "said",
    [
        "Schadenersatz",
        "Nicht steuerbar",
        "Bei Verzug Mahnspesen von 40,00",
        "Zuschuss zur Miete",
        "Falls nicht steuerbar: Schadenersatz",
    ],
)
def test_words_that_give_no_reason_give_none(said: str) -> None:
    """What was supplied does not say why it bears no tax, nor the other way round."""
    assert ground_of(said, "AT") is None


NOTE_1D = "Übergang der Steuerschuld gemäß § 19 Abs. 1d UStG"


@pytest.mark.parametrize(
    ("item", "note", "category"),
    [
        ("Position 1", f"{NOTE_1D}, Mobilfunkgeräte", None),
        ("Position 1", NOTE_1D, "AE"),
        ("Strom", "§ 19 Abs. 1d UStG", "AE"),
        ("Stromlieferung", NOTE_1D, "AE"),
        ("Position 1", "§ 19 (1d) UStG", "AE"),
        ("Laptop", NOTE_1D, "AE"),  # 1,000 is below the threshold
        ("Position 1", "Steuerschuld geht gemäß § 19 Abs. 1c UStG über", "AE"),
    ],
)
def test_a_paragraph_of_several_kinds_asks_for_the_kind(
    item: str, note: str, category: str | None
) -> None:
    """§ 19 Abs. 1d is that of the Schrott-UStV and of the UStBBKV: it makes scrap of nothing.

    And 1c is that of sellers from abroad, which one of here is not.
    """
    found = advice(invoice(VIENNA, line(item, "1000", "0", category)), AT, note)

    assert (codes(found), blocking(found)) == ([None], ["VAT_KIND_UNKNOWN"])


@pytest.mark.parametrize(
    ("item", "net", "note", "tenant"),
    [
        ("Altmetall", "1000", NOTE_1D, AT),
        ("Position 1", "1000", "Übergang der Steuerschuld, Schrott-UStV", AT),
        ("Position 1", "1000", "Übergang der Steuerschuld, BGBl. II Nr. 129/2007", AT),
        ("Laptop", "5000", NOTE_1D, AT),
        ("Stromlieferung", "1000", NOTE_1D, RESELLER),
    ],
)
def test_words_say_which_kind_of_the_paragraph_it_is(
    item: str, net: str, note: str, tenant: TaxTenant
) -> None:
    """All of them are declared in boxes 032 and 089."""
    found = advice(invoice(VIENNA, line(item, net, "0", "AE")), tenant, note)

    assert (codes(found), blocking(found)) == (["VST-RC20-SCHROTT"], [])
