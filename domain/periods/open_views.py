"""Reads which lock requests are pending, whatever the hour."""

from sqlmodel import Session, col, select

from domain.database.session import tenant_of
from domain.periods.lock import LockRequest, RequestStatus
from domain.periods.period_views import request_of
from domain.periods.rows import LockRequestRow


def open_requests(session: Session) -> list[str]:
    """Periods with a request that nobody has decided and that did not expire yet."""
    query = select(LockRequestRow.period).where(
        LockRequestRow.tenant_id == tenant_of(session),
        LockRequestRow.status == RequestStatus.PENDING.value,
    )
    return list(session.exec(query))


def undecided_request(session: Session, period: str) -> LockRequest | None:
    """The pending request of a period, also one whose time is over: it is yet to expire."""
    row = session.exec(
        select(LockRequestRow)
        .where(
            LockRequestRow.tenant_id == tenant_of(session),
            LockRequestRow.period == period,
            LockRequestRow.status == RequestStatus.PENDING.value,
        )
        .order_by(col(LockRequestRow.created_at).desc())
        .limit(1)
    ).first()
    return request_of(row) if row else None
