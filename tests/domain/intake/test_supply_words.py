"""Kinds of supply by their words, and the code that follows from them."""

import pytest

from domain.intake.tax_facts import kind_of
from domain.payables.normalized import NormalizedVendor
from domain.tax.treatment import Treatment, treatment_of
from tests.domain.intake.test_tax_facts import COLOGNE, GERMANY, VIENNA, facts, invoice, line

BERLIN = NormalizedVendor("Technik GmbH", "DE811569869", address="Allee 1, 10115 Berlin, DE")
AT_NOTE = "Die Steuerschuld geht auf den Leistungsempf\u00e4nger \u00fcber, \u00a7 19 Abs. 1d UStG"
DE_NOTE = "Steuerschuldnerschaft des Leistungsempf\u00e4ngers, \u00a7 13b UStG"


def treated(
    seller: NormalizedVendor, words: str, net: str, rate: str, category: str, notes: str = ""
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
