"""Reads exchange rates."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlmodel import Session, col, select

from domain.database.session import tenant_of
from domain.dates import believable
from domain.ledger.rows import ExchangeRateRow

_OLDEST = timedelta(days=10)


@dataclass(frozen=True, slots=True)
class KnownRate:
    """Units of a currency for one EUR, of a day and a source."""

    currency: str
    rate_date: date
    rate: Decimal
    source: str


def rate_on(session: Session, currency: str, day: date) -> KnownRate | None:
    """The rate that holds on a day: its own, or that of the last banking day before it."""
    if believable(day) is None:  # the last of all days has no next one
        return None
    return rate_before(session, currency, day + timedelta(days=1))


def rate_before(session: Session, currency: str, day: date) -> KnownRate | None:
    """The rate of the last banking day before a day; None when none is known that is near."""
    if believable(day) is None:
        return None
    row = session.exec(
        select(ExchangeRateRow)
        .where(
            ExchangeRateRow.tenant_id == tenant_of(session),
            ExchangeRateRow.currency == currency,
            ExchangeRateRow.rate_date < day,
            ExchangeRateRow.rate_date >= day - _OLDEST,
        )
        .order_by(col(ExchangeRateRow.rate_date).desc())
        .limit(1)
    ).first()
    if row is None:
        return None
    return KnownRate(row.currency, row.rate_date, row.rate, row.source)
