"""What every account moved, from the roll-ups; rows are read only where a month is cut.

A month that lies in the range as a whole comes from `account_balance`. Where the range begins
or ends within a month, the month's roll-up goes to its larger part, and the rows of the other
parts are found by account and day and moved. With `as_of`, what was posted later is taken off
again, or only what was posted before is read, whichever is less.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum
from itertools import groupby
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from domain.database.session import tenant_of
from domain.dates import DateRange, month_of, month_range
from domain.reports.account_rows import Balance
from domain.reports.snapshot import Snapshot

_EVER = date(1, 1, 1)
_DAY = timedelta(days=1)

_ROLLUPS = """
    SELECT b.account, p.zone, b.opening_debit, b.opening_credit, b.debit, b.credit
    FROM (SELECT name, CASE WHEN first_day < :year_start THEN 0
                            WHEN first_day < :range_start THEN 1 ELSE 2 END AS zone
          FROM period
          WHERE tenant_id = :tenant AND first_day BETWEEN :since AND :last
            AND first_day <> ALL (:left_out)) p
    JOIN account_balance b ON b.tenant_id = :tenant AND b.period = p.name
"""
_CUT_MONTHS = """
    SELECT s.account, s.zone, s.sign * d.opening, s.sign * c.opening, s.sign * d.moved,
        s.sign * c.moved
    FROM (SELECT DISTINCT b.account, m.first_day, m.last_day, m.zone, m.sign
          FROM unnest(CAST(:firsts AS date[]), CAST(:lasts AS date[]), CAST(:zones AS int[]),
                      CAST(:signs AS int[])) AS m (first_day, last_day, zone, sign)
          JOIN period p ON p.tenant_id = :tenant AND m.first_day BETWEEN p.first_day AND p.last_day
          JOIN account_balance b ON b.tenant_id = :tenant AND b.period = p.name) s
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(e.amount) FILTER (WHERE e.intent_id IN (TABLE opening)), 0),
            coalesce(sum(e.amount) FILTER (WHERE e.intent_id NOT IN (TABLE opening)), 0)
        FROM journal_entry e
        WHERE e.tenant_id = :tenant AND e.debit_account = s.account
          AND e.booking_date BETWEEN s.first_day AND s.last_day) AS d (opening, moved)
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(e.amount) FILTER (WHERE e.intent_id IN (TABLE opening)), 0),
            coalesce(sum(e.amount) FILTER (WHERE e.intent_id NOT IN (TABLE opening)), 0)
        FROM journal_entry e
        WHERE e.tenant_id = :tenant AND e.credit_account = s.account
          AND e.booking_date BETWEEN s.first_day AND s.last_day) AS c (opening, moved)
"""
_ENTRIES = """
    SELECT m.account, e.zone,
        CASE WHEN e.opening THEN m.debit ELSE 0 END, CASE WHEN e.opening THEN m.credit ELSE 0 END,
        CASE WHEN e.opening THEN 0 ELSE m.debit END, CASE WHEN e.opening THEN 0 ELSE m.credit END
    FROM (SELECT debit_account, credit_account, :sign * amount AS amount,
              intent_id IN (TABLE opening) AS opening,
              CASE WHEN booking_date < :year_start THEN 0
                   WHEN booking_date < :first THEN 1 ELSE 2 END AS zone
          FROM journal_entry
          WHERE tenant_id = :tenant AND journal_number > :above AND journal_number <= :upto
            AND booking_date BETWEEN :since AND :last) e
    CROSS JOIN LATERAL (VALUES (e.debit_account, e.amount, 0), (e.credit_account, 0, e.amount))
        AS m (account, debit, credit)
"""
# What opened the books, and what reversed it: neither is a movement of the year.
OPENING = """opening (intent_id) AS (
    SELECT intent_id FROM intent WHERE tenant_id = :tenant AND kind = 'opening'
    UNION ALL
    SELECT i.intent_id FROM intent i JOIN opening o
        ON i.tenant_id = :tenant AND i.reverses_intent_id = o.intent_id)"""
_SUMS = """
    SELECT a.number, a.name, a.type, a.category, a.report_group, a.statement_group,
        m.earlier_debit, m.earlier_credit, m.before_debit, m.before_credit,
        m.opening_debit, m.opening_credit, m.debit, m.credit
    FROM (SELECT account,
              coalesce(sum(debit + opening_debit) FILTER (WHERE zone = 0), 0) AS earlier_debit,
              coalesce(sum(credit + opening_credit) FILTER (WHERE zone = 0), 0) AS earlier_credit,
              coalesce(sum(debit + opening_debit) FILTER (WHERE zone = 1), 0) AS before_debit,
              coalesce(sum(credit + opening_credit) FILTER (WHERE zone = 1), 0) AS before_credit,
              coalesce(sum(opening_debit) FILTER (WHERE zone = 2), 0) AS opening_debit,
              coalesce(sum(opening_credit) FILTER (WHERE zone = 2), 0) AS opening_credit,
              coalesce(sum(debit) FILTER (WHERE zone = 2), 0) AS debit,
              coalesce(sum(credit) FILTER (WHERE zone = 2), 0) AS credit
          FROM (SELECT account, zone, sum(opening_debit) AS opening_debit,
                    sum(opening_credit) AS opening_credit, sum(debit) AS debit,
                    sum(credit) AS credit
                FROM moved GROUP BY account, zone) zones
          GROUP BY account) m
    JOIN account a ON a.tenant_id = :tenant AND a.number = m.account
    ORDER BY a.number
"""


class _Zone(IntEnum):
    """Where a day lies: before the fiscal year, in it before the range, in the range, after."""

    EARLIER = 0
    BEFORE = 1
    RANGE = 2
    AFTER = 3


@dataclass(frozen=True, slots=True)
class _Move:
    """Rows of some days that go to a zone (1), or leave it (-1)."""

    days: DateRange
    zone: _Zone
    sign: int


def balances(session: Session, snapshot: Snapshot, *, since_ever: bool = True) -> list[Balance]:
    """Every account that ever moved, by number; else those that moved in the range's months."""
    since = _EVER if since_ever else month_range(month_of(snapshot.days.first)).first
    query, arguments = _query(snapshot, since)
    arguments["tenant"] = tenant_of(session)
    return [Balance(*row) for row in session.execute(text(query), arguments)]


def _query(snapshot: Snapshot, since: date) -> tuple[str, dict[str, Any]]:
    arguments: dict[str, Any] = {
        "since": since,
        "first": snapshot.days.first,
        "last": snapshot.days.last,
        "year_start": snapshot.year_start,
    }
    parts: list[str] = []
    reads_few = snapshot.cut is not None and 2 * snapshot.cut < snapshot.last_number
    if not reads_few:
        parts += _rolled_up(snapshot, arguments)
    if snapshot.cut is not None:
        parts.append(_ENTRIES)
        arguments |= (
            {"sign": 1, "above": 0, "upto": snapshot.cut}
            if reads_few
            else {"sign": -1, "above": snapshot.cut, "upto": snapshot.last_number}
        )
    moved = "moved (account, zone, opening_debit, opening_credit, debit, credit) AS ("
    moved += "UNION ALL".join(parts) + ")"
    needs_rows = parts != [_ROLLUPS]
    ctes = f"RECURSIVE {OPENING}, {moved}" if needs_rows else moved
    return f"WITH {ctes} {_SUMS}", arguments


def _rolled_up(snapshot: Snapshot, arguments: dict[str, Any]) -> Iterator[str]:
    """The roll-ups, and the rows of months that the range cuts."""
    days = snapshot.days
    arguments |= {"range_start": days.first, "left_out": []}
    moves: list[_Move] = []
    for month in _cut_months(days):
        parts = list(_parts(month, days))
        home = max(parts, key=lambda part: _weight(part, snapshot.today))[1]
        if home is _Zone.AFTER:
            arguments["left_out"].append(month.first)
        elif days.first in month:
            arguments["range_start"] = month.first if home is _Zone.RANGE else month.last + _DAY
        for part, zone in parts:
            moves += _moves(part, home, zone)
    yield _ROLLUPS
    if moves:
        yield _CUT_MONTHS
        arguments |= {
            "firsts": [move.days.first for move in moves],
            "lasts": [move.days.last for move in moves],
            "zones": [int(move.zone) for move in moves],
            "signs": [move.sign for move in moves],
        }


def _cut_months(days: DateRange) -> Iterator[DateRange]:
    """The months that lie in the range in part: none, one or two."""
    months = [month_range(month_of(day)) for day in (days.first, days.last)]
    for month, _ in groupby(months):
        if days.first > month.first or days.last < month.last:
            yield month


def _parts(month: DateRange, days: DateRange) -> Iterator[tuple[DateRange, _Zone]]:
    """A month by where its days lie."""
    first, last = max(month.first, days.first), min(month.last, days.last)
    if month.first < first:
        yield DateRange(month.first, first - _DAY), _Zone.BEFORE
    yield DateRange(first, last), _Zone.RANGE
    if last < month.last:
        yield DateRange(last + _DAY, month.last), _Zone.AFTER


def _weight(part: tuple[DateRange, _Zone], today: date) -> int:
    """Days of a part that have begun: few bookings bear the date of a day to come."""
    days, _ = part
    return (min(days.last, today) - days.first).days


def _moves(days: DateRange, home: _Zone, zone: _Zone) -> Iterator[_Move]:
    if zone is home:
        return
    if zone is not _Zone.AFTER:
        yield _Move(days, zone, 1)
    if home is not _Zone.AFTER:
        yield _Move(days, home, -1)
