"""Mailboxes that are polled: how one is reached, and what makes a message in it known."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from domain.errors import Conflict, InvalidInput, NotFound

_SECRET = re.compile(r"env:[A-Z][A-Z0-9_]*|file:/.+")
_LONGEST = 255
_PORTS = range(1, 65536)
_SILENT_AFTER = timedelta(minutes=30)


class MailboxNotFound(NotFound):
    """There is no such mailbox."""

    def __init__(self, mailbox_id: UUID) -> None:
        super().__init__("There is no such mailbox.", mailbox_id=mailbox_id)


class DuplicateMailbox(Conflict):
    """The folder of this mailbox is polled already."""

    def __init__(self, mailbox_id: UUID) -> None:
        super().__init__("This folder is polled already.", existing_id=mailbox_id)


class Security(StrEnum):
    """How a connection is protected; NONE is for servers on the same machine."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


class Polling(StrEnum):
    """How a mailbox does: the last poll went well, told a problem, or is too long ago."""

    WELL = "well"
    FAILS = "fails"
    SILENT = "silent"


def polling_of(polled_at: datetime | None, problem: str | None, now: datetime) -> Polling:
    """How a mailbox does that was polled then, with that problem if there was one."""
    if polled_at is None or now - polled_at > _SILENT_AFTER:
        return Polling.SILENT
    return Polling.FAILS if problem else Polling.WELL


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """One folder on a mail server.

    `secret` names where the password is: `env:NAME`, a variable of the worker's environment, or
    `file:/path`. Without `move_to` nothing on the server is changed.
    """

    host: str
    port: int
    username: str
    secret: str
    security: Security = Security.TLS
    folder: str = "INBOX"
    move_to: str | None = None

    def __post_init__(self) -> None:
        """Refuse what could never be polled, and a password where a name is wanted."""
        if self.port not in _PORTS:
            raise InvalidInput("/port", "is no port")
        if not _SECRET.fullmatch(self.secret):
            raise InvalidInput("/secret", "must be env:NAME or file:/path, never the password")
        for name in ("host", "username", "folder"):
            if not 0 < len(getattr(self, name)) <= _LONGEST:
                raise InvalidInput(f"/{name}", f"must have 1 to {_LONGEST} characters")
        if self.move_to is not None and self.move_to in {"", self.folder}:
            raise InvalidInput("/move_to", "must be another folder")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message lies and what tells it apart; the UID alone never does.

    A server that renumbers its folder changes the UIDVALIDITY: then every place is new, and the
    bytes decide whether the message is.
    """

    uid_validity: int
    uid: int
    message_id: str
    size_bytes: int
