"""What is told before a lock: in order, a hint, a warning."""

from decimal import Decimal

from domain.money import ZERO
from domain.reports.lock_check import Check, Extent, LockCheck, Subject


def test_hints_are_no_open_points() -> None:
    """Open earlier periods and postings without a document are told, and counted aside."""
    checks = (
        Check(Subject.EARLIER, 2),
        Check(Subject.CASES, 1),
        Check(Subject.MOVEMENTS, 3, Decimal("64.10")),
        Check(Subject.VAT, 0),
    )
    assert [each.severity for each in checks] == ["hint", "warning", "warning", "ok"]
    assert LockCheck(Extent(0, None, None, ZERO), checks, ()).left == 2
