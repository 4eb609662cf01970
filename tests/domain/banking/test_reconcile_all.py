"""Many pairs in one call do what each of them does alone, with a handful of statements."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlmodel import Session

from domain.banking import bank_views as views
from domain.banking import reconciliation_store, statement_store
from domain.banking.bank_transaction import BankTransaction
from domain.banking.match_group import Wish
from domain.banking.reconciliation_store import Target
from domain.banking.statement_store import Delivery
from domain.banking.suggestion import CandidateKind
from domain.database.session import read_session, write_session
from domain.errors import DomainError
from domain.ledger.booking import Booking, Line
from domain.ledger.intent import Side
from domain.periods import lock_store
from domain.periods.period import PeriodName
from domain.posting import store as journal
from tests.builders import Tenant, another_tenant
from tests.invariants import check_books
from tests.payables import DAY, a_bank_account, a_vendor
from tests.plans import asked
from tests.servers import Database

LIABILITY = CandidateKind.OPEN_LIABILITY
SOME = 4
# What is paid of an item of 100, by which of the items, and what is odd about it.
ODD = (
    "nothing", "nothing", "nothing", "no account", "other account", "a customer", "unknown intent",
    "unknown movement", "booked", "written off", "locked",
)  # fmt: skip
PAIRS = st.lists(
    st.tuples(
        st.integers(0, SOME - 1),
        st.integers(0, SOME - 1),
        st.sampled_from(("-100.00", "-40.00", "-130.00", "100.00", "-99.99")),
        st.sampled_from(ODD),
    ),
    min_size=1,
    max_size=7,
)


@dataclass(frozen=True)
class Office:
    """A tenant with some open items, named by their number."""

    database: Database
    tenant: Tenant
    intents: tuple[UUID, ...]
    account_id: UUID

    def act(self, act: Callable[[Session], Any]) -> Any:
        """In one transaction of its own."""
        with write_session(self.database.engine, self.tenant.id, self.tenant.actor) as session:
            return act(session)


def an_office(database: Database) -> Office:
    """A tenant of its own; January is locked."""
    tenant = another_tenant(database)
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        account_id, vendor = a_bank_account(session), a_vendor(session)
        lines = (
            Line("6815", Side.DEBIT, Decimal(100)),
            Line("3300", Side.CREDIT, Decimal(100), partner_id=vendor),
        )
        bookings = [
            Booking(
                intent_id=uuid4(),
                booking_date=DAY,
                description="Papier",
                lines=lines,
                source="booking",
                external_reference=f"RE-{n}",
            )
            for n in range(SOME)
        ]
        intents = tuple(each.intent_id for each in journal.book_all(session, bookings))
        lock_store.soft_lock(session, PeriodName("2026-01"), datetime.now(UTC))
    return Office(database, tenant, intents, account_id)


def pairs_of(office: Office, steps: Sequence[tuple[int, int, str, str]]) -> list[Any]:
    """Movements, some of them in several pairs, and what each is to be tied to."""
    chosen = {at: (amount, odd) for at, _, amount, odd in steps}

    def imported(session: Session) -> dict[int, UUID]:
        rows = [
            BankTransaction(
                DAY.replace(month=1) if odd == "locked" else DAY,
                Decimal(amount),
                "EUR",
                reference=f"{at}",
            )
            for at, (amount, odd) in chosen.items()
        ]
        statement_store.import_rows(session, Delivery(uuid4(), office.account_id, rows))
        wanted = views.TransactionFilter(office.account_id)
        stored, _ = views.transactions(session, wanted, limit=50, offset=0)
        return {int(row.reference or 0): row.id for row in stored}

    movements = office.act(imported)
    return [
        (
            uuid4() if odd == "unknown movement" else movements[at],
            _odd(Target(office.intents[item], LIABILITY, "3300"), odd),
        )
        for at, item, _, odd in steps
    ]


def _odd(target: Target, odd: str) -> Target:
    return {
        "no account": replace(target, open_item_account=None),
        "other account": replace(target, open_item_account="3310"),
        "a customer": replace(target, kind=CandidateKind.OPEN_RECEIVABLE),
        "unknown intent": replace(target, intent_id=uuid4()),
        "booked": replace(target, kind=CandidateKind.BANK_BOOKING),
        "written off": replace(target, wish=Wish(writes_off=True)),
    }.get(odd, target)


def _one_by_one(session: Session, pairs: Sequence[Any]) -> list[Any]:
    refused = []
    for movement, target in pairs:
        try:
            with session.begin_nested():
                reconciliation_store.reconcile(session, movement, target)
        except DomainError as error:
            refused.append((movement, target, error))
    return refused


def _outcome(office: Office, pairs: Sequence[Any], refused: Sequence[Any]) -> list[Any]:
    """What became of each pair, of the movements and of the items, without what is random."""
    of_pair = {(movement, id(target)): error for movement, target, error in refused}
    errors = [
        (error.code, error.message, error.context)
        if (error := of_pair.get((movement, id(target))))
        else None
        for movement, target in pairs
    ]
    with read_session(office.database.engine, office.tenant.id) as session:
        rows = session.execute(
            text(
                "SELECT t.reference, t.status, t.mode, t.match_count, i.description,"
                " i.booking_date, i.external_reference, i.total FROM bank_transaction t"
                " LEFT JOIN intent i ON i.intent_id = t.intent_id ORDER BY 1"
            )
        ).all()
        left = session.execute(
            text(
                "SELECT o.document_number, o.amount - coalesce(sum(s.amount), 0)"
                " FROM open_item o LEFT JOIN settlement s USING (tenant_id, open_item_id)"
                " GROUP BY o.document_number, o.amount ORDER BY 1, 2"
            )
        ).all()
        told = session.execute(
            text(
                "SELECT action, before ->> 'status', after ->> 'mode' FROM audit_event"
                " WHERE subject = 'bank_transaction' ORDER BY 1, 2, 3"
            )
        ).all()
    return [errors, rows, left, told]


@settings(deadline=None, max_examples=10)
@given(PAIRS)
def test_many_are_what_each_is_alone(
    database: Database, steps: list[tuple[int, int, str, str]]
) -> None:
    """The same refusals in the same words, the same settlements, the same events."""
    outcomes = []
    for all_of in (reconciliation_store.reconcile_all, _one_by_one):
        office = an_office(database)
        pairs = pairs_of(office, steps)
        refused = office.act(lambda session, of=all_of, those=pairs: of(session, those))  # type: ignore[misc]
        outcomes.append(_outcome(office, pairs, refused))
        check_books(database.engine, office.tenant.id)
    assert outcomes[0] == outcomes[1]


def test_a_locked_month_stops_no_other(database: Database) -> None:
    """What the books refuse is found among the many, and all others are settled."""
    office = an_office(database)
    steps = [(n, n, "-100.00", "locked" if n == 2 else "nothing") for n in range(SOME)]
    pairs = pairs_of(office, steps)

    refused = office.act(lambda session: reconciliation_store.reconcile_all(session, pairs))

    assert [(movement, error.code) for movement, _, error in refused] == [
        (pairs[2][0], "PERIOD_LOCKED")
    ]
    again = office.act(lambda session: reconciliation_store.reconcile_all(session, pairs))
    assert [error.code for _, _, error in again] == [
        "TX_ALREADY_HANDLED",
        "TX_ALREADY_HANDLED",
        "PERIOD_LOCKED",
        "TX_ALREADY_HANDLED",
    ]


def test_killed_before_the_end_nothing_is_settled(database: Database) -> None:
    """All of it is one transaction."""
    office = an_office(database)
    pairs = pairs_of(office, [(0, 0, "-100.00", "nothing"), (1, 1, "-100.00", "nothing")])

    def killed(session: Session) -> None:
        assert not reconciliation_store.reconcile_all(session, pairs)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        office.act(killed)
    assert not office.act(lambda session: reconciliation_store.reconcile_all(session, pairs))


def test_the_number_of_statements_does_not_grow(database: Database) -> None:
    """Two pairs take as many statements as four."""
    counts = []
    for many in (2, SOME):
        office = an_office(database)
        pairs = pairs_of(office, [(n, n, "-100.00", "nothing") for n in range(many)])
        with (
            write_session(database.engine, office.tenant.id, office.tenant.actor) as session,
            asked(session) as found,
        ):
            assert not reconciliation_store.reconcile_all(session, pairs)
            counts.append(len(found))
    assert counts[0] == counts[1] < 20
