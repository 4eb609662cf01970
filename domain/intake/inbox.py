"""Life of an inbox item: processing, pending, then confirmed or rejected, once."""

from enum import StrEnum

from domain.errors import Conflict

OPEN = "open"
"""What is not decided: processing or pending. A filter of lists, no status of its own."""

HANDLED_OUTSIDE = "The document was handled outside."


class AlreadyProcessed(Conflict):
    """The document is confirmed or rejected."""

    def __init__(self, status: "InboxStatus | None" = None) -> None:
        super().__init__("The document has been confirmed or rejected already.", status=status)


class NotRejected(Conflict):
    """Only what was rejected, or handled outside, can be taken up again."""

    def __init__(self, status: "InboxStatus") -> None:
        super().__init__(
            "Only a document that was rejected or handled outside is taken up again.",
            status=status,
        )


class InboxStatus(StrEnum):
    """Where an inbox item stands."""

    PROCESSING = "processing"
    PENDING = "pending"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"

    @property
    def is_final(self) -> bool:
        """Whether nothing more happens to it."""
        return self in (InboxStatus.CONFIRMED, InboxStatus.REJECTED)


def read_out(status: InboxStatus) -> InboxStatus:
    """Status after reading, whether it succeeded or not; a decision stays.

    >>> read_out(InboxStatus.PROCESSING).value
    'pending'
    """
    return status if status.is_final else InboxStatus.PENDING


def confirmed(status: InboxStatus) -> InboxStatus:
    """Status after confirming. Raises AlreadyProcessed."""
    check_open(status)
    return InboxStatus.CONFIRMED


def rejected(status: InboxStatus) -> InboxStatus:
    """Status after rejecting. Raises AlreadyProcessed."""
    check_open(status)
    return InboxStatus.REJECTED


def reopened(status: InboxStatus, *, is_posted: bool) -> InboxStatus:
    """Status of a document that is wanted after all. Raises NotRejected.

    >>> reopened(InboxStatus.REJECTED, is_posted=False).value
    'processing'
    """
    if not status.is_final or is_posted:
        raise NotRejected(status)
    return InboxStatus.PROCESSING


def check_open(status: InboxStatus) -> None:
    """Refuse a second decision."""
    if status.is_final:
        raise AlreadyProcessed(status)
