"""One foreign item settled by two at a time, and in parts."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from domain.database.session import read_session, write_session
from domain.ledger.booking import Booking, Line
from domain.ledger.chart import Chart
from domain.ledger.intent import Exchange, Settling, Side
from domain.payables import clearing_store, item_views, settling_store
from domain.payables.clearing import Clearing, Discount
from domain.posting import store as journal
from domain.posting.outcome import Posted, SettlementExceedsOpenAmount
from tests.books import Books
from tests.builders import another_tenant
from tests.invariants import check_books
from tests.payables import a_vendor
from tests.servers import Database

DAY = date(2026, 3, 2)
_WAITS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND wait_event_type = 'Lock' AND query LIKE '%post_intents%'"
)


def _item(books: Books, vendor: UUID, euro: str, dollars: str, side: Side) -> UUID:
    """A document in USD; its open item."""
    amount = Decimal(dollars)
    rate = (amount / Decimal(euro)).quantize(Decimal("0.000001"))
    intent_id = books.book(
        DAY,
        Line("6815", side.other, Decimal(euro)),
        Line("3300", side, Decimal(euro), partner_id=vendor),
        exchange=Exchange("USD", amount, rate, DAY, "manual"),
    )
    with read_session(books.database.engine, books.tenant.id) as session:
        found = session.execute(
            text("SELECT open_item_id FROM open_item WHERE intent_id = :id"), {"id": intent_id}
        )
        return UUID(str(found.scalar_one()))


def _clear(books: Books, *items: tuple[UUID, str]) -> Posted:
    wanted = Clearing(uuid4(), DAY, tuple(Settling(at, Decimal(part)) for at, part in items))
    with write_session(books.database.engine, books.tenant.id, books.tenant.actor) as session:
        return clearing_store.clear(session, wanted)


def _await_waiting(books: Books) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with books.database.engine.connect() as connection:
            if connection.execute(_WAITS).scalar_one():
                return
        time.sleep(0.02)
    pytest.fail("nobody waits for the item")


def test_two_clearings_at_a_time_settle_no_more_than_there_is(database: Database) -> None:
    """100.00 and 130.01 of 230.00 USD are 91.30 and 118.70 of 210.00 EUR: a cent too many."""
    books = Books(database, another_tenant(database))
    with write_session(database.engine, books.tenant.id, books.tenant.actor) as session:
        vendor = a_vendor(session)
    owed = _item(books, vendor, "210.00", "230.00", Side.CREDIT)
    first = _item(books, vendor, "90.00", "100.00", Side.DEBIT)
    second = _item(books, vendor, "115.00", "130.01", Side.DEBIT)

    with ThreadPoolExecutor(1) as pool:
        tenant = books.tenant
        with write_session(database.engine, tenant.id, tenant.actor) as session:
            items = (Settling(owed, Decimal("91.30")), Settling(first, Decimal("90.00")))
            clearing_store.clear(session, Clearing(uuid4(), DAY, items))
            other = pool.submit(_clear, books, (owed, "118.70"), (second, "115.00"))
            _await_waiting(books)
        with pytest.raises(SettlementExceedsOpenAmount):
            other.result()

    with read_session(database.engine, books.tenant.id) as session:
        left = item_views.left_in_currency(session, [owed, first, second])
        euro = item_views.items(session, (owed, first, second))
    assert {at: (each.remaining_amount, left[at]) for at, each in euro.items()} == {
        owed: (Decimal("118.70"), Decimal("130.00")),
        first: (0, 0),
        second: (Decimal("115.00"), Decimal("130.01")),
    }
    check_books(database.engine, books.tenant.id)


def _pay(books: Books, vendor: UUID, owed: UUID, euro: str) -> Posted:
    """A payment by hand that says how much of the item it settles in EUR."""
    settled = (Settling(owed, Decimal(euro)),)
    lines = (
        Line("3300", Side.DEBIT, Decimal(euro), partner_id=vendor, settles=settled),
        Line("2800", Side.CREDIT, Decimal(euro)),
    )
    paid = Booking(
        intent_id=uuid4(), booking_date=DAY, description="Zahlung", lines=lines, source="booking"
    )
    with write_session(books.database.engine, books.tenant.id, books.tenant.actor) as session:
        return journal.book(session, *settling_store.with_items(session, [paid]))


def _left(books: Books, item: UUID) -> tuple[Decimal, Decimal]:
    with read_session(books.database.engine, books.tenant.id) as session:
        left = item_views.left_in_currency(session, [item])
        return item_views.items(session, (item,))[item].remaining_amount, left[item]


def test_a_payment_by_hand_and_a_clearing_at_a_time_are_held_to_the_currency(
    database: Database,
) -> None:
    """0.06 USD leave 229.94 for 209.95 EUR, that were 229.95 before: asked again, it closes."""
    books = Books(database, another_tenant(database))
    with write_session(database.engine, books.tenant.id, books.tenant.actor) as session:
        vendor = a_vendor(session)
    owed = _item(books, vendor, "210.00", "230.00", Side.CREDIT)
    given = _item(books, vendor, "0.05", "0.06", Side.DEBIT)

    with ThreadPoolExecutor(1) as pool:
        tenant = books.tenant
        with write_session(database.engine, tenant.id, tenant.actor) as session:
            items = (Settling(owed, Decimal("0.05")), Settling(given, Decimal("0.05")))
            clearing_store.clear(session, Clearing(uuid4(), DAY, items))
            other = pool.submit(_pay, books, vendor, owed, "209.95")
            _await_waiting(books)
        with pytest.raises(SettlementExceedsOpenAmount):
            other.result()

    assert _left(books, owed) == (Decimal("209.95"), Decimal("229.94"))
    paid = _pay(books, vendor, owed, "209.95")
    assert _left(books, owed) == (Decimal(0), Decimal(0))
    books.reverse(paid.intent_id, DAY)
    assert _left(books, owed) == (Decimal("209.95"), Decimal("229.94"))
    check_books(database.engine, books.tenant.id)


def test_parts_by_hand_end_together_in_both_currencies(database: Database) -> None:
    """Three times 30.00 of 90.00 EUR are 33.33, 33.34 and 33.33 USD of 100.00."""
    books = Books(database, another_tenant(database))
    with write_session(database.engine, books.tenant.id, books.tenant.actor) as session:
        vendor = a_vendor(session)
    owed = _item(books, vendor, "90.00", "100.00", Side.CREDIT)

    left = []
    for _ in range(3):
        _pay(books, vendor, owed, "30.00")
        left.append(_left(books, owed))

    assert [f"{euro} {dollars}" for euro, dollars in left] == [
        "60.00 66.67",
        "30.00 33.33",
        "0.00 0.00",
    ]
    with pytest.raises(SettlementExceedsOpenAmount):
        _pay(books, vendor, owed, "0.01")
    check_books(database.engine, books.tenant.id)


@pytest.mark.parametrize(
    ("supplied", "code", "gross", "tax"),
    [
        (date(2020, 12, 15), "VST16", "1160.00", "3.20"),
        (date(2020, 6, 15), "VST19", "1190.00", "3.80"),
    ],
)
def test_a_discount_after_a_change_of_rates_has_the_rate_of_its_supply(
    database: Database, supplied: date, code: str, gross: str, tax: str
) -> None:
    """2 % of what was supplied at 16 % in 2020, or at 19 % before July (§ 17 Abs. 1 UStG DE)."""
    books = Books(database, another_tenant(database, Chart.DE_SKR04))
    with write_session(database.engine, books.tenant.id, books.tenant.actor) as session:
        vendor = a_vendor(session)
    amount = Decimal(gross)
    owed = (
        Line("6815", Side.DEBIT, amount, code),
        Line("3300", Side.CREDIT, amount, partner_id=vendor),
    )
    invoice = books.book(supplied, *owed, supply_date=supplied, document_date=supplied)
    with read_session(database.engine, books.tenant.id) as session:
        query = text("SELECT open_item_id FROM open_item WHERE intent_id = :id")
        item = UUID(str(session.execute(query, {"id": invoice}).scalar_one()))
    off = amount / 50
    day = date(2020, 8, 3) if code == "VST19" else date(2021, 1, 15)
    wanted = Clearing(uuid4(), day, (Settling(item, off),), (Discount(item, off),))

    with write_session(database.engine, books.tenant.id, books.tenant.actor) as session:
        cleared = clearing_store.clear(session, wanted)

    with read_session(database.engine, books.tenant.id) as session:
        rows = session.execute(
            text(
                "SELECT credit_tax_code, credit_tax_part, amount FROM journal_entry"
                " WHERE intent_id = :id ORDER BY journal_number"
            ),
            {"id": cleared.intent_id},
        )
        booked = [tuple(row) for row in rows]
    assert booked == [(code, "base", Decimal(20)), (code, "tax", Decimal(tax))]
    check_books(database.engine, books.tenant.id)
