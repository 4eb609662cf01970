"""Reads how bank accounts stand: what their last statements end with, beside the books."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from domain.database.session import tenant_of

# All that is booked counts: what is taken back today belongs to a movement of the last statement.
_STANDINGS = text("""
    WITH booked AS (
        SELECT account, sum(debit + opening_debit - credit - opening_credit) AS amount
        FROM account_balance WHERE tenant_id = :tenant GROUP BY account
    )
    SELECT a.id, a.currency, s.name, s.last_day, s.closing, coalesce(b.amount, 0) AS booked
    FROM bank_account a
    LEFT JOIN booked b ON b.account = a.account_number
    LEFT JOIN LATERAL (
        SELECT x.name, x.last_day, x.closing FROM bank_statement x
        WHERE x.tenant_id = :tenant AND x.bank_account_id = a.id AND x.kind = 'statement'
          AND x.last_day IS NOT NULL
        ORDER BY x.last_day DESC, x.created_at DESC, x.ordinal DESC LIMIT 1
    ) s ON true
    WHERE a.tenant_id = :tenant
""")


@dataclass(frozen=True, slots=True)
class Standing:
    """How an account stands: what its last statement ends with, in its currency, and its books.

    `booked` is all that is booked on it, in EUR.
    """

    currency: str
    statement: str | None
    day: date | None
    closing: Decimal | None
    booked: Decimal

    @property
    def difference(self) -> Decimal | None:
        """What the bank has more than the books; None where the two cannot be compared."""
        if self.closing is None or self.currency != "EUR":
            return None
        return self.closing - self.booked


def standings(session: Session) -> dict[UUID, Standing]:
    """How each bank account stands."""
    rows = session.execute(_STANDINGS, {"tenant": tenant_of(session)})
    return {row[0]: Standing(*row[1:]) for row in rows}
