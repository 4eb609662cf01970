"""Reads the layouts of the law: this range, and the same days a year before."""

from calendar import monthrange
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from sqlalchemy import text
from sqlmodel import Session

from domain.dates import DateRange
from domain.ledger.switching import Together, switch_of
from domain.reports.account_rows import Balance
from domain.reports.layout import BALANCE_SHEET, Checks, Line, Part, checks, lines, parts
from domain.reports.positions import PROFIT_LOSS
from domain.reports.snapshot import Snapshot
from domain.tables.bound import tenant_of
from domain.views.balances import balances

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
    return Layout(
        list(lines(now, then, country, statements)),
        replace(held, is_clean=held.is_clean and held_before.is_clean),
    )


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
