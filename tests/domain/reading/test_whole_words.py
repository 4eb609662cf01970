"""Descriptions that say one thing alone."""

import pytest

from domain.intake.tax_facts import kind_of
from domain.reading.whole_words import whole_kind


@pytest.mark.parametrize(
    ("description", "kind"),
    [
        ("Trinkgeld", "tip"),
        ("Tip 15 %", "tip"),
        ("Trinkgeld f\u00fcr das Team EUR 3,00", "tip"),
        ("Gratuity", "tip"),
        ("Mancia", "tip"),
        ("Pourboire", "tip"),
        ("Zoll", "customs_duty"),
        ("A00 Zoll", "customs_duty"),
        ("Zoll (A00) 2,5 %", "customs_duty"),
        ("Zoll lt. Bescheid MRN 26AT100000IVA4B7C2", "customs_duty"),
        ("Verauslagte Z\u00f6lle", "customs_duty"),
        ("Customs duties", "customs_duty"),
        ("Droits de douane", "customs_duty"),
        ("Dazi doganali", "customs_duty"),
    ],
)
def test_a_whole_description_names_a_kind(description: str, kind: str) -> None:
    """With its figures and the words that belong to it."""
    assert kind_of(description) == kind


@pytest.mark.parametrize(
    "description",
    [
        "TIP Trailer",
        "TIP Trailer Services Miete",
        "Tip Top Reinigung",
        "Tips & Tricks Seminar",
        "Trinkgeldschale Edelstahl",
        "Gewindebohrer Zoll",
        "Rohr \u00bd Zoll",
        "1/2 Zoll",
        '19" Zoll',
        "Monitor 27 Zoll",
        "Monitor A00",
        "A00",
        "Schraube Zoll A00",
        "Schulung Ausfuhr und Z\u00f6lle",
        "Zollabfertigung",
        "Zollstock",
        "Customs clearance",
        "Duty free shop",
        "",
    ],
)
def test_a_word_among_others_is_not_enough(description: str) -> None:
    """Names of companies, inches, trainings."""
    assert whole_kind(description) is None
    assert kind_of(description) not in ("tip", "customs_duty")


@pytest.mark.parametrize(
    "description", ["Einfuhrabgaben lt. Bescheid", "Z\u00f6lle und EUSt", "Import VAT"]
)
def test_what_may_hold_import_vat_is_asked(description: str) -> None:
    """Duties of import have it among them (Art. 5 Nr. 20 UZK, § 1 Abs. 1 ZollVG)."""
    assert kind_of(description) == "import_vat_recharged"
