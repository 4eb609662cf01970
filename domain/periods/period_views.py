"""Reads periods, lock requests, and what a closing says of the chart."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy
from sqlalchemy import ARRAY, ColumnElement, Text, func, text
from sqlmodel import Session, col, select

from domain.database.plain import TENANT
from domain.database.session import tenant_of
from domain.journal_index.views import is_indexed
from domain.ledger.rows import AccountRow, PeriodRow, TaxCodeRow
from domain.periods.lock import LockRequest, RequestStatus
from domain.periods.period import PeriodName, PeriodStatus
from domain.periods.rows import LockRequestRow

_COUNTED = text("SELECT period, bookings FROM bookings_counted()")
_COUNT = text("SELECT period, count(*) FROM intent WHERE tenant_id = :tenant GROUP BY period")


@dataclass(frozen=True, slots=True)
class PeriodView:
    """One period as a list shows it."""

    period: str
    status: PeriodStatus
    period_number: int
    booking_count: int
    locked_by: UUID | None
    locked_at: datetime | None


def periods(session: Session) -> list[PeriodView]:
    """All periods that have been used, newest first."""
    counted = session.execute(
        _COUNTED if is_indexed(session) else _COUNT, {"tenant": tenant_of(session)}
    )
    bookings: dict[str, int] = dict(counted.all())
    rows = session.exec(
        select(PeriodRow)
        .where(PeriodRow.tenant_id == tenant_of(session))
        .order_by(col(PeriodRow.last_day).desc(), col(PeriodRow.period_number).desc())
    )
    return [
        PeriodView(
            row.name,
            PeriodStatus(row.status),
            row.period_number,
            bookings.get(row.name, 0),
            row.locked_by,
            row.locked_at,
        )
        for row in rows
    ]


def closed_months() -> ColumnElement[Any]:
    """Periods that take no bookings, whether for now or for good, as a column of a statement."""
    row = PeriodRow
    names = sqlalchemy.select(col(row.name)).where(
        col(row.tenant_id) == TENANT, col(row.status) != PeriodStatus.OPEN.value
    )
    return func.array(names.scalar_subquery(), type_=ARRAY(Text()))


def closed_now(session: Session) -> frozenset[str]:
    """The same, asked by itself."""
    asked = sqlalchemy.select(closed_months())
    return frozenset(session.execute(asked, {"tenant": tenant_of(session)}).scalar_one())


def pending_request(session: Session, name: PeriodName, now: datetime) -> LockRequest | None:
    """The request that waits for a second person, if its time is not over."""
    row = session.exec(
        select(LockRequestRow).where(
            LockRequestRow.tenant_id == tenant_of(session),
            LockRequestRow.period == str(name),
            LockRequestRow.status == RequestStatus.PENDING.value,
        )
    ).first()
    request = request_of(row) if row else None
    return request if request and request.is_pending(now) else None


def requester_of(session: Session, request_id: UUID) -> UUID | None:
    """Who asked for a lock."""
    row = session.get(LockRequestRow, (tenant_of(session), request_id))
    return row.requested_by if row else None


def waiting_periods(session: Session, now: datetime) -> frozenset[str]:
    """Periods whose lock was asked for, and that wait for a second person."""
    rows = session.exec(
        select(LockRequestRow).where(
            LockRequestRow.tenant_id == tenant_of(session),
            LockRequestRow.status == RequestStatus.PENDING.value,
        )
    )
    return frozenset(row.period for row in rows if request_of(row).is_pending(now))


def request_of(row: LockRequestRow) -> LockRequest:
    """Value of a row."""
    return LockRequest(
        row.request_id,
        row.period,
        row.requested_by,
        row.created_at,
        RequestStatus(row.status),
    )


def config_of(
    session: Session, numbers: Collection[str], codes: Collection[str]
) -> dict[str, object]:
    """Accounts and tax codes as they are now, as far as a period's entries use them."""
    accounts = session.exec(
        select(AccountRow)
        .where(AccountRow.tenant_id == tenant_of(session), col(AccountRow.number).in_(numbers))
        .order_by(col(AccountRow.number))
    )
    tax_codes = session.exec(
        select(TaxCodeRow)
        .where(TaxCodeRow.tenant_id == tenant_of(session), col(TaxCodeRow.code).in_(codes))
        .order_by(col(TaxCodeRow.code))
    )
    return {
        "v": "config-1",
        "accounts": [_account(row) for row in accounts],
        "tax_codes": [_tax_code(row) for row in tax_codes],
    }


def _account(row: AccountRow) -> dict[str, object]:
    return {
        "number": row.number,
        "name": row.name,
        "type": row.type,
        "report_group": row.report_group,
        "statement_group": row.statement_group,
    }


def _tax_code(row: TaxCodeRow) -> dict[str, object]:
    return {
        "code": row.code,
        "kind": row.kind,
        "direction": row.direction,
        "rate": None if row.rate is None else f"{row.rate:f}",
        "vat_account": row.vat_account,
        "self_assess_account": row.self_assess_account,
    }
