"""Fixes what a report is made of: tenant, days, the instant, and what no posting can change."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TypeVar

from sqlalchemy import text
from sqlmodel import Session

from domain.database.session import tenant_of
from domain.dates import fiscal_year_of, fiscal_year_range, local_day, month_of, month_range
from domain.ledger.chart import Chart
from domain.reports.snapshot import Asked, Snapshot

_T = TypeVar("_T")

_TENANT = text("""
    SELECT t.company_name, t.chart, t.fiscal_year_start, h.last_number
    FROM tenant t JOIN tenant_head h ON h.tenant_id = t.id
    WHERE t.id = :tenant
""")
# Numbers are given in the order of commits, posting times a moment before: the books of an
# instant end before the first number that was posted later, and what is behind it was committed
# later still. No posting waits for its number longer than a statement may run, so nothing beyond
# a minute can have overtaken it. Of the last moments the books may not know yet who is under
# way: only a number, not an instant, always gives the same report again.
_CUT = text("""
    SELECT min(e.journal_number) - 1
    FROM (SELECT min(created_at) AS at FROM intent
          WHERE tenant_id = :tenant AND created_at > :as_of) later
    JOIN intent i ON i.tenant_id = :tenant
        AND i.created_at BETWEEN later.at AND later.at + interval '1 minute'
    JOIN journal_entry e ON e.tenant_id = :tenant AND e.intent_id = i.intent_id
""")
# Entries of an intent came at once, so the books never ended between two of them.
_POSTED = text("""
    SELECT i.created_at, max(e.journal_number)
    FROM journal_entry n
    JOIN intent i ON i.tenant_id = :tenant AND i.intent_id = n.intent_id
    JOIN journal_entry e ON e.tenant_id = :tenant AND e.intent_id = n.intent_id
    WHERE n.tenant_id = :tenant AND n.journal_number = :number
    GROUP BY 1
""")
_LOCKED = text("""
    SELECT p.name, c.closing_seq, c.closing_hash
    FROM period p JOIN closing c ON c.tenant_id = p.tenant_id AND c.period = p.name
    WHERE p.tenant_id = :tenant AND p.status = 'locked' AND p.first_day <= :last
""")
_FIRST_PERIOD = text("SELECT min(first_day) FROM period WHERE tenant_id = :tenant")


def taken(
    session: Session, asked: Asked, view: Callable[[Session, Snapshot], _T]
) -> tuple[Snapshot, _T]:
    """A report and what it was made of, from one state of the books."""
    snapshot = snapshot_of(session, asked)
    return snapshot, view(session, snapshot)


def snapshot_of(session: Session, asked: Asked) -> Snapshot:
    """What is asked for, with its defaults filled in. Raises InvalidInput."""
    tenant = session.execute(_TENANT, {"tenant": tenant_of(session)}).one()
    chart = Chart(tenant.chart)
    asked.check_number(tenant.last_number)
    as_of, cut = _until(session, asked, chart.country)
    snapshot = Snapshot(
        tenant_id=tenant_of(session),
        company_name=tenant.company_name,
        chart=chart,
        fiscal_year_start=tenant.fiscal_year_start,
        days=asked.days(chart.country, tenant.fiscal_year_start),
        today=local_day(asked.now, chart.country),
        created_at=asked.now,
        as_of=as_of,
        cut=cut,
        last_number=tenant.last_number,
    )
    return replace(snapshot, closing_hash=_closing_hash(session, snapshot))


def _until(session: Session, asked: Asked, country: str) -> tuple[datetime | None, int | None]:
    """The instant that is meant, and the last number that counts.

    Of a number, when it was posted, and the last entry of its intent.
    """
    if asked.number is None:
        as_of = asked.instant(country)
        return as_of, _last_number_at(session, as_of, asked.now)
    posted = {"tenant": tenant_of(session), "number": asked.number}
    found = session.execute(_POSTED, posted).one_or_none()
    return (found[0], found[1]) if found else (None, asked.number)


def _last_number_at(session: Session, as_of: datetime | None, now: datetime) -> int | None:
    if as_of is None or as_of >= now:
        return None
    cut: int | None = session.execute(
        _CUT, {"tenant": tenant_of(session), "as_of": as_of}
    ).scalar_one()
    return cut


def _closing_hash(session: Session, snapshot: Snapshot) -> str | None:
    """Seal of the last period that was locked, when all that the report reads are."""
    tenant = {"tenant": tenant_of(session)}
    locked = {
        name: (seq, seal)
        for name, seq, seal in session.execute(_LOCKED, tenant | {"last": snapshot.days.last})
    }
    if not locked:
        return None
    first: date = session.execute(_FIRST_PERIOD, tenant).scalar_one()
    read = set(_periods(snapshot, min(first, snapshot.days.first)))
    if not read <= set(locked):
        return None
    _, seal = max(locked[name] for name in read)
    return str(seal)


def _periods(snapshot: Snapshot, first: date) -> Iterator[str]:
    """Every period with days of the report in it, adjustment periods included."""
    day = first
    while day <= snapshot.days.last:
        month = month_range(month_of(day))
        yield month_of(day)
        year = fiscal_year_of(day, snapshot.fiscal_year_start)
        if month.last == fiscal_year_range(year, snapshot.fiscal_year_start).last:
            yield from (f"{year:04d}-P13", f"{year:04d}-P14")
        day = month.last + timedelta(days=1)
