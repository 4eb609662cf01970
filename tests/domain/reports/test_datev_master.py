"""Master data for DATEV: cells that an import holds against lists of countries."""

from dataclasses import replace

import pytest

from domain.reports.datev_master import Person, partner

PERSON = Person("70001", "Papier GmbH")


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Österreich", "AT"),
        ("deutschland", "DE"),
        ("CH", "CH"),
        ("Greece", "GR"),
        ("UK", "GB"),
        ("jp", "JP"),
        ("Kakanien", ""),
        (None, ""),
    ],
)
def test_a_country_is_two_letters_that_mean_it(written: str | None, code: str) -> None:
    """The first two letters of a name are those of another country, or of none."""
    assert partner(replace(PERSON, country=written))["Land"] == code


@pytest.mark.parametrize(
    ("vat_id", "cells"),
    [
        ("ATU13585627", ("AT", "U13585627")),
        ("atu-1358.5627", ("AT", "U13585627")),
        ("EL094259216", ("EL", "094259216")),
        ("XI123456789", ("XI", "123456789")),
        ("CHE123456788", ("", "")),
        ("GB123456789", ("", "")),
        ("13585627", ("", "")),
        (None, ("", "")),
    ],
)
def test_only_member_states_give_vat_ids(vat_id: str | None, cells: tuple[str, str]) -> None:
    """A Swiss id is none, and would be refused with its record."""
    found = partner(replace(PERSON, vat_id=vat_id))
    assert (found["EU-Land"], found["EU-UStID"]) == cells
