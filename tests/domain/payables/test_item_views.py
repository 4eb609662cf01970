"""Pages of open items: each item is on one page, and only a page is joined."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from domain.database.session import read_session, write_session
from domain.ledger.booking import Line
from domain.ledger.intent import Settling, Side
from domain.payables import item_views as views
from domain.payables.item_views import ItemFilter
from domain.payables.match import suggested
from tests.books import Books
from tests.builders import another_tenant
from tests.payables import DAY, a_vendor
from tests.servers import Database


@pytest.fixture
def books(database: Database) -> Books:
    """Give each test books of its own."""
    return Books(database, another_tenant(database))


def _vendor(books: Books) -> UUID:
    with write_session(books.database.engine, books.tenant.id, books.tenant.actor) as session:
        return a_vendor(session)


def _owe(books: Books, vendor: UUID, amount: int, day: int = 0, *, credit: bool = False) -> UUID:
    side = Side.DEBIT if credit else Side.CREDIT
    lines = (
        Line("3300", side, Decimal(amount), partner_id=vendor),
        Line("6815", side.other, Decimal(amount)),
    )
    return books.book(DAY + timedelta(days=day), *lines, external_reference=str(uuid4()))


def _pay(books: Books, intent_id: UUID) -> None:
    query = text("SELECT open_item_id, amount FROM open_item WHERE intent_id = :intent")
    with read_session(books.database.engine, books.tenant.id) as session:
        item, amount = session.execute(query, {"intent": intent_id}).one()
    lines = (Line("3300", Side.DEBIT, amount), Line("2800", Side.CREDIT, amount))
    books.book(DAY, *lines, settles=(Settling(item, amount),))


def test_each_item_is_on_one_page(books: Books) -> None:
    """Whatever the length of a page, what is left is found once, and the count is right."""
    vendor, other = _vendor(books), _vendor(books)
    booked = [_owe(books, vendor, 10 + n, n % 3) for n in range(7)]
    _owe(books, other, 99)
    _owe(books, vendor, 5, credit=True)
    _pay(books, booked[2])

    with read_session(books.database.engine, books.tenant.id) as session:
        for wanted, count in (
            (ItemFilter(), 8),
            (ItemFilter((vendor,)), 7),
            (ItemFilter((vendor, other)), 8),
            (ItemFilter(side=Side.DEBIT), 1),
        ):
            every, total = views.open_items(session, wanted)
            assert (len(every), total) == (count, count)
            for limit in (1, 3, 100):
                paged = [
                    each
                    for offset in range(0, count, limit)
                    for each in views.open_items(session, wanted, limit=limit, offset=offset)[0]
                ]
                assert paged == every
            assert views.open_items(session, wanted, limit=2, offset=50) == ([], count)


def test_matches_come_from_behind_the_page(books: Books) -> None:
    """A credit on the first page is set off against an invoice that stands on the last."""
    vendor = _vendor(books)
    _owe(books, vendor, 40, credit=True)
    _owe(books, vendor, 70, 1)
    _owe(books, vendor, 40, 2)

    with read_session(books.database.engine, books.tenant.id) as session:
        (credit,), total = views.open_items(session, ItemFilter(), limit=1)
        facing = views.facing(session, [credit])

    assert total == 3
    found = suggested(credit, facing[vendor])
    assert [(each.amount, each.reasons) for each in found] == [
        (Decimal(40), ("amount",)),
        (Decimal(40), ("partner",)),
    ]
