"""What stands around a value."""

import pytest

from domain.reading.amount_candidates import MOST, amount_candidates
from domain.reading.date_candidates import date_candidates
from domain.reading.layout import Box, Layout, Page, Source, Word
from domain.reading.number_candidates import number_candidates
from domain.reading.surroundings import Surroundings
from tests.layouts import typed


@pytest.mark.parametrize(
    ("text", "feature"),
    [
        ("Rechnungsdatum 01.02.2026", "lab:invoice_date"),
        ("Rechnungsdatum                01.02.2026", "lab:invoice_date"),
        ("Zahlbar bis spätestens zum 01.02.2026", "l0:due_date:next"),
        ("Zahlbar bis spätestens zum 01.02.2026", "until"),
        ("Fälligkeit\n01.02.2026", "lab:due_date"),
        ("Datum           Fälligkeit\nx               01.02.2026", "lab:due_date"),
        ("01.02.2026 - 28.02.2026", "begins"),
        ("01.02.2026 10:30", "clock"),
        ("Wien, am 01.02.2026", "word_before"),
        ("01.02.2026", "l:none"),
        ("Rechnungs-\ndatum\n01.02.2026", "lab:invoice_date"),
        ("Invoice      x\ndate         01.02.2026", "l0:invoice_date:cell"),
    ],
)
def test_a_value_knows_its_label(text: str, feature: str) -> None:
    """Left of it, above it in its column, and how it is written."""
    assert feature in date_candidates(Surroundings(typed(text)))[0].features


@pytest.mark.parametrize(
    ("text", "is_named"),
    [
        ("01.02.2026   4711\nFälligkeit   Nummer", True),
        ("01.02.2026\nFälligkeit\n03.02.2026", False),
        ("01.02.2026\nFälligkeit am Freitag", False),
        ("Datum\n01.02.2026\nFälligkeit", False),
    ],
)
def test_a_label_may_stand_below_its_value(text: str, *, is_named: bool) -> None:
    """If it is one alone, and of no other value."""
    found = date_candidates(Surroundings(typed(text)))[0].features

    assert ("lab:due_date" in found) is is_named


@pytest.mark.parametrize(
    "text", ["Invoice\n\n\ndate   01.02.2026", "Rechnungsnummer\nDatum      01.02.2026"]
)
def test_words_that_are_apart_or_say_enough_make_no_label(text: str) -> None:
    """Only two lines of one label belong together."""
    found = date_candidates(Surroundings(typed(text)))[0].features

    assert "l0:date:cell" in found or "l0:date:next" in found
    assert "lab:invoice_date" not in found


def test_the_heading_above_goes_before_a_paragraph_at_the_left() -> None:
    """A label in a sentence of another column is told from a label beside the value."""
    text = (
        "                                                Fälligkeit\n"
        "Wir danken sehr für Ihre Bestellung und den     01.02.2026\n"
        "Auftrag"
    )
    (found,) = date_candidates(Surroundings(typed(text)))

    assert {"lab:due_date", "u:due_date:1", "l:sentence"} <= set(found.features)


@pytest.mark.parametrize(
    ("text", "number", "kind"),
    [
        ("Rechnungsnummer / Datum / Kundennummer\n56269-24 / x / K820142", "K820142", "customer"),
        ("Kundennummer | Rechnungsnummer\nK820142 | 56269-24", "56269-24", "invoice"),
        ("Kundennummer / Rechnungsnummer\n56269-24", "56269-24", "customer"),
    ],
)
def test_headings_in_one_cell_name_values_in_their_order(text: str, number: str, kind: str) -> None:
    """If as many values stand below them; else the first of them names what is there."""
    found = number_candidates(Surroundings(typed(text)))
    (features,) = (each.features for each in found if each.value == number)

    assert f"lab:{kind}_number" in features


def test_labels_of_unknown_kinds_are_words() -> None:
    """As training sees a page whose labels nobody knows."""
    text = "Rechnungsnummer 4711 Fälligkeit 01.02.2026"
    known, forgotten = (
        number_candidates(Surroundings(typed(text), kinds))[0].features
        for kinds in (frozenset[str](), frozenset({"invoice_number"}))
    )

    assert "lab:invoice_number" in known
    assert not any("invoice_number" in each for each in forgotten)
    assert "r:due_date" in forgotten


def test_words_above_a_number_count_by_their_ends() -> None:
    """A label that no table knows: the nearest cell above without a figure, its last words."""
    found = number_candidates(Surroundings(typed("Die Fakturierungskennung\n47110815")))

    assert {each for each in found[0].features if each.startswith("w:")} == {
        "w:die-", "w:-die", "w:faktu-", "w:-nnung",
    }  # fmt: skip
    alone = number_candidates(Surroundings(typed("2026\n47110815")))
    assert not any(each.startswith("w:") for each in alone[-1].features)


def test_a_line_of_thousands_of_cells_is_looked_at_once() -> None:
    """What looks at all cells for every cell would take minutes here."""
    words = (
        Word(
            f"{column % 900 + 100},50",
            Box(300 * column, 100 * row, 300 * column + 40, 100 * row + 80),
        )
        for row in (1, 2)
        for column in range(3000)
    )
    around = Surroundings(Layout((Page(1, tuple(words), Source.TEXT),)))
    (first, second) = around.sheets[0].cells
    assert len(first) == len(second) == 3000
    assert not number_candidates(around)
    assert len(amount_candidates(around)) == MOST
