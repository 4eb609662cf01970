"""Letters write figures and states as the people who read them do."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from domain.intake.review import ReviewState
from domain.letters import german
from domain.letters.letter import LetterKind
from domain.letters.text import text_of
from domain.payments.run import RunStatus


@pytest.mark.parametrize(
    ("amount", "currency", "written"),
    [
        (Decimal("1234.5"), "EUR", "1.234,50 EUR"),
        (Decimal("-0.05"), "USD", "-0,05 USD"),
        (Decimal(0), "", "0,00"),
    ],
)
def test_amounts(amount: Decimal, currency: str, written: str) -> None:
    """With two places, groups and their currency, where it is known."""
    assert german.money(amount, currency) == written


def test_days_and_moments() -> None:
    """Where the people are, in summer and in winter."""
    assert german.day(date(2026, 3, 1)) == "01.03.2026"
    assert german.moment(datetime(2026, 7, 1, 22, 30, tzinfo=UTC)) == "02.07.2026 00:30"
    assert german.moment(datetime(2026, 12, 1, 23, 30, tzinfo=UTC)) == "02.12.2026 00:30"


def test_periods() -> None:
    """A month, and an adjustment."""
    assert german.period("2026-01") == "01/2026"
    assert german.period("2026-P14") == "Anpassung 14/2026"


def test_states_that_a_letter_can_have_are_words() -> None:
    """No code of ours stands in a letter."""
    waiting = [each.value for each in ReviewState if not each.is_final]
    for state in (*waiting, RunStatus.DRAFT.value, RunStatus.APPROVED.value):
        assert german.worded({"state": state})["state"] != state
    assert german.worded({"state": "new"}) == {"state": "new"}


def test_one_is_not_several() -> None:
    """Days and invoices."""
    facts = {"name": "Eva", "company": "A", "document": "B", "amount": "1,00 EUR", "link": "y",
             "state": "correction", "day": "05.12.2026"}  # fmt: skip
    told = text_of(LetterKind.CASE_REMINDER, {**facts, "days": "1"}).body
    assert "seit einem Tag auf" in told
    assert "Stand: zu klären" in told
    assert "seit 3 Tagen auf" in text_of(LetterKind.CASE_ESCALATION, {**facts, "days": "3"}).body
    assert "mit 1 Rechnung, der" in text_of(LetterKind.RUN_REMINDER, {**facts, "count": "1"}).body
    assert "mit 2 Rechnungen" in text_of(LetterKind.RUN_REMINDER, {**facts, "count": "2"}).body
