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
_INDEXED = text("""
    SELECT coalesce(max(last_number), 0) FROM journal_index WHERE tenant_id = :tenant
""")
# What the index of the journal covers has its sums by day; what came later is walked along two
# indexes, as an account's sheet is read, or along the journal, whichever is shorter.
_MOVES = text("""
    SELECT m.day, sum(m.amount) FROM (
        SELECT day, debit - credit AS amount FROM account_day
        WHERE tenant_id = :tenant AND account = :account AND day > :first
        UNION ALL
        SELECT booking_date, amount FROM journal_entry
        WHERE tenant_id = :tenant AND journal_number > :upto
          AND debit_account = :account AND booking_date > :first
        UNION ALL
        SELECT booking_date, -amount FROM journal_entry
        WHERE tenant_id = :tenant AND journal_number > :upto
          AND credit_account = :account AND booking_date > :first
    ) m
    GROUP BY m.day
""")


def history(session: Session, account: str, last: date, days: int) -> list[tuple[date, Decimal]]:
    """Debit less credit at the end of each of so many days up to the last one, in EUR.

    An account that nothing was booked on came to nothing on all of them.
    """
    first = last - timedelta(days=days - 1)
    asked: dict[str, object] = {"tenant": tenant_of(session), "account": account}
    balance: Decimal = session.execute(_TOTAL, asked).scalar_one()
    upto: int = session.execute(_INDEXED, asked).scalar_one()
    since = {**asked, "first": first, "upto": upto}
    moved = {row[0]: row[1] for row in session.execute(_MOVES, since)}
    balance -= sum((amount for day, amount in moved.items() if day > last), Decimal(0))
    found = []
    for back in range(days):
        day = last - timedelta(days=back)
        found.append((day, balance))
        balance -= moved.get(day, Decimal(0))
    return found[::-1]
