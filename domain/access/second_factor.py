"""A second factor beside the password: what it is, and what may not be done with it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from domain.errors import Conflict, NotFound, Unauthorized

TIME_TO_CONFIRM = timedelta(minutes=15)
"""How long a secret waits for its first code."""


class SecondFactorNeeded(Unauthorized):
    """The password is right, and a code is needed as well."""

    def __init__(self) -> None:
        super().__init__("A code of the second factor is needed.")


class WrongCode(Unauthorized):
    """The code is wrong, too old, or was used before."""

    def __init__(self) -> None:
        super().__init__("The code is wrong, too old, or was used before.")


class SecondFactorOn(Conflict):
    """The second factor is set up already."""

    def __init__(self) -> None:
        super().__init__("The second factor is set up already.")


class NoSecondFactor(NotFound):
    """There is no second factor, or none that waits for its first code."""

    def __init__(self) -> None:
        super().__init__("There is no second factor, or none that waits for its first code.")


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """A secret that makes codes, as it is kept; it counts once `confirmed_at` is known."""

    id: UUID
    sealed: bytes = field(repr=False)
    created_at: datetime
    confirmed_at: datetime | None

    def check_waiting(self, now: datetime) -> None:
        """Refuse a first code that comes too late (NO_SECOND_FACTOR), or again."""
        if self.confirmed_at is not None:
            raise SecondFactorOn
        if now > self.created_at + TIME_TO_CONFIRM:
            raise NoSecondFactor
