"""Opening balances in the database: one set a day, and never a movement of the year."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from domain.banking import reconciliation_store
from domain.database.session import read_session, write_session
from domain.errors import DomainError
from domain.ledger.booking import Booking, Line
from domain.ledger.intent import Settling, Side
from domain.ledger.opening import Balance, Opening, OpeningBalancesExist
from domain.ledger.reversal import HasSettlements
from domain.posting import opening_store
from domain.posting import store as journal
from domain.posting.outcome import PeriodLocked
from tests.builders import Tenant, another_tenant
from tests.invariants import check_books
from tests.servers import Database

DAY = date(2026, 1, 1)
LATER = date(2026, 3, 2)
ROWS = (("2800", 700, 0), ("2000", 300, 0), ("3300", 0, 400), ("9000", 0, 600))


@pytest.fixture
def tenant(database: Database) -> Tenant:
    """Books that nobody has opened yet."""
    return another_tenant(database)


def wanted(day: date = DAY) -> Opening:
    """A bank account, a receivable, a payable and the capital."""
    rows = (
        Balance(at, number, Decimal(debit), Decimal(credit))
        for at, (number, debit, credit) in enumerate(ROWS)
    )
    return Opening(uuid4(), day, tuple(rows))


def opened(database: Database, tenant: Tenant, what: Opening) -> UUID:
    """Open the books in a transaction."""
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        return opening_store.open_books(session, what).intent_id


def reversed_(database: Database, tenant: Tenant, intent_id: UUID, today: date = LATER) -> UUID:
    """Reverse an intent in a transaction."""
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        return reconciliation_store.reverse(session, intent_id, today=today).intent_id


def columns(database: Database, tenant: Tenant) -> dict[str, tuple[Decimal, Decimal]]:
    """Opening balance and movement of each account over all periods."""
    query = text(
        "SELECT account, sum(opening_debit - opening_credit), sum(debit - credit)"
        " FROM account_balance GROUP BY account"
    )
    with read_session(database.engine, tenant.id) as session:
        return {account: (first, moved) for account, first, moved in session.execute(query)}


def test_values_stand_in_the_opening_columns(database: Database, tenant: Tenant) -> None:
    """Nothing has moved; the contra account ends at nothing."""
    opened(database, tenant, wanted())

    found = columns(database, tenant)
    assert found["2800"] == (Decimal(700), Decimal(0))
    assert found["9800"] == (Decimal(0), Decimal(0))
    assert check_books(database.engine, tenant.id) == len(ROWS)


def test_a_reversal_takes_them_out_of_the_opening_columns(
    database: Database, tenant: Tenant
) -> None:
    """A reversal of the reversal puts them back; neither is a movement."""
    first = opened(database, tenant, wanted())
    undone = reversed_(database, tenant, first)
    assert set(columns(database, tenant).values()) == {(Decimal(0), Decimal(0))}
    check_books(database.engine, tenant.id)

    reversed_(database, tenant, undone)
    assert columns(database, tenant)["2800"] == (Decimal(700), Decimal(0))
    check_books(database.engine, tenant.id)


def test_a_second_set_is_refused_until_the_first_is_reversed(
    database: Database, tenant: Tenant
) -> None:
    """Of whatever day: books that run on carry their balances, and all would stand twice."""
    first = opened(database, tenant, wanted())
    with pytest.raises(OpeningBalancesExist) as refused:
        opened(database, tenant, wanted())
    assert refused.value.context["existing_intent_id"] == str(first)
    with pytest.raises(OpeningBalancesExist):
        opened(database, tenant, wanted(date(2027, 1, 1)))

    undone = reversed_(database, tenant, first)
    second = opened(database, tenant, wanted())
    with pytest.raises(OpeningBalancesExist):
        reversed_(database, tenant, undone)
    reversed_(database, tenant, second)
    reversed_(database, tenant, undone)
    check_books(database.engine, tenant.id)


def test_the_same_set_again_is_the_first_one(database: Database, tenant: Tenant) -> None:
    """A repeated call stores nothing."""
    what = wanted()
    opened(database, tenant, what)
    assert opened(database, tenant, what) == what.intent_id
    assert check_books(database.engine, tenant.id) == len(ROWS)


def test_of_many_at_once_one_opens_the_books(database: Database, tenant: Tenant) -> None:
    """Whoever comes second hears that it exists."""
    found = list(_at_once(lambda _: opened(database, tenant, wanted())))

    assert [each for each in found if isinstance(each, UUID)] != []
    assert sorted(type(each).__name__ for each in found) == ["OpeningBalancesExist"] * 7 + ["UUID"]
    check_books(database.engine, tenant.id)


def test_opening_and_restoring_at_once_leave_one_set(database: Database, tenant: Tenant) -> None:
    """A reversed opening comes back, or a new one is booked, never both."""
    undone = reversed_(database, tenant, opened(database, tenant, wanted()))
    acts = [
        lambda: reversed_(database, tenant, undone),
        lambda: opened(database, tenant, wanted()),
    ]
    found = list(_at_once(lambda turn: acts[turn % 2]()))

    assert len([each for each in found if isinstance(each, UUID)]) == 1
    assert columns(database, tenant)["2800"] == (Decimal(700), Decimal(0))
    check_books(database.engine, tenant.id)


def test_open_item_accounts_open_an_item_for_each_row(database: Database, tenant: Tenant) -> None:
    """A payment settles it; then the opening cannot be taken away under it."""
    first = opened(database, tenant, wanted())
    query = text("SELECT open_item_id FROM open_item WHERE account = '3300'")
    with read_session(database.engine, tenant.id) as session:
        item = session.execute(query).scalar_one()
    lines = (Line("3300", Side.DEBIT, Decimal(400)), Line("2800", Side.CREDIT, Decimal(400)))
    payment = Booking(
        intent_id=uuid4(),
        booking_date=LATER,
        description="Zahlung",
        lines=lines,
        source="booking",
        settles=(Settling(item, Decimal(400)),),
    )
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        journal.book(session, payment)

    with pytest.raises(HasSettlements):
        reversed_(database, tenant, first)
    reversed_(database, tenant, payment.intent_id)
    reversed_(database, tenant, first)
    check_books(database.engine, tenant.id)


def test_a_locked_month_is_not_opened(database: Database, tenant: Tenant) -> None:
    """And a refused set leaves nothing."""
    undone = reversed_(database, tenant, opened(database, tenant, wanted()))
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        session.execute(text("UPDATE period SET status = 'soft_locked' WHERE name = '2026-01'"))
    with pytest.raises(PeriodLocked):
        opened(database, tenant, wanted())
    reversed_(database, tenant, undone)
    assert columns(database, tenant)["2800"] == (Decimal(700), Decimal(0))


def test_killed_halfway_nothing_is_open(database: Database, tenant: Tenant) -> None:
    """The books are opened once the transaction is committed, not before."""

    def given_up() -> None:
        with write_session(database.engine, tenant.id, tenant.actor) as session:
            opening_store.open_books(session, wanted())
            raise InterruptedError

    with pytest.raises(InterruptedError):
        given_up()
    opened(database, tenant, wanted())
    assert check_books(database.engine, tenant.id) == len(ROWS)


def _at_once(act: Any) -> Iterator[object]:
    def told(turn: int) -> object:
        try:
            return act(turn)
        except DomainError as error:
            return error

    with ThreadPoolExecutor(8) as pool:
        yield from pool.map(told, range(8))
