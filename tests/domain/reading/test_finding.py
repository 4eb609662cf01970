"""Findings are values."""

from domain.reading.finding import Finding, Severity


def test_findings_of_the_same_thing_are_equal() -> None:
    """So that a repeated check adds nothing."""
    assert Finding("A", "a", Severity.HINT) == Finding("A", "a", Severity.HINT)
