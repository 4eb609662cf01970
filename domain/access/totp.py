"""Codes that change with time (RFC 6238), in the form that every authenticator takes."""

import hmac
from base64 import b32encode
from datetime import datetime
from urllib.parse import quote, urlencode

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.hotp import HOTP

SECONDS = 30
DIGITS = 6
SECRET_BYTES = 20
"""As long as the hash, which RFC 4226, 4 asks for."""
ISSUER = "Belegfluss"
_GROUP = 4


def step_of(at: datetime) -> int:
    """Number of the half minute that an instant lies in.

    >>> from datetime import UTC, datetime
    >>> step_of(datetime.fromtimestamp(59, UTC)), step_of(datetime.fromtimestamp(60, UTC))
    (1, 2)
    """
    return int(at.timestamp()) // SECONDS


def code_at(secret: bytes, step: int) -> str:
    """The code of a half minute.

    SHA-1 and six digits, because authenticators ignore what else the address might ask for.

    >>> code_at(b"12345678901234567890", 1)
    '287082'
    """
    return HOTP(secret, DIGITS, SHA1()).generate(step).decode()  # noqa: S303 (RFC 6238)


def matching_step(secret: bytes, code: str, at: datetime) -> int | None:
    """The half minute that a code belongs to: this one, the last or the next; else None.

    One step each way is what RFC 6238, 5.2 recommends for clocks that differ and people that type.
    """
    now, found = step_of(at), None
    for step in (now - 1, now, now + 1):
        if hmac.compare_digest(code_at(secret, step).encode(), code.encode()):
            found = step
    return found


def is_code(typed: str) -> bool:
    """Whether what was typed looks like such a code, blanks aside.

    >>> is_code("287 082"), is_code("28708"), is_code("28708x")
    (True, False, False)
    """
    digits = "".join(typed.split())
    return len(digits) == DIGITS and digits.isascii() and digits.isdigit()


def in_words(secret: bytes) -> str:
    """The secret for whoever types it, in groups of four.

    >>> in_words(b"12345")
    'GEZD GNBV'
    """
    text = b32encode(secret).decode().rstrip("=")
    return " ".join(text[at : at + _GROUP] for at in range(0, len(text), _GROUP))


def address(secret: bytes, account: str) -> str:
    """What the square says to an authenticator.

    >>> address(b"12345", "eva@example.at")
    'otpauth://totp/Belegfluss:eva%40example.at?secret=GEZDGNBV&issuer=Belegfluss'
    """
    told = urlencode({"secret": b32encode(secret).decode().rstrip("="), "issuer": ISSUER})
    return f"otpauth://totp/{ISSUER}:{quote(account)}?{told}"
