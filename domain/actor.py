"""Who acts, with which credential, and through which door."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from hashlib import sha256
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

    @property
    def is_sealed(self) -> bool:
        """Whether the key is named by its seal only."""
        return (self.key_prefix or "").startswith(_SEAL)

    def sealed(self, tenant_id: UUID) -> "Actor":
        """As it may lie where secrets do not belong: the beginning of its key cannot be read.

        >>> Actor(UUID(int=1), "person", "api", "ll_12345").sealed(UUID(int=2)).key_prefix[:12]
        'sealed:cc237'
        """
        if self.key_prefix is None or self.is_sealed:
            return self
        return replace(self, key_prefix=seal(tenant_id, self.key_prefix))

    def unsealed(self, tenant_id: UUID, prefixes: Iterable[str]) -> "Actor":
        """The same again, if its key is one of these."""
        for prefix in prefixes:
            if seal(tenant_id, prefix) == self.key_prefix:
                return replace(self, key_prefix=prefix)
        return self

    @classmethod
    def system(cls, surface: Surface, request_id: str | None = None) -> "Actor":
        """The service itself, acting on nobody's behalf."""
        return cls(None, "system", surface, request_id=request_id)


_SEAL = "sealed:"


def seal(tenant_id: UUID, said: str) -> str:
    """A name for what was said, from which nobody reads it; another one for each tenant."""
    return _SEAL + sha256(f"{tenant_id}\x1f{said}".encode()).hexdigest()
