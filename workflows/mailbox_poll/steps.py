"""What polling a mailbox asks for."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from temporalio import activity


@dataclass(frozen=True, slots=True, kw_only=True)
class PollStep:
    """A mailbox of a tenant."""

    tenant_id: UUID
    mailbox_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptMessage:
    """A message that lies in the object store and has its row."""

    sha256: str
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """Messages that are to be taken apart, and whether there are more on the server."""

    messages: tuple[KeptMessage, ...] = ()
    more: bool = False


class MailboxActivities(ABC):
    """What polling does to the mail server, the object store and the database."""

    @abstractmethod
    @activity.defn(name="mailbox.poll")
    def poll(self, step: PollStep) -> Polled:
        """Fetch a bounded number of new messages and keep them; repeated, fetch what is left."""
