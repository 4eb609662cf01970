"""Values beside and below their labels."""

import re

from domain.reading.anchors import labelled
from domain.reading.values import DATE, NUMBER_WITH_DIGIT
from tests.layouts import typed

DATE_LABEL = re.compile(r"datum", re.IGNORECASE)


def test_the_value_on_the_right_comes_first() -> None:
    """It stands nearer than the one below."""
    layout = typed("Datum   01.02.2026\n        03.04.2026")

    assert [hit.match[0] for hit in labelled(layout, DATE_LABEL, DATE)] == ["01.02.2026"]


def test_a_heading_has_its_value_below_in_its_column() -> None:
    """Tables of header data are read column by column."""
    layout = typed("Nummer      Datum        Kunde\nA-17        01.02.2026   4711")
    number = re.compile("Nummer")

    assert next(labelled(layout, number, NUMBER_WITH_DIGIT)).match[0] == "A-17"
    hit = next(labelled(layout, DATE_LABEL, DATE))
    assert hit.passage.text == "01.02.2026"


def test_a_label_without_value_has_no_hit() -> None:
    """Nothing is guessed."""
    assert not list(labelled(typed("Datum der Lieferung folgt"), DATE_LABEL, DATE))


def test_strict_search_allows_no_words_between() -> None:
    """Only signs and blanks."""
    layout = typed("Datum laut Auftrag 01.02.2026")

    assert not list(labelled(layout, DATE_LABEL, DATE, strict=True))
    assert list(labelled(layout, DATE_LABEL, DATE))
