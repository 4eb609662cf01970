"""Secrets that have to be read again lie in the database under a seal (AES-256-GCM).

The key is told by the environment and is no part of a backup, as passwords of mailboxes are: who
has the database alone makes no code. What a seal was made for is bound into it, so that nothing
sealed for one person or purpose opens for another.
"""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from domain.errors import Unavailable

_NONCE = 12


class NoSealKey(Unavailable):
    """Whoever runs the service has given no key, or another than the one that sealed."""

    def __init__(self) -> None:
        super().__init__("The service has no key for secrets of second factors.")


class Seal:
    """Closes with the first key and opens with any."""

    def __init__(self, keys: tuple[bytes, ...]) -> None:
        self._ciphers = tuple(AESGCM(key) for key in keys)

    @property
    def is_ready(self) -> bool:
        """Whether there is a key."""
        return bool(self._ciphers)

    def closed(self, content: bytes, purpose: str) -> bytes:
        """Content under the seal. Raises NoSealKey."""
        if not self._ciphers:
            raise NoSealKey
        nonce = os.urandom(_NONCE)
        return nonce + self._ciphers[0].encrypt(nonce, content, purpose.encode())

    def opened(self, sealed: bytes, purpose: str) -> bytes | None:
        """What was sealed for this purpose; None for what was altered, or sealed otherwise."""
        nonce, content = sealed[:_NONCE], sealed[_NONCE:]
        for cipher in self._ciphers:
            try:
                return cipher.decrypt(nonce, content, purpose.encode())
            except (InvalidTag, ValueError):
                continue
        return None
