"""Stores what is kept of each transaction, and of what reverses it."""

from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import insert
from sqlmodel import Session

from domain.database import audit
from domain.database.session import tenant_of
from domain.ledger.rows import IntentRow
from domain.transactions.rows import TransactionRow
from domain.transactions.transaction import Transaction, TransactionType

# What a reversal has in common with what it reverses.
_KEPT = (
    "category",
    "bank_account_id",
    "to_bank_account_id",
    "vat_rate",
    "vat_deductible",
    "reference_type",
    "reference_id",
    "reference_number",
    "receipt_id",
    "payment_method",
    "tags",
)
_NEGATED = ("amount", "vat_amount", "net_amount")


def keep(session: Session, transaction: Transaction, account_id: UUID | None) -> None:
    """Store a transaction beside its intent, which is posted already."""
    facts = _facts(transaction) | {"bank_account_id": account_id}
    session.execute(
        insert(TransactionRow).values(
            tenant_id=tenant_of(session), created_at=datetime.now(UTC), **facts
        )
    )
    audit.record(
        session,
        "transaction.booked",
        "transaction",
        transaction.transaction_id,
        after={"type": transaction.type.value, "amount": f"{transaction.amount:.2f}"},
    )


def keep_reversal(session: Session, intent_id: UUID, reversal_id: UUID, reason: str | None) -> None:
    """Store the reversal of a transaction, whoever reversed its intent; others leave no trace."""
    tenant_id = tenant_of(session)
    row = session.get(TransactionRow, (tenant_id, intent_id))
    if row is None:
        return
    reversal = session.get_one(IntentRow, (tenant_id, reversal_id))
    facts = {name: getattr(row, name) for name in _KEPT}
    facts |= {name: _negated(getattr(row, name)) for name in _NEGATED}
    session.execute(
        insert(TransactionRow).values(
            tenant_id=tenant_id,
            id=reversal_id,
            type=TransactionType.REVERSAL.value,
            description=f"Storno: {row.description}",
            booking_date=reversal.booking_date,
            reverses_id=intent_id,
            reason=reason,
            created_at=reversal.created_at,
            **facts,
        )
    )
    audit.record(
        session,
        "transaction.reversed",
        "transaction",
        intent_id,
        after={"reversal_id": reversal_id},
        reason=reason,
    )


def _facts(transaction: Transaction) -> dict[str, object]:
    vat, reference = transaction.vat, transaction.reference
    return {
        "id": transaction.transaction_id,
        "type": transaction.type.value,
        "amount": transaction.amount,
        "description": transaction.description,
        "booking_date": transaction.booking_date,
        "category": transaction.category,
        "to_bank_account_id": transaction.to_account_id,
        "vat_rate": transaction.vat_rate,
        "vat_amount": vat.tax if vat else None,
        "net_amount": vat.net if vat else None,
        "vat_deductible": transaction.vat_deductible,
        "reference_type": reference.type.value if reference else None,
        "reference_id": reference.id if reference else None,
        "reference_number": reference.number if reference else None,
        "receipt_id": transaction.receipt_id,
        "receipt": transaction.receipt,
        "payment_method": transaction.payment_method,
        "notes": transaction.notes,
        "tags": list(transaction.tags),
    }


def _negated(value: Decimal | None) -> Decimal | None:
    return None if value is None else -value
