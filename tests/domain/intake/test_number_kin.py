"""Numbers that are one but for words around them, or for a sign behind; and honest series."""

import pytest

from domain.intake.number_kin import Kin, kin_of, near_numbers


@pytest.mark.parametrize(
    "other",
    [
        "FB-2026-100 Kopie",
        "FB-2026-100-Kopie",
        "FB-2026-100 (Kopie)",
        "Kopie FB-2026-100",
        "FB-2026-100 KOPIE 2",
        "FB-2026-100 Copy",
        "FB-2026-100 Duplikat",
        "DUPLIKAT zu FB-2026-100",
        "FB-2026-100 Zweitschrift",
        "FB-2026-100 Zweitausfertigung",
        "FB-2026-100 2. Ausfertigung",
        "FB-2026-100 Duplicata",
        "FB-2026-100 (Nachdruck)",
        "Re.Nr. FB-2026-100",
        "Re.-Nr.: FB-2026-100",
        "Rechnung FB-2026-100",
        "Rechnung Nr. FB-2026-100",
        "RechnungsNr FB-2026-100",
        "Rechnungsnummer: FB-2026-100",
        "Invoice No. FB-2026-100",
        "Nr. FB-2026-100",
        "Beleg-Nr. FB-2026-100",
        "Kopie der Rechnung Nr. FB-2026-100",
        "Facture n\u00b0 FB-2026-100",
        "Fattura n. FB-2026-100",
    ],
)
def test_words_around_a_number_make_no_other_one(other: str) -> None:
    """Labels, and what says that it is a copy; in both directions."""
    assert kin_of("FB-2026-100", other) is Kin.SAME
    assert kin_of(other, "FB-2026-100") is Kin.SAME
    assert other in near_numbers("FB-2026-100") or "FB-2026-100" in near_numbers(other)


@pytest.mark.parametrize(
    "other",
    [
        "FB-2026-100-A",
        "FB-2026-100A",
        "FB-2026-100/2",
        "FB-2026-100-2",
        "FB-2026-100 (2)",
        "FB-2026-100 Rev. 1",
        "FB-2026-100 rev1",
        "FB-2026-100 V2",
        "FB-2026-100 Version 2",
        "FB-2026-100 korr.",
        "FB-2026-100 Korrektur",
        "FB-2026-100 korrigiert",
        "FB-2026-100 neu",
        "FB-2026-100 final",
    ],
)
def test_a_sign_behind_a_number_is_near(other: str) -> None:
    """It may be another invoice: the sum decides if it is told."""
    assert kin_of("FB-2026-100", other) is Kin.NEAR
    assert kin_of(other, "FB-2026-100") is Kin.NEAR
    assert "FB-2026-100" in near_numbers(other)


def test_two_letters_of_one_number_are_near() -> None:
    """Both may be the same invoice, sent again."""
    assert kin_of("RE-1001A", "RE-1001B") is Kin.NEAR
    assert kin_of("FB-2026-100 Rev. 1", "FB-2026-100 Rev. 2") is Kin.NEAR


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2026-100", "2026-101"),
        ("2026/1", "2026/2"),
        ("2026/11", "2026/12"),
        ("FB-2026-100", "FB-2026-1001"),
        ("FB-2026-10", "FB-2026-100"),
        ("4711", "47112"),
        ("A-1", "B-1"),
        ("RE-1001", "GS-1001"),
        ("Miete 01/2026", "Miete 02/2026"),
        ("Rechnung 1", "Rechnung 2"),
        ("Kopie", "Duplikat"),
        ("FB-2026-100", "FB-2026-100"),
        ("12/2026", "1/2026"),
        ("2026", "2026/1"),
        ("", "A"),
    ],
)
def test_a_series_is_no_kin(one: str, other: str) -> None:
    """Nor a number beside itself: that is told elsewhere."""
    assert kin_of(one, other) is None
    assert kin_of(other, one) is None


def test_the_numbers_that_are_looked_for_are_few() -> None:
    """Each is asked by its key."""
    assert 1 < len(near_numbers("Rechnung FB-2026-100-A Kopie")) <= 60
    assert near_numbers(None) == ()
