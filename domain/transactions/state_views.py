"""Asks the ledger whether transactions stand, and whether they are reconciled."""

from uuid import UUID

from sqlalchemy import Boolean, ColumnElement, and_, case, false, func
from sqlmodel import Session, col, select

from domain.banking.bank_transaction import BankStatus
from domain.banking.rows import BankTransactionRow
from domain.database.session import tenant_of
from domain.ledger.rows import IntentRow
from domain.transactions.rows import TransactionRow


def is_matched(session: Session, transaction_id: UUID) -> bool:
    """Whether a bank movement is tied to the transaction."""
    query = select(BankTransactionRow.id).where(
        BankTransactionRow.tenant_id == tenant_of(session),
        BankTransactionRow.intent_id == transaction_id,
        BankTransactionRow.status == BankStatus.RECONCILED.value,
    )
    return session.exec(query.limit(1)).first() is not None


def has_settled_receipt(session: Session, receipt: str) -> bool:
    """Whether a standing transaction with this receipt is reconciled."""
    query = select(TransactionRow.id).where(
        TransactionRow.tenant_id == tenant_of(session),
        TransactionRow.receipt == receipt,
        is_reconciled(),
    )
    return session.exec(query.limit(1)).first() is not None


def is_reversed() -> ColumnElement[bool]:
    """Whether a transaction's intent was reversed, and its reversal was not; most never were."""
    found = select(IntentRow.intent_id).where(reverses_it()).exists()
    return case((found, holds_no_longer()), else_=false())


def reverses_it() -> ColumnElement[bool]:
    """Whether an intent reverses that of a transaction."""
    return and_(
        col(IntentRow.tenant_id) == TransactionRow.tenant_id,
        col(IntentRow.reverses_intent_id) == TransactionRow.id,
    )


def holds_no_longer() -> ColumnElement[bool]:
    """Whether what reverses a transaction, if anything, was not reversed itself."""
    cancelled: ColumnElement[bool] = func.is_cancelled(
        col(TransactionRow.tenant_id), col(TransactionRow.id), type_=Boolean
    )
    return cancelled


def is_reconciled() -> ColumnElement[bool]:
    """Whether a standing income or expense is tied to the bank's word or to a settled item."""
    row = TransactionRow
    known: ColumnElement[bool] = func.is_reconciled(
        col(row.tenant_id), col(row.id), col(row.type), type_=Boolean
    )
    return known
