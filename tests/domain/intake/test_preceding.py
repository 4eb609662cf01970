"""What a case says of the earlier invoices that its document names."""

from decimal import Decimal

import pytest

from domain.intake.preceding import Earlier, Where, credit_findings, findings_of
from domain.reading.finding import Severity
from domain.reading.preceding import Preceding, Relation

KNOWN = {"RE-2": Earlier(Where.BOOKS, "RE 2")}


@pytest.mark.parametrize(
    ("relation", "code", "known", "unknown"),
    [
        (Relation.CORRECTS, "384", Severity.BLOCKING, Severity.WARNING),
        (Relation.REFERS, "380", Severity.BLOCKING, Severity.WARNING),
        (Relation.REFERS, "877", Severity.WARNING, Severity.WARNING),
        (Relation.CREDITS, "381", Severity.HINT, Severity.HINT),
    ],
)
def test_what_would_be_booked_twice_stops(
    relation: Relation, code: str, known: Severity, unknown: Severity
) -> None:
    """Where the earlier one is there; a credit is booked beside it, and so is a final invoice."""
    named = (Preceding(relation, "RE-2"),)
    (there,) = findings_of(named, KNOWN, code)
    (gone,) = findings_of(named, {}, code)

    assert (there.severity, gone.severity) == (known, unknown)
    assert "RE 2" in there.message
    assert "RE-2" in gone.message


def test_a_correction_of_nobody_knows_what_is_told() -> None:
    """The earlier one may be in the books under any number."""
    (found,) = findings_of((Preceding(Relation.CORRECTS),), KNOWN, "384")
    assert found.severity is Severity.WARNING


ASKED = {
    "RE-2": Earlier(Where.BOOKS, "RE-2", None, (Decimal(120), "EUR")),
    "RE-3": Earlier(Where.CASE, "RE-3", None, (Decimal(30), "EUR")),
    "RE-4": Earlier(Where.CASE, "RE-4", None, (Decimal(30), "USD")),
    "RE-5": Earlier(Where.CASE, "RE-5"),
}


@pytest.mark.parametrize(
    ("relation", "numbers", "gross", "is_told"),
    [
        (Relation.CREDITS, ("RE-2",), "600", True),
        (Relation.CREDITS, ("RE-2",), "-120.01", True),
        (Relation.CREDITS, ("RE-2",), "120", False),
        (Relation.CREDITS, ("RE-2", "RE-3"), "150", False),
        (Relation.CREDITS, ("RE-2", "RE-3"), "151", True),
        (Relation.CREDITS, ("RE-2", "RE-9"), "600", False),  # what RE-9 asked for is not known
        (Relation.CREDITS, ("RE-4",), "600", False),
        (Relation.CREDITS, ("RE-5",), "600", False),
        (Relation.CREDITS, (), "600", False),
        (Relation.CORRECTS, ("RE-2",), "600", False),
    ],
)
def test_a_credit_of_more_than_was_asked_for_is_told(
    relation: Relation, numbers: tuple[str, ...], gross: str, *, is_told: bool
) -> None:
    """Of all that it names together, where all of it is known, in its currency."""
    named = tuple(Preceding(relation, number) for number in numbers)
    found = [*credit_findings(named, ASKED, Decimal(gross), "EUR")]
    assert [each.code for each in found] == ["CREDIT_EXCEEDS_INVOICE"] * is_told
