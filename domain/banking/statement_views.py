"""Reads whether the statements of an account are complete."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlmodel import Session, col, select

from domain.banking import gap_views
from domain.banking.continuity import Gap
from domain.banking.rows import BankStatementRow
from domain.database.session import tenant_of


@dataclass(frozen=True, slots=True)
class LastStatement:
    """The statement that ends last, and what it ends with."""

    name: str
    last_day: date
    closing: Decimal | None
    currency: str | None


@dataclass(frozen=True, slots=True)
class Continuity:
    """Whether statements follow one another to the cent."""

    last_statement: LastStatement | None
    gaps: tuple[Gap, ...]


def continuity(session: Session, bank_account_id: UUID) -> Continuity:
    """The last statement of an account, and where one does not follow the other."""
    found = session.exec(
        select(BankStatementRow)
        .where(
            BankStatementRow.tenant_id == tenant_of(session),
            BankStatementRow.bank_account_id == bank_account_id,
            BankStatementRow.kind == "statement",
            col(BankStatementRow.last_day).is_not(None),
        )
        .order_by(
            col(BankStatementRow.last_day).desc(),
            col(BankStatementRow.created_at).desc(),
            col(BankStatementRow.ordinal).desc(),
        )
        .limit(1)
    ).first()
    last = (
        LastStatement(found.name, found.last_day, found.closing, found.currency)
        if found and found.last_day
        else None
    )
    return Continuity(last, gaps_of(session, bank_account_id))


def gaps_of(session: Session, bank_account_id: UUID) -> tuple[Gap, ...]:
    """Where one statement of an account does not follow the other."""
    (found,) = gap_views.gaps(session, account_id=bank_account_id) or (None,)
    return found.gaps if found else ()
