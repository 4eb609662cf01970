"""Memory-hard password hashes, and answers that take equally long for unknown people."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from domain.errors import Unavailable

_HASHER = PasswordHasher()  # argon2id with the parameters of RFC 9106, low memory
_NOBODY = _HASHER.hash("nobody has this password")

_AT_ONCE = 4  # each takes 64 MiB: without a bound, guests could use all memory up
_PATIENCE = 2.0
_room = BoundedSemaphore(_AT_ONCE)


class LoginsBusy(Unavailable):
    """Too many passwords are being checked at once."""

    code = "SERVICE_UNAVAILABLE"

    def __init__(self) -> None:
        super().__init__("Too many logins at once; try again.", retry_after=2)


def hashed(password: str) -> str:
    """Hash to be stored."""
    with _place():
        return _HASHER.hash(password)


def matches(stored: str | None, password: str) -> bool:
    """Whether a password is the right one; without a stored hash the work is done all the same."""
    with _place():
        try:
            _HASHER.verify(stored or _NOBODY, password)
        except (VerificationError, InvalidHashError):
            return False
    return stored is not None


@contextmanager
def _place() -> Iterator[None]:
    """Wait for one of few places; raises LoginsBusy."""
    if not _room.acquire(timeout=_PATIENCE):
        raise LoginsBusy
    try:
        yield
    finally:
        _room.release()
