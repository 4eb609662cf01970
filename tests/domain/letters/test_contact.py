"""What may be written through the contact form, and how often."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.errors import InvalidInput
from domain.letters.contact import ContactMessage, TooManyMessages, check_rate

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "email", "message", "pointer"),
    [
        (" ", "eva@example.at", "x", "/name"),
        ("x" * 201, "eva@example.at", "x", "/name"),
        ("Eva", "eva@example.at", " \n", "/message"),
        ("Eva", "eva@example.at", "x" * 5001, "/message"),
        ("Eva", "eva@example.at", "a\x00b", "/message"),
        ("Eva", "eva", "x", "/email"),
        ("Eva", "a@b@example.at", "x", "/email"),
        ("Eva", "eva@example.at\nBcc: all@example.at", "x", "/email"),
    ],
)
def test_what_cannot_be_answered_is_refused(
    name: str, email: str, message: str, pointer: str
) -> None:
    """Empty, endless, with a head of its own, or without an address."""
    with pytest.raises(InvalidInput) as refused:
        ContactMessage(name, email, message)
    assert refused.value.fields[0].pointer == pointer


def test_five_an_hour_are_taken() -> None:
    """The sixth is told when the first of the last five is an hour old."""
    sent = [NOW - timedelta(minutes=minutes) for minutes in (70, 50, 40, 30, 20)]
    check_rate(sent, NOW)
    with pytest.raises(TooManyMessages) as refused:
        check_rate([*sent, NOW - timedelta(minutes=10)], NOW)
    assert refused.value.context["retry_after"] == 600
    assert refused.value.code == "RATE_LIMITED"
