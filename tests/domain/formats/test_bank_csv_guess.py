"""What is proposed for the columns of a CSV that nobody knows."""

from datetime import datetime

import pytest

from domain.errors import InvalidInput
from domain.formats.bank_csv_guess import DATES, HEAD, guess, sample
from domain.formats.bank_csv_profile import COLUMNS, Profile, names_of, profiles

NAMED = [each for each in profiles() if each.header]


@pytest.mark.parametrize("profile", NAMED, ids=lambda each: each.id)
def test_names_that_banks_use_tell_what_is_needed(profile: Profile) -> None:
    """The day, and the amount or both sides of it, are found by the names of a known layout."""
    names = list(
        dict.fromkeys(
            [*profile.header, *(x for each in profile.columns.values() for x in names_of(each))]
        )
    )
    found = guess(sample((";".join(names) + "\n").encode()))
    said = set(found.meanings.values())
    assert "booking_date" in said
    assert said & {"amount", "debit", "credit"}
    assert len(said) == len(found.meanings), "no meaning twice"


def test_shapes_tell_where_names_do_not() -> None:
    """The first column of days and the first of cents; how both are written is seen from them."""
    head = (
        b"Konto 17\n\nA\tB\tC\tD\n2026-02-01\tMiete\t12\t-1,050.00\n2026-02-28\tStrom\t13\t9.50\n"
    )
    found = sample(head)
    proposed = guess(found)
    assert (found.header, len(found.rows)) == (("A", "B", "C", "D"), 2)
    assert dict(proposed.meanings) == {0: "booking_date", 3: "amount"}
    assert (proposed.decimal, proposed.dates) == (".", "%Y-%m-%d")


def test_what_cannot_be_told_is_left_to_the_person() -> None:
    """No meaning is made up, and a name that stands twice is taken once."""
    assert dict(guess(sample(b"a;b\nx;y\n")).meanings) == {}
    assert dict(guess(sample(b"Betrag;Betrag\n1,00;2,00\n")).meanings) == {0: "amount"}
    assert guess(sample(b"Tag;Betrag\n03/04/2026;1,00\n")).dates == "%d/%m/%Y"


def test_a_file_without_names_is_seen() -> None:
    """Its first row is a movement."""
    assert not sample(b"01.02.2026;Miete;-3,50\n02.02.2026;Strom;-4,50\n").has_names
    assert sample(b"Tag;Wer;Betrag\n").has_names


@pytest.mark.parametrize("head", [b"", b"\n\n", b"nothing", b'"open;quote', b"\x00\xff\xfe" * 9])
def test_what_is_no_table_is_refused(head: bytes) -> None:
    """And never fails in another way."""
    with pytest.raises(InvalidInput):
        sample(head)


def test_long_and_strange_files_are_looked_at_in_part() -> None:
    """A cut character, a byte order mark, UTF-16 and a cell without end."""
    wide = ("Tag;Betrag;Währung\n" + "01.02.2026;1,00;" + "ä" * HEAD).encode()[: HEAD - 1]
    assert all(len(cell) <= 200 for row in sample(wide).rows for cell in row)
    assert sample("\ufeffTag;Betrag\n".encode()).header == ("Tag", "Betrag")
    assert sample("Tag;Betrag\n1.1.2026;2,00\n".encode("utf-16")).header == ("Tag", "Betrag")


def test_what_is_offered_is_known() -> None:
    """Every form is one that strptime takes, every meaning one that a layout may have."""
    day = datetime(2026, 12, 31)  # noqa: DTZ001 (a day has no zone)
    assert all(datetime.strptime(day.strftime(form), form) == day for form in DATES)  # noqa: DTZ007
    for profile in NAMED:
        names = ";".join(map(str, profile.columns.values()))
        assert set(guess(sample(f"{names};x\n".encode())).meanings.values()) <= COLUMNS
