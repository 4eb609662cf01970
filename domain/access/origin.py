"""Where an attempt to log in comes from, as far as attempts are counted."""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

_SITE = 64
"""Bits of an IPv6 address that name a site; whoever has one has all addresses in it."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The network of a caller, and the hash of the token of a device that claims to be known."""

    network: str
    device_hash: str | None = None


def network_of(host: str) -> str:
    """What one caller can change at will counts as one.

    >>> network_of("192.0.2.7"), network_of("2001:db8:1:2:3::4"), network_of("::ffff:192.0.2.7")
    ('192.0.2.7', '2001:db8:1:2::/64', '192.0.2.7')
    >>> network_of("testclient")
    'testclient'
    """
    try:
        address: IPv4Address | IPv6Address = ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if isinstance(address, IPv4Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(IPv6Network((address, _SITE), strict=False))
