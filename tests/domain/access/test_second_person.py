"""Four eyes: another person, or the only one there is."""

from uuid import UUID

import pytest

from domain.access.second_person import check_second_person
from domain.actor import Actor
from domain.errors import SelfApprovalDenied

ANNA, BERT = UUID(int=1), UUID(int=2)


def person(user_id: UUID) -> Actor:
    """Somebody at the API."""
    return Actor(user_id, "person", "api")


def test_another_person_may() -> None:
    """And the only person of a tenant may approve alone."""
    check_second_person(ANNA, person(BERT), alone=False)
    check_second_person(ANNA, person(ANNA), alone=True)


@pytest.mark.parametrize("alone", [False, True])
@pytest.mark.parametrize("second", [Actor.system("workflow"), Actor(BERT, "service", "api")])
def test_a_service_approves_nothing(second: Actor, *, alone: bool) -> None:
    """A key of a service is no person, whoever made it."""
    with pytest.raises(SelfApprovalDenied):
        check_second_person(ANNA, second, alone=alone)


def test_nobody_approves_what_they_asked_for() -> None:
    """However many roles they have."""
    with pytest.raises(SelfApprovalDenied):
        check_second_person(ANNA, person(ANNA), alone=False)
