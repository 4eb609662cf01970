"""The SMTP relay that letters are handed to, and what it means when it does not take one."""

import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from enum import StrEnum

_SECONDS = 20
_PERMANENT = 500
_OF_THE_DOOR = (smtplib.SMTPConnectError, smtplib.SMTPHeloError, smtplib.SMTPAuthenticationError)
"""The relay lets nobody in: whoever runs the service mends that, and the letter is fine."""


class RelaySecurity(StrEnum):
    """How the connection to the relay is protected; its certificate must hold."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


@dataclass(frozen=True, slots=True)
class Relay:
    """Where letters are handed over, by whom they are signed, and where their links lead."""

    host: str = ""
    port: int = 25
    sender: str = "belegfluss@localhost"
    public_url: str = "http://127.0.0.1:8000"
    operator: str = ""
    security: RelaySecurity = RelaySecurity.NONE
    username: str = ""
    password: str = field(default="", repr=False)

    def send(self, letter: EmailMessage) -> None:
        """Hand a letter over. Raises OSError and SMTPException."""
        with self._reached() as relay:
            if self.security is RelaySecurity.STARTTLS:
                relay.starttls(context=ssl.create_default_context())
            if self.username:
                relay.login(self.username, self.password)
            relay.send_message(letter)

    def _reached(self) -> smtplib.SMTP:
        if self.security is not RelaySecurity.TLS:
            return smtplib.SMTP(self.host, self.port, timeout=_SECONDS)
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(self.host, self.port, timeout=_SECONDS, context=context)

    def setup_url(self, secret: str) -> str:
        """Address at which a person sets a password; the token stays out of server logs."""
        return f"{self.public_url.rstrip('/')}/setup-password#token={secret}"


@dataclass(frozen=True, slots=True)
class NotTaken:
    """Why it was not taken, without a word that the relay said: it may quote the address."""

    reason: str
    is_final: bool = False

    @classmethod
    def because(cls, error: Exception) -> "NotTaken":
        """What became of a letter that the relay would not take, or could not be given."""
        codes = _codes(error)
        reason = " ".join([type(error).__name__, *map(str, codes)])
        is_of_the_letter = bool(codes) and not isinstance(error, _OF_THE_DOOR)
        return cls(reason, is_final=is_of_the_letter and min(codes) >= _PERMANENT)


def _codes(error: Exception) -> list[int]:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return sorted({code for code, _ in error.recipients.values()})
    return [error.smtp_code] if isinstance(error, smtplib.SMTPResponseException) else []
