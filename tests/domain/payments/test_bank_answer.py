"""Where a transfer stands, by all that was said of it in any order."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.payments.bank_answer import Answer, Movement, Outcome, Standing, outcome_of, reason_of

DAY = datetime(2026, 3, 11, tzinfo=UTC)
OUT, BACK = Movement(Decimal(-600)), Movement(Decimal(597), "AC04")


def said(status: str, reason: str | None = None, *, at: int = 0, depth: int = 2) -> Answer:
    """One message, made `at` hours after the first."""
    return Answer(status, DAY + timedelta(hours=at), depth, f"M{at}", reason)


@pytest.mark.parametrize(
    ("answers", "movements", "standing", "is_free"),
    [
        ([], [], Standing.SENT, False),
        ([said("ACTC", depth=0)], [], Standing.ACCEPTED, False),
        ([said("ACSP"), said("ACSC", at=1)], [], Standing.EXECUTED, False),
        ([said("ACSP"), said("RJCT", "AC04", at=1)], [], Standing.REFUSED, True),
        ([said("RJCT", "ZZ99")], [], Standing.REFUSED, True),
        ([said("RJCT", "AM05")], [], Standing.HELD, False),
        ([said("RJCT", "AC04"), said("ACSC", at=1)], [], Standing.HELD, False),
        ([said("RJCT", "AC04")], [OUT], Standing.EXECUTED, False),
        ([], [OUT], Standing.EXECUTED, False),
        ([said("ACSC")], [OUT, BACK], Standing.RETURNED, True),
        ([], [BACK], Standing.RETURNED, True),
        ([], [Movement(Decimal(600), "UPAY")], Standing.RETURNED, False),
        ([said("RVNM")], [], Standing.ACCEPTED, False),
    ],
)
def test_standing(
    answers: list[Answer], movements: list[Movement], standing: Standing, *, is_free: bool
) -> None:
    """What may have been executed is never free; the order of messages says nothing."""
    for order in permutations(answers):
        found = outcome_of(order, movements)
        assert (found.standing, found.is_free) == (standing, is_free)


def test_a_transfers_own_status_wins_over_that_of_its_file() -> None:
    """The file is refused in part: one of its transfers is executed all the same."""
    whole = Answer("RJCT", DAY, 0, "M", "AC04")
    own = Answer("ACSC", DAY, 2, "M")

    assert outcome_of([whole], []).standing is Standing.REFUSED
    assert outcome_of([whole, own], []).standing is Standing.EXECUTED


@given(st.lists(st.sampled_from(["ACTC", "ACSP", "PDNG", "RJCT", "ACSC", "XXXX"]), max_size=6))
def test_whoever_was_paid_by_any_word_is_never_free(words: list[str]) -> None:
    """Once a message says settled, no other message frees the invoice."""
    answers = [said(word, "AC04", at=at) for at, word in enumerate(words)]

    assert not ("ACSC" in words and outcome_of(answers, []).is_free)
    assert outcome_of(answers, [OUT]).is_free is False


def test_reasons_say_what_to_do() -> None:
    """Known codes by the table, unknown ones by their own name and with care."""
    assert reason_of("BE04").action == "ask_address"
    assert (reason_of("AB99").code, reason_of("AB99").action) == ("AB99", "stop")
    assert Outcome(Standing.RETURNED).is_free
