"""Which way the sum of a correction goes."""

from decimal import Decimal

import pytest

from domain.reading.correction import Direction, correction_on, given_back
from tests.layouts import typed


@pytest.mark.parametrize(
    ("text", "direction"),
    [
        ("Rechnungskorrektur RK-1\nErstattung gesamt   714,00", Direction.BACK),
        ("Rechnungskorrektur\nZu viel berechnet.", Direction.BACK),
        ("Rechnungskorrektur (Nachbelastung)", Direction.MORE),
        ("Korrekturrechnung\nNicht zu zahlen.\nErstattung netto   5,00", Direction.BACK),
        ("Korrekturrechnung\nZu zahlen   5,00", Direction.MORE),
        ("Rechnungsberichtigung", Direction.UNSAID),
    ],
)
def test_words_tell_the_direction(text: str, direction: Direction) -> None:
    """What is denied is not said."""
    found = correction_on(typed(text))

    assert found is not None
    assert found[1] is direction


@pytest.mark.parametrize(
    "text",
    [
        "Rechnung 17",
        "Rechnungskorrekturen nur binnen 14 Tagen",
        "Korrektur zur Rechnung 17   -50,00",
        "Korrekturrechnung\nSie ersetzt Rechnung 17.",
    ],
)
def test_other_pages_are_no_corrections(text: str) -> None:
    """Rules, an item of a table, and the whole bill anew."""
    assert correction_on(typed(text)) is None


@pytest.mark.parametrize(
    "text",
    [
        "Der Betrag wurde Ihrem Kundenkonto gutgeschrieben.",
        "The amount has been credited to your account.",
        "Bei Storno wird der Betrag zurückerstattet.",
        "Sollten Sie kündigen, wird die Summe Ihnen erstattet.",
        "Erstattung Porto   10,00",
        "Gutschrift   10,00",
    ],
)
def test_what_was_paid_in_or_might_come_is_not_given_back(text: str) -> None:
    """Nor is another sum than the total."""
    assert not list(given_back(typed(text), Decimal("119.00")))
