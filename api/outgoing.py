"""Letters to people: invitations and resets, over the SMTP relay."""

import smtplib
from email.message import EmailMessage

import structlog

from api.settings import Settings
from domain.access.token import Token

_SECONDS = 10
_log = structlog.get_logger("api.outgoing")

_RESET = """Hello,

somebody, probably you, asked for a new password. Within 60 minutes it can be set here:

{url}

If it was not you, nothing needs to be done.
"""


def send_reset(settings: Settings, to: str, token: Token) -> None:
    """Send the link that sets a new password; a relay that is away is logged, not told."""
    letter = EmailMessage()
    letter["From"], letter["To"] = settings.mail_from, to
    letter["Subject"] = "Set your password"
    letter.set_content(_RESET.format(url=setup_url(settings, token)))
    if not settings.mail_host:
        _log.warning("no mail relay is configured; the letter was not sent")
        return
    try:
        with smtplib.SMTP(settings.mail_host, settings.mail_port, timeout=_SECONDS) as relay:
            relay.send_message(letter)
    except (OSError, smtplib.SMTPException) as error:
        _log.error("letter not sent", kind=type(error).__name__)


def setup_url(settings: Settings, token: Token) -> str:
    """Address at which a person sets a password; the token stays out of server logs."""
    return f"{settings.public_url.rstrip('/')}/setup-password#token={token.secret}"
