"""Every figure of every report is the sum of the rows that it leads to."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import uuid4

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from domain.database.session import read_session, write_session
from domain.errors import InvalidInput
from domain.ledger.booking import Booking, Line
from domain.ledger.chart import Chart
from domain.ledger.intent import Side
from domain.posting.store import book_all
from domain.reports import drill_down_views, layout_views
from domain.reports import views as reports
from domain.reports.drill_down import FigureName, LineNotFound, Statement, Wanted
from domain.reports.snapshot import Asked, Snapshot
from domain.reports.snapshot_views import snapshot_of
from tests.builders import Tenant, another_tenant
from tests.invariants import check_books
from tests.mixed_books import DAYS, STEPS, Step, happen
from tests.servers import Database
from tests.strategies import plain_booking

RANGES = st.tuples(DAYS, DAYS).map(sorted)
Expected = tuple[Wanted, Decimal]


@given(steps=STEPS, year_start=st.sampled_from((1, 7)), days=RANGES, upto=st.integers(0, 20))
@settings(
    max_examples=6,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # each try opens a company
)
def test_every_figure_leads_to_its_rows(
    database: Database, steps: list[Step], year_start: int, days: list[date], upto: int
) -> None:
    """Rows, groups, lines of the law, results and months, at any state of the books."""
    tenant = another_tenant(database, fiscal_year_start=year_start)
    done = happen(database, tenant, steps, year_start)
    check_books(database.engine, tenant.id)
    as_of = done.instants[upto].isoformat() if upto < len(done.instants) else None
    asked = Asked(datetime.now(UTC), days[0], days[1], as_of)
    with read_session(database.engine, tenant.id) as session:
        for wanted, amount in figures(session, asked):
            _, figure, rows = drill_down_views.rows(session, asked, wanted, limit=1000, before=None)
            moved = sum((row.debit - row.credit for row in rows), Decimal())
            assert figure.amount == amount, wanted
            assert figure.sign * moved == amount, wanted


def test_lost_equity_leads_to_its_rows(database: Database) -> None:
    """Germany shows it with the assets: each line still is the sum of what it leads to."""
    tenant = another_tenant(database, Chart.DE_SKR04)
    lines = (Line("6815", Side.DEBIT, Decimal(50)), Line("1800", Side.CREDIT, Decimal(50)))
    lost = Booking(
        intent_id=uuid4(), booking_date=date(2026, 5, 4), description="", lines=lines, source="api"
    )
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        book_all(session, [lost])
    asked = Asked(datetime.now(UTC), date(2026, 1, 1), date(2026, 12, 31))
    with read_session(database.engine, tenant.id) as session:
        shown = dict(figures(session, asked))
        for wanted, amount in shown.items():
            _, figure, rows = drill_down_views.rows(session, asked, wanted, limit=9, before=None)
            moved = sum((row.debit - row.credit for row in rows), Decimal())
            assert figure.amount == figure.sign * moved == amount, wanted

    assert shown[Wanted(Statement.BILANZ, "DE.BA")] == 50
    assert shown[Wanted(Statement.BILANZ, "DE.BA.F")] == 50
    assert shown[Wanted(Statement.BILANZ, "DE.BP.A")] == 0


def figures(session: Session, asked: Asked) -> Iterator[Expected]:
    """Every figure that the reports show, with the line that it stands in."""
    snapshot = snapshot_of(session, asked)
    yield from _of_accounts(session, snapshot)
    yield from _of_layouts(session, snapshot)
    for managed in reports.of_management(session, asked)[1]:
        yield Wanted(Statement.BWA, managed.key), managed.amount
    for month in reports.of_months(session, snapshot):
        yield Wanted(Statement.MONTHLY, month.month, FigureName.REVENUE), month.revenue
        yield Wanted(Statement.MONTHLY, month.month, FigureName.EXPENSES), month.expenses
        yield Wanted(Statement.MONTHLY, month.month), month.result


def _of_accounts(session: Session, snapshot: Snapshot) -> Iterator[Expected]:
    for row in reports.of_accounts(session, snapshot):
        line = row.number or row.name
        yield Wanted(Statement.SUSA, line, FigureName.MOVEMENT), row.balance
        yield Wanted(Statement.SUSA, line, FigureName.OPENING), row.opening_balance
        yield Wanted(Statement.TRIAL_BALANCE, line, FigureName.CLOSING), row.closing_balance
    for earned in reports.of_result(session, snapshot):
        yield Wanted(Statement.GUV, earned.number or earned.name), earned.balance
    for owned in reports.of_position(session, snapshot):
        yield Wanted(Statement.BILANZ, owned.number or owned.name), owned.balance


def _of_layouts(session: Session, snapshot: Snapshot) -> Iterator[Expected]:
    for kind, view in (
        (Statement.GUV, layout_views.profit_loss),
        (Statement.BILANZ, layout_views.balance_sheet),
    ):
        found = view(session, snapshot)
        assert found.checks.difference == -found.checks.statistical
        assert found.checks.result_difference == found.checks.unassigned == 0
        for line in found.lines:
            yield Wanted(kind, line.code), line.amount


def test_pages_join_without_gap(database: Database, tenant: Tenant) -> None:
    """Newest first; each page goes on before the last row of the one before."""
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        book_all(session, [plain_booking(uuid4(), date(2026, 3, day)) for day in range(1, 8)])
    asked = Asked(datetime.now(UTC), date(2026, 1, 1), date(2026, 12, 31))
    wanted = Wanted(Statement.SUSA, "6815")
    found: list[int] = []
    with read_session(database.engine, tenant.id) as session:
        before = None
        while rows := drill_down_views.rows(session, asked, wanted, limit=3, before=before)[2]:
            found += [row.journal_number for row in rows]
            before = found[-1]
    assert found == list(range(7, 0, -1))


@pytest.mark.parametrize(
    ("statement", "line"),
    [
        (Statement.SUSA, "99999"),
        (Statement.SUSA, "Periodenergebnis"),
        (Statement.GUV, "2800"),
        (Statement.GUV, "DE.PL.01"),
        (Statement.GUV, "AT.BA.B"),
        (Statement.BILANZ, "AT.PL.01"),
        (Statement.BILANZ, "6815"),
        (Statement.BWA, "cash"),
        (Statement.MONTHLY, "2026-13"),
        (Statement.MONTHLY, "0000-01"),
    ],
)
def test_what_a_report_does_not_show_leads_nowhere(
    database: Database, tenant: Tenant, statement: Statement, line: str
) -> None:
    """An unknown account, an account of the other statement, another country's line."""
    with read_session(database.engine, tenant.id) as session, pytest.raises(LineNotFound):
        drill_down_views.rows(
            session, Asked(datetime.now(UTC)), Wanted(statement, line), limit=1, before=None
        )


@pytest.mark.parametrize(
    ("statement", "figure"),
    [
        (Statement.SUSA, FigureName.REVENUE),
        (Statement.MONTHLY, FigureName.CLOSING),
        (Statement.GUV, FigureName.MOVEMENT),
    ],
)
def test_a_line_has_only_its_own_figures(statement: Statement, figure: FigureName) -> None:
    """Another report's figure is refused, never taken for one that is there."""
    with pytest.raises(InvalidInput):
        Wanted(statement, "6815", figure)


def test_an_account_without_rows_leads_to_none(database: Database, tenant: Tenant) -> None:
    """It is in the chart, so its figure is nothing."""
    with read_session(database.engine, tenant.id) as session:
        _, figure, rows = drill_down_views.rows(
            session,
            Asked(datetime.now(UTC)),
            Wanted(Statement.BILANZ, "0110"),
            limit=1,
            before=None,
        )
    assert figure.amount == 0
    assert rows == []
