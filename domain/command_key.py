"""What makes two calls the same call (ONCE)."""

from dataclasses import dataclass

from domain.errors import Conflict


@dataclass(frozen=True, slots=True)
class CommandKey:
    """The key of a call; `request_hash` stands for what was asked.

    >>> CommandKey("bookings", "k-1", "ab12").name
    ('bookings', 'k-1')
    """

    operation: str
    key: str
    request_hash: str

    @property
    def name(self) -> tuple[str, str]:
        """What tells it apart from other keys of the tenant."""
        return self.operation, self.key


class IdempotencyKeyReused(Conflict):
    """The key was used for another request."""

    def __init__(self) -> None:
        super().__init__("This Idempotency-Key came with another request before.")


class IdempotencyKeyInUse(Conflict):
    """The first call with this key is still running."""

    def __init__(self) -> None:
        super().__init__("The first call with this Idempotency-Key is still running.")
