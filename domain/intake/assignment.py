"""Who looks after a case: a person who may come in, or nobody."""

from collections.abc import Sequence
from uuid import UUID

from domain.access.person import Colleague, PersonShutOut
from domain.errors import NotFound, Stale


class AssignmentChanged(Stale):
    """Somebody else has assigned the case meanwhile."""

    def __init__(self, expected: int, version: int) -> None:
        super().__init__(
            f"The assignment has changed: it is at version {version}, not {expected}.",
            expected=expected,
            version=version,
        )


class PersonNotFound(NotFound):
    """Nobody of the company has this id."""

    def __init__(self) -> None:
        super().__init__("There is no such person.")


def check_assignee(assignee: UUID | None, people: Sequence[Colleague]) -> None:
    """Refuse somebody who is unknown, or who would not see the case."""
    if assignee is None:
        return
    found = next((each for each in people if each.id == assignee), None)
    if found is None:
        raise PersonNotFound
    if not found.is_admitted:
        raise PersonShutOut(found.name)


def check_version(version: int, expected: int | None) -> None:
    """Refuse an order that was given on another assignment than the present one."""
    if expected is not None and expected != version:
        raise AssignmentChanged(expected, version)
