"""Reads who has a second factor."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from domain.access.rows import RecoveryCodeRow, SecondFactorRow
from domain.access.second_factor import SecondFactor
from domain.database.session import tenant_of


@dataclass(frozen=True, slots=True)
class State:
    """What a person is told of their own: since when it counts, and how many codes are left."""

    is_on: bool
    since: datetime | None
    recovery_codes_left: int


def held(session: Session, user_id: UUID) -> SecondFactor | None:
    """What a person has, counting or waiting for its first code."""
    row = session.exec(
        select(SecondFactorRow).where(
            SecondFactorRow.tenant_id == tenant_of(session),
            SecondFactorRow.user_id == user_id,
            col(SecondFactorRow.ended_at).is_(None),
        )
    ).one_or_none()
    if row is None or row.sealed is None:
        return None
    return SecondFactor(row.id, row.sealed, row.created_at, row.confirmed_at)


def counting(session: Session, user_id: UUID) -> SecondFactor | None:
    """The second factor that a person is asked for, if there is one."""
    found = held(session, user_id)
    return found if found and found.confirmed_at else None


def state(session: Session, user_id: UUID) -> State:
    """What a person is told of their own."""
    found = counting(session, user_id)
    if found is None:
        return State(is_on=False, since=None, recovery_codes_left=0)
    left = session.exec(
        select(func.count())
        .select_from(RecoveryCodeRow)
        .where(
            RecoveryCodeRow.tenant_id == tenant_of(session),
            RecoveryCodeRow.factor_id == found.id,
            col(RecoveryCodeRow.used_at).is_(None),
        )
    ).one()
    return State(is_on=True, since=found.confirmed_at, recovery_codes_left=left)


def who(session: Session) -> set[UUID]:
    """Ids of all people of the tenant who have one that counts."""
    query = select(SecondFactorRow.user_id).where(
        SecondFactorRow.tenant_id == tenant_of(session),
        col(SecondFactorRow.ended_at).is_(None),
        col(SecondFactorRow.confirmed_at).is_not(None),
    )
    return set(session.exec(query))
