"""Mailboxes: what could never be polled, or would tell a password, is refused."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.errors import InvalidInput
from domain.intake.mailbox import Mailbox, Polling, Security, polling_of

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def mailbox(**changes: object) -> Mailbox:
    """A mailbox that is right but for the changes."""
    facts: dict[str, object] = {
        "host": "imap.example",
        "port": 993,
        "username": "eva",
        "secret": "env:IMAP_EVA",
    }
    return Mailbox(**(facts | changes))  # type: ignore[arg-type]


def test_a_mailbox_reads_the_inbox_by_tls_and_changes_nothing() -> None:
    """Unless something else is said."""
    made = mailbox()

    assert (made.security, made.folder, made.move_to) == (Security.TLS, "INBOX", None)


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"secret": "geheim"}, "/secret"),
        ({"secret": "env:klein"}, "/secret"),
        ({"port": 0}, "/port"),
        ({"host": ""}, "/host"),
        ({"folder": "x" * 300}, "/folder"),
        ({"move_to": "INBOX"}, "/move_to"),
    ],
)
def test_what_cannot_be_is_refused(changes: dict[str, object], pointer: str) -> None:
    """The refusal names the field and never its value."""
    with pytest.raises(InvalidInput) as refused:
        mailbox(**changes)

    assert pointer in refused.value.message
    assert "geheim" not in refused.value.message


@pytest.mark.parametrize(
    ("polled_at", "problem", "expected"),
    [
        (NOW - timedelta(minutes=2), None, Polling.WELL),
        (NOW - timedelta(minutes=2), "there is no password at env:X", Polling.FAILS),
        (NOW - timedelta(minutes=31), None, Polling.SILENT),
        (NOW - timedelta(minutes=31), "there is no password at env:X", Polling.SILENT),
        (NOW + timedelta(hours=1), None, Polling.WELL),
        (None, None, Polling.SILENT),
    ],
)
def test_a_poll_that_does_not_come_is_no_good_one(
    polled_at: datetime | None, problem: str | None, expected: Polling
) -> None:
    """What nobody asks any more tells no problem either."""
    assert polling_of(polled_at, problem, NOW) is expected
