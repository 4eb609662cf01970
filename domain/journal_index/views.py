"""Whether what is derived from the journal is the shorter way, or the journal itself."""

from sqlalchemy import text
from sqlmodel import Session

from domain.database.session import tenant_of

_WALK = 16384
"""Entries behind the index that a reader walks; the worker leaves far fewer."""
_LATE = text("""
    SELECT h.last_number - coalesce(i.items_to, 0)
    FROM tenant_head h LEFT JOIN journal_index i ON i.tenant_id = h.tenant_id
    WHERE h.tenant_id = :tenant
""")


def is_indexed(session: Session) -> bool:
    """Whether open items and counts of bookings are derived up to near the journal's end.

    Asked once in a session: a page asks for several things that go by it.
    """
    asked = "is_indexed", tenant_of(session)
    if asked not in session.info:
        late: int = session.execute(_LATE, {"tenant": tenant_of(session)}).scalar_one()
        session.info[asked] = late <= _WALK
    known: bool = session.info[asked]
    return known
