"""What a case says of the earlier invoices that its document names."""

import pytest

from domain.intake.preceding import Earlier, Where, findings_of
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
