"""What an account came to day by day is what its sheet says."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

from sqlmodel import Session

from domain.database.session import read_session, write_session
from domain.dates import DateRange
from domain.journal_index import store as journal_index
from domain.ledger import account_views
from domain.ledger.booking import Booking, Line
from domain.ledger.intent import Side
from domain.posting import store as journal
from domain.reports import balance_history_views
from tests.builders import another_tenant
from tests.plans import scans
from tests.servers import Database

_LAST = date(2026, 3, 20)


def booked(session: Session, day: date, amount: int) -> None:
    """Money that came in, or went out."""
    sides = (Side.DEBIT, Side.CREDIT) if amount > 0 else (Side.CREDIT, Side.DEBIT)
    value = Decimal(abs(amount))
    lines = (Line("2800", sides[0], value), Line("2700", sides[1], value))
    journal.book(
        session,
        Booking(intent_id=uuid4(), booking_date=day, description="x", lines=lines, source="api"),
    )


def test_each_day_ends_with_what_the_sheet_of_the_account_says(database: Database) -> None:
    """Before the first day and after the last one, too; nothing booked is nothing."""
    tenant = another_tenant(database)
    moves = {date(2026, 2, 27): 1000, date(2026, 3, 1): 50, date(2026, 3, 2): -30,
             date(2026, 3, 15): 7, date(2026, 3, 20): -2000, date(2026, 3, 25): 9}  # fmt: skip
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        for day, amount in moves.items():
            booked(session, day, amount)
        booked(session, date(2026, 3, 2), 5)

    with read_session(database.engine, tenant.id) as session:
        found = balance_history_views.history(session, "2800", _LAST, 20)
        for day, came_to in found:
            sheet = account_views.statement(session, "2800", DateRange(date.min, day), limit=1)
            assert came_to == sheet.balance, day
        assert {
            amount for _, amount in balance_history_views.history(session, "2801", _LAST, 3)
        } == {0}
    assert [day for day, _ in found] == [_LAST - timedelta(days=n) for n in range(19, -1, -1)]
    assert (found[0][1], found[-1][1]) == (Decimal(1050), Decimal(-968))


def test_days_that_the_index_covers_are_not_added_up_again(database: Database) -> None:
    """What came after it is walked, on whichever day; the answer is that of the journal alone."""
    tenant = another_tenant(database)
    days = [_LAST - timedelta(days=n % 5) for n in range(40)]
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        for day in days:
            booked(session, day, 10)
    with read_session(database.engine, tenant.id) as session:
        before = balance_history_views.history(session, "2800", _LAST, 10)
    while journal_index.catch_up(database.engine, tenant.id):
        pass
    with read_session(database.engine, tenant.id) as session:
        assert balance_history_views.history(session, "2800", _LAST, 10) == before
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        booked(session, days[3], -7)

    with read_session(database.engine, tenant.id) as session:
        found = balance_history_views.history(session, "2800", _LAST, 10)
        read = [each for of in scans(session, _of_ten_days) for each in of]

    lower = {_LAST - timedelta(days=n) for n in range(4)}
    assert found == [(day, came - 7 * (day in lower)) for day, came in before]
    assert sum(each.rows for each in read if each.table == "journal_entry") <= 2


def _of_ten_days(session: Session) -> object:
    return balance_history_views.history(session, "2800", _LAST, 10)
