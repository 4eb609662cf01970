"""Transactions and the books: at once, killed halfway, in any order."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, suppress
from datetime import date
from decimal import Decimal
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from domain.banking import reconciliation_store, statement_store
from domain.banking.account import BankAccount
from domain.database.session import read_session, tenant_of, write_session
from domain.dates import DateRange
from domain.errors import Conflict, DomainError, Invalid
from domain.ids import derived_id
from domain.ledger.booking import Booking, Line, intent_of
from domain.ledger.intent import Side
from domain.posting import store as journal
from domain.posting.call import PostingCall
from domain.posting.queue_store import PostingQueue
from domain.transactions import reversal_store, views
from domain.transactions import store as transactions
from domain.transactions.category import Direction
from domain.transactions.money_account_views import balance
from domain.transactions.transaction import (
    AlreadyReconciled,
    InsufficientBalance,
    InvalidAccount,
    Reference,
    ReferenceType,
    Transaction,
    TransactionReversed,
    TransactionType,
)
from domain.transactions.views import TransactionFilter
from tests.builders import Tenant, another_tenant
from tests.invariants import check_books
from tests.servers import Database
from tests.waiting import until_somebody_waits

DAY = date(2026, 3, 2)
TODAY = date(2026, 4, 1)
YEAR = DateRange(date(2026, 1, 1), date(2026, 12, 31))
IBANS = {"2800": "AT611904300234573201", "2810": "AT021100000012345678"}


class Books:
    """A tenant with two bank accounts, and what the tests do to it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.tenant: Tenant = another_tenant(database)
        self.ids = {number: uuid4() for number in IBANS}
        with write_session(database.engine, self.tenant.id, self.tenant.actor) as session:
            for number, iban in IBANS.items():
                statement_store.open_account(
                    session, self.ids[number], BankAccount(number, iban, number)
                )

    def act(self, do: Callable[[Any], UUID]) -> UUID:
        """Do something in a transaction of its own."""
        with write_session(self.database.engine, self.tenant.id, self.tenant.actor) as session:
            return do(session)

    def look(self, view: Callable[..., Any], *args: Any, **named: Any) -> Any:
        """Read."""
        with read_session(self.database.engine, self.tenant.id) as session:
            return view(session, *args, **named)

    def book(self, kind: str = "expense", amount: str = "120.00", **more: Any) -> UUID:
        """Book a transaction."""
        one = self.one(kind, amount, **more)
        return self.act(lambda session: transactions.book(session, one, source="api"))

    def one(self, kind: str, amount: str, **more: Any) -> Transaction:
        """A transaction of March."""
        facts: dict[str, Any] = {
            "transaction_id": uuid4(),
            "booking_date": DAY,
            "description": "Papier",
        } | more
        return Transaction(type=TransactionType(kind), amount=Decimal(amount), **facts)

    def transfer(self, amount: str) -> UUID:
        """Move money from the bank to the savings."""
        accounts = {"from_account_id": self.ids["2800"], "to_account_id": self.ids["2810"]}
        return self.book("transfer", amount, **accounts)

    def reverse(self, transaction_id: UUID) -> UUID:
        """Reverse a transaction."""
        return self.act(
            lambda session: transactions.reverse(
                session, transaction_id, reason="Falsch", today=TODAY
            )
        )

    def claim(self, debit: str, credit: str, amount: str, reference: str) -> UUID:
        """Book between two accounts."""
        lines = (
            Line(debit, Side.DEBIT, Decimal(amount)),
            Line(credit, Side.CREDIT, Decimal(amount)),
        )
        booking = Booking(
            intent_id=uuid4(),
            booking_date=DAY,
            description=reference,
            lines=lines,
            source="api",
            external_reference=reference,
        )
        return self.act(lambda session: journal.book(session, booking).intent_id)

    def spending(self, amount: str) -> Booking:
        """Money that leaves the bank, not booked yet."""
        lines = (
            Line("6815", Side.DEBIT, Decimal(amount)),
            Line("2800", Side.CREDIT, Decimal(amount)),
        )
        return Booking(
            intent_id=uuid4(),
            booking_date=DAY,
            description="Papier",
            lines=lines,
            source="api",
        )

    def check(self) -> int:
        """Check the books, and the totals of the transactions against their rows."""
        query = (
            "SELECT count(*) FROM (SELECT booking_date, type, coalesce(category, '') AS c,"
            " bank_account_id AS a, to_bank_account_id AS b, count(*) AS n, sum(amount) AS amount"
            " FROM transaction"
            " GROUP BY 1, 2, 3, 4, 5) t FULL JOIN transaction_total k ON k.booking_date ="
            " t.booking_date AND k.type = t.type AND k.category = t.c AND k.bank_account_id ="
            " coalesce(t.a, '00000000-0000-0000-0000-000000000000') AND k.to_bank_account_id ="
            " coalesce(t.b, '00000000-0000-0000-0000-000000000000')"
            " WHERE k.count IS DISTINCT FROM t.n OR k.amount IS DISTINCT FROM t.amount"
        )
        wrong = self.look(lambda session: session.execute(text(query)).scalar_one())
        assert wrong == 0
        return check_books(self.database.engine, self.tenant.id)

    def listed(self) -> list[views.TransactionView]:
        """Every transaction."""
        found, total = self.look(views.transactions, TransactionFilter(), limit=1000, offset=0)
        assert len(found) == total
        assert [view.row.reconciled for view in found] == [view.is_reconciled for view in found]
        every: list[views.TransactionView] = found
        return every


@pytest.fixture
def books(database: Database) -> Books:
    """Give each test books of its own."""
    return Books(database)


def at_once(*calls: Callable[[], UUID]) -> list[UUID | DomainError]:
    """Start all calls at the same moment, and tell what became of each."""
    barrier = Barrier(len(calls))

    def run(call: Callable[[], UUID]) -> UUID | DomainError:
        barrier.wait()
        try:
            return call()
        except DomainError as error:
            return error

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_transfers_at_once_never_overdraw(books: Books) -> None:
    """Of eight transfers of 30.00 from 100.00 three succeed."""
    books.claim("2800", "9800", "100.00", "EB")
    done = at_once(*[lambda: books.transfer("30.00")] * 8)

    assert sum(isinstance(each, UUID) for each in done) == 3
    assert {type(each) for each in done if not isinstance(each, UUID)} == {InsufficientBalance}
    assert books.look(balance, "2800") == Decimal("10.00")
    books.check()


def test_a_transfer_races_with_what_else_takes_the_money(books: Books) -> None:
    """The balance after both decides, whoever came first."""
    books.claim("2800", "9800", "100.00", "EB")
    moved, spent = at_once(lambda: books.transfer("80.00"), lambda: books.book(amount="50.00"))

    assert isinstance(spent, UUID)
    left = books.look(balance, "2800")
    assert left == Decimal("-30.00" if isinstance(moved, UUID) else "50.00")


def test_a_grouped_booking_waits_for_a_transfer(books: Books) -> None:
    """Between the look at the balance and the commit nobody else moves it."""
    books.claim("2800", "9800", "100.00", "EB")
    spending = books.spending("80.00")
    accounts = {"from_account_id": books.ids["2800"], "to_account_id": books.ids["2810"]}
    one = books.one("transfer", "60.00", **accounts)
    with ThreadPoolExecutor(1) as pool, ExitStack() as held:
        session = held.enter_context(
            write_session(books.database.engine, books.tenant.id, books.tenant.actor)
        )
        transactions.book(session, one, source="api")
        later = pool.submit(asyncio.run, _grouped(books, spending))
        until_somebody_waits(books.database)
        held.close()
        later.result(timeout=60)
    assert books.look(balance, "2800") == Decimal("-40.00")
    with pytest.raises(InsufficientBalance):
        books.transfer("0.01")


async def _grouped(books: Books, booking: Booking) -> None:
    """Post as POST /v1/bookings does."""
    call = PostingCall(
        books.tenant.id, books.tenant.actor, lambda known: [intent_of(booking, known)]
    )
    async with PostingQueue(books.database.engine).opened() as queue:
        await queue.post(call)


def test_an_invoice_is_paid_once(books: Books) -> None:
    """Of several payments at once one settles it; the others are told."""
    invoice = books.claim("2000", "4000", "120.00", "RE-1")
    reference = Reference(ReferenceType.INVOICE, str(invoice))
    done = at_once(*[lambda: books.book("income", reference=reference)] * 4)

    assert sum(isinstance(each, UUID) for each in done) == 1
    assert {type(each) for each in done if not isinstance(each, UUID)} == {AlreadyReconciled}
    books.check()


def test_a_transaction_is_reversed_once(books: Books) -> None:
    """Through both doors at the same moment."""
    booked = books.book()

    def journal_door() -> UUID:
        return books.act(
            lambda session: reversal_store.reverse(session, booked, today=TODAY).intent_id
        )

    done = at_once(journal_door, *[lambda: books.reverse(booked)] * 3)

    assert sum(isinstance(each, UUID) for each in done) == 1
    assert {each.code for each in done if isinstance(each, DomainError)} == {"ALREADY_REVERSED"}
    assert [view.row.amount for view in books.listed()] == [Decimal("-120.00"), Decimal("120.00")]
    books.check()


@pytest.mark.parametrize("is_tied_first", [True, False])
def test_a_tie_and_a_settlement_at_once_see_each_other(
    books: Books, *, is_tied_first: bool
) -> None:
    """A part payment loses its bank movement while the rest of its invoice is paid."""
    invoice = Reference(ReferenceType.INVOICE, str(books.claim("2000", "4000", "120.00", "RE-1")))
    part = books.book("income", "50.00", reference=invoice)
    movement = books.act(lambda session: _tied(session, part, books.ids["2800"]))
    steps: list[Callable[[Any], UUID]] = [
        lambda session: reconciliation_store.unmatch(session, movement, TODAY).bank_transaction_id,
        lambda session: transactions.book(
            session, books.one("income", "70.00", reference=invoice), source="api"
        ),
    ]
    first, second = steps if is_tied_first else reversed(steps)
    with ThreadPoolExecutor(1) as pool:

        def overtaken(session: Any) -> UUID:
            done = first(session)
            later.append(pool.submit(books.act, second))
            wait([later[0]], timeout=0.5)
            return done

        later: list[Future[UUID]] = []
        books.act(overtaken)
        later[0].result()
    assert {view.is_reconciled for view in books.listed()} == {True}
    books.check()


def _tied(session: Any, intent_id: UUID, account_id: UUID) -> UUID:
    """Store a bank movement that is linked to an intent."""
    movement = uuid4()
    columns = "tenant_id, id, bank_account_id, position, tx_date, amount, currency, content_hash"
    session.execute(
        text(
            f"INSERT INTO bank_transaction ({columns}, status, mode, intent_id, created_at) VALUES"  # noqa: S608
            " (:tenant, :id, :account, 1, :day, 50, 'EUR', repeat('0', 64), 'reconciled', 'linked',"
            " :intent, now())"
        ),
        {"tenant": tenant_of(session), "id": movement, "account": account_id, "day": DAY}
        | {"intent": intent_id},
    )
    return movement


def test_a_category_created_twice_at_once_is_one(books: Books) -> None:
    """And has one direction: who comes second with the other is refused."""
    kinds = ["expense", "income"] * 3
    done = at_once(*[lambda kind=kind: books.book(kind, category="neu") for kind in kinds])

    kept = {view.row.type for view in books.listed()}
    assert len(kept) == 1
    refused = [each.code for each in done if isinstance(each, DomainError)]
    assert refused == ["INVALID_CATEGORY"] * 3


def test_killed_halfway_nothing_stays(books: Books) -> None:
    """No intent, no row, no category, no money moved."""
    one = books.one("expense", "120.00", category="neu")

    def killed(session: Any) -> UUID:
        transactions.book(session, one, source="api")
        raise SystemExit

    with pytest.raises(SystemExit):
        books.act(killed)

    assert books.listed() == []
    assert books.look(views.own_category, "neu") is None
    assert books.check() == 0
    books.act(lambda session: transactions.book(session, one, source="api"))
    assert len(books.listed()) == 1


def test_done_twice_it_is_one(books: Books) -> None:
    """The same id is the same transaction, even for a transfer that the rest could not pay."""
    books.claim("2800", "9800", "100.00", "EB")
    accounts = {"from_account_id": books.ids["2800"], "to_account_id": books.ids["2810"]}
    one = books.one("transfer", "60.00", **accounts)
    for _ in range(2):
        books.act(lambda session: transactions.book(session, one, source="api"))
    assert len(books.listed()) == 1
    assert books.look(balance, "2810") == Decimal("60.00")


def test_a_closed_account_takes_no_money(books: Books) -> None:
    """The ledger account of the bank account is out of use."""
    books.act(lambda session: _close(session, "2810"))
    with pytest.raises(InvalidAccount):
        books.book(account_id=books.ids["2810"])
    assert books.check() == 0


def _close(session: Any, number: str) -> UUID:
    from domain.ledger.books_store import changed  # noqa: PLC0415

    session.execute(text("UPDATE account SET active = false WHERE number = :n"), {"n": number})
    changed(session, tenant_of(session))
    return uuid4()


AMOUNTS = st.integers(1, 10**6).map(lambda n: f"{Decimal(n).scaleb(-2):.2f}")
RATES = st.sampled_from([None, Decimal(0), Decimal(10), Decimal(13), Decimal(20)])
INVOICES = st.none() | st.sampled_from(["RE-1", "RE-2", "unknown"]).map(
    lambda number: Reference(ReferenceType.INVOICE, number)
)
PLAIN = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["income", "expense"]),
        "amount": AMOUNTS,
        "vat_rate": RATES,
        "vat_deductible": st.booleans(),
        "reference": INVOICES,
        "booking_date": st.dates(YEAR.first, YEAR.last),
    }
)
STEPS = st.lists(
    st.one_of(
        PLAIN,
        AMOUNTS,
        st.tuples(st.sampled_from(["simple", "journal"]), st.integers(0, 20)),
        st.tuples(st.sampled_from(["2000", "3300"]), AMOUNTS),
    ),
    min_size=1,
    max_size=14,
)


@given(steps=STEPS)
@settings(max_examples=25, deadline=None)
def test_any_sequence_leaves_books_that_agree(database: Database, steps: list[Any]) -> None:
    """Rows, roll-ups, open items, counts and the summary all say the same."""
    books = Books(database)
    for step in steps:
        with suppress(Invalid, Conflict):
            _take(books, step)
    books.check()
    found = books.look(views.flows, YEAR)
    for direction in Direction:
        standing = [
            view.row
            for view in books.listed()
            if view.row.type == direction.value and not view.is_reversed
        ]
        flow = found[direction]
        assert flow.total == sum(row.amount for row in standing) == sum(flow.by_category.values())
        assert flow.count == len(standing)
        assert flow.vat == sum(
            row.vat_amount or 0 for row in standing if row.vat_deductible is not False
        )


def _take(books: Books, step: Any) -> None:
    if isinstance(step, dict):
        books.book(**step)
    elif isinstance(step, str):
        books.transfer(step)
    elif step[0] in {"2000", "3300"}:
        account, amount = step
        number = "RE-1" if account == "2000" else "RE-2"
        debit, credit = (account, "4000") if account == "2000" else ("6815", account)
        books.claim(debit, credit, amount, number)
    else:
        _reverse(books, *step)


def _reverse(books: Books, door: str, position: int) -> None:
    rows = books.listed()
    if not rows:
        return
    chosen = rows[position % len(rows)].row.id
    if door == "simple":
        books.reverse(chosen)
        return
    books.act(lambda session: reversal_store.reverse(session, chosen, today=TODAY).intent_id)


def test_a_reversal_has_an_id_of_its_own(books: Books) -> None:
    """Derived from what it reverses, so that a repeated reversal finds it."""
    booked = books.book()
    assert books.reverse(booked) == derived_id("reversal", books.tenant.id, booked)
    with pytest.raises(TransactionReversed):
        books.reverse(booked)


@pytest.mark.parametrize(
    ("command", "refusal"),
    [
        ("UPDATE transaction SET amount = amount + 1", "append-only"),
        ("UPDATE transaction SET reconciled = true, notes = 'x'", "append-only"),
        ("DELETE FROM transaction", "append-only"),
        ("TRUNCATE transaction CASCADE", "append-only"),
    ],
)
def test_a_transaction_is_never_changed(books: Books, command: str, refusal: str) -> None:
    """Not by the owner of the table, and the application may not even try."""
    books.book()
    tenant = {"tenant": str(books.tenant.id)}
    for engine, says in (
        (books.database.owner_engine, refusal),
        (books.database.engine, "permission denied"),
    ):
        with engine.begin() as connection:
            connection.execute(text("SELECT set_config('app.tenant_id', :tenant, true)"), tenant)
            with pytest.raises(DBAPIError, match=says):
                connection.execute(text(command))
