"""A relay that wants to know who comes is told, over a connection that nobody else can read."""

import smtplib
import ssl
from collections.abc import Callable, Iterator
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from activities.relay import NotTaken, Relay, RelaySecurity
from deploy.stack.process import free_port
from tests.certificates import certified

USER, PASSWORD = "belegfluss", "geheim"


class Taken:
    """A relay's hands: letters, and who had logged in."""

    def __init__(self) -> None:
        self.letters: list[tuple[bytes, bool]] = []

    async def handle_DATA(self, _server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """Take a letter."""
        self.letters.append((envelope.content, bool(session.authenticated)))
        return "250 OK"


Opened = Callable[[RelaySecurity, int], tuple[Taken, Relay]]


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Opened]:
    """Run a relay with a certificate that callers trust, and that ends in so many days."""
    running = []

    def run(security: RelaySecurity, days: int) -> tuple[Taken, Relay]:
        context, trusted = certified(tmp_path, days=days)
        monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
        taken, port = Taken(), free_port()
        is_wrapped = security is RelaySecurity.TLS
        server = Controller(
            taken,
            hostname="127.0.0.1",
            port=port,
            ssl_context=context if is_wrapped else None,
            tls_context=None if is_wrapped else context,
            require_starttls=not is_wrapped,
            auth_required=True,
            auth_require_tls=not is_wrapped,  # what it is wrapped in it does not know
            authenticator=_known,
        )
        server.start()
        running.append(server)
        return taken, Relay("127.0.0.1", port, security=security, username=USER, password=PASSWORD)

    yield run
    for server in running:
        server.stop()


def _known(_server: Any, _session: Any, _envelope: Any, _mechanism: str, told: Any) -> AuthResult:
    login = LoginPassword(USER.encode(), PASSWORD.encode())
    return AuthResult(success=told == login, handled=False)


def letter() -> EmailMessage:
    """A letter."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "a@example.at", "b@example.at", "Einladung"
    made.set_content("Token")
    return made


def failure(relay: Relay) -> NotTaken:
    """Why the relay does not take a letter."""
    with pytest.raises((OSError, smtplib.SMTPException)) as refused:
        relay.send(letter())
    return NotTaken.because(refused.value)


@pytest.mark.parametrize("security", [RelaySecurity.STARTTLS, RelaySecurity.TLS])
def test_a_letter_is_handed_over_by_one_who_logged_in(
    opened: Opened, security: RelaySecurity
) -> None:
    """A password that is not the right one lets the letter wait until somebody mends it."""
    taken, relay = opened(security, 1)
    relay.send(letter())

    assert [(b"Token" in content, known) for content, known in taken.letters] == [(True, True)]
    wrong = failure(replace(relay, password="falsch"))  # noqa: S106 - nobody's
    assert (wrong.reason, wrong.is_final) == ("SMTPAuthenticationError 535", False)
    assert "geheim" not in repr(relay)


@pytest.mark.parametrize("security", [RelaySecurity.STARTTLS, RelaySecurity.TLS])
def test_a_certificate_that_has_ended_gets_no_letter(
    opened: Opened, security: RelaySecurity
) -> None:
    """Nor a password; the letter waits until it is renewed."""
    taken, relay = opened(security, -1)

    told = failure(relay)
    assert (told.reason, told.is_final) == ("SSLCertVerificationError", False)
    assert taken.letters == []


def test_a_relay_that_offers_no_protection_gets_no_letter() -> None:
    """Where it is asked for: the token in a letter would be read by whoever listens."""
    taken, port = Taken(), free_port()
    server = Controller(taken, hostname="127.0.0.1", port=port)
    server.start()
    try:
        told = failure(Relay("127.0.0.1", port, security=RelaySecurity.STARTTLS))
    finally:
        server.stop()
    assert (told.reason, told.is_final) == ("SMTPNotSupportedError", False)
    assert taken.letters == []


@pytest.mark.parametrize(
    ("error", "is_final"),
    [
        (smtplib.SMTPRecipientsRefused({"a": (550, b""), "b": (553, b"")}), True),
        (smtplib.SMTPRecipientsRefused({"a": (550, b""), "b": (450, b"")}), False),
        (smtplib.SMTPDataError(554, b"spam"), True),
        (smtplib.SMTPDataError(451, b"later"), False),
        (smtplib.SMTPConnectError(554, b"blocked"), False),
        (smtplib.SMTPHeloError(550, b"who are you"), False),
        (smtplib.SMTPAuthenticationError(535, b"no"), False),
        (smtplib.SMTPServerDisconnected("gone"), False),
        (ssl.SSLCertVerificationError("ended"), False),
        (TimeoutError(), False),
    ],
)
def test_what_is_the_relays_and_what_is_the_letters(error: Exception, *, is_final: bool) -> None:
    """A door that is shut says nothing about the letter, whatever the number on it."""
    assert NotTaken.because(error).is_final is is_final
