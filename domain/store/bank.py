"""Writes bank accounts and imports; a movement is stored once, however often it is sent."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import insert, text, update
from sqlmodel import Session, col, select

from domain.banking.account import (
    AccountAlreadyLinked,
    BankAccount,
    DuplicateIban,
    IbanMismatch,
    check_asset,
    checked_name,
)
from domain.banking.transaction import BankStatus, BankTransaction, hashed
from domain.formats.statement import RowError, Statement, StatementLine
from domain.ids import derived_id
from domain.store import audit, books
from domain.tables.bank import BankAccountRow, BankImportRow, BankTransactionRow
from domain.tables.bound import actor_of, tenant_of
from domain.views import bank as views

_BATCH = 1000

# Two imports into one account at once wait for each other, so that each sees what is known.
_CLAIM = text("SELECT pg_advisory_xact_lock(hashtextextended('bank' || CAST(:account AS text), 0))")


@dataclass(frozen=True, slots=True)
class Delivery:
    """What an import brings: numbered rows that could be read, and those that could not."""

    batch_id: UUID
    bank_account_id: UUID
    rows: Sequence[BankTransaction]
    errors: Sequence[RowError] = ()
    source: str = "json"
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of an import; `total_rows` is the sum of its parts."""

    batch_id: UUID
    total_rows: int
    imported: int
    skipped_duplicates: int
    errors: tuple[RowError, ...]


def open_account(session: Session, account_id: UUID, account: BankAccount) -> UUID:
    """Register a bank account; the same id again is the same account."""
    if session.get(BankAccountRow, (tenant_of(session), account_id)) is not None:
        return account_id
    check_asset(books.account(session, account.account_number, "/account_number"))
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


def rename_account(session: Session, account_id: UUID, name: str) -> UUID:
    """Rename a bank account; nothing else of it ever changes."""
    before = views.account(session, account_id).account.name
    after = checked_name(name)
    session.execute(
        update(BankAccountRow)
        .where(
            col(BankAccountRow.tenant_id) == tenant_of(session),
            col(BankAccountRow.id) == account_id,
        )
        .values(name=after)
    )
    audit.record(
        session,
        "bank_account.renamed",
        "bank_account",
        account_id,
        before={"name": before},
        after={"name": after},
    )
    return account_id


def import_statements(
    session: Session,
    batch_id: UUID,
    bank_account_id: UUID | None,
    statements: Sequence[Statement],
    sha256: str,
) -> Imported:
    """Import the statements of one file, all of one account.

    The account is the named one, else that of the IBAN in the file; an IBAN that no bank
    account has is NOT_FOUND, one that differs from the named account IBAN_MISMATCH.
    """
    ibans = {statement.iban for statement in statements}
    if bank_account_id is None:
        account = views.account_by_iban(session, min(ibans))
    else:
        account = views.account(session, bank_account_id).account
    for iban in ibans - {account.iban}:
        raise IbanMismatch(iban)
    return import_rows(
        session,
        Delivery(
            batch_id=batch_id,
            bank_account_id=account.id,
            rows=[_movement(line) for each in statements for line in each.lines],
            errors=[error for each in statements for error in each.errors],
            source="file",
            sha256=sha256,
        ),
    )


def import_rows(session: Session, delivery: Delivery) -> Imported:
    """Store what is new; rows whose content hash is known are skipped and counted."""
    known = session.get(BankImportRow, (tenant_of(session), delivery.batch_id))
    if known is not None:
        return _imported(known)
    now = datetime.now(UTC)
    views.account(session, delivery.bank_account_id)
    session.execute(_CLAIM, {"account": delivery.bank_account_id})
    rows = list(_rows(session, delivery, now))
    hashes = [str(row["content_hash"]) for row in rows]
    fresh = set(hashes) - _stored(session, delivery.bank_account_id, hashes)
    batch = BankImportRow(
        tenant_id=tenant_of(session),
        id=delivery.batch_id,
        bank_account_id=delivery.bank_account_id,
        source=delivery.source,
        sha256=delivery.sha256,
        total_rows=len(rows) + len(delivery.errors),
        imported=len(fresh),
        skipped_duplicates=len(rows) - len(fresh),
        errors=[asdict(error) for error in delivery.errors],
        created_by=actor_of(session).user_id,
        created_at=now,
    )
    session.add(batch)
    session.flush()
    new = [row for row in rows if row["content_hash"] in fresh]
    for start in range(0, len(new), _BATCH):
        session.execute(insert(BankTransactionRow), new[start : start + _BATCH])
    after: dict[str, object] = {"imported": len(fresh), "rows": batch.total_rows}
    audit.record(session, "bank_import.stored", "bank_import", batch.id, after=after)
    return _imported(batch)


def _check_free(session: Session, account: BankAccount) -> None:
    taken = select(BankAccountRow.id).where(BankAccountRow.tenant_id == tenant_of(session))
    other = session.exec(
        taken.where(BankAccountRow.account_number == account.account_number)
    ).first()
    if other is not None:
        raise AccountAlreadyLinked(other)
    other = session.exec(taken.where(BankAccountRow.iban == account.iban)).first()
    if other is not None:
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
            **asdict(transaction),
        }


def _stored(session: Session, bank_account_id: UUID, hashes: list[str]) -> set[str]:
    found: set[str] = set()
    for start in range(0, len(hashes), _BATCH):
        query = select(BankTransactionRow.content_hash).where(
            BankTransactionRow.tenant_id == tenant_of(session),
            BankTransactionRow.bank_account_id == bank_account_id,
            col(BankTransactionRow.content_hash).in_(hashes[start : start + _BATCH]),
        )
        found |= set(session.exec(query))
    return found


def _movement(line: StatementLine) -> BankTransaction:
    return BankTransaction(
        tx_date=line.booking_date,
        amount=line.amount,
        currency=line.currency,
        value_date=line.value_date,
        counterparty_name=line.counterparty_name,
        counterparty_iban=line.counterparty_iban,
        reference=line.remittance_information,
        bank_reference=line.bank_reference,
        tx_type=line.kind,
        end_to_end_id=line.end_to_end_id,
    )


def _imported(row: BankImportRow) -> Imported:
    return Imported(
        batch_id=row.id,
        total_rows=row.total_rows,
        imported=row.imported,
        skipped_duplicates=row.skipped_duplicates,
        errors=tuple(TypeAdapter(list[RowError]).validate_python(row.errors)),
    )
