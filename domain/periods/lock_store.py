"""Writes periods: soft locks, lock requests, and the lock for ever (LOCKED)."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from domain.access.views import is_one_person
from domain.approvals import views as policies
from domain.database import audit
from domain.database.session import actor_of, tenant_of
from domain.dates import month_of
from domain.ledger.books_store import books
from domain.ledger.rows import PeriodRow
from domain.letters import german
from domain.letters import store as letters
from domain.letters.letter import LetterKind, Note
from domain.periods.closing import Tally
from domain.periods.lock import (
    Approver,
    Locked,
    LockRequest,
    LockRequestNotFound,
    LockRequestPending,
    RequestStatus,
)
from domain.periods.period import Period, PeriodName, PeriodNotFound, PeriodSpan, PeriodStatus
from domain.periods.period_views import request_of
from domain.periods.rows import LockRequestRow
from domain.periods.sealing_store import Lock, sealed, tallied

_QUEUE = text(
    "SELECT pg_advisory_xact_lock(hashtextextended('period/' || :tenant || '/' || :name, 0))"
)

_ESCALATE_AFTER = timedelta(hours=24)

_LITTLE = 500
"""Entries that are summed up while postings wait: some hundredths of a second."""
_ROUNDS = 5


def soft_lock(session: Session, name: PeriodName, at: datetime) -> Period:
    """Refuse new bookings in a period until it is reopened."""
    before = _locked_row(session, name)
    return _store_change(
        session, before, before.soft_locked(actor_of(session).user_id, at), "soft_locked"
    )


def reopen(session: Session, name: PeriodName) -> Period:
    """Take bookings again in a soft-locked period."""
    before = _locked_row(session, name)
    return _store_change(session, before, before.reopened(), "reopened")


def request_lock(session: Session, name: PeriodName, request_id: UUID, at: datetime) -> LockRequest:
    """Open a lock request; one that has run out of time makes room."""
    _locked_row(session, name).check_lockable()
    pending = _pending(session, name)
    if pending:
        if pending.is_pending(at):
            raise LockRequestPending(str(name), pending.request_id)
        expire_lock(session, pending.request_id, at)
    request = LockRequest(request_id, str(name), actor_of(session).user_id, at)
    session.execute(
        insert(LockRequestRow).values(
            tenant_id=tenant_of(session),
            request_id=request_id,
            period=str(name),
            requested_by=request.requested_by,
            created_at=at,
            status=request.status.value,
        )
    )
    _record(session, request, None)
    _write(session, request, at)
    return request


def cancel_lock(session: Session, name: PeriodName, request_id: UUID, at: datetime) -> LockRequest:
    """Withdraw a pending request."""
    request = _request(session, request_id, name)
    return _store_decision(session, request, request.cancelled(at), at)


def expire_lock(session: Session, request_id: UUID, at: datetime) -> LockRequest:
    """Close a request whose time is over; anything else stays as it is."""
    request = _request(session, request_id)
    after = request.expired(at)
    return request if after is request else _store_decision(session, request, after, at)


def approve_lock(session: Session, name: PeriodName, request_id: UUID, at: datetime) -> Locked:
    """Seal and lock a period for ever, as another person than the requester.

    What is in the books already is summed up before anything is locked, and bookings go on
    meanwhile. Then the period is locked first, so that no posting commits between the last
    entry that the seal covers and the lock itself.
    """
    approver = _approver(session)
    _request_of_period(session, request_id, name).approved(approver, at)
    tally = _summed_up(session, name)
    before = _locked_row(session, name)
    request = _request(session, request_id, name)
    approved = request.approved(approver, at)
    by, year = UUID(str(approver.user_id)), _span(session, name).fiscal_year
    after = before.locked(by, at)
    _store_decision(session, request, approved, at)
    lock = Lock(period=name, fiscal_year=year, request_id=request_id, by=by, at=at)
    closing = sealed(session, lock, tallied(session, name, tally))
    _store_change(session, before, after, "locked", closing_hash=closing.closing_hash)
    return Locked(request=approved, locked_by=by, locked_at=at, closing_hash=closing.closing_hash)


def _summed_up(session: Session, name: PeriodName) -> Tally:
    """Sum up what is there, and what came meanwhile, until little is left for the lock.

    Each round is shorter than the one before while entries are summed up faster than they come.
    """
    tally, before = tallied(session, name), 0
    for _ in range(_ROUNDS):
        if tally.tree.count - before <= _LITTLE:
            break
        before = tally.tree.count
        tally = tallied(session, name, tally)
    return tally


def _approver(session: Session) -> Approver:
    actor = actor_of(session)
    return Approver(actor.user_id, actor.kind == "person", is_one_person(session))


def _locked_row(session: Session, name: PeriodName) -> Period:
    """The period, its row made on first use and locked against postings and other locks.

    Postings stand in the same queue, so that a stream of them cannot keep a lock waiting.
    """
    session.execute(_QUEUE, {"tenant": str(tenant_of(session)), "name": str(name)})
    row = _period_row(session, name)
    if row is None:
        _create(session, name)
        row = _period_row(session, name)
    if row is None:
        raise PeriodNotFound(str(name))
    return Period(row.name, PeriodStatus(row.status), row.locked_by, row.locked_at)


def _period_row(session: Session, name: PeriodName) -> PeriodRow | None:
    return session.exec(
        select(PeriodRow)
        .where(PeriodRow.tenant_id == tenant_of(session), PeriodRow.name == str(name))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()


def _create(session: Session, name: PeriodName) -> None:
    """Months appear on their own, adjustment periods with the last month of their year."""
    span = _span(session, name)
    if name.number and not _exists(session, month_of(span.days.last)):
        return
    session.execute(
        insert(PeriodRow)
        .values(
            tenant_id=tenant_of(session),
            name=str(name),
            period_number=name.number,
            fiscal_year=span.fiscal_year,
            first_day=span.days.first,
            last_day=span.days.last,
            status=PeriodStatus.OPEN.value,
        )
        .on_conflict_do_nothing()
    )


def _exists(session: Session, month: str) -> bool:
    found = select(PeriodRow.name).where(
        PeriodRow.tenant_id == tenant_of(session), PeriodRow.name == month
    )
    return session.exec(found).first() is not None


def _span(session: Session, name: PeriodName) -> PeriodSpan:
    return name.span(books(session, tenant_of(session)).fiscal_year_start)


def _store_change(
    session: Session, before: Period, after: Period, action: str, **facts: object
) -> Period:
    session.execute(
        update(PeriodRow)
        .where(col(PeriodRow.tenant_id) == tenant_of(session), col(PeriodRow.name) == after.name)
        .values(status=after.status.value, locked_by=after.locked_by, locked_at=after.locked_at)
    )
    audit.record(
        session,
        f"period.{action}",
        "period",
        after.name,
        before={"status": before.status.value},
        after={"status": after.status.value, **facts},
    )
    return after


def _pending(session: Session, name: PeriodName) -> LockRequest | None:
    row = session.exec(
        _requests(session)
        .where(
            LockRequestRow.period == str(name),
            LockRequestRow.status == RequestStatus.PENDING.value,
        )
        .with_for_update()
    ).first()
    return request_of(row) if row else None


def _request(session: Session, request_id: UUID, name: PeriodName | None = None) -> LockRequest:
    """The request of a period, held until the commit."""
    query = _requests(session).where(LockRequestRow.request_id == request_id).with_for_update()
    row = session.exec(query).first()
    if row is None or (name and row.period != str(name)):
        raise LockRequestNotFound(request_id)
    return request_of(row)


def _request_of_period(session: Session, request_id: UUID, name: PeriodName) -> LockRequest:
    """The request as it stands; whoever decides on it takes it with `_request`."""
    row = session.exec(_requests(session).where(LockRequestRow.request_id == request_id)).first()
    if row is None or row.period != str(name):
        raise LockRequestNotFound(request_id)
    return request_of(row)


def _requests(session: Session) -> SelectOfScalar[LockRequestRow]:
    return (
        select(LockRequestRow)
        .where(LockRequestRow.tenant_id == tenant_of(session))
        .execution_options(populate_existing=True)
    )


def _store_decision(
    session: Session, before: LockRequest, after: LockRequest, at: datetime
) -> LockRequest:
    session.execute(
        update(LockRequestRow)
        .where(
            col(LockRequestRow.tenant_id) == tenant_of(session),
            col(LockRequestRow.request_id) == after.request_id,
        )
        .values(status=after.status.value, decided_by=actor_of(session).user_id, decided_at=at)
    )
    letters.withdraw(session, "lock_request", after.request_id, at)
    _record(session, after, before)
    return after


def _write(session: Session, request: LockRequest, at: datetime) -> None:
    """Ask those who can approve it, and a day later those to whom it is escalated."""
    force = policies.in_force(session, at)
    facts = {
        "period": german.period(request.period),
        "until": german.moment(request.expires_at),
    }
    deadlines = force.policy.deadlines
    for kind, people, due_at in (
        (LetterKind.LOCK_REQUEST, deadlines.remind, at),
        (LetterKind.LOCK_REMINDER, deadlines.escalate_to, at + _ESCALATE_AFTER),
    ):
        note = Note(kind, "lock_request", request.request_id, facts=facts)
        named = force.readers(people, "perioden:write")
        readers = [each for each in named if each != request.requested_by]
        letters.write(session, note, readers, at, due_at)


def _record(session: Session, after: LockRequest, before: LockRequest | None) -> None:
    audit.record(
        session,
        f"lock_request.{'requested' if before is None else after.status}",
        "lock_request",
        after.request_id,
        before={"status": before.status.value} if before else None,
        after={"status": after.status.value, "period": after.period},
    )
