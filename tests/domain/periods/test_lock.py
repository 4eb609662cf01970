"""Life of a lock request."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from domain.errors import SelfApprovalDenied
from domain.periods.lock import (
    VALID_FOR,
    Approver,
    ApproverNotAPerson,
    LockRequest,
    LockRequestNotFound,
    RequestExpired,
    RequestNotPending,
    RequestStatus,
)

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
EVA, MAX = UUID(int=1), UUID(int=2)
REQUEST = LockRequest(UUID(int=9), "2026-03", EVA, NOW)


def person(user_id: UUID | None, *, alone: bool = False) -> Approver:
    """A person, one of several unless said otherwise."""
    return Approver(user_id, is_person=True, is_only_user=alone)


def test_another_person_approves() -> None:
    """Four eyes."""
    assert REQUEST.approved(person(MAX), LATER).status is RequestStatus.APPROVED


def test_the_requester_does_not() -> None:
    """Unless there is nobody else."""
    with pytest.raises(SelfApprovalDenied):
        REQUEST.approved(person(EVA), LATER)
    assert REQUEST.approved(person(EVA, alone=True), LATER).status is RequestStatus.APPROVED


def test_a_service_does_not() -> None:
    """A key of nobody is not a pair of eyes."""
    with pytest.raises(ApproverNotAPerson):
        REQUEST.approved(person(None), LATER)
    with pytest.raises(ApproverNotAPerson):
        REQUEST.approved(Approver(MAX, is_person=False, is_only_user=False), LATER)


@pytest.mark.parametrize("status", [RequestStatus.APPROVED, RequestStatus.CANCELLED])
def test_what_is_decided_stays_decided(status: RequestStatus) -> None:
    """No approval, no cancellation, no expiry afterwards."""
    decided = LockRequest(UUID(int=9), "2026-03", EVA, NOW, status)

    with pytest.raises(RequestNotPending):
        decided.approved(person(MAX), LATER)
    with pytest.raises(LockRequestNotFound):
        decided.cancelled(LATER)
    assert decided.expired(NOW + 2 * VALID_FOR) is decided


def test_it_expires_to_the_second() -> None:
    """Valid until 48 hours are over, timer or not."""
    end = NOW + VALID_FOR

    assert REQUEST.is_pending(end - timedelta(seconds=1))
    assert REQUEST.expired(end - timedelta(seconds=1)) is REQUEST
    assert REQUEST.expired(end).status is RequestStatus.EXPIRED
    with pytest.raises(RequestExpired):
        REQUEST.approved(person(MAX), end)
    with pytest.raises(RequestExpired):
        REQUEST.expired(end).approved(person(MAX), end)
