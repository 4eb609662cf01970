"""Keeps exchange rates; one that is known is never changed."""

from collections.abc import Iterable
from itertools import islice

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col

from domain.database import audit
from domain.database.session import tenant_of
from domain.formats.ecb_rates import ECB, ReferenceRate
from domain.ledger.rows import ExchangeRateRow

_AT_ONCE = 2000


def keep(session: Session, rates: Iterable[ReferenceRate]) -> int:
    """Add the rates that are not known yet, and say how many there were."""
    added, left = 0, iter(rates)
    while some := list(islice(left, _AT_ONCE)):
        rows = [
            {
                "tenant_id": tenant_of(session),
                "currency": each.currency,
                "rate_date": each.day,
                "rate": each.rate,
                "source": ECB,
            }
            for each in some
        ]
        kept = session.execute(
            insert(ExchangeRateRow)
            .values(rows)
            .on_conflict_do_nothing()
            .returning(col(ExchangeRateRow.rate_date))
        )
        added += len(kept.all())
    if added:
        audit.record(
            session,
            "exchange_rate.imported",
            "exchange_rate",
            tenant_of(session),
            after={"count": added, "source": ECB},
        )
    return added
