"""Secrets under a seal: opened by their key and for their purpose, by nothing else."""

from base64 import b64encode

import pytest

from api.http.seal import NoSealKey, Seal
from api.seal_keys import keys_of

OLD, NEW = b"o" * 32, b"n" * 32


def test_a_seal_opens_for_its_purpose_and_with_its_key() -> None:
    """Nothing sealed for one opens for another, and nothing altered opens at all."""
    seal = Seal((OLD,))
    closed = seal.closed(b"secret", "of Eva")
    assert b"secret" not in closed
    assert closed != seal.closed(b"secret", "of Eva")
    assert seal.opened(closed, "of Eva") == b"secret"
    assert seal.opened(closed, "of Max") is None
    assert seal.opened(closed[:-1] + bytes([closed[-1] ^ 1]), "of Eva") is None
    assert seal.opened(b"", "of Eva") is None
    assert Seal((NEW,)).opened(closed, "of Eva") is None


def test_a_new_key_opens_what_the_old_one_closed() -> None:
    """As long as the old one stands behind it; the first seals."""
    told = ",".join(b64encode(key).decode() for key in (NEW, OLD))
    both = Seal(keys_of(told))
    assert both.opened(Seal((OLD,)).closed(b"s", "x"), "x") == b"s"
    assert Seal((NEW,)).opened(both.closed(b"s", "x"), "x") == b"s"


def test_without_a_key_nothing_is_sealed() -> None:
    """And that is said, not skipped."""
    seal = Seal(keys_of(""))
    assert not seal.is_ready
    with pytest.raises(NoSealKey):
        seal.closed(b"s", "x")
    assert seal.opened(b"s" * 40, "x") is None


@pytest.mark.parametrize("told", ["geheim", b64encode(b"short").decode(), "ä"])
def test_a_key_that_is_none_is_refused_without_being_quoted(told: str) -> None:
    """At the start of the process."""
    with pytest.raises(ValueError, match="32 bytes in base64") as refused:
        keys_of(told)
    assert told not in str(refused.value)
