"""A passkey: a key of a device that answers for whose it is, once it has seen their face or PIN."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from domain.errors import Conflict, InvalidInput, NotFound, Unauthorized

NAME_LENGTH = 100
MOST = 20
"""Passkeys that a person has at most."""


class PasskeyRefused(Unauthorized):
    """The passkey is unknown, or its answer is wrong, too late, or was given before."""

    def __init__(self) -> None:
        super().__init__("The passkey is unknown, or its answer does not count.")


class PasskeyNotFound(NotFound):
    """There is no such passkey."""

    def __init__(self) -> None:
        super().__init__("There is no such passkey.")


class TooManyPasskeys(Conflict):
    """The person has as many as are kept."""

    def __init__(self) -> None:
        super().__init__(f"Nobody has more than {MOST} passkeys.")


class PasskeyKnown(Conflict):
    """The passkey is registered already."""

    def __init__(self) -> None:
        super().__init__("This passkey is registered already.")


@dataclass(frozen=True, slots=True)
class Passkey:
    """What people see of one."""

    id: UUID
    name: str
    created_at: datetime
    last_used_at: datetime | None
    credential_id: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class NewPasskey:
    """What an authenticator made."""

    credential_id: bytes
    public_key: bytes
    sign_count: int


def named(typed: str) -> str:
    """Name of a passkey, or a refusal.

    >>> named("  Mein  Telefon ")
    'Mein Telefon'
    """
    name = " ".join(typed.split())
    if not 1 <= len(name) <= NAME_LENGTH:
        raise InvalidInput("/name", f"must have 1 to {NAME_LENGTH} characters")
    return name
