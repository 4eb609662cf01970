"""Memory-hard password hashes, and answers that take equally long for unknown people."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher()  # argon2id with the parameters of RFC 9106, low memory
_NOBODY = _HASHER.hash("nobody has this password")


def hashed(password: str) -> str:
    """Hash to be stored."""
    return _HASHER.hash(password)


def matches(stored: str | None, password: str) -> bool:
    """Whether a password is the right one; without a stored hash the work is done all the same."""
    try:
        _HASHER.verify(stored or _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None
