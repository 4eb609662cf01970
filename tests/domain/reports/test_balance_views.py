"""What accounts moved, from roll-ups, is what the rows of the journal say."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlmodel import Session

from domain.database.session import read_session
from domain.reports.account_rows import Balance, balance_sheet, profit_loss, trial_balance
from domain.reports.balance_views import balances
from domain.reports.snapshot import Asked, Snapshot
from domain.reports.snapshot_views import snapshot_of
from tests.builders import another_tenant
from tests.invariants import check_books
from tests.mixed_books import DAYS, STEPS, Step, happen
from tests.servers import Database

RANGES = st.tuples(DAYS, DAYS).map(sorted)

_ROWS = text("""
    WITH RECURSIVE opens AS (
        SELECT intent_id FROM intent WHERE tenant_id = :tenant AND kind = 'opening'
        UNION ALL SELECT i.intent_id FROM intent i JOIN opens o
            ON i.reverses_intent_id = o.intent_id WHERE i.tenant_id = :tenant)
    SELECT journal_number, booking_date, debit_account, credit_account, amount,
        intent_id IN (SELECT intent_id FROM opens) AS opening
    FROM journal_entry WHERE tenant_id = :tenant AND journal_number <= :upto
""")


def from_rows(session: Session, snapshot: Snapshot) -> dict[str, list[Decimal]]:
    """The eight figures of each account, added up row by row."""
    arguments = {"tenant": snapshot.tenant_id, "upto": snapshot.last_entry}
    found: dict[str, list[Decimal]] = {}
    for row in session.execute(_ROWS, arguments):
        if row.booking_date > snapshot.days.last:
            continue
        at = _place(row, snapshot)
        for side, account in enumerate((row.debit_account, row.credit_account)):
            figures = found.setdefault(account, [Decimal() for _ in range(8)])
            figures[at + side] += row.amount
    return {account: figures for account, figures in found.items() if any(figures)}


def _place(row: Any, snapshot: Snapshot) -> int:
    if row.booking_date < snapshot.year_start:
        return 0
    if row.booking_date < snapshot.days.first:
        return 2
    return 4 if row.opening else 6


def figures_of(balance: Balance) -> list[Decimal]:
    """The eight figures of an account, in the same order."""
    return [
        balance.earlier_debit,
        balance.earlier_credit,
        balance.before_debit,
        balance.before_credit,
        balance.opening_debit,
        balance.opening_credit,
        balance.debit,
        balance.credit,
    ]


@given(
    steps=STEPS,
    year_start=st.sampled_from((1, 4, 7)),
    ranges=st.lists(RANGES, min_size=6, max_size=6),
    today=DAYS,
)
@settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # each try opens a company
)
def test_reports_are_the_sum_of_the_rows(
    database: Database, steps: list[Step], year_start: int, ranges: list[list[date]], today: date
) -> None:
    """Any postings, any range, any state of the books: roll-ups and rows say the same."""
    tenant = another_tenant(database, fiscal_year_start=year_start)
    done = happen(database, tenant, steps, year_start)
    check_books(database.engine, tenant.id)
    with read_session(database.engine, tenant.id) as session:
        for at, (first, last) in enumerate(ranges):
            states = [None, *done.instants][: 1 + at * 3]
            for number, state in zip([None, *done.numbers], states, strict=False):
                as_of = state.isoformat() if state else None
                asked = Asked(datetime.now(UTC), first, last, as_of)
                snapshot = replace(snapshot_of(session, asked), today=today)
                if number is not None:
                    assert snapshot.last_entry == number
                _check(session, snapshot)


def _check(session: Session, snapshot: Snapshot) -> None:
    wanted = from_rows(session, snapshot)
    found = balances(session, snapshot)
    assert {b.number: figures_of(b) for b in found if any(figures_of(b))} == wanted
    assert sum(row.closing_balance for row in trial_balance(found)) == 0
    assert sum(row.opening_balance for row in trial_balance(found)) == 0
    assert sum(row.balance for row in balance_sheet(found)) == 0
    in_range = balances(session, snapshot, since_ever=False)
    assert list(profit_loss(in_range)) == list(profit_loss(found))
