"""Mailboxes: what could never be polled, or would tell a password, is refused."""

import pytest

from domain.errors import InvalidInput
from domain.intake.mailbox import Mailbox, Security


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
