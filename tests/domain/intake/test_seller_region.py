"""Where a seller is."""

import pytest

from domain.intake.seller_region import region_of, seat_of
from domain.payables.normalized import NormalizedVendor


@pytest.mark.parametrize(
    ("vat_id", "country", "address", "tenant", "region"),
    [
        ("DE136695976", "DE", None, "AT", "eu"),
        ("DE136695976", None, None, "AT", "eu"),
        ("DE136695976", "DE", None, "DE", "domestic"),
        ("ATU13585627", "AT", None, "AT", "domestic"),
        (None, "AT", None, "AT", "domestic"),
        (None, None, "Ring 1, 1010 Wien, Österreich", "AT", "domestic"),
        (None, None, "Ring 1, 1010 Wien", "AT", "unknown"),
        (None, None, None, "AT", "unknown"),
        ("ATU13585627", "DE", None, "AT", "special_reg"),
        ("DE136695976", "AT", None, "AT", "unknown"),  # a German number and an Austrian address
        ("DE136695976", "CN", None, "AT", "unknown"),
        ("EL094259216", "GR", None, "AT", "eu"),
        ("XI123456789", "GB", None, "AT", "special_xi"),
        ("GB123456789", "GB", None, "DE", "third"),
        ("CHE123456788", "CH", None, "AT", "third"),
        ("CHE-107.787.577 MWST", None, None, "DE", "third"),
        (None, None, "Platz 1, CH-8001 Zürich", "AT", "third"),
        (None, None, "Ring 1\nA-1010 Wien", "AT", "domestic"),
        (None, None, "D - 50667 Köln", "AT", "eu"),
        (None, None, "Ulice 1, CZ-110 00 Praha", "DE", "eu"),
        (None, None, "Hang 3, A-6993 Mittelberg", "AT", "special_19"),
        ("DE136695976", None, "Ring 1, A-1010 Wien", "DE", "special_reg"),
        ("ATU13585627", None, "Avenue 38, L-1855 Luxembourg", "AT", "special_reg"),
        ("ATU13585627", None, "Avenue 38, L-1855 Luxembourg", "DE", "eu"),
        ("CHE123456788", None, "Ring 1, A-1010 Wien", "AT", "third"),
        (None, None, "Postfach, PF-10023 Berlin", "DE", "unknown"),  # no sign of a country
        (None, None, "Halle B-1234, 1010 Wien", "AT", "unknown"),
        (None, None, "A-1010 Wien, D-50667 Köln", "AT", "unknown"),  # two of them
        (None, "US", None, "AT", "third"),
        (None, "LI", None, "AT", "third"),
        ("EU372012345", "US", None, "AT", "third"),  # a scheme says nothing of the seat
        ("EU372012345", None, None, "AT", "unknown"),
        ("ATU13585627", "AT", "Hang 3, 6993 Mittelberg", "AT", "special_19"),
        ("ATU13585627", "AT", "Dorf 1, 6691 Jungholz", "AT", "special_19"),
        ("ATU13585627", "AT", "Dorf 1, 6691 Jungholz", "DE", "eu"),
        ("DE136695976", "DE", "Weg 1, 78266 Büsingen", "DE", "special_nonvat"),
        ("DE136695976", "DE", "Weg 1, 27498 Helgoland", "DE", "special_helgoland"),
        ("DE136695976", "DE", "Weg 1, 27498 Helgoland", "AT", "special_nonvat"),
        (None, "ES", "Calle 1, 35001 Las Palmas", "AT", "special_nonvat"),
        (None, "IT", "Via 1, 23041 Livigno", "DE", "special_nonvat"),
        (None, "MC", None, "AT", "eu"),  # Monaco counts as France
        (None, "IM", None, "AT", "third"),
    ],
)
def test_region(
    vat_id: str | None, country: str | None, address: str | None, tenant: str, region: str
) -> None:
    """By number and address together; where they disagree nobody knows."""
    vendor = NormalizedVendor("Haus", vat_id, country=country, address=address)

    assert region_of(vendor, tenant) == region


def test_a_tax_number_alone_is_one_of_this_country() -> None:
    """An invoice may show it instead of a VAT id; an IBAN says nothing."""
    assert region_of(NormalizedVendor("Haus", tax_id="12/345/67890"), "DE") == "domestic"
    assert region_of(NormalizedVendor("Haus", iban="DE89370400440532013000"), "DE") == "unknown"


def test_the_seat_is_the_address_before_the_number() -> None:
    """Registration is not establishment."""
    assert seat_of(NormalizedVendor("Haus", "ATU13585627", country="DE")) == "DE"
    assert seat_of(NormalizedVendor("Haus", "ATU13585627")) == "AT"
    assert seat_of(NormalizedVendor("Haus")) is None
