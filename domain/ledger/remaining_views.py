"""What is settled and what remains of open items, as expressions of a query that reads them."""

from typing import Any

from sqlalchemy import func
from sqlmodel import col, select

from domain.ledger.rows import OpenItemRow, SettlementRow
from domain.money import ZERO


def settled_amount() -> Any:
    """What is settled of the open item of a row, in EUR."""
    return (
        select(func.coalesce(func.sum(SettlementRow.amount), ZERO))
        .where(
            SettlementRow.tenant_id == OpenItemRow.tenant_id,
            SettlementRow.open_item_id == OpenItemRow.open_item_id,
        )
        .scalar_subquery()
    )


def remaining_amount() -> Any:
    """What remains of the open item of a row, in EUR."""
    return col(OpenItemRow.amount) - settled_amount()


def remaining_in_currency() -> Any:
    """What remains of the open item of a row in its currency: as was said, else by its share."""
    share = SettlementRow.amount * OpenItemRow.document_amount / OpenItemRow.amount
    settled = (
        select(func.coalesce(func.sum(func.coalesce(SettlementRow.document_amount, share)), ZERO))
        .where(
            SettlementRow.tenant_id == OpenItemRow.tenant_id,
            SettlementRow.open_item_id == OpenItemRow.open_item_id,
        )
        .correlate(OpenItemRow)
        .scalar_subquery()
    )
    return col(OpenItemRow.document_amount) - settled
