"""What is derived from the journal, and whether that is the shorter way, or the journal itself."""

from typing import Any

from sqlalchemy import Uuid, column, func, not_, select, text, union, union_all
from sqlmodel import Session

from domain.database.session import tenant_of

_WALK = 16384
"""Entries behind the index that a reader walks; the worker leaves far fewer."""
_FEW = 2000
"""So many items are looked at one by one sooner than all that are open are listed."""
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


def maybe_open(*those: Any) -> Any:
    """Items of which something may be left, as a table of `id`. For books that are indexed.

    `those` are queries of the ids of all items that are asked for, paid or not: where they are
    few, they are the table, and nothing is listed that nobody asks for.
    """
    listed = func.items_maybe_open(None, None).table_valued(column("id", Uuid), name="maybe")
    everything = listed.render_derived()
    if not those:
        return everything
    some = union_all(*(select(each.limit(_FEW).subquery()) for each in those)).subquery()
    few = select((func.count() < _FEW).label("are")).select_from(some).cte("few")
    are_few = select(few.c.are).scalar_subquery()
    known = union(*those).subquery()
    return union_all(
        select(known.c.id).where(are_few), select(everything.c.id).where(not_(are_few))
    ).subquery("maybe")
