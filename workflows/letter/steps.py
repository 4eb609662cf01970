"""Steps of a letter. Ids and states only: text, address and token stay in the database."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from temporalio import activity

from domain.letters.letter import LetterStatus
from workflows.shared.command import Command


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterStep:
    """One attempt at a letter, at the workflow's time."""

    tenant_id: UUID
    letter_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewLetter:
    """A person's order to send a letter again."""

    command: Command
    letter_id: UUID
    at: datetime


class LetterActivities(ABC):
    """What a letter does to database and relay."""

    @abstractmethod
    @activity.defn(name="letters.send")
    def send(self, step: LetterStep) -> LetterStatus:
        """Hand the letter to the relay if it is pending; say where it stands then."""

    @abstractmethod
    @activity.defn(name="letters.renew")
    def renew(self, step: RenewLetter) -> LetterStatus:
        """Make it pending again, or refuse."""
