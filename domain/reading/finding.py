"""What is wrong with a document, so that a person can look at it."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

_ID_LENGTH = 8


class Severity(StrEnum):
    """Whether a finding stops the approval, wants a look, or is worth knowing."""

    BLOCKING = "blocking"
    WARNING = "warning"
    HINT = "hint"


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: rule id, what it says, the fields concerned, paragraph or standard.

    `other_case_id` is the case of another document that it speaks of.
    """

    code: str
    message: str
    severity: Severity
    fields: tuple[str, ...] = ()
    basis: str | None = None
    other_case_id: UUID | None = None

    @property
    def id(self) -> str:
        """What tells it apart from other findings of a case, the same whenever it is found again.

        >>> Finding("X", "Wrong.", Severity.HINT).id == Finding("X", "Wrong.", Severity.HINT).id
        True
        """
        text = "\x1f".join((self.code, self.message, *self.fields))
        return f"{self.code.lower()}-{hashlib.sha256(text.encode()).hexdigest()[:_ID_LENGTH]}"
