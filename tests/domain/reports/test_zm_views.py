"""The recapitulative statement of books that were kept by hand."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from domain.database.session import write_session
from domain.ledger.booking import Line
from domain.ledger.intent import Side
from domain.receivables import customer_store
from domain.reports import vat_return_views, zm_views
from domain.tax.zm import Lack, Zm
from tests.books import Books
from tests.builders import another_tenant
from tests.receivables import a_customer
from tests.servers import Database

FEBRUARY, MARCH, APRIL = (
    (date(2026, 2, 1), date(2026, 2, 28)),
    (date(2026, 3, 1), date(2026, 3, 31)),
    (date(2026, 4, 1), date(2026, 4, 30)),
)
ROME, MILAN = "IT00743110157", "IT 0158 3620 359"


@pytest.fixture
def books(database: Database) -> Books:
    """The books of an Austrian tenant."""
    return Books(database, another_tenant(database))


def customer(books: Books, vat_id: str | None) -> UUID:
    """A customer with a VAT id, or without one."""
    facts = {"vat_id": vat_id} if vat_id else {}
    with write_session(books.database.engine, books.tenant.id, books.tenant.actor) as session:
        return a_customer(session, **facts)


def supply(
    books: Books, whose: UUID | None, day: date, base: str, code: str = "UST0-IGL", **more: object
) -> UUID:
    """Supply something on account; below zero it is given back."""
    side = Side.DEBIT if Decimal(base) > 0 else Side.CREDIT
    amount = abs(Decimal(base))
    claim = Line("2000", side, amount, partner_id=whose)
    return books.book(day, claim, Line("4000", side.other, amount, code), **more)


def stated(books: Books, days: tuple[date, date]) -> Zm:
    """The statement of some days."""
    return books.read(zm_views.of_range, *days)


def told(found: Zm) -> list[tuple[str, str, str, str | None]]:
    """Lines and corrections as text."""
    return [
        (each.vat_id, each.kind.letter, str(each.base), each.period)
        for each in (*found.lines, *found.corrections)
    ]


def test_bases_are_stated_by_vat_id_and_kind(books: Books) -> None:
    """Their sum is what the return says of each kind; domestic sales are no part of it."""
    rome, milan = customer(books, ROME), customer(books, MILAN)
    supply(books, rome, date(2026, 3, 2), "100.40")
    supply(books, rome, date(2026, 3, 9), "50.20")
    supply(books, rome, date(2026, 3, 9), "-0.20")
    supply(books, rome, date(2026, 3, 10), "7.00", "UST0-EUSVC")
    supply(books, milan, date(2026, 3, 31), "30.00", "UST0-DREIECK")
    supply(books, milan, date(2026, 3, 31), "120.00", "UST20")

    found = stated(books, MARCH)

    assert told(found) == [
        ("IT00743110157", "L", "150", None),
        ("IT00743110157", "S", "7", None),
        ("IT01583620359", "D", "30", None),
    ]
    assert found.is_complete
    sums = books.read(vat_return_views.of_range, *MARCH).zm
    assert {each.kind.value: each.booked for each in found.lines} == sums


def test_what_is_reversed_later_corrects_its_month(books: Books) -> None:
    """And a reversal of the reversal that month again; what is supplied earlier is late."""
    rome = customer(books, ROME)
    first = supply(books, rome, date(2026, 2, 10), "900.00")
    late = date(2026, 2, 20)
    supply(books, rome, date(2026, 3, 5), "60.00", "UST0-EUSVC", supply_date=late)
    undone = books.reverse(first, date(2026, 3, 12))

    assert told(stated(books, FEBRUARY)) == [(ROME, "L", "900", None)]
    assert told(stated(books, MARCH)) == [
        (ROME, "L", "-900", "2026-02"),
        (ROME, "S", "60", "2026-02"),
    ]
    books.reverse(undone, date(2026, 4, 2))
    assert told(stated(books, APRIL)) == [(ROME, "L", "900", "2026-02")]
    assert told(stated(books, (FEBRUARY[0], APRIL[1]))) == [
        (ROME, "L", "900", None),
        (ROME, "S", "60", None),
    ]


def test_goods_that_are_invoiced_ahead_are_of_the_month_of_the_supply(books: Books) -> None:
    """Told in the one as of later, stated in the other."""
    rome = customer(books, ROME)
    supply(books, rome, date(2026, 3, 30), "80.00", supply_date=date(2026, 4, 2))

    march, april = stated(books, MARCH), stated(books, APRIL)

    assert (told(march), march.later) == ([], Decimal(80))
    assert (told(april), april.later) == ([(ROME, "L", "80", None)], Decimal(0))


def test_whose_vat_id_cannot_be_stated_is_told(books: Books) -> None:
    """Nobody, none, none of the Union, with wrong digits, or of the own country."""
    day = date(2026, 3, 2)
    supply(books, None, day, "1.00")
    for base, vat_id in enumerate((None, "CHE123456788", "DE136695977", "ATU13585627"), 2):
        supply(books, customer(books, vat_id), day, f"{base}.00")

    found = stated(books, MARCH)

    assert (found.lines, found.is_complete) == ((), False)
    assert {str(each.base): each.buyer.lack for each in found.unstated} == {
        "1.00": Lack.NO_CUSTOMER,
        "2.00": Lack.NO_VAT_ID,
        "3.00": Lack.WRONG_VAT_ID,
        "4.00": Lack.WRONG_VAT_ID,
        "5.00": Lack.OWN_COUNTRY,
    }


def test_a_vat_id_that_is_known_since_is_stated(books: Books) -> None:
    """The statement is made by what is known of the customer when it is made."""
    whose = customer(books, None)
    supply(books, whose, date(2026, 3, 2), "40.00")
    assert not stated(books, MARCH).is_complete

    with write_session(books.database.engine, books.tenant.id, books.tenant.actor) as session:
        customer_store.change(session, whose, {"vat_id": ROME})

    assert told(stated(books, MARCH)) == [(ROME, "L", "40", None)]
