"""What a caller can change at will is one place."""

import pytest

from domain.access.origin import network_of


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.7", "192.0.2.8", False),
        ("192.0.2.7", "::ffff:192.0.2.7", True),
        ("2001:db8::1", "2001:db8::ffff:2", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("fe80::1%eth0", "fe80::2%eth1", True),
        ("", "", True),
    ],
)
def test_a_site_is_one_place(one: str, other: str, same: bool) -> None:  # noqa: FBT001
    """Of IPv6, all addresses of a site; of IPv4, one address, however it is written."""
    assert (network_of(one) == network_of(other)) is same
