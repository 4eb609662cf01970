"""Who asks, and under which key it is done once; part of every update and step."""

from dataclasses import dataclass
from uuid import UUID

from domain.access.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command to a process.

    `operation` names the kind of command ("periods.approve"), `key` is the Idempotency-Key or
    one made for this call alone, `request_hash` stands for what was asked.
    """

    tenant_id: UUID
    actor: Actor
    operation: str
    key: str
    request_hash: str
