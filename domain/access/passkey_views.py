"""Reads passkeys, before a tenant is known and after."""

from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import Engine, text
from sqlmodel import Session, col, select

from domain.access.passkey import MOST, Passkey
from domain.access.rows import PasskeyRow
from domain.database.session import tenant_of

_FIND = text("SELECT * FROM find_passkey(:credential)")


@dataclass(frozen=True, slots=True)
class Found:
    """Whose passkey it is, and what its answers are held against."""

    tenant_id: UUID
    user_id: UUID
    id: UUID
    email: str
    public_key: bytes = field(repr=False)
    sign_count: int


def found(bind: Engine, credential_id: bytes) -> Found | None:
    """A passkey that was not removed, of a person who is admitted."""
    with bind.connect() as connection:
        row = connection.execute(_FIND, {"credential": credential_id}).one_or_none()
    return None if row is None else Found(
        row.tenant_id, row.user_id, row.id, row.email, bytes(row.public_key), row.sign_count
    )  # fmt: skip


def held(session: Session, user_id: UUID) -> list[Passkey]:
    """Passkeys of a person, the oldest first."""
    rows = session.exec(
        select(PasskeyRow)
        .where(
            PasskeyRow.tenant_id == tenant_of(session),
            PasskeyRow.user_id == user_id,
            col(PasskeyRow.removed_at).is_(None),
        )
        .order_by(col(PasskeyRow.created_at), col(PasskeyRow.id))
        .limit(MOST)
    )
    return [
        Passkey(row.id, row.name, row.created_at, row.last_used_at, row.credential_id)
        for row in rows
    ]


def who(session: Session) -> set[UUID]:
    """Ids of all people of the tenant who have one."""
    query = select(PasskeyRow.user_id).where(
        PasskeyRow.tenant_id == tenant_of(session), col(PasskeyRow.removed_at).is_(None)
    )
    return set(session.exec(query))
