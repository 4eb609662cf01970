"""Seals a period: sums up its entries, and stores the closing that proves them (PROVEN)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from domain.canonical import canonical
from domain.database.session import tenant_of
from domain.errors import Failed
from domain.ids import sha256_hex
from domain.ledger.leaf_views import leaves
from domain.periods.closing import GENESIS, Closing, ClosingHead, Tally, close
from domain.periods.period import PeriodName
from domain.periods.period_views import config_of
from domain.periods.rows import ClosingRow

_ONE_CLOSING_AT_A_TIME = text(
    "SELECT pg_advisory_xact_lock(hashtextextended('closing' || CAST(:tenant AS text), 0))"
)


class EntryAltered(Failed):
    """A stored entry no longer hashes to what was stored with it: the books were tampered with."""

    code = "INTERNAL_ERROR"

    def __init__(self, entry_no: str) -> None:
        super().__init__(f"Entry {entry_no} differs from its audit hash.", entry_no=entry_no)


class EntryMissing(Failed):
    """The entry before a stored one is not the one that it followed: the books were tampered."""

    code = "INTERNAL_ERROR"

    def __init__(self, entry_no: str) -> None:
        super().__init__(f"Entry {entry_no} does not follow the one before.", entry_no=entry_no)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """An approved lock: of which period, on which request, by whom and when."""

    period: PeriodName
    fiscal_year: int
    request_id: UUID
    by: UUID
    at: datetime


def tallied(session: Session, name: PeriodName, tally: Tally | None = None) -> Tally:
    """Sum up the stored entries of a period, or add to a sum what was stored since.

    Numbers are given under the lock of the tenant's head until the commit, so whatever is
    seen later has a higher number than all that was seen before. Raises EntryAltered and
    EntryMissing.
    """
    tally = tally or Tally()
    for stored in leaves(session, str(name), after=tally.last_number):
        if not stored.is_valid:
            raise EntryAltered(stored.entry_no)
        if not stored.is_chained:
            raise EntryMissing(stored.entry_no)
        tally.add(stored.leaf, stored.canonical)
    return tally


def sealed(session: Session, lock: Lock, tally: Tally) -> Closing:
    """Compute and store the closing object over all entries of a locked period."""
    used = config_of(session, tally.movements.keys(), tally.tax_codes)
    config = canonical(used).decode()
    closing = close(_head(session, lock, config), tally)
    session.execute(
        insert(ClosingRow).values(
            tenant_id=tenant_of(session),
            closing_seq=int(str(closing.body["closing_seq"])),
            period=str(lock.period),
            request_id=lock.request_id,
            body=dict(closing.body),
            config=config,
            closing_hash=closing.closing_hash,
            blocks=b"".join(tally.tree.blocks),
        )
    )
    return closing


def _head(session: Session, lock: Lock, config: str) -> ClosingHead:
    last = _last_closing(session)
    return ClosingHead(
        tenant_id=tenant_of(session),
        closing_seq=last.closing_seq + 1 if last else 1,
        fiscal_year=lock.fiscal_year,
        period=str(lock.period),
        locked_at=lock.at,
        locked_by=lock.by,
        config_sha256=sha256_hex(config.encode()),
        previous_closing_hash=last.closing_hash if last else GENESIS,
    )


def _last_closing(session: Session) -> ClosingRow | None:
    """The closing that the next one follows; until the commit no other one can be made."""
    session.execute(_ONE_CLOSING_AT_A_TIME, {"tenant": str(tenant_of(session))})
    return session.exec(
        select(ClosingRow)
        .where(ClosingRow.tenant_id == tenant_of(session))
        .order_by(col(ClosingRow.closing_seq).desc())
        .limit(1)
    ).first()
