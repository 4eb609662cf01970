"""Writes bank accounts and imports; a movement is stored once, however often it is sent."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import insert, update
from sqlmodel import Session, col, select

from domain.banking import bank_views as views
from domain.banking.account import (
    AccountAlreadyLinked,
    BankAccount,
    DuplicateIban,
    check_asset,
    checked_name,
)
from domain.banking.bank_transaction import (
    BankStatus,
    BankTransaction,
    evidence_of,
    former_hashes,
    hashed,
)
from domain.banking.identity_views import AccountEvidence
from domain.banking.import_store import CLAIM, Imported, count_import, imported
from domain.banking.rows import BankAccountRow, BankImportRow, BankTransactionRow
from domain.database import audit
from domain.database.session import actor_of, tenant_of
from domain.formats.statement import ReferenceKind, RowError
from domain.ids import derived_id
from domain.ledger import books_store

_BATCH = 1000


@dataclass(frozen=True, slots=True)
class Delivery:
    """What an import brings: numbered rows that could be read, and those that could not."""

    batch_id: UUID
    bank_account_id: UUID
    rows: Sequence[BankTransaction]
    errors: Sequence[RowError] = ()
    source: str = "json"
    sha256: str | None = None


def open_account(session: Session, account_id: UUID, account: BankAccount) -> UUID:
    """Register a bank account; the same id again is the same account."""
    if session.get(BankAccountRow, (tenant_of(session), account_id)) is not None:
        return account_id
    check_asset(books_store.account(session, account.account_number, "/account_number"))
    _check_free(session, account)
    session.add(
        BankAccountRow(
            tenant_id=tenant_of(session),
            id=account_id,
            created_at=datetime.now(UTC),
            **asdict(account),
        )
    )
    session.flush()
    audit.record(session, "bank_account.created", "bank_account", account_id, after=asdict(account))
    return account_id


def change_account(session: Session, account_id: UUID, **changes: str | bool) -> UUID:
    """Rename a bank account, or change what its imports do; nothing else of it ever changes."""
    row = views.account(session, account_id).account
    before: dict[str, object] = {name: getattr(row, name) for name in changes}
    after: dict[str, object] = dict(changes)
    if "name" in changes:
        after["name"] = checked_name(str(changes["name"]))
    session.execute(
        update(BankAccountRow)
        .where(
            col(BankAccountRow.tenant_id) == tenant_of(session),
            col(BankAccountRow.id) == account_id,
        )
        .values(**after)
    )
    action = "bank_account.renamed" if "name" in changes else "bank_account.changed"
    audit.record(session, action, "bank_account", account_id, before=before, after=after)
    return account_id


def import_rows(session: Session, delivery: Delivery) -> Imported:
    """Store what is new; what the bank's reference or the content knows is skipped and counted."""
    known = session.get(BankImportRow, (tenant_of(session), delivery.batch_id))
    if known is not None:
        return imported(known)
    now = datetime.now(UTC)
    views.account(session, delivery.bank_account_id)
    session.execute(CLAIM, {"account": delivery.bank_account_id})
    rows = list(_rows(session, delivery, now))
    hashes = [str(row["content_hash"]) for row in rows]
    seen = _known_hashes(session, delivery, hashes) | _known_references(session, delivery, rows)
    new = [row for row in rows if row["content_hash"] not in seen]
    batch = BankImportRow(
        tenant_id=tenant_of(session),
        id=delivery.batch_id,
        bank_account_id=delivery.bank_account_id,
        source=delivery.source,
        sha256=delivery.sha256,
        total_rows=len(rows) + len(delivery.errors),
        imported=len(new),
        skipped_duplicates=len(rows) - len(new),
        errors=[asdict(error) for error in delivery.errors],
        created_by=actor_of(session).user_id,
        created_at=now,
        finished_at=now,
    )
    session.add(batch)
    session.flush()
    for start in range(0, len(new), _BATCH):
        session.execute(insert(BankTransactionRow), new[start : start + _BATCH])
    count_import(session, delivery.bank_account_id)
    after: dict[str, object] = {"imported": len(new), "rows": batch.total_rows}
    audit.record(session, "bank_import.stored", "bank_import", batch.id, after=after)
    return imported(batch)


def _check_free(session: Session, account: BankAccount) -> None:
    taken = select(BankAccountRow.id).where(BankAccountRow.tenant_id == tenant_of(session))
    other = session.exec(
        taken.where(BankAccountRow.account_number == account.account_number)
    ).first()
    if other is not None:
        raise AccountAlreadyLinked(other)
    other = session.exec(taken.where(col(BankAccountRow.iban) == account.iban)).first()
    if account.iban and other is not None:
        raise DuplicateIban(other)


def _rows(session: Session, delivery: Delivery, now: datetime) -> Iterator[dict[str, object]]:
    numbered = enumerate(hashed(delivery.bank_account_id, delivery.rows), 1)
    for position, (content_hash, transaction) in numbered:
        yield {
            "tenant_id": tenant_of(session),
            "id": derived_id("bank-transaction", tenant_of(session), content_hash),
            "bank_account_id": delivery.bank_account_id,
            "batch_id": delivery.batch_id,
            "position": position,
            "content_hash": content_hash,
            "status": BankStatus.UNRECONCILED.value,
            "match_count": 0,
            "created_at": now,
            "servicer_reference": transaction.bank_reference,
            **asdict(transaction),
        }


def _known_hashes(session: Session, delivery: Delivery, hashes: list[str]) -> set[str]:
    """Hashes that are stored, as they are made now or as the first release made them."""
    former = dict(zip(former_hashes(delivery.bank_account_id, delivery.rows), hashes, strict=True))
    asked = [*hashes, *former]
    found: set[str] = set()
    for start in range(0, len(asked), _BATCH):
        query = select(BankTransactionRow.content_hash).where(
            BankTransactionRow.tenant_id == tenant_of(session),
            BankTransactionRow.bank_account_id == delivery.bank_account_id,
            col(BankTransactionRow.content_hash).in_(asked[start : start + _BATCH]),
        )
        found |= {former.get(each, each) for each in session.exec(query)}
    return found


def _known_references(
    session: Session, delivery: Delivery, rows: Sequence[Mapping[str, object]]
) -> set[str]:
    """Hashes of rows whose reference and amount a statement has brought, whatever it calls it."""
    account = AccountEvidence(session, delivery.bank_account_id, delivery.batch_id)
    evidence = evidence_of(delivery.rows)
    said = [
        each._replace(references=tuple((kind, value) for kind in ReferenceKind))
        for each in evidence
        for _, value in each.references
    ]
    stored = {
        (value, each.evidence.amount)
        for each in account.named(said)
        for _, value in each.evidence.references
    }
    return {
        str(row["content_hash"])
        for row, each in zip(rows, evidence, strict=True)
        if any((value, each.amount) in stored for _, value in each.references)
    }
