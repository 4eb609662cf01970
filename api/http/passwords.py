"""Memory-hard password hashes, and answers that take equally long for unknown people."""

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import ParamSpec, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher()  # argon2id with the parameters of RFC 9106, low memory
_NOBODY = _HASHER.hash("nobody has this password")

_AT_ONCE = 2  # each takes 64 MiB and a processor: without a bound, guests could use all up
_STEP_BACK = 10
_P = ParamSpec("_P")
_T = TypeVar("_T")


def hashed(password: str) -> str:
    """Hash to be stored."""
    return _aside(_HASHER.hash, password)


def matches(stored: str | None, password: str) -> bool:
    """Whether a password is the right one; without a stored hash the work is done all the same."""
    try:
        _aside(_HASHER.verify, stored or _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def _aside(work: Callable[_P, _T], *args: _P.args, **named: _P.kwargs) -> _T:
    """Do slow work in one of few threads that let everything else go first."""
    return _THREADS.submit(work, *args, **named).result()


def _give_way() -> None:
    """Take processor time that nobody else wants; Linux knows the priority of a thread."""
    with suppress(OSError, AttributeError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _STEP_BACK)


_THREADS = ThreadPoolExecutor(_AT_ONCE, "passwords", _give_way)
