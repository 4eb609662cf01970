"""Letters without a database: a relay that fails as often as it is told."""

from datetime import datetime
from uuid import UUID

from temporalio import activity

from domain.letters.letter import (
    LetterKind,
    LetterState,
    LetterStatus,
    after_failure,
    check_resendable,
    pause_after,
)
from workflows.letter.steps import LetterActivities, LetterStep, RenewLetter


class LettersInMemory(LetterActivities):
    """Keeps where each letter stands."""

    def __init__(self, failures: int = 0) -> None:
        self.failures = failures
        self.deliveries = 0
        self.tried: list[datetime] = []
        self._attempts: dict[UUID, int] = {}
        self._states: dict[UUID, LetterState] = {}

    @activity.defn(name="letters.send")
    def send(self, step: LetterStep) -> LetterStatus:
        """Deliver, or fail."""
        letter = step.letter_id
        self.tried.append(step.at)
        if self._states.get(letter, LetterState.PENDING) is not LetterState.PENDING:
            return LetterStatus(self._states[letter], self._attempts[letter])
        attempts = self._attempts[letter] = self._attempts.get(letter, 0) + 1
        if self.failures:
            self.failures -= 1
            state = after_failure(LetterKind.CASE_REMINDER, attempts, is_final=False)
        else:
            self.deliveries += 1
            state = LetterState.SENT
        self._states[letter] = state
        return LetterStatus(state, attempts, pause_after(attempts))

    @activity.defn(name="letters.renew")
    def renew(self, step: RenewLetter) -> LetterStatus:
        """Make it pending again."""
        check_resendable(self._states.get(step.letter_id, LetterState.PENDING))
        self._states[step.letter_id] = LetterState.PENDING
        self._attempts[step.letter_id] = 0
        return LetterStatus(LetterState.PENDING)
