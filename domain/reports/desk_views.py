"""Reads what waits for people, and what came in lately: what stands on the first page."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ColumnElement, func, text
from sqlmodel import Session, col, select

from domain.database.session import tenant_of
from domain.intake.rows import ReviewCaseRow
from domain.payments.rows import PaymentRunRow
from domain.payments.run import RunStatus
from domain.periods.lock import RequestStatus
from domain.periods.rows import LockRequestRow

MOST_LOCKS = 50
"""So many requests for a lock are told one by one."""
_RUNS = text("""
SELECT DISTINCT ON (status) id, status, execution_date, total_amount, created_by,
    count(*) OVER (PARTITION BY status)
FROM payment_run WHERE tenant_id = :tenant AND status <> ALL(:final)
ORDER BY status, execution_date, id
""")
OPEN_CASES = ("approval", "correction", "exception", "posting_failed")


@dataclass(frozen=True, slots=True)
class Counts:
    """What the menu tells."""

    cases: int
    drafts: int
    locks: int


@dataclass(frozen=True, slots=True)
class Queue:
    """One queue: how many cases wait in it, and since when."""

    state: str
    count: int
    oldest: datetime


@dataclass(frozen=True, slots=True)
class WaitingRuns:
    """Payment runs of one status that somebody has to move on: the first of them, and how many."""

    id: UUID
    status: str
    execution_date: date
    total_amount: Decimal
    created_by: UUID | None
    count: int


@dataclass(frozen=True, slots=True)
class WaitingLock:
    """A request to lock a period."""

    period: str
    requested_by: UUID | None
    created_at: datetime


def counts(session: Session) -> Counts:
    """How many cases, drafts and requests for a lock wait, by indexes alone."""
    tenant = tenant_of(session)
    cases = (
        select(func.count())
        .select_from(ReviewCaseRow)
        .where(ReviewCaseRow.tenant_id == tenant, _is_open())
        .scalar_subquery()
    )
    drafts = (
        select(func.count())
        .select_from(PaymentRunRow)
        .where(PaymentRunRow.tenant_id == tenant, PaymentRunRow.status == RunStatus.DRAFT.value)
        .scalar_subquery()
    )
    locks = (
        select(func.count())
        .select_from(LockRequestRow)
        .where(
            LockRequestRow.tenant_id == tenant,
            LockRequestRow.status == RequestStatus.PENDING.value,
        )
        .scalar_subquery()
    )
    return Counts(*session.execute(select(cases, drafts, locks)).one())


def queues(session: Session) -> list[Queue]:
    """Queues in which cases wait."""
    row = ReviewCaseRow
    query = (
        select(row.queue_state, func.count(), func.min(row.created_at))
        .where(row.tenant_id == tenant_of(session), _is_open())
        .group_by(row.queue_state)
    )
    return [Queue(*found) for found in session.execute(query)]


def waiting_runs(session: Session) -> list[WaitingRuns]:
    """Runs that are neither completed nor cancelled: of each status the one to be paid first."""
    final = [RunStatus.COMPLETED.value, RunStatus.CANCELLED.value]
    rows = session.execute(_RUNS, {"tenant": tenant_of(session), "final": final})
    return [WaitingRuns(*found) for found in rows]


def waiting_locks(session: Session) -> tuple[list[WaitingLock], int]:
    """Requests to lock a period that nobody has decided, the first of them, and how many wait."""
    row = LockRequestRow
    query = (
        select(row.period, row.requested_by, row.created_at, func.count().over())
        .where(row.tenant_id == tenant_of(session), row.status == RequestStatus.PENDING.value)
        .order_by(col(row.period))
        .limit(MOST_LOCKS)
    )
    rows = session.execute(query).all()
    return [WaitingLock(*found[:3]) for found in rows], rows[0][3] if rows else 0


def _is_open() -> ColumnElement[bool]:
    return col(ReviewCaseRow.queue_state).in_(OPEN_CASES)
