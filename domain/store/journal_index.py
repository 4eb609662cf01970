"""Keeps what is derived from the journal for its readers: the index of tokens, roll-ups by day.

It follows the journal at a distance, in transactions of its own, so that posting pays nothing
for it. Whoever reads takes what is indexed from here and walks the few entries after it.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, text
from sqlmodel import Session

from domain.access.actor import Actor
from domain.ledger.tokens import tokens_of
from domain.store.transaction import transaction
from domain.tables.bound import tenant_of

STEP = 1024
"""Entries that a journal may grow by before they are indexed."""
SEGMENT = 16384
_SYSTEM = Actor.system("workflow")

_BEHIND = text("SELECT journals_behind(:entries)")
_BEGIN = text(
    "INSERT INTO journal_index (tenant_id, last_number) VALUES (:tenant, 0) ON CONFLICT DO NOTHING"
)
_POSITION = text(
    "SELECT last_number FROM journal_index WHERE tenant_id = :tenant FOR UPDATE SKIP LOCKED"
)
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
_ADVANCE = text("UPDATE journal_index SET last_number = :last WHERE tenant_id = :tenant")
_FORGET = tuple(
    text(f"DELETE FROM {table} WHERE tenant_id = :tenant")  # noqa: S608 - our own names
    for table in ("journal_token", "account_day", "journal_index")
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
    with transaction(bind, tenant_id, _SYSTEM) as session:
        session.execute(_BEGIN, {"tenant": tenant_id})
        last = session.execute(_POSITION, {"tenant": tenant_id}).scalar()
        return 0 if last is None else _index(session, last + 1)


def rebuild(bind: Engine, tenant_id: UUID) -> None:
    """Forget what was derived from a journal and derive it again; readers walk meanwhile."""
    with transaction(bind, tenant_id, _SYSTEM) as session:
        for forget in _FORGET:
            session.execute(forget, {"tenant": tenant_id})
    while catch_up(bind, tenant_id):
        pass


def _index(session: Session, first: int) -> int:
    """Index entries from a number on, as far as its segment goes."""
    segment = first // SEGMENT
    wanted = {"tenant": tenant_of(session), "first": first, "last": (segment + 1) * SEGMENT - 1}
    rows = session.execute(_ENTRIES, wanted).all()
    if not rows:
        return 0
    wanted["last"] = rows[-1][0]
    bits = _bits(rows, last=rows[-1][0], width=len(rows))
    session.execute(
        _SET_BITS,
        {
            "tenant": wanted["tenant"],
            "segment": segment,
            "skip": (segment + 1) * SEGMENT - 1 - rows[-1][0],
            "tokens": list(bits),
            "bits": list(bits.values()),
        },
    )
    session.execute(_ADD_DAYS, wanted)
    session.execute(_ADVANCE, wanted)
    return len(rows)


def _bits(rows: Sequence[Any], *, last: int, width: int) -> Mapping[str, str]:
    """For each token one bit a row in hexadecimal, the newest row leftmost."""
    found: dict[str, bytearray] = defaultdict(lambda: bytearray((width + 7) // 8))
    for number, description, reference, debit, credit, day in rows:
        at = last - number
        byte, mask = at >> 3, 0x80 >> (at & 7)
        for token in tokens_of((description, reference), (debit, credit), day):
            found[token][byte] |= mask
    return {token: f"x{each.hex()}" for token, each in sorted(found.items())}
