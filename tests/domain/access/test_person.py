"""Mail addresses of people."""

import pytest

from domain.access.person import address
from domain.errors import InvalidInput


@pytest.mark.parametrize("value", ["", "eva", "@example.at", "eva@", "a b@example.at", "a@b@c"])
def test_odd_addresses_are_refused(value: str) -> None:
    """A mail address has one @ and no blanks."""
    with pytest.raises(InvalidInput):
        address(value)
