"""What is wrong with a document, so that a person can look at it."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """Whether a finding stops the approval, wants a look, or is worth knowing."""

    BLOCKING = "blocking"
    WARNING = "warning"
    HINT = "hint"


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: rule id, what it says, the fields concerned, paragraph or standard."""

    code: str
    message: str
    severity: Severity
    fields: tuple[str, ...] = ()
    basis: str | None = None
