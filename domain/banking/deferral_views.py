"""Reads what was put aside of what is missing between statements."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session, select

from domain.banking.continuity import Gap
from domain.banking.rows import StatementDeferralRow
from domain.database.session import tenant_of


@dataclass(frozen=True, slots=True)
class Deferral:
    """Gaps that nobody is reminded of, for good or until a day.

    `gaps` are the very ones that were put aside, as `kept` writes them: another one, or one that
    has grown, is told.
    """

    gaps: list[list[str | None]]
    until: date | None
    reason: str
    deferred_by: UUID | None
    deferred_at: datetime

    def left_of(self, gaps: Iterable[Gap], today: date) -> tuple[Gap, ...]:
        """The gaps to remind of: all that are others, and every one once the day has come."""
        is_over = self.until is not None and today >= self.until
        return tuple(each for each in gaps if is_over or kept(each) not in self.gaps)


def kept(gap: Gap) -> list[str | None]:
    """What tells a gap from each other one: its statements, its amount and its days."""
    amount = None if gap.amount is None else f"{gap.amount:f}"
    return [gap.before, gap.after, amount, gap.first_day.isoformat(), gap.last_day.isoformat()]


def deferrals(session: Session) -> dict[UUID, Deferral]:
    """What was put aside, by bank account."""
    rows = session.exec(
        select(StatementDeferralRow).where(StatementDeferralRow.tenant_id == tenant_of(session))
    )
    return {
        row.bank_account_id: Deferral(*(getattr(row, name) for name in Deferral.__slots__))
        for row in rows
    }
