"""Reads what the bank accounts come to now, and what customers are to pay, by days."""

from datetime import date
from decimal import Decimal

from sqlalchemy import text
from sqlmodel import Session

from domain.database.session import tenant_of
from domain.journal_index.views import is_indexed

# Accounts in another currency are in the books in EUR, as all is.
_BALANCE = text("""
    SELECT sum(b.debit + b.opening_debit - b.credit - b.opening_credit)
    FROM account_balance b
    WHERE b.tenant_id = :tenant AND b.account IN (
        SELECT account_number FROM bank_account WHERE tenant_id = :tenant)
""")
# Each is looked up by itself: there are few beside all that was ever posted.
_EXPECTED = """
    SELECT coalesce(n.due_date, o.due_date, o.booking_date) AS day,
        sum(CASE WHEN o.side = 'D' THEN 1 ELSE -1 END * (o.amount - s.settled)) AS amount
    FROM {items}
    JOIN account a ON a.tenant_id = o.tenant_id AND a.number = o.account AND a.type = 'asset'
    LEFT JOIN LATERAL (
        SELECT i.due_date FROM outgoing_invoice i
        WHERE i.tenant_id = o.tenant_id AND i.open_item_id = o.open_item_id LIMIT 1
    ) n ON true
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(x.amount), 0) AS settled FROM settlement x
        WHERE x.tenant_id = o.tenant_id AND x.open_item_id = o.open_item_id
    ) s
    WHERE o.tenant_id = :tenant AND o.amount > s.settled
    GROUP BY 1
"""
_INDEXED = """items_maybe_open(NULL, NULL) AS maybe (open_item_id)
    JOIN open_item o ON o.open_item_id = maybe.open_item_id"""


def balance(session: Session) -> Decimal | None:
    """What is booked on all bank accounts together; None where there is none."""
    found: Decimal | None = session.execute(_BALANCE, {"tenant": tenant_of(session)}).scalar_one()
    return found


def expected(session: Session) -> list[tuple[date, Decimal]]:
    """What customers owe, by the day that it is due."""
    items = _INDEXED if is_indexed(session) else "open_item o"
    rows = session.execute(text(_EXPECTED.format(items=items)), {"tenant": tenant_of(session)})
    return [(row.day, row.amount) for row in rows]
