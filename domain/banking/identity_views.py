"""Reads what an account has as evidence: its statements, days and entries."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from domain.banking import gap_views
from domain.banking.continuity import Balances, Gap, neighbours
from domain.banking.identity import BalanceLine, Evidence, Extent, StoredEntry
from domain.banking.spool import fingerprint
from domain.database.session import tenant_of
from domain.formats.statement import ReferenceKind, References

_BATCH = 5000

_ENTRIES = """
SELECT coalesce(entry_id, id), min(tx_date), sum(amount), min(reference),
       min(servicer_reference), min(swift_reference), min(unique_reference),
       min(entry_reference), min(statement_id::text)::uuid
FROM bank_transaction
WHERE tenant_id = :tenant AND bank_account_id = :account AND {where}
GROUP BY coalesce(entry_id, id)
"""
_ON_DAYS = "tx_date BETWEEN :first AND :last AND is_announced = :announced"
_EDGES = "tx_date IN (:first, :last) AND NOT is_announced"
_NAMED = "is_announced = :announced AND {column} = ANY(:values)"
_KINDS = (
    (ReferenceKind.SERVICER, "servicer_reference"),
    (ReferenceKind.SWIFT, "swift_reference"),
    (ReferenceKind.UNIQUE, "unique_reference"),
    (ReferenceKind.ENTRY, "entry_reference"),
)
COLUMN_OF = dict(_KINDS)
"""Column of each kind of reference."""

_STATEMENTS = text("""
SELECT id, name, opening, closing, first_day, last_day, entries, digest, is_closed, currency
FROM bank_statement
WHERE tenant_id = :tenant AND bank_account_id = :account AND kind = 'statement'
  AND first_day IS NOT NULL AND id <> :without
ORDER BY last_day, created_at, ordinal, id
""")
_SPAN = text("""
SELECT min(tx_date), max(tx_date) FROM bank_transaction
WHERE tenant_id = :tenant AND bank_account_id = :account AND NOT is_announced
  AND statement_id IS DISTINCT FROM :without
""")
_HAS_MOVED = text("""
SELECT EXISTS (SELECT 1 FROM bank_transaction
WHERE tenant_id = :tenant AND bank_account_id = :account AND NOT is_announced
  AND tx_date > :first AND tx_date < :last AND statement_id IS DISTINCT FROM :without)
""")
_OVERLAPS = text("""
SELECT entry_id, statement_id FROM bank_statement_overlap
WHERE tenant_id = :tenant AND entry_id = ANY(:entries)
""")
_HAS_ANNOUNCED = text("""
SELECT EXISTS (SELECT 1 FROM bank_transaction
               WHERE tenant_id = :tenant AND bank_account_id = :account AND is_announced)
""")


class AccountEvidence:
    """The evidence of one account, but for that of one statement, which is being imported."""

    def __init__(self, session: Session, bank_account_id: UUID, without: UUID) -> None:
        self._session = session
        self._of = {
            "tenant": tenant_of(session),
            "account": bank_account_id,
            "without": without,
        }
        self._rows = session.execute(_STATEMENTS, self._of).all()

    def statements(self) -> list[Extent]:
        """The statements that have entries."""
        return [Extent(*row[:-1]) for row in self._rows if row.entries]

    def balances(self) -> list[Balances]:
        """All statements, for their balances."""
        return [
            Balances(row.name, row.opening, row.closing, row.first_day, row.last_day, row.currency)
            for row in self._rows
        ]

    def line(self, extent: Extent) -> BalanceLine:
        """What places a statement."""
        first, last = self._session.execute(_SPAN, self._of).one()
        days = {"first": extent.first_day, "last": extent.last_day}
        return BalanceLine(
            statements=self.statements(),
            first_day=first,
            last_day=last,
            border=self._others(_EDGES, **days),
            moved_between=self._has_moved,
        )

    def gaps(self, *more: Balances) -> tuple[Gap, ...]:
        """Gaps between all statements, and some that are not stored yet."""
        account, without = self._of["account"], self._of["without"]
        pairs = [*neighbours([*self.balances(), *more])]
        sums = gap_views.moved(self._session, {account: pairs}, without)
        return gap_views.found_in(account, pairs, sums)

    def on_days(self, first: date, last: date) -> list[StoredEntry]:
        """Entries of a stretch of days, the statement's own among them."""
        return self._entries(_ON_DAYS, first=first, last=last, announced=False)

    def named(
        self, entries: Sequence[Evidence], *, announced: bool = False
    ) -> Iterator[StoredEntry]:
        """Entries that bear a reference of these, on whichever day."""
        said: dict[ReferenceKind, list[str]] = {kind: [] for kind, _ in _KINDS}
        for entry in entries:
            for kind, value in entry.references:
                said[kind].append(value)
                if len(said[kind]) == _BATCH:
                    yield from self._bearing(kind, said[kind], announced=announced)
                    said[kind] = []
        for kind, values in said.items():
            if values:
                yield from self._bearing(kind, values, announced=announced)

    def _bearing(
        self, kind: ReferenceKind, values: Sequence[str], *, announced: bool
    ) -> list[StoredEntry]:
        where = _NAMED.format(column=COLUMN_OF[kind])
        return self._entries(where, values=values, announced=announced)

    @property
    def has_announced(self) -> bool:
        """Whether interim reports or advices have brought something that still waits."""
        return bool(self._session.execute(_HAS_ANNOUNCED, self._of).scalar())

    def announced(self, first: date, last: date) -> list[StoredEntry]:
        """Entries of interim reports that no statement has had yet."""
        if not self.has_announced:
            return []
        return self._entries(_ON_DAYS, first=first, last=last, announced=True)

    def _has_moved(self, after: date, before: date) -> bool:
        asked = {**self._of, "first": after, "last": before}
        return bool(self._session.execute(_HAS_MOVED, asked).scalar())

    def _others(self, where: str, **values: object) -> list[StoredEntry]:
        return self._entries(where + " AND statement_id IS DISTINCT FROM :without", **values)

    def _entries(self, where: str, **values: object) -> list[StoredEntry]:
        query = text(_ENTRIES.format(where=where))
        rows = self._session.execute(query, {**self._of, **values}).all()
        held = self._held([row[0] for row in rows])
        return [_stored(tuple(row), held[row[0]]) for row in rows]

    def _held(self, entries: Collection[UUID]) -> dict[UUID, set[UUID]]:
        """Further statements that hold these entries."""
        held: dict[UUID, set[UUID]] = defaultdict(set)
        if entries:
            asked = {"tenant": self._of["tenant"], "entries": list(entries)}
            for entry_id, statement_id in self._session.execute(_OVERLAPS, asked):
                held[entry_id].add(statement_id)
        return held


def _stored(row: Sequence[Any], held: set[UUID]) -> StoredEntry:
    entry_id, day, amount, words, *values = row
    statement_id = values.pop()
    references: References = tuple(
        (kind, value) for (kind, _), value in zip(_KINDS, values, strict=True) if value
    )
    statements = held | ({statement_id} if statement_id else set())
    evidence = Evidence(day, amount, references, fingerprint(words))
    return StoredEntry(entry_id, evidence, frozenset(statements))
