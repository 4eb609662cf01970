"""The life of a letter, and its words."""

from datetime import timedelta

import pytest

from domain.letters.letter import (
    LetterKind,
    LetterState,
    LetterWithdrawn,
    after_failure,
    check_resendable,
    pause_after,
)


def test_attempts_become_rare_and_end() -> None:
    """Every minute at first, every hour later, given up after some three days."""
    kind = LetterKind.CASE_REMINDER
    attempts = 1
    waited = timedelta(0)
    while after_failure(kind, attempts, is_final=False) is LetterState.PENDING:
        waited += pause_after(attempts)
        attempts += 1

    assert timedelta(days=2) < waited < timedelta(days=4)
    assert pause_after(0) == timedelta(0)


def test_a_reset_is_not_sent_hours_later() -> None:
    """Whoever forgot a password has asked again by then."""
    assert after_failure(LetterKind.RESET, 6, is_final=False) is LetterState.PENDING
    assert after_failure(LetterKind.RESET, 7, is_final=False) is LetterState.GAVE_UP


def test_what_the_relay_never_takes_is_given_up_at_once() -> None:
    """An address that does not exist will not exist in an hour."""
    assert after_failure(LetterKind.INVITATION, 1, is_final=True) is LetterState.GAVE_UP


def test_what_is_over_is_not_sent_again() -> None:
    """Sent and given up may be sent again, withdrawn may not."""
    for state in (LetterState.PENDING, LetterState.SENT, LetterState.GAVE_UP):
        check_resendable(state)
    with pytest.raises(LetterWithdrawn):
        check_resendable(LetterState.WITHDRAWN)
