"""What is to be posted: as a caller asks for it, and as it is prepared for the books."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from domain.actor import Actor
from domain.command_key import CommandKey
from domain.ledger.booking import Books
from domain.ledger.intent import Intent


@dataclass(frozen=True, slots=True)
class KeyedAnswer:
    """A call's key, and the answer that is kept for the next time it comes."""

    key: CommandKey
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class PreparedCall:
    """Intents of one tenant, prepared with one version of its chart, and the key of the call."""

    tenant_id: UUID
    actor: Actor
    books: Books
    intents: Sequence[Intent]
    key: KeyedAnswer | None = None


@dataclass(frozen=True, slots=True)
class PostingCall:
    """What one caller wants posted: all of it or nothing.

    `prepare` makes intents of the tenant's books; `answer` makes the body that is kept under
    the key of the call. `credential` is the hash of what the caller showed: it must still hold
    when the books are written.

    >>> call = PostingCall(UUID(int=1), Actor.system("demo"), lambda books: [])
    >>> call.key is None and call.answer([]) == {}
    True
    """

    tenant_id: UUID
    actor: Actor
    prepare: Callable[[Books], Sequence[Intent]]
    credential: str | None = None
    key: CommandKey | None = None
    answer: Callable[[Sequence[Intent]], dict[str, Any]] = field(default=lambda _: {})

    def prepared(self, books: Books) -> PreparedCall:
        """Make the intents of the books of the tenant. Raises what the rules refuse."""
        intents = self.prepare(books)
        key = None if self.key is None else KeyedAnswer(self.key, self.answer(intents))
        return PreparedCall(self.tenant_id, self.actor, books, intents, key)
