"""Gives stored movements the details that come after them: who paid, for what, and in which parts.

Banks tell a booking more than once: announced by a camt.052, booked as one sum by a camt.053, its
transactions in a camt.054 (facts of the DK and the Austrian form: details of a 053 entry hang on
the entry of the same reference). However they follow one another, what stands in the end is the
same: one movement for each transaction, which add up to the booking, and no second one.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlmodel import Session

from domain.banking.spool import COLUMNS, SpooledEntry, values_of
from domain.database.session import tenant_of
from domain.ids import derived_ids

_WHO = ("counterparty_name", "counterparty_iban", "end_to_end_id")
_TOLD = (*_WHO, "reference", "bank_reference", "tx_type", "batch_reference", "value_date")

# A booking that is one row and names nobody. What people have tied or proven stays as they saw it.
_BARE = text("""
SELECT b.id, b.batch_reference, (b.is_announced OR b.status = 'unreconciled') AND NOT EXISTS (
    SELECT 1 FROM bank_evidence v
    WHERE v.tenant_id = b.tenant_id AND v.bank_transaction_id = b.id) AS is_free
FROM bank_transaction b
WHERE b.tenant_id = :tenant AND b.bank_account_id = :account AND b.id = ANY(:entries)
  AND b.counterparty_name IS NULL AND b.counterparty_iban IS NULL AND b.end_to_end_id IS NULL
  AND NOT EXISTS (
    SELECT 1 FROM bank_transaction s
    WHERE s.tenant_id = b.tenant_id AND s.bank_account_id = b.bank_account_id
      AND s.entry_id = b.id AND s.entry_id <> s.id)
ORDER BY b.id FOR UPDATE OF b
""")
_ANNOUNCED = text("""
SELECT coalesce(entry_id, id), id FROM bank_transaction
WHERE tenant_id = :tenant AND bank_account_id = :account AND is_announced
  AND coalesce(entry_id, id) = ANY(:entries)
ORDER BY position, id <> coalesce(entry_id, id), id
""")
_FIELDS = ", ".join([
    "id uuid", "first uuid", "is_new boolean", "amount numeric", "digest text", "tx_date date",
    "value_date date", *(f"{name} text" for name in _TOLD if name != "value_date"),
    "details jsonb",
])  # fmt: skip
# Who it was is what is said now: a name that was only announced is not mixed with an account.
_LATER = ", ".join(
    f"r.{name}" if name in _WHO else f"coalesce(r.{name}, b.{name})" for name in _TOLD
)
# What the bank said first of the whole stays where it says nothing of a part.
_DETAILS = "nullif(coalesce(b.details, '{}') || coalesce(r.details, '{}'), '{}')"
_PARTS = text(f"""
INSERT INTO bank_transaction (tenant_id, id, bank_account_id, batch_id, position, tx_date, amount,
    currency, content_hash, status, match_count, created_at, statement_id, entry_id, is_announced,
    servicer_reference, swift_reference, unique_reference, entry_reference, last_batch_id,
    {", ".join(_TOLD)}, details)
SELECT b.tenant_id, r.id, b.bank_account_id, b.batch_id, b.position,
    coalesce(r.tx_date, b.tx_date), r.amount, b.currency, r.digest, b.status, 0, b.created_at,
    b.statement_id, b.id, b.is_announced, b.servicer_reference, b.swift_reference,
    b.unique_reference, b.entry_reference, :batch, {_LATER}, {_DETAILS}
FROM json_to_recordset(CAST(:rows AS json)) AS r({_FIELDS})
JOIN bank_transaction b ON b.tenant_id = :tenant AND b.id = r.first
WHERE r.is_new
""")  # noqa: S608 - names of columns only
_REWRITE = text(f"""
UPDATE bank_transaction b
SET amount = r.amount, tx_date = coalesce(r.tx_date, b.tx_date), entry_id = r.first,
    last_batch_id = :batch, ({", ".join(_TOLD)}) = ({_LATER}), details = {_DETAILS}
FROM json_to_recordset(CAST(:rows AS json)) AS r({_FIELDS})
WHERE b.tenant_id = :tenant AND b.id = r.id AND NOT r.is_new
""")  # noqa: S608 - names of columns only


class Known(NamedTuple):
    """An entry of a file, and the stored one that it is.

    `is_named` where the bank's reference says so, and not how many equal ones a day has.
    """

    entry: SpooledEntry
    entry_id: UUID
    is_named: bool = False


@dataclass(frozen=True, slots=True)
class Detailed:
    """How many stored bookings got details, and how many were tied or proven before."""

    told: int = 0
    left: int = 0


@dataclass(frozen=True, slots=True)
class Source:
    """Into which account and by which import details come."""

    account_id: UUID
    batch_id: UUID


def says_who(entry: SpooledEntry) -> bool:
    """Whether a file names a counterparty or a transaction in an entry."""
    if len(entry.rows) > 1:
        return True
    facts = dict(zip(COLUMNS, values_of(entry.rows[0]), strict=True))
    return any(facts[name] for name in _WHO)


def detail(session: Session, source: Source, known: Sequence[Known]) -> Detailed:
    """Tell stored bookings that name nobody what a later file knows; each once.

    Their day and their sum stay. Of what only the day and the amount say that it is the same, and
    no reference of the bank or of an own file, nothing is told. Repeated, it finds that they name
    somebody.
    """
    saying = {each.entry_id: each for each in known if says_who(each.entry)}
    if not saying:
        return Detailed()
    asked = {"tenant": tenant_of(session), "account": source.account_id, "entries": [*saying]}
    bare: dict[UUID, bool] = {
        entry_id: is_free
        for entry_id, batch, is_free in session.execute(_BARE, asked)
        if saying[entry_id].is_named or (batch and batch == _batch_of(saying[entry_id].entry))
    }
    free = [entry_id for entry_id, is_free in bare.items() if is_free]
    rows = [row for each in free for row in _rows(saying[each].entry, [each], keeps_day=True)]
    _write(session, source, rows)
    return Detailed(len(free), len(bare) - len(free))


def replace(session: Session, source: Source, known: Sequence[Known]) -> None:
    """Let a statement have the last word on what was only announced, where it says as much.

    An announcement is no proof: who paid, and when it was booked, is what the statement says. Where
    it names nobody the parts that were announced stay.
    """
    saying = {each.entry_id: each.entry for each in known if says_who(each.entry)}
    if not saying:
        return
    asked = {"tenant": tenant_of(session), "account": source.account_id, "entries": [*saying]}
    there: dict[UUID, list[UUID]] = {}
    for entry_id, row_id in session.execute(_ANNOUNCED, asked):
        there.setdefault(entry_id, []).append(row_id)
    fit = {
        entry_id: ids
        for entry_id, ids in there.items()
        if len(ids) in {1, len(saying[entry_id].rows)}
    }
    rows = [row for key, ids in fit.items() for row in _rows(saying[key], ids, keeps_day=False)]
    _write(session, source, rows)


def _batch_of(entry: SpooledEntry) -> str | None:
    """What a collective order of ours is called by an entry."""
    return values_of(entry.rows[0])[COLUMNS.index("batch_reference")]


def _rows(
    entry: SpooledEntry, ids: Sequence[UUID], *, keeps_day: bool
) -> Iterable[dict[str, object]]:
    """The rows of an entry as they are to stand; those beyond the stored ones are new."""
    first = ids[0]
    more = derived_ids(len(entry.rows), "bank-entry-part", first)
    for at, line in enumerate(entry.rows):
        facts = dict(zip(COLUMNS, values_of(line), strict=True))
        row_id = ids[at] if at < len(ids) else more[at]
        details = facts["details"]
        yield {
            **{name: facts[name] for name in _TOLD},
            "id": row_id,
            "first": first,
            "is_new": at >= len(ids),
            "amount": facts["amount"],
            "tx_date": None if keeps_day else facts["tx_date"],
            "details": details and orjson.loads(details),
            "digest": hashlib.sha256(row_id.bytes).hexdigest(),
        }


def _write(session: Session, source: Source, rows: Sequence[dict[str, object]]) -> None:
    if not rows:
        return
    named = {
        "tenant": tenant_of(session),
        "batch": source.batch_id,
        "rows": orjson.dumps(rows).decode(),
    }
    # The parts first: they take over what was said of the whole, which is written over then.
    session.execute(_PARTS, named)
    session.execute(_REWRITE, named)
