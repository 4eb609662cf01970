"""One audit event and the chain that holds them in order (TRACED).

`audit_hash` is the SHA-256 of the event's canonical bytes, number included, followed by
the previous hash in hex; the first event follows 64 zeros.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from uuid import UUID

from domain.actor import Actor
from domain.canonical import canonical
from domain.dates import instant

VERSION = "audit-1"
GENESIS = "0" * 64

_Facts = dict[str, object] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEvent:
    """Who did what to which subject, from which state to which, and why."""

    tenant_id: UUID
    occurred_at: datetime
    actor: Actor
    action: str
    subject: str
    subject_id: str
    before: _Facts = None
    after: _Facts = None
    reason: str | None = None

    @property
    def content(self) -> dict[str, object]:
        """All fields but the number, as the canonical form wants them."""
        return {
            "v": VERSION,
            "tenant": str(self.tenant_id),
            "occurred_at": instant(self.occurred_at),
            "user_id": plain(self.actor.user_id),
            "kind": self.actor.kind,
            "surface": self.actor.surface,
            "key_prefix": self.actor.key_prefix,
            "request_id": self.actor.request_id,
            "action": self.action,
            "subject": self.subject,
            "subject_id": self.subject_id,
            "before": plain(self.before),
            "after": plain(self.after),
            "reason": self.reason,
        }

    @property
    def row(self) -> dict[str, object]:
        """All fields, and the canonical text before and after the number.

        The number is known only when the event is stored.
        """
        content = self.content
        whole = canonical({**content, "number": ""}).decode()
        # Only `before` and `after` hold keys of their own, and both come first.
        head, tail = whole.rsplit('"number":""', 1)
        return {**content, "head": f'{head}"number":"', "tail": f'"{tail}'}

    def hash(self, number: int, prev_hash: str) -> str:
        """Hash of the event at its place in the chain."""
        data = canonical({**self.content, "number": str(number)})
        return hashlib.sha256(data + prev_hash.encode()).hexdigest()


def plain(value: object) -> object:
    """Write a fact as strings, lists, objects, booleans and null.

    >>> plain({"amount": Decimal("1.50"), "lines": (1, None)})
    {'amount': '1.50', 'lines': ['1', None]}
    """
    if value is None or (kind := type(value)) is bool or kind is str:
        return value
    if kind is UUID:  # what is told most
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    return _text(value)


def _text(value: object) -> str:
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, str | int | Decimal | UUID | date):
        return str(value)
    raise TypeError(f"{type(value).__name__} is no fact for the audit log.")
