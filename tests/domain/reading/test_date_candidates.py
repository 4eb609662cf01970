"""Days of a page."""

from datetime import date

import pytest

from domain.reading.candidate import Candidate
from domain.reading.date_candidates import date_candidates
from domain.reading.surroundings import Surroundings
from tests.layouts import INVOICE, typed


def dates(text: str) -> tuple[Candidate[date], ...]:
    """The days of a page."""
    return date_candidates(Surroundings(typed(text)))


def days(text: str) -> list[str]:
    """The days of a page as ISO 8601 writes them."""
    return [found.value.isoformat() for found in dates(text)]


def features(text: str) -> set[str]:
    """What is told of the first day."""
    return set(dates(text)[0].features)


def test_days_are_found_in_reading_order_with_their_words() -> None:
    """Amounts, numbers and accounts are none."""
    assert days(INVOICE) == ["2026-02-03", "2026-02-01"]
    assert [found.passage and found.passage.text for found in dates("am 3. Mai 2026")] == [
        "3. Mai 2026"
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Datum:   29. September\n         2026", ["2026-09-29"]),
        ("Due   March 8,\n      2026", ["2026-03-08"]),
        ("Date     Due\nMay 7,   May 21,\n2026     2026", ["2026-05-07", "2026-05-21"]),
        ("Datum   29. September\n\n\n        2026", []),
        ("Date of issue   18\n                October\n                2023", ["2023-10-18"]),
        ("del   16-\n      08-\n      2025", ["2025-08-16"]),
        ("Date   12-\n       Jun-\n       2026", ["2026-06-12"]),
        ("Kelt   2024.\n       december\n       10.", ["2024-12-10"]),
        ("Menge   18\n        Stück\n        2023", []),
        ("Wir liefern am 29. September\n          2026 Stück", []),
    ],
)
def test_a_day_may_go_on_in_the_next_line_of_its_column(text: str, found: list[str]) -> None:
    """If nothing lies between, and it begins where the first line did."""
    assert days(text) == found


def test_days_that_are_apart_as_terms_are_told() -> None:
    """Thirty days lie between issue and due, rarely seventeen."""
    issued, due, other = dates("01.03.2026   31.03.2026   18.03.2026")

    assert "term_before" in issued.features
    assert "term_after" in due.features
    assert not {"term_before", "term_after"} & set(other.features)


@pytest.mark.parametrize("text", ["Rechnung", "31.02.2026", "12,50", "2026-17", "1.2.3.2026"])
def test_what_is_no_day_is_no_candidate(text: str) -> None:
    """February has no 31st; numbers with points are versions or sections."""
    assert dates(text) == ()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("31.12.1989", []),
        ("01.01.1990", ["1990-01-01"]),
        ("01.01.2100", ["2100-01-01"]),
        ("02.01.2100", []),
        ("01.02.26", ["2026-02-01"]),
        ("01.02.70", []),
    ],
)
def test_only_days_on_which_an_invoice_may_be_written_are_kept(text: str, found: list[str]) -> None:
    """Dates of birth and laws stand on pages, too."""
    assert days(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("03/04/2026", ["2026-04-03"]),
        ("03/04/2026   03/20/2026", ["2026-03-04", "2026-03-20"]),
        ("03/04/2026   20/03/2026", ["2026-04-03", "2026-03-20"]),
        ("03/04/2026   03/20/2026   20/03/2026", ["2026-04-03", "2026-03-20", "2026-03-20"]),
        ("03/04/2026   03.20.2026", ["2026-04-03", "2026-03-20"]),
        ("03.04.2026   03/20/2026", ["2026-03-04", "2026-03-20"]),
    ],
)
def test_one_day_that_can_only_be_american_decides_for_the_page(
    text: str, found: list[str]
) -> None:
    """Unless another can only be European: then the day comes first, where it can."""
    assert days(text) == found


@pytest.mark.parametrize(
    ("text", "feature"),
    [
        ("01.02.2026 - 28.02.2026", "begins"),
        ("01.02.2026 bis 28.02.2026", "begins"),
        ("01.02.2026, 10:30", "clock"),
        ("Graz, den 01.02.2026", "word_before"),
        ("bis längstens 01.02.2026", "until"),
        ("entro il 01.02.2026", "until"),
        ("1. Februar 2026", "in_words"),
        ("01.02.2026   5,00", "amounts1"),
        ("01.02.2026   5,00   6,00   7,00", "amounts2"),
    ],
)
def test_how_a_day_is_written_is_told(text: str, feature: str) -> None:
    """And is not told of a day that stands alone."""
    assert feature in features(text)
    assert feature not in features("01.02.2026")


def test_a_period_has_a_beginning_and_an_end() -> None:
    """Neither is the day of the invoice."""
    first, second = dates("Leistungszeitraum 01.02.2026 - 28.02.2026")

    assert "begins" in first.features
    assert "ends" not in first.features
    assert "ends" in second.features
    assert "begins" not in second.features


def test_the_order_of_all_days_is_told() -> None:
    """Invoices are issued before they are due; what is over a year older is something else."""
    old, issued, due = dates("01.01.2025   03.02.2026   17.02.2026")

    assert {"earliest", "old", "nth0"} <= set(old.features)
    assert not {"earliest", "latest", "old", "only"} & set(issued.features)
    assert {"latest", "nth2"} <= set(due.features)
    assert {"earliest", "latest", "only"} <= features("01.01.2025")


@pytest.mark.parametrize(("last", "is_old"), [("05.02.2026", False), ("06.02.2026", True)])
def test_a_day_is_old_more_than_400_days_before_the_last(last: str, *, is_old: bool) -> None:
    """Yearly bills name the reading of the year before."""
    assert ("old" in features(f"01.01.2025   {last}")) is is_old


def test_of_too_many_days_the_first_are_kept() -> None:
    """Lists of calls have hundreds; 120 are weighed."""
    text = "\n".join(["31.12.2025", *["01.02.2026"] * 119, "02.02.2026"])

    found = dates(text)

    assert (len(found), found[0].value, found[-1].value) == (
        120,
        date(2025, 12, 31),
        date(2026, 2, 1),
    )


@pytest.mark.parametrize(
    ("text", "found", "is_sure"),
    [
        # an invoice is not due before it is dated
        ("Invoice date   03/04/2026\nDue date   04/03/2026", ["2026-03-04", "2026-04-03"], True),
        ("Invoice date   04/03/2026\nDue date   03/04/2026", ["2026-03-04", "2026-04-03"], True),
        # a day that exists in one order only
        ("Invoice date   03/04/2026\nDue date   03/20/2026", ["2026-03-04", "2026-03-20"], True),
        ("Invoice date   03/04/2026\nDue date   20/04/2026", ["2026-04-03", "2026-04-20"], True),
        # both fit
        ("Invoice date   03/04/2026\nDue date   03/05/2026", ["2026-04-03", "2026-05-03"], False),
        ("Invoice date   03/04/2026", ["2026-04-03"], False),
        ("Invoice date   04/04/2026", ["2026-04-04"], True),
        # who writes another language or has an IBAN puts the day first
        ("Date de facture   03/04/2026", ["2026-04-03"], True),
        ("Invoice date   03/04/2026\nIBAN GB29 NWBK 6016 1331 9268 19", ["2026-04-03"], True),
        ("Invoice date   03.04.2026", ["2026-04-03"], True),
    ],
)
def test_days_with_slashes_are_read_in_one_order(
    text: str, found: list[str], *, is_sure: bool
) -> None:
    """The one in which all of them are plausible; unsure where both are."""
    seen = dates(text)

    assert [each.value.isoformat() for each in seen] == found
    assert any("unsure_order" in each.features for each in seen) != is_sure
