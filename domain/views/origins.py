"""Reads what stands behind an intent: people, documents, bank transactions."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlmodel import Session, col, select

from domain.tables.access import UserRow
from domain.tables.bank import BankTransactionRow
from domain.tables.bound import tenant_of
from domain.tables.documents import DocumentRow


@dataclass(frozen=True, slots=True)
class LinkedDocument:
    """A document that an intent was booked from."""

    id: UUID
    original_name: str
    mime_type: str


@dataclass(frozen=True, slots=True)
class LinkedBankTransaction:
    """A bank transaction that an intent was booked from or settled with."""

    id: UUID
    tx_date: date
    amount: Decimal
    match_group_id: UUID | None = None


def people(session: Session, user_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Names of people by id."""
    query = select(col(UserRow.id), col(UserRow.name)).where(
        UserRow.tenant_id == tenant_of(session), col(UserRow.id).in_(set(user_ids))
    )
    return dict(session.exec(query).all())


def documents(session: Session, document_id: UUID | None) -> list[LinkedDocument]:
    """Documents of an intent."""
    row = document_id and session.get(DocumentRow, (tenant_of(session), document_id))
    return [LinkedDocument(row.id, row.original_name, row.mime_type)] if row else []


def bank_transactions(session: Session, intent_id: UUID) -> list[LinkedBankTransaction]:
    """Bank transactions of an intent by day."""
    query = (
        select(BankTransactionRow)
        .where(
            BankTransactionRow.tenant_id == tenant_of(session),
            BankTransactionRow.intent_id == intent_id,
        )
        .order_by(col(BankTransactionRow.tx_date), col(BankTransactionRow.id))
    )
    return [LinkedBankTransaction(row.id, row.tx_date, row.amount) for row in session.exec(query)]
