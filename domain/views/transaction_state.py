"""Asks the ledger whether transactions stand, and whether they are reconciled."""

from uuid import UUID

from sqlalchemy import Boolean, ColumnElement, and_, func, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from domain.banking.transaction import BankStatus
from domain.ledger.category import Direction
from domain.tables.bank import BankTransactionRow
from domain.tables.bound import tenant_of
from domain.tables.ledger import IntentRow, OpenItemRow, SettlementRow
from domain.tables.transactions import TransactionRow


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
    """Whether a transaction's intent was reversed, and its reversal was not."""
    found = (
        select(IntentRow.intent_id)
        .where(
            IntentRow.tenant_id == TransactionRow.tenant_id,
            IntentRow.reverses_intent_id == TransactionRow.id,
        )
        .exists()
    )
    of_intent = (col(TransactionRow.tenant_id), col(TransactionRow.id))
    return and_(found, func.is_cancelled(*of_intent, type_=Boolean))


def is_reconciled() -> ColumnElement[bool]:
    """Whether a standing income or expense is tied to the bank's word or to a settled item."""
    directions = [each.value for each in Direction]
    return and_(
        col(TransactionRow.type).in_(directions),
        or_(_is_matched(), _has_settled(), _was_settled()),
        ~is_reversed(),
    )


def _is_matched() -> ColumnElement[bool]:
    return (
        select(BankTransactionRow.id)
        .where(
            BankTransactionRow.tenant_id == TransactionRow.tenant_id,
            BankTransactionRow.intent_id == TransactionRow.id,
            BankTransactionRow.status == BankStatus.RECONCILED.value,
        )
        .exists()
    )


def _has_settled() -> ColumnElement[bool]:
    """Whether it settled an item of which nothing is left."""
    own = aliased(SettlementRow)
    return (
        select(own.settlement_id)
        .join(
            OpenItemRow,
            and_(
                col(OpenItemRow.tenant_id) == own.tenant_id,
                col(OpenItemRow.open_item_id) == own.open_item_id,
            ),
        )
        .where(
            own.tenant_id == TransactionRow.tenant_id,
            own.intent_id == TransactionRow.id,
            _nothing_left(),
        )
        .exists()
    )


def _was_settled() -> ColumnElement[bool]:
    """Whether it opened an item, as a payment on account does, of which nothing is left."""
    return (
        select(OpenItemRow.open_item_id)
        .where(
            OpenItemRow.tenant_id == TransactionRow.tenant_id,
            OpenItemRow.intent_id == TransactionRow.id,
            _nothing_left(),
        )
        .exists()
    )


def _nothing_left() -> ColumnElement[bool]:
    settled = (
        select(func.sum(col(SettlementRow.amount)))
        .where(
            SettlementRow.tenant_id == OpenItemRow.tenant_id,
            SettlementRow.open_item_id == OpenItemRow.open_item_id,
        )
        .correlate(OpenItemRow)
        .scalar_subquery()
    )
    return col(OpenItemRow.amount) == settled
