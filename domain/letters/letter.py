"""The life of a letter: pending until it is sent, given up, or withdrawn with its cause."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from domain.errors import Conflict, NotFound

_FIRST_PAUSE = timedelta(seconds=30)
_LONGEST_PAUSE = timedelta(hours=1)
_DOUBLINGS = 7
_MOST_ATTEMPTS = 75
"""Some three days."""
_MOST_ATTEMPTS_AT_A_RESET = 7
"""Half an hour: who forgot a password asks again."""
AGAIN = timedelta(minutes=5)
"""A letter that was handed to a process is looked at again after this time."""


class LetterKind(StrEnum):
    """What a letter is about; its text has this name."""

    INVITATION = "invitation"
    RESET = "reset"
    SECOND_FACTOR = "second_factor"
    CASE_REMINDER = "case_reminder"
    CASE_ESCALATION = "case_escalation"
    CASE_MENTION = "case_mention"
    CASE_ASSIGNED = "case_assigned"
    RUN_REMINDER = "run_reminder"
    LOCK_REQUEST = "lock_request"
    LOCK_REMINDER = "lock_reminder"
    CONTACT = "contact"
    DUNNING = "dunning"

    @property
    def purpose(self) -> str | None:
        """What the token is for that such a letter carries, if it carries one.

        >>> LetterKind.RESET.purpose, LetterKind.RUN_REMINDER.purpose
        ('reset', None)
        """
        return self.value if self in {LetterKind.INVITATION, LetterKind.RESET} else None


class LetterState(StrEnum):
    """Where a letter stands."""

    PENDING = "pending"
    SENT = "sent"
    GAVE_UP = "gave_up"
    WITHDRAWN = "withdrawn"


class LetterNotFound(NotFound):
    """There is no such letter."""

    code = "NOT_FOUND"

    def __init__(self) -> None:
        super().__init__("There is no such letter.")


class LetterWithdrawn(Conflict):
    """What the letter was about is decided, or its reader is gone."""

    def __init__(self) -> None:
        super().__init__("What the letter was about is over; it is not sent again.")


@dataclass(frozen=True, slots=True)
class Note:
    """What is to be told: kind, subject, and the facts that the text names.

    `round` tells one letter on a subject from the next; the same note to the same person is one
    letter, however often it is written.
    """

    kind: LetterKind
    subject: str
    subject_id: UUID
    round: int = 1
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LetterStatus:
    """Where a letter stands: ids and states only. `pause` is the time until the next attempt."""

    state: LetterState
    attempts: int = 0
    pause: timedelta = timedelta(0)


def after_failure(kind: LetterKind, attempts: int, *, is_final: bool) -> LetterState:
    """State after an attempt that failed; `is_final` where the relay will never take it.

    >>> after_failure(LetterKind.RESET, 1, is_final=False).value
    'pending'
    """
    most = _MOST_ATTEMPTS_AT_A_RESET if kind is LetterKind.RESET else _MOST_ATTEMPTS
    return LetterState.GAVE_UP if is_final or attempts >= most else LetterState.PENDING


def pause_after(attempts: int) -> timedelta:
    """Time until the next attempt: half a minute, doubled each time, an hour at most.

    >>> pause_after(1).seconds, pause_after(3).seconds, pause_after(40).seconds
    (30, 120, 3600)
    """
    if attempts < 1:
        return timedelta(0)
    doubled: int = 2 ** min(attempts - 1, _DOUBLINGS)
    return min(_FIRST_PAUSE * doubled, _LONGEST_PAUSE)


def check_resendable(state: LetterState) -> None:
    """Refuse to send what is over."""
    if state is LetterState.WITHDRAWN:
        raise LetterWithdrawn
