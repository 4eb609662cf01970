"""Addresses and passwords of people."""

import pytest

from domain.access.person import address, check_password
from domain.errors import InvalidInput


@pytest.mark.parametrize("value", ["", "eva", "@example.at", "eva@", "a b@example.at", "a@b@c"])
def test_odd_addresses_are_refused(value: str) -> None:
    """A mail address has one @ and no blanks."""
    with pytest.raises(InvalidInput):
        address(value)


@pytest.mark.parametrize(
    ("length", "is_fine"), [(11, False), (12, True), (128, True), (129, False)]
)
def test_passwords_have_12_to_128_characters(length: int, is_fine: bool) -> None:  # noqa: FBT001
    """Both limits count."""
    if is_fine:
        check_password("x" * length)
    else:
        with pytest.raises(InvalidInput):
            check_password("x" * length)
