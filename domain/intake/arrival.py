"""What came in by any door, before anyone has opened it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from domain.ids import derived_id


class Channel(StrEnum):
    """The door that something came through."""

    MAIL = "mail"
    MAILBOX = "mailbox"
    UPLOAD = "upload"
    FOLDER = "folder"

    @property
    def is_mail(self) -> bool:
        """Whether the bytes are a message, and no file.

        >>> Channel.MAILBOX.is_mail, Channel.UPLOAD.is_mail
        (True, False)
        """
        return self in (Channel.MAIL, Channel.MAILBOX)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """Bytes in the object store that wait to be taken apart; once for a tenant and its bytes."""

    sha256: str
    size_bytes: int
    channel: Channel
    received_at: datetime
    original_name: str | None = None
    source_email: str | None = None
    created_by: UUID | None = None


def arrival_id(tenant_id: UUID, sha256: str) -> UUID:
    """Id of an arrival, and of the message that it becomes."""
    return derived_id("mail", tenant_id, sha256)


_ARRIVALS = TypeAdapter(list[Arrival])


def to_json(arrivals: list[Arrival]) -> Any:
    """Arrivals as they are kept with what a person said."""
    return _ARRIVALS.dump_python(arrivals, mode="json")


def from_json(kept: object) -> list[Arrival]:
    """Arrivals that were kept so."""
    return _ARRIVALS.validate_python(kept)
