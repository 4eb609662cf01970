"""Reads periods, lock requests and the exported proof of a locked period."""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, func
from sqlmodel import Session, col, select

from domain.errors import Conflict
from domain.periods.closing import leaf_hash
from domain.periods.lock import LockRequest, RequestStatus
from domain.periods.period import PeriodName, PeriodStatus
from domain.tables.bound import tenant_of
from domain.tables.ledger import AccountRow, IntentRow, PeriodRow, TaxCodeRow
from domain.tables.periods import ClosingRow, LockRequestRow
from domain.views.leaves import StoredLeaf, leaves

PROOF = "proof-1"


class PeriodNotLocked(Conflict):
    """Only a locked period has a seal to show."""

    def __init__(self, name: str) -> None:
        super().__init__(f"Period {name} is not locked for good.", period=name)


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
    of_period = and_(
        col(IntentRow.tenant_id) == col(PeriodRow.tenant_id),
        col(IntentRow.period) == col(PeriodRow.name),
    )
    query = (
        select(PeriodRow, func.count(col(IntentRow.intent_id)))
        .join(IntentRow, of_period, isouter=True)
        .where(PeriodRow.tenant_id == tenant_of(session))
        .group_by(col(PeriodRow.tenant_id), col(PeriodRow.name))
        .order_by(col(PeriodRow.last_day).desc(), col(PeriodRow.period_number).desc())
    )
    return [
        PeriodView(
            row.name,
            PeriodStatus(row.status),
            row.period_number,
            count,
            row.locked_by,
            row.locked_at,
        )
        for row, count in session.exec(query)
    ]


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


def request_of(row: LockRequestRow) -> LockRequest:
    """Value of a row."""
    return LockRequest(
        row.request_id,
        row.period,
        row.requested_by,
        row.created_at,
        RequestStatus(row.status),
    )


def closing_of(session: Session, name: PeriodName) -> ClosingRow:
    """The seal of a locked period."""
    closing = session.exec(
        select(ClosingRow).where(
            ClosingRow.tenant_id == tenant_of(session), ClosingRow.period == str(name)
        )
    ).first()
    if closing is None:
        raise PeriodNotLocked(str(name))
    return closing


def proof(session: Session, closing: ClosingRow) -> Iterator[str]:
    """Lines of the proof that `docs/verify_closing.py` checks without the service.

    The head, the chain of closings up to this one, the configuration it names, the entries.
    """
    yield _line(proof=PROOF, tenant=str(closing.tenant_id), period=closing.period)
    chain = (
        select(ClosingRow)
        .where(
            ClosingRow.tenant_id == tenant_of(session),
            ClosingRow.closing_seq <= closing.closing_seq,
        )
        .order_by(col(ClosingRow.closing_seq))
    )
    for row in session.exec(chain):
        yield _line(closing=row.body, closing_hash=row.closing_hash)
    yield _line(config=json.loads(closing.config))
    for leaf in leaves(session, closing.period):
        yield _line(**_entry(leaf))


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


def _entry(stored: StoredLeaf) -> dict[str, object]:
    return {
        "entry": stored.leaf.value,
        "leaf_hash": leaf_hash(stored.leaf.bytes).hex(),
        "prev_hash": stored.prev_hash,
        "audit_hash": stored.audit_hash,
        "salt": stored.text_salt,
        "text": stored.text,
    }


def _line(**value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True) + "\n"
