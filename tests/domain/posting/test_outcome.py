"""What an error of the database means when concurrency decided it."""

from dataclasses import replace
from uuid import UUID

import pytest

from domain.command_key import IdempotencyKeyInUse, IdempotencyKeyReused
from domain.errors import DomainError
from domain.ledger.intent import Kind
from domain.ledger.reversal import AlreadyReversed
from domain.posting.outcome import (
    CredentialEnded,
    DuplicateSuspected,
    PeriodLocked,
    SettlementExceedsOpenAmount,
    is_stale,
    refusal,
)
from tests.strategies import intent_of_plain


@pytest.mark.parametrize(
    ("state", "detail", "means"),
    [
        ("BF001", "2026-03", PeriodLocked),
        ("BF002", str(UUID(int=1)), SettlementExceedsOpenAmount),
        ("BF004", f"{UUID(int=1)} {UUID(int=2)}", DuplicateSuspected),
        ("BF005", None, IdempotencyKeyReused),
        ("BF006", None, IdempotencyKeyInUse),
        ("BF008", None, CredentialEnded),
    ],
)
def test_each_state_is_one_refusal(
    state: str, detail: str | None, means: type[DomainError]
) -> None:
    """The detail is what it concerns."""
    assert isinstance(refusal(state, detail, None, []), means)


def test_a_second_reversal_names_what_was_reversed() -> None:
    """The constraint is on the reversal; the caller asked about the original."""
    reversal = replace(intent_of_plain(), kind=Kind.REVERSAL, reverses_intent_id=UUID(int=9))
    found = refusal("23505", None, "uq_intent_reversed_once", [reversal])
    assert isinstance(found, AlreadyReversed)
    assert str(UUID(int=9)) in str(found.context)


def test_any_other_error_is_none_of_ours() -> None:
    """It stays what it is."""
    assert refusal("23503", None, "fk_open_item_account", []) is None
    assert refusal(None, None, None, []) is None


def test_stale_is_what_the_books_say() -> None:
    """Nothing said means that everything was new."""
    assert is_stale({"stale": True})
    assert not is_stale(None)
    assert not is_stale({"known": []})
