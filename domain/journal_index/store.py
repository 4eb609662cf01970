"""Keeps what is derived from the journal for its readers.

That is the index of tokens, roll-ups by day, when each open item was open, and how many bookings
a period has. It follows the journal at a distance, in transactions of its own, so that posting
pays nothing for it. Whoever reads takes what is indexed from here and walks the few entries
after it.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, text
from sqlmodel import Session

from domain.actor import Actor
from domain.database.session import tenant_of, write_session
from domain.journal_index.search_tokens import tokens_of

STEP = 1024
"""Entries that a journal may grow by before they are indexed."""
SEGMENT = 16384
_SYSTEM = Actor.system("workflow")

_BEHIND = text("SELECT journals_behind(:entries)")
_BEGIN = text(
    "INSERT INTO journal_index (tenant_id, last_number) VALUES (:tenant, 0) ON CONFLICT DO NOTHING"
)
_CLAIM = "SELECT last_number, items_to FROM journal_index WHERE tenant_id = :tenant FOR UPDATE"
_POSITION = text(f"{_CLAIM} SKIP LOCKED")
_ALONE = text(_CLAIM)
_ENTRIES = text(
    "SELECT e.journal_number, lower(i.description), lower(i.external_reference),"
    " e.debit_account, e.credit_account, e.booking_date"
    " FROM journal_entry e JOIN intent i USING (tenant_id, intent_id)"
    " WHERE e.tenant_id = :tenant AND e.journal_number BETWEEN :first AND :last"
    " ORDER BY e.journal_number"
)
_SET_BITS = text(
    "INSERT INTO journal_token AS known (tenant_id, token, segment, entries)"
    " SELECT :tenant, x.token, :segment, CAST(CAST(x.bits AS bit varying) AS bit(16384)) >> :skip"
    " FROM unnest(CAST(:tokens AS text[]), CAST(:bits AS text[])) AS x (token, bits)"
    " ON CONFLICT ON CONSTRAINT pk_journal_token"
    " DO UPDATE SET entries = known.entries | excluded.entries"
)
_ADD_DAYS = text(
    "INSERT INTO account_day AS known (tenant_id, account, day, debit, credit)"
    " SELECT :tenant, m.account, e.booking_date, sum(m.debit), sum(m.credit)"
    " FROM journal_entry e CROSS JOIN LATERAL"
    " (VALUES (e.debit_account, e.amount, 0), (e.credit_account, 0, e.amount))"
    " AS m (account, debit, credit)"
    " WHERE e.tenant_id = :tenant AND e.journal_number BETWEEN :first AND :last"
    " GROUP BY m.account, e.booking_date"
    " ON CONFLICT ON CONSTRAINT pk_account_day DO UPDATE"
    " SET debit = known.debit + excluded.debit, credit = known.credit + excluded.credit"
)
# Looked up one by one, the rows around a segment cost the same in a journal of any length; OFFSET 0
# and a new plan keep it so where the planner knows nothing yet of tables that grew just now.
_ONE_BY_ONE = text(
    "SELECT set_config('enable_hashjoin', 'off', true),"
    " set_config('enable_mergejoin', 'off', true), set_config('enable_seqscan', 'off', true),"
    " set_config('plan_cache_mode', 'force_custom_plan', true)"
)
# Of an item all that is known counts, even what is booked behind the last entry: it only grows.
_SPAN_ITEMS = text(
    "INSERT INTO item_span AS known"
    " (tenant_id, open_item_id, first_day, last_day, first_number, last_number)"
    " SELECT :tenant, o.open_item_id, min(t.day),"
    "  CASE WHEN sum(t.rest) = 0 THEN max(t.day) ELSE 'infinity' END,"
    "  min(n.number), max(n.number)"
    " FROM (SELECT DISTINCT m.open_item_id FROM journal_entry e"
    "       CROSS JOIN LATERAL ("
    "        (SELECT o.open_item_id FROM open_item o"
    "         WHERE o.tenant_id = :tenant AND o.intent_id = e.intent_id OFFSET 0)"
    "        UNION ALL"
    "        (SELECT s.open_item_id FROM settlement s"
    "         WHERE s.tenant_id = :tenant AND s.intent_id = e.intent_id OFFSET 0)) m"
    "       WHERE e.tenant_id = :tenant AND e.journal_number BETWEEN :first AND :last) moved"
    " CROSS JOIN LATERAL ("
    "  SELECT * FROM open_item i"
    "  WHERE i.tenant_id = :tenant AND i.open_item_id = moved.open_item_id OFFSET 0) o"
    " CROSS JOIN LATERAL ("
    "  SELECT o.intent_id, o.booking_date AS day, o.amount AS rest"
    "  UNION ALL"
    "  (SELECT s.intent_id, s.settled_on, -s.amount FROM settlement s"
    "   WHERE s.tenant_id = :tenant AND s.open_item_id = o.open_item_id OFFSET 0)) t"
    " CROSS JOIN LATERAL ("
    "  SELECT max(x.journal_number) AS number FROM ("
    "   SELECT e.journal_number FROM journal_entry e"
    "   WHERE e.tenant_id = :tenant AND e.intent_id = t.intent_id OFFSET 0) x) n"
    " GROUP BY o.open_item_id"
    " ON CONFLICT ON CONSTRAINT pk_item_span DO UPDATE"
    " SET first_day = excluded.first_day, last_day = excluded.last_day,"
    "  first_number = excluded.first_number, last_number = excluded.last_number"
)
# The rows of an intent lie side by side: it counts where its last one is.
_COUNT_BOOKINGS = text(
    "INSERT INTO period_count AS known (tenant_id, period, bookings)"
    " SELECT :tenant, e.period, count(*)"
    " FROM (SELECT period, intent_id, journal_number,"
    "        lead(intent_id) OVER (ORDER BY journal_number) AS behind FROM journal_entry"
    "       WHERE tenant_id = :tenant AND journal_number BETWEEN :first AND :last + 1) e"
    " WHERE e.journal_number <= :last AND e.behind IS DISTINCT FROM e.intent_id"
    " GROUP BY e.period"
    " ON CONFLICT ON CONSTRAINT pk_period_count DO UPDATE"
    " SET bookings = known.bookings + excluded.bookings"
)
_ADVANCE = text(
    "UPDATE journal_index SET last_number = :last, items_to = :items_to WHERE tenant_id = :tenant"
)
_FORGET = tuple(
    text(f"DELETE FROM {table} WHERE tenant_id = :tenant")  # noqa: S608 - our own names
    for table in ("journal_token", "account_day", "item_span", "period_count", "journal_index")
)


def behind(bind: Engine, entries: int = STEP) -> list[UUID]:
    """Tenants whose journal has that many entries which are not indexed, the least first."""
    with bind.connect() as connection:
        return list(connection.execute(_BEHIND, {"entries": entries}).scalars())


def catch_up(bind: Engine, tenant_id: UUID) -> int:
    """Index one segment's worth of a journal and return how many entries that were.

    None were left, or somebody else is at it, when it returns 0. Cut off halfway it has done
    nothing, and two at once do it once.
    """
    with write_session(bind, tenant_id, _SYSTEM) as session:
        session.execute(_BEGIN, {"tenant": tenant_id})
        position = session.execute(_POSITION, {"tenant": tenant_id}).one_or_none()
        if position is None:
            return 0
        last, entries = _index_entries(session, position.last_number + 1)
        items_to, items = _index_items(session, position.items_to + 1, last)
        if entries or items:
            reached = {"tenant": tenant_id, "last": last, "items_to": items_to}
            session.execute(_ADVANCE, reached)
        return max(entries, items)


def rebuild(bind: Engine, tenant_id: UUID) -> None:
    """Forget what was derived from a journal and derive it again; readers walk meanwhile.

    Whoever is at it ends first: what it stores later would be kept, and counted again.
    """
    with write_session(bind, tenant_id, _SYSTEM) as session:
        for statement in (_BEGIN, _ALONE, *_FORGET):
            session.execute(statement, {"tenant": tenant_id})
    while catch_up(bind, tenant_id):
        pass


def _index_entries(session: Session, first: int) -> tuple[int, int]:
    """Index entries from a number on, as far as its segment goes: the last, and how many."""
    segment = first // SEGMENT
    end = (segment + 1) * SEGMENT - 1
    wanted = {"tenant": tenant_of(session), "first": first, "last": end}
    rows = session.execute(_ENTRIES, wanted).all()
    if not rows:
        return first - 1, 0
    last: int = rows[-1][0]
    bits = _bits(rows, last=last, width=len(rows))
    session.execute(
        _SET_BITS,
        {
            "tenant": wanted["tenant"],
            "segment": segment,
            "skip": end - last,
            "tokens": list(bits),
            "bits": list(bits.values()),
        },
    )
    session.execute(_ADD_DAYS, {**wanted, "last": last})
    return last, len(rows)


def _index_items(session: Session, first: int, last: int) -> tuple[int, int]:
    """Index what a segment's worth of entries did to items and counts; they may lie behind."""
    last = min(last, first + SEGMENT - 1)
    if last < first:
        return last, 0
    wanted = {"tenant": tenant_of(session), "first": first, "last": last}
    for statement in (_ONE_BY_ONE, _SPAN_ITEMS, _COUNT_BOOKINGS):
        session.execute(statement, wanted)
    return last, last - first + 1


def _bits(rows: Sequence[Any], *, last: int, width: int) -> Mapping[str, str]:
    """For each token one bit a row in hexadecimal, the newest row leftmost."""
    found: dict[str, bytearray] = defaultdict(lambda: bytearray((width + 7) // 8))
    for number, description, reference, debit, credit, day in rows:
        at = last - number
        byte, mask = at >> 3, 0x80 >> (at & 7)
        for token in tokens_of((description, reference), (debit, credit), day):
            found[token][byte] |= mask
    return {token: f"x{each.hex()}" for token, each in sorted(found.items())}
