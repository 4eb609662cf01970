"""Whose inbound address a mail is sent to, asked before the tenant is known."""

from uuid import UUID

from sqlalchemy import Engine, text

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
