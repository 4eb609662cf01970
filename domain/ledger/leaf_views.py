"""Reads the journal in the form that is proven, with the hashes stored beside each row."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import and_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from domain.database.session import tenant_of
from domain.ledger.chain import GENESIS, Leaf, audit_hash
from domain.ledger.rows import IntentRow, JournalEntryRow

_BATCH = 5000
_PROVEN = {
    "tenant": JournalEntryRow.tenant_id,
    "entry_seq": JournalEntryRow.journal_number,
    "entry_no": JournalEntryRow.entry_no,
    "fiscal_year": IntentRow.fiscal_year,
    "period": JournalEntryRow.period,
    "posting_date": JournalEntryRow.booking_date,
    "document_date": IntentRow.document_date,
    "posted_at": IntentRow.created_at,
    "kind": IntentRow.kind,
    "reverses": JournalEntryRow.reverses_entry_no,
    "document_no": IntentRow.external_reference,
    "document_sha256": IntentRow.document_sha256,
    "text_commitment": IntentRow.text_commitment,
    "created_by": IntentRow.created_by,
    "approved_by": IntentRow.approved_by,
    "intent_id": JournalEntryRow.intent_id,
    "debit_account": JournalEntryRow.debit_account,
    "credit_account": JournalEntryRow.credit_account,
    "amount": JournalEntryRow.amount,
    "debit_tax_code": JournalEntryRow.debit_tax_code,
    "debit_tax_part": JournalEntryRow.debit_tax_part,
    "credit_tax_code": JournalEntryRow.credit_tax_code,
    "credit_tax_part": JournalEntryRow.credit_tax_part,
    "debit_partner": JournalEntryRow.debit_partner_id,
    "credit_partner": JournalEntryRow.credit_partner_id,
    "fx_currency": IntentRow.fx_currency,
    "fx_amount": JournalEntryRow.fx_amount,
    "fx_rate": IntentRow.fx_rate,
    "supply_date": IntentRow.supply_date,
}
_before = aliased(JournalEntryRow)
# A join could be planned as a loop over all rows; this is one look-up for each.
_HASH_BEFORE = (
    select(_before.audit_hash)
    .where(
        col(_before.tenant_id) == col(JournalEntryRow.tenant_id),
        col(_before.journal_number) == col(JournalEntryRow.journal_number) - 1,
    )
    .correlate(JournalEntryRow)
    .scalar_subquery()
)
_BESIDE = (
    JournalEntryRow.audit_hash,
    JournalEntryRow.prev_hash,
    _HASH_BEFORE,
    IntentRow.description,
    IntentRow.text_salt,
)


@dataclass(frozen=True, slots=True)
class StoredLeaf:
    """A journal entry in the form that is proven, with the hashes stored beside it.

    `before` is the hash of the row with the number before; that of number 1 is None.
    """

    leaf: Leaf
    canonical: bytes
    audit_hash: str
    prev_hash: str
    before: str | None
    text: str | None
    text_salt: str | None

    @property
    def journal_number(self) -> int:
        """Its number in the tenant's journal."""
        return int(self.leaf.entry_seq or 0)

    @property
    def entry_no(self) -> str:
        """Its number in the fiscal year."""
        return str(self.leaf.entry_no)

    @property
    def is_valid(self) -> bool:
        """Whether the row still hashes to what was stored with it."""
        return audit_hash(self.canonical, self.prev_hash) == self.audit_hash

    @property
    def is_chained(self) -> bool:
        """Whether the row before is the one that it followed."""
        return self.prev_hash == (GENESIS if self.journal_number == 1 else self.before)


def leaves(
    session: Session, period: str, *, after: int = 0, limit: int | None = None
) -> Iterator[StoredLeaf]:
    """Journal entries of a period by journal number, those behind the number `after`."""
    number = col(JournalEntryRow.journal_number)
    return _leaves(session, JournalEntryRow.period == period, number > after, limit=limit)


def leaves_of_intent(session: Session, intent_id: UUID) -> Iterator[StoredLeaf]:
    """Journal entries of an intent by journal number."""
    return _leaves(session, JournalEntryRow.intent_id == intent_id)


def stored_leaf(entry: JournalEntryRow, intent: IntentRow, before: str | None) -> StoredLeaf:
    """A row and its intent in the form that is proven; `before` is the hash of the row before."""
    rows = {JournalEntryRow: entry, IntentRow: intent}
    proven: Any = _PROVEN.values()
    leaf = _leaf([getattr(rows[each.class_], each.key) for each in proven])
    beside = (entry.audit_hash, entry.prev_hash, before, intent.description, intent.text_salt)
    return StoredLeaf(leaf, leaf.bytes, *beside)


def _leaves(session: Session, *conditions: Any, limit: int | None = None) -> Iterator[StoredLeaf]:
    of_intent = and_(
        col(IntentRow.tenant_id) == col(JournalEntryRow.tenant_id),
        col(IntentRow.intent_id) == col(JournalEntryRow.intent_id),
    )
    columns: Any = (*_PROVEN.values(), *_BESIDE)
    query = (
        select(*columns)
        .select_from(JournalEntryRow)
        .join(IntentRow, of_intent)
        .where(JournalEntryRow.tenant_id == tenant_of(session), *conditions)
        .order_by(col(JournalEntryRow.journal_number))
        .limit(limit)
        .execution_options(yield_per=_BATCH)
    )
    for row in session.execute(query):
        leaf = _leaf(row)
        yield StoredLeaf(leaf, leaf.bytes, *row[len(_PROVEN) :])


def _leaf(row: Any) -> Leaf:
    """The proven form of a stored row, from its columns."""
    said = dict(zip(_PROVEN, row, strict=False))
    for person in ("created_by", "approved_by", "debit_partner", "credit_partner"):
        said[person] = None if said[person] is None else str(said[person])
    return Leaf(**said)
