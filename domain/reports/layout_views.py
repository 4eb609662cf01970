"""Reads the layouts of the law: this range, and the same days a year before."""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from sqlalchemy import text
from sqlmodel import Session

from domain.database.session import tenant_of
from domain.dates import DateRange, fiscal_year_range
from domain.ledger.side_switching import Together, switch_of
from domain.reports.account_rows import Balance
from domain.reports.balance_views import balances
from domain.reports.layout import BALANCE_SHEET, Checks, Line, Part, checks, lines, parts
from domain.reports.positions import PROFIT_LOSS
from domain.reports.snapshot import Snapshot

# Only rows that name a partner are read, from an index of these alone; both years at once.
_PARTNERS = text("""
    SELECT account, partner_id, sum(net),
        coalesce(sum(net) FILTER (WHERE day <= :last_before), 0)
    FROM (
        SELECT debit_account, debit_partner_id, booking_date, amount FROM journal_entry
        WHERE tenant_id = :tenant AND debit_account = ANY (:accounts)
          AND debit_partner_id IS NOT NULL AND booking_date <= :last AND journal_number <= :upto
        UNION ALL
        SELECT credit_account, credit_partner_id, booking_date, -amount FROM journal_entry
        WHERE tenant_id = :tenant AND credit_account = ANY (:accounts)
          AND credit_partner_id IS NOT NULL AND booking_date <= :last AND journal_number <= :upto
    ) AS moved (account, partner_id, day, net)
    GROUP BY account, partner_id
""")
# What opening entries left on each account, where the books are older than the year they opened.
_OPENED = text("""
    WITH RECURSIVE opening (root, fiscal_year, intent_id) AS (
        SELECT i.intent_id, i.fiscal_year, i.intent_id FROM intent i
        WHERE i.tenant_id = :tenant AND i.kind = 'opening' AND i.booking_date <= :last
          AND EXISTS (SELECT 1 FROM period p
                      WHERE p.tenant_id = :tenant AND p.fiscal_year < i.fiscal_year)
        UNION ALL
        SELECT o.root, o.fiscal_year, i.intent_id FROM intent i
        JOIN opening o ON i.tenant_id = :tenant AND i.reverses_intent_id = o.intent_id
    )
    SELECT o.fiscal_year, m.account
    FROM opening o
    JOIN journal_entry e ON e.tenant_id = :tenant AND e.intent_id = o.intent_id
    CROSS JOIN LATERAL (VALUES (e.debit_account, e.amount), (e.credit_account, -e.amount))
        AS m (account, net)
    WHERE e.journal_number <= :upto AND e.booking_date <= :last
    GROUP BY o.root, o.fiscal_year, m.account HAVING sum(m.net) <> 0
""")
_Partners = dict[str, dict[str, Decimal]]


@dataclass(frozen=True, slots=True)
class Layout:
    """Lines of a statement, and what proves them whole."""

    lines: list[Line]
    checks: Checks


def profit_loss(session: Session, snapshot: Snapshot) -> Layout:
    """UGB § 231 (2) or HGB § 275 (2)."""
    return _layout(session, snapshot, (PROFIT_LOSS,))


def balance_sheet(session: Session, snapshot: Snapshot) -> Layout:
    """UGB § 224 or HGB § 266 at the end of the range, with the result of the range."""
    return _layout(session, snapshot, BALANCE_SHEET)


def parts_of(session: Session, snapshot: Snapshot, found: list[Balance]) -> list[Part]:
    """Every part of the accounts in its place."""
    partners, _ = _partners(session, snapshot, found)
    return parts(found, partners, snapshot.chart)


def year_before(snapshot: Snapshot) -> Snapshot:
    """The same days a year before, as they are known now; the end of a month stays one."""
    first, last = (_year_before(day) for day in (snapshot.days.first, snapshot.days.last))
    return replace(snapshot, days=DateRange(first, last))


def _layout(session: Session, snapshot: Snapshot, statements: tuple[str, ...]) -> Layout:
    country = snapshot.country
    before = year_before(snapshot)
    found, found_before = (balances(session, each) for each in (snapshot, before))
    partners, partners_before = _partners(session, snapshot, found)
    now = parts(found, partners, snapshot.chart)
    then = parts(found_before, partners_before, snapshot.chart)
    held, held_before = checks(now, found, country), checks(then, found_before, country)
    twice = sorted(set(_opened_twice(session, snapshot)))
    return Layout(
        list(lines(now, then, country, statements)),
        replace(
            held,
            opened_twice=tuple(twice),
            is_clean=held.is_clean and held_before.is_clean and not twice,
        ),
    )


def _opened_twice(session: Session, snapshot: Snapshot) -> Iterator[str]:
    """Accounts that were opened though earlier years left a balance on them.

    The books run on from year to year: such a balance counts twice from then on.
    """
    arguments = {
        "tenant": tenant_of(session),
        "last": snapshot.days.last,
        "upto": snapshot.last_entry,
    }
    opened: dict[int, set[str]] = defaultdict(set)
    for year, account in session.execute(_OPENED, arguments):
        opened[year].add(account)
    for year, accounts in opened.items():
        days = fiscal_year_range(year, snapshot.fiscal_year_start)
        for each in balances(session, replace(snapshot, days=days)):
            if each.number in accounts and each.earlier:
                yield each.number


def _partners(
    session: Session, snapshot: Snapshot, found: list[Balance]
) -> tuple[_Partners, _Partners]:
    """What stands with each partner at the end of the range, and a year before."""
    arguments = {
        "tenant": tenant_of(session),
        "accounts": [each.number for each in found if _is_by_partner(each, snapshot)],
        "last": snapshot.days.last,
        "last_before": year_before(snapshot).days.last,
        "upto": snapshot.last_entry,
    }
    now: _Partners = defaultdict(dict)
    then: _Partners = defaultdict(dict)
    for account, partner, net, net_before in session.execute(_PARTNERS, arguments):
        now[account][str(partner)] = net
        then[account][str(partner)] = net_before
    return now, then


def _is_by_partner(balance: Balance, snapshot: Snapshot) -> bool:
    switch = switch_of(
        snapshot.chart, balance.number, balance.statement_group, balance.report_group
    )
    return switch is not None and switch.together is Together.PARTNER


def _year_before(day: date) -> date:
    days, days_before = (monthrange(year, day.month)[1] for year in (day.year, day.year - 1))
    ends = day.day == days
    return day.replace(year=day.year - 1, day=days_before if ends else min(day.day, days_before))
