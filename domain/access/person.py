"""People and their mail addresses, as far as they can be judged without a database."""

import re
from dataclasses import dataclass
from uuid import UUID

from domain.errors import Conflict, InvalidInput

# Without the signs that would make two recipients, or a group, of one in the head of a mail.
_ADDRESS = re.compile(r"[^@\s<>\",;:()\[\]\\]{1,64}@[^@\s<>\",;:()\[\]\\]{1,189}")


class PersonShutOut(Conflict):
    """The person may not come in any more, and would see neither letter nor case."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} may not come in any more.", person=name)


@dataclass(frozen=True, slots=True)
class Colleague:
    """One of the people of a tenant; `is_admitted` where they may come in and see cases."""

    id: UUID
    name: str
    email: str
    is_admitted: bool


def address(value: str) -> str:
    """Mail address in lower case, or a refusal.

    >>> address(" Eva@Example.AT ")
    'eva@example.at'
    >>> address("eva@example.at,max@example.at")
    Traceback (most recent call last):
        ...
    domain.errors.InvalidInput: /email: is not a mail address
    """
    cleaned = value.strip().lower()
    if not _ADDRESS.fullmatch(cleaned):
        raise InvalidInput("/email", "is not a mail address")
    return cleaned
