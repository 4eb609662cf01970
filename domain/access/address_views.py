"""Whose inbound address a mail is sent to, asked before the tenant is known."""

from uuid import UUID

from sqlalchemy import Engine, text
from sqlmodel import Session, select

from domain.access.rows import TenantRow
from domain.database.session import tenant_of

_FIND = text("SELECT find_inbox(:local_part)")


def owner_of(bind: Engine, local_part: str) -> UUID | None:
    """Tenant of an address, or of the address before a plus; None where nobody lives."""
    names = dict.fromkeys((local_part.lower(), local_part.lower().partition("+")[0]))
    with bind.connect() as connection:
        for name in names:
            found: UUID | None = connection.execute(_FIND, {"local_part": name}).scalar_one()
            if found is not None:
                return found
    return None


def local_part_of(session: Session) -> str:
    """What stands before the @ in the tenant's inbound address."""
    return session.exec(
        select(TenantRow.inbox_address).where(TenantRow.id == tenant_of(session))
    ).one()
