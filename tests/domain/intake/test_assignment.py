"""To whom a case may be given, and on which version."""

from uuid import UUID, uuid5

import pytest

from domain.access.person import Colleague, PersonShutOut
from domain.intake.assignment import (
    AssignmentChanged,
    PersonNotFound,
    check_assignee,
    check_version,
)

SPACE = UUID(int=0)
HERE = Colleague(uuid5(SPACE, "here"), "Eva", "eva@example.at", is_admitted=True)
GONE = Colleague(uuid5(SPACE, "gone"), "Rosa", "rosa@example.at", is_admitted=False)


def test_a_case_goes_to_somebody_who_would_see_it() -> None:
    """Or to nobody; who is unknown or shut out is told apart."""
    check_assignee(HERE.id, (HERE, GONE))
    check_assignee(None, ())
    with pytest.raises(PersonShutOut):
        check_assignee(GONE.id, (HERE, GONE))
    with pytest.raises(PersonNotFound):
        check_assignee(SPACE, (HERE, GONE))


def test_an_order_on_another_assignment_is_refused() -> None:
    """Who says no version gives the order on the present one."""
    check_version(2, None)
    check_version(0, 0)
    with pytest.raises(AssignmentChanged) as refused:
        check_version(2, 1)
    assert refused.value.context == {"expected": 1, "version": 2}
