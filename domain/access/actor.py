"""Who acts, with which credential, and through which door."""

from dataclasses import dataclass
from typing import Literal, TypeAlias
from uuid import UUID

ActorKind: TypeAlias = Literal["person", "service", "system"]
Surface: TypeAlias = Literal["api", "mail", "workflow", "cli", "pages"]


@dataclass(frozen=True, slots=True)
class Actor:
    """The one an audit event names. Holds ids only, so that it may travel in payloads.

    >>> Actor.system("workflow").user_id is None
    True
    """

    user_id: UUID | None
    kind: ActorKind
    surface: Surface
    key_prefix: str | None = None
    request_id: str | None = None

    def __post_init__(self) -> None:
        """Refuse a person without a name."""
        if self.kind == "person" and self.user_id is None:
            raise ValueError("A person has a user id.")

    @classmethod
    def system(cls, surface: Surface, request_id: str | None = None) -> "Actor":
        """The service itself, acting on nobody's behalf."""
        return cls(None, "system", surface, request_id=request_id)
