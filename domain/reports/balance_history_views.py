"""Reads what an account came to on each day of a stretch, by what is booked."""

from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import text
from sqlmodel import Session

from domain.database.session import tenant_of

_TOTAL = text("""
    SELECT coalesce(sum(debit + opening_debit - credit - opening_credit), 0)
    FROM account_balance WHERE tenant_id = :tenant AND account = :account
""")
# Two walks along two indexes, as an account's sheet is read.
_MOVES = text("""
    SELECT m.booking_date, sum(m.amount) FROM (
        SELECT booking_date, amount FROM journal_entry
        WHERE tenant_id = :tenant AND debit_account = :account AND booking_date > :first
        UNION ALL
        SELECT booking_date, -amount FROM journal_entry
        WHERE tenant_id = :tenant AND credit_account = :account AND booking_date > :first
    ) m
    GROUP BY m.booking_date
""")


def history(session: Session, account: str, last: date, days: int) -> list[tuple[date, Decimal]]:
    """Debit less credit at the end of each of so many days up to the last one, in EUR.

    An account that nothing was booked on came to nothing on all of them.
    """
    first = last - timedelta(days=days - 1)
    asked = {"tenant": tenant_of(session), "account": account}
    balance: Decimal = session.execute(_TOTAL, asked).scalar_one()
    moved = {row[0]: row[1] for row in session.execute(_MOVES, {**asked, "first": first})}
    balance -= sum((amount for day, amount in moved.items() if day > last), Decimal(0))
    found = []
    for back in range(days):
        day = last - timedelta(days=back)
        found.append((day, balance))
        balance -= moved.get(day, Decimal(0))
    return found[::-1]
