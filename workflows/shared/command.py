"""Who asks, and under which key it is done once; part of every update and step."""

from dataclasses import dataclass, replace
from uuid import UUID

from domain.actor import Actor, seal


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

    def sealed(self) -> "Command":
        """As it leaves the API: what a caller chose as key, and the key it came with, are hashed.

        What a caller names a call may be anything, a name or an IBAN as well.
        """
        return replace(
            self,
            key=seal(self.tenant_id, self.key),
            actor=self.actor.sealed(self.tenant_id),
        )
