"""Writes periods: soft locks, lock requests, and the lock that seals a period (LOCKED, PROVEN)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from domain.canonical import canonical
from domain.dates import month_of
from domain.errors import Failed
from domain.ids import sha256_hex
from domain.ledger.chain import audit_hash
from domain.periods.closing import GENESIS, Closing, ClosingHead, Tally, close
from domain.periods.lock import (
    Approver,
    LockRequest,
    LockRequestNotFound,
    LockRequestPending,
    RequestStatus,
)
from domain.periods.period import Period, PeriodName, PeriodNotFound, PeriodSpan, PeriodStatus
from domain.store import audit
from domain.store.books import books
from domain.tables.bound import actor_of, tenant_of
from domain.tables.ledger import PeriodRow
from domain.tables.periods import ClosingRow, LockRequestRow
from domain.views.access import is_one_person
from domain.views.leaves import leaves
from domain.views.periods import config_of, request_of

_QUEUE = text(
    "SELECT pg_advisory_xact_lock(hashtextextended('period/' || :tenant || '/' || :name, 0))"
)
_ONE_CLOSING_AT_A_TIME = text(
    "SELECT pg_advisory_xact_lock(hashtextextended('closing' || CAST(:tenant AS text), 0))"
)


class EntryAltered(Failed):
    """A stored entry no longer hashes to what was stored with it: the books were tampered with."""

    code = "INTERNAL_ERROR"

    def __init__(self, entry_no: str) -> None:
        super().__init__(f"Entry {entry_no} differs from its audit hash.", entry_no=entry_no)


@dataclass(frozen=True, slots=True)
class Lock:
    """An approved lock: of which period, on which request, by whom and when."""

    period: PeriodName
    request_id: UUID
    by: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class Sealed:
    """A period locked for ever: by whom, when, on which request, with which seal."""

    request: LockRequest
    by: UUID
    at: datetime
    closing: Closing


def soft_lock(session: Session, name: PeriodName, at: datetime) -> Period:
    """Refuse new bookings in a period until it is reopened."""
    before = _claimed(session, name)
    return _kept(session, before, before.soft_locked(actor_of(session).user_id, at), "soft_locked")


def reopen(session: Session, name: PeriodName) -> Period:
    """Take bookings again in a soft-locked period."""
    before = _claimed(session, name)
    return _kept(session, before, before.reopened(), "reopened")


def request_lock(session: Session, name: PeriodName, request_id: UUID, at: datetime) -> LockRequest:
    """Open a lock request; one that has run out of time makes room."""
    _claimed(session, name).check_lockable()
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
    return request


def cancel_lock(session: Session, name: PeriodName, request_id: UUID, at: datetime) -> LockRequest:
    """Withdraw a pending request."""
    request = _request(session, request_id, name)
    return _decided(session, request, request.cancelled(at), at)


def expire_lock(session: Session, request_id: UUID, at: datetime) -> LockRequest:
    """Close a request whose time is over; anything else stays as it is."""
    request = _request(session, request_id)
    after = request.expired(at)
    return request if after is request else _decided(session, request, after, at)


def approve_lock(session: Session, name: PeriodName, request_id: UUID, at: datetime) -> Sealed:
    """Seal and lock a period for ever, as another person than the requester.

    The period row is locked first, so that no posting commits between the last entry that
    the seal covers and the lock itself.
    """
    before = _claimed(session, name)
    request = _request(session, request_id, name)
    actor = actor_of(session)
    approver = Approver(actor.user_id, actor.kind == "person", is_one_person(session))
    approved = request.approved(approver, at)
    lock = Lock(name, request_id, UUID(str(approver.user_id)), at)
    after = before.locked(lock.by, at)
    _decided(session, request, approved, at)
    closing = _sealed(session, lock)
    _kept(session, before, after, "locked", closing_hash=closing.closing_hash)
    return Sealed(approved, lock.by, at, closing)


def _sealed(session: Session, lock: Lock) -> Closing:
    """Compute and store the closing object over all entries of the period."""
    tally = _tallied(session, lock.period)
    used = config_of(session, tally.movements.keys(), tally.tax_codes)
    config = canonical(used).decode()
    last = _last_closing(session)
    head = ClosingHead(
        tenant_id=tenant_of(session),
        closing_seq=last.closing_seq + 1 if last else 1,
        fiscal_year=_span(session, lock.period).fiscal_year,
        period=str(lock.period),
        locked_at=lock.at,
        locked_by=lock.by,
        config_sha256=sha256_hex(config.encode()),
        previous_closing_hash=last.closing_hash if last else GENESIS,
    )
    closing = close(head, tally)
    session.execute(
        insert(ClosingRow).values(
            tenant_id=head.tenant_id,
            closing_seq=head.closing_seq,
            period=head.period,
            request_id=lock.request_id,
            body=dict(closing.body),
            config=config,
            closing_hash=closing.closing_hash,
        )
    )
    return closing


def _last_closing(session: Session) -> ClosingRow | None:
    """The closing that the next one follows; until the commit no other one can be made."""
    session.execute(_ONE_CLOSING_AT_A_TIME, {"tenant": str(tenant_of(session))})
    return session.exec(
        select(ClosingRow)
        .where(ClosingRow.tenant_id == tenant_of(session))
        .order_by(col(ClosingRow.closing_seq).desc())
        .limit(1)
    ).first()


def _tallied(session: Session, name: PeriodName) -> Tally:
    """Sum up the stored entries; each must still hash to what was stored with it."""
    tally = Tally()
    for stored in leaves(session, str(name)):
        leaf = stored.leaf.bytes
        if audit_hash(leaf, stored.prev_hash) != stored.audit_hash:
            raise EntryAltered(stored.entry_no)
        tally.add(stored.leaf, leaf)
    return tally


def _claimed(session: Session, name: PeriodName) -> Period:
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


def _kept(session: Session, before: Period, after: Period, action: str, **facts: object) -> Period:
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
        _requests(session).where(
            LockRequestRow.period == str(name),
            LockRequestRow.status == RequestStatus.PENDING.value,
        )
    ).first()
    return request_of(row) if row else None


def _request(session: Session, request_id: UUID, name: PeriodName | None = None) -> LockRequest:
    row = session.exec(_requests(session).where(LockRequestRow.request_id == request_id)).first()
    if row is None or (name and row.period != str(name)):
        raise LockRequestNotFound(request_id)
    return request_of(row)


def _requests(session: Session) -> SelectOfScalar[LockRequestRow]:
    return (
        select(LockRequestRow)
        .where(LockRequestRow.tenant_id == tenant_of(session))
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _decided(
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
    _record(session, after, before)
    return after


def _record(session: Session, after: LockRequest, before: LockRequest | None) -> None:
    audit.record(
        session,
        f"lock_request.{'requested' if before is None else after.status}",
        "lock_request",
        after.request_id,
        before={"status": before.status.value} if before else None,
        after={"status": after.status.value, "period": after.period},
    )
