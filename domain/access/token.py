"""Secrets that are shown once and kept as a hash."""

import hashlib
from dataclasses import dataclass, field

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
LENGTH = 40
DISPLAYED = 8
KEY_PREFIX = "ll_"


@dataclass(frozen=True, slots=True)
class Token:
    """A random secret. It never shows in a `repr`, so neither in a log nor in a traceback."""

    secret: str = field(repr=False)

    @property
    def hash(self) -> str:
        """What is stored: SHA-256 suffices, because the secret is random and long."""
        return hash_of(self.secret)

    @property
    def display_prefix(self) -> str:
        """First characters, by which people recognise a key."""
        return self.secret[:DISPLAYED]


def hash_of(secret: str) -> str:
    """Lower-case hex SHA-256 of a secret.

    >>> hash_of("ll_x")[:8]
    '1b2e831e'
    """
    return hashlib.sha256(secret.encode()).hexdigest()
