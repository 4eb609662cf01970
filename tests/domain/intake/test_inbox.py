"""Life of an inbox item."""

import pytest

from domain.intake.inbox import AlreadyProcessed, InboxStatus, confirmed, read_out, rejected


@pytest.mark.parametrize("status", [InboxStatus.PROCESSING, InboxStatus.PENDING])
def test_an_open_item_is_decided_once(status: InboxStatus) -> None:
    """Confirmed or rejected, and then never again."""
    for decide in (confirmed, rejected):
        decided = decide(status)
        assert decided.is_final
        for again in (confirmed, rejected):
            with pytest.raises(AlreadyProcessed):
                again(decided)


def test_reading_late_does_not_undo_a_decision() -> None:
    """A person may reject what is still being read."""
    assert read_out(InboxStatus.PROCESSING) is InboxStatus.PENDING
    assert read_out(InboxStatus.REJECTED) is InboxStatus.REJECTED
