"""What people's corrections taught of a vendor: one value for each thing that can be learned."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from domain.errors import Conflict, Stale
from domain.reading.places import FIELDS

PLACE = "place:"
"""Before the name of a field whose place on the page was learned."""


class Taught(StrEnum):
    """What is learned of a vendor beside places: accounts of its lines, their split, its terms.

    And under which other names its documents come, where only its account says that they are its.
    """

    ACCOUNTS = "accounts"
    SPLIT = "split"
    TERMS = "terms"
    ALIAS = "alias"


SUBJECTS = (*(f"{PLACE}{name}" for name in FIELDS), *(each.value for each in Taught))
"""Everything that can be learned of a vendor."""


class LearnedValueChanged(Stale):
    """The learned value is not what the caller has seen: it was learned anew, or taken back."""

    def __init__(self, expected: int, version: int) -> None:
        super().__init__(
            f"The learned value has changed: it is at version {version}, not {expected}.",
            expected=expected,
            version=version,
        )


class NothingLearned(Conflict):
    """Nothing of this kind is learned of the vendor, or it was taken back."""

    code = "INVALID_STATE_TRANSITION"

    def __init__(self, subject: str) -> None:
        super().__init__("There is no learned value to take back.", subject=subject)


@dataclass(frozen=True, slots=True)
class LearnedValue:
    """A value in force, the document that taught it, and the day."""

    subject: str
    value: Mapping[str, Any]
    document_id: UUID | None
    learned_on: date
