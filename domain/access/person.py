"""Addresses and passwords of people, as far as they can be judged without a database."""

import re

from domain.errors import InvalidInput

_ADDRESS = re.compile(r"[^@\s<>\"]{1,64}@[^@\s<>\"]{1,189}")
PASSWORD_LENGTH = (12, 128)


def address(value: str) -> str:
    """Mail address in lower case, or a refusal.

    >>> address(" Eva@Example.AT ")
    'eva@example.at'
    """
    cleaned = value.strip().lower()
    if not _ADDRESS.fullmatch(cleaned):
        raise InvalidInput("/email", "is not a mail address")
    return cleaned


def check_password(value: str) -> None:
    """Refuse a password that is too short or too long."""
    shortest, longest = PASSWORD_LENGTH
    if not shortest <= len(value) <= longest:
        raise InvalidInput("/password", f"must have {shortest} to {longest} characters")
