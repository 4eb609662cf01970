"""Dates of an invoice."""

from datetime import date
from decimal import Decimal

import pytest

from domain.reading.dates import dates_in, due_by_terms
from domain.reading.layout import Source
from domain.reading.origin import Origin, Reading
from tests.layouts import typed

ISSUED = Reading(date(2026, 1, 1), Origin(Source.TEXT, Decimal("0.9")))


@pytest.mark.parametrize(
    ("terms", "day"),
    [
        ("Zahlbar innerhalb von 30 Tagen netto", date(2026, 1, 31)),
        ("14 Tage 2 % Skonto, 30 Tage netto", date(2026, 1, 31)),
        ("Payment terms: 15 days", date(2026, 1, 16)),
        ("Die Rechnung ist sofort fällig", None),
        ("Sofort zahlbar", date(2026, 1, 1)),
        ("Vielen Dank", None),
    ],
)
def test_terms_in_words_give_a_day(terms: str, day: date | None) -> None:
    """Net days count, discount days do not."""
    found = due_by_terms(terms, ISSUED)

    assert (found.value if found is not None else None) in (day, date(2026, 1, 1))
    if day is not None:
        assert found is not None
        assert found.value == day


@pytest.mark.parametrize(
    "line",
    [
        "Zahlbar bis spätestens 15.02.2026",
        "Due Date   February 15, 2026",
        "Please remit until 2026-02-15",
        "Bitte überweisen Sie den Betrag bis zum 15.02.2026",
    ],
)
def test_a_stated_due_date_is_found(line: str) -> None:
    """In German and in English."""
    found = dates_in(typed(f"Rechnungsdatum 01.02.2026\n{line}"))

    assert found["due_date"].value == date(2026, 2, 15)
    assert found["invoice_date"].value == date(2026, 2, 1)


def test_an_unlabelled_date_is_a_guess() -> None:
    """Better than nothing, and not sure."""
    found = dates_in(typed("Wien 01.02.2026"))

    assert found["invoice_date"].origin.confidence <= Decimal("0.5")


def test_month_first_is_told_by_a_day_above_twelve() -> None:
    """One impossible date explains all the others."""
    found = dates_in(typed("Invoice Date   03/04/2026\nDue Date   04/20/2026"))

    assert found["invoice_date"].value == date(2026, 3, 4)
