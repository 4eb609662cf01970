"""The record of a structured invoice."""

from domain.formats.invoice_record import RecordParty


def test_an_address_without_parts_is_none() -> None:
    """Nothing is not an empty line."""
    assert RecordParty(name="A").address is None
    assert RecordParty(city="Wien").address == "Wien"
