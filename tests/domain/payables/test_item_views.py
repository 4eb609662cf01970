"""Pages of open items: each item is on one page, and only a page is joined."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlmodel import Session

from domain.database.session import read_session, write_session
from domain.journal_index import views as journal_index
from domain.ledger.booking import Line
from domain.ledger.intent import Settling, Side
from domain.payables import invoice_store, vendor_views
from domain.payables import item_views as views
from domain.payables.item_views import ItemFilter
from domain.payables.match import suggested
from tests.books import Books
from tests.builders import another_tenant
from tests.payables import DAY, a_posted_credit_note, a_posted_invoice, a_vendor, an_invoice
from tests.plans import calls
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


def test_a_vendor_of_few_items_is_told_by_these_alone(
    books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is open of all others is not listed; the answers are those of whoever lists it."""
    vendor, other = _vendor(books), _vendor(books)
    _owe(books, vendor, 10)
    _pay(books, _owe(books, vendor, 20))
    _owe(books, vendor, 5, credit=True)
    _owe(books, other, 70)
    nobodys = _nobodys_invoice(books, vendor)
    with write_session(books.database.engine, books.tenant.id, books.tenant.actor) as session:
        a_posted_invoice(session, an_invoice(vendor, "60.00"))
        a_posted_credit_note(session, an_invoice(vendor, "-36.00"))

    def told(session: Session) -> list[object]:
        wanted = [
            ItemFilter((vendor,)),
            ItemFilter((vendor,), Side.DEBIT),
            ItemFilter((vendor,), Side.DEBIT, is_tied=False),
            ItemFilter((vendor, other), is_tied=True),
            ItemFilter((other,)),
        ]
        found: list[object] = [views.open_items(session, each, limit=20) for each in wanted]
        both = vendor_views.open_amounts(session, [vendor, other])
        return [
            *found,
            both,
            *(vendor_views.has_open_invoices(session, v) for v in (vendor, other)),
        ]

    with read_session(books.database.engine, books.tenant.id) as session:
        few = told(session)
        assert calls(session, told, "items_maybe_open") == 0
        monkeypatch.setattr(journal_index, "_FEW", 0)
        assert told(session) == few
        assert calls(session, told, "items_maybe_open") == len(few)

    ids = {each.open_item_id for each in few[0][0]}  # type: ignore[index]
    assert nobodys in ids
    assert [each[1] for each in few[:5]] == [5, 2, 1, 3, 1]  # type: ignore[index]
    assert few[5] == {vendor: Decimal("74.00"), other: Decimal(0)} or few[5] == {
        vendor: Decimal("74.00")
    }
    assert few[6:] == [True, False]


def _nobodys_invoice(books: Books, vendor: UUID) -> UUID:
    """An invoice whose item was booked without a partner: it is its vendor's all the same."""
    invoice = an_invoice(vendor, "50.00")
    lines = (Line("6815", Side.DEBIT, Decimal(50)), Line("3300", Side.CREDIT, Decimal(50)))
    intent_id = books.book(DAY, *lines)
    with write_session(books.database.engine, books.tenant.id, books.tenant.actor) as session:
        invoice_store.create(session, uuid4(), replace(invoice, intent_id=intent_id))
        query = text("SELECT open_item_id FROM open_item WHERE intent_id = :intent")
        found: UUID = session.execute(query, {"intent": intent_id}).scalar_one()
    return found
