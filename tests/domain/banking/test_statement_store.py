"""Imports and reconciliation in the database, repeated and at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import TypeVar
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlmodel import Session

from domain.banking import bank_views as views
from domain.banking import reconciliation_store, statement_store
from domain.banking.bank_transaction import BankTransaction, TxAlreadyHandled
from domain.banking.import_store import Imported
from domain.banking.reconciliation import ExceedsOpenAmount, Mode
from domain.banking.reconciliation_store import Target
from domain.banking.suggestion import CandidateKind
from domain.database.session import read_session, write_session
from domain.formats.statement import RowError
from domain.ledger.booking import Booking, Line
from domain.ledger.intent import Exchange, Side
from domain.payables import invoice_views
from domain.posting import store as journal
from domain.posting.outcome import PeriodLocked, SettlementExceedsOpenAmount
from tests.builders import Tenant, another_tenant
from tests.invariants import check_books
from tests.payables import DAY, a_bank_account, a_posted_invoice, a_vendor, an_invoice
from tests.servers import Database

PAID = BankTransaction(DAY, Decimal("-120.00"), reference="RE-1")
_Result = TypeVar("_Result")


@dataclass(frozen=True)
class Office:
    """A tenant with one bank account."""

    database: Database
    tenant: Tenant
    account_id: UUID

    def does(self, act: Callable[[Session], _Result]) -> _Result:
        """One transaction."""
        with write_session(self.database.engine, self.tenant.id, self.tenant.actor) as session:
            return act(session)

    def imports(self, *rows: BankTransaction) -> Imported:
        """Import movements."""
        delivery = statement_store.Delivery(uuid4(), self.account_id, rows)
        return self.does(lambda session: statement_store.import_rows(session, delivery))

    def movements(self) -> list[UUID]:
        """Ids of all movements."""
        with read_session(self.database.engine, self.tenant.id) as session:
            wanted = views.TransactionFilter()
            rows, _ = views.transactions(session, wanted, limit=100, offset=0)
            return [row.id for row in rows]

    def owes(self) -> UUID:
        """Id of the intent of an invoice over 120.00."""

        def act(session: Session) -> UUID:
            invoice_id = a_posted_invoice(session, an_invoice(a_vendor(session)))
            found = invoice_views.linked_intent(session, invoice_id)
            assert found is not None
            return found

        return self.does(act)

    def ties(self, movement: UUID, intent_id: UUID) -> reconciliation_store.Tied:
        """Reconcile a movement with what is owed."""
        target = Target(intent_id, CandidateKind.OPEN_LIABILITY, "3300")
        return self.does(lambda session: reconciliation_store.reconcile(session, movement, target))


@pytest.fixture
def office(database: Database) -> Office:
    """Give each test a tenant of its own."""
    tenant = another_tenant(database)
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        return Office(database, tenant, a_bank_account(session))


def test_ten_imports_at_once_store_each_movement_once(office: Office) -> None:
    """ONCE: two equal rows in each import are two movements, not twenty."""
    with ThreadPoolExecutor(10) as pool:
        done = list(pool.map(lambda _: office.imports(PAID, PAID), range(10)))
    assert sum(one.imported for one in done) == 2
    assert sum(one.skipped_duplicates for one in done) == 18
    assert len(office.movements()) == 2


def test_the_same_batch_gives_the_first_answer(office: Office) -> None:
    """A retried import finds what it did."""
    delivery = statement_store.Delivery(
        uuid4(), office.account_id, [PAID], [RowError(2, "INVALID_DATE", "x")]
    )
    first = office.does(lambda session: statement_store.import_rows(session, delivery))
    again = office.does(lambda session: statement_store.import_rows(session, delivery))
    assert first == again
    assert (first.total_rows, first.imported) == (2, 1)


def test_ten_reconciliations_at_once_settle_once(office: Office) -> None:
    """Of one movement: one wins. Of ten movements on one item: the open amount is the limit."""
    intent_id = office.owes()
    office.imports(PAID)
    (movement,) = office.movements()

    def attempt(one: UUID) -> str:
        try:
            office.ties(one, intent_id)
        except (TxAlreadyHandled, ExceedsOpenAmount, SettlementExceedsOpenAmount) as refused:
            return refused.code
        return "tied"

    with ThreadPoolExecutor(10) as pool:
        found = sorted(pool.map(attempt, [movement] * 10))
    assert found == ["TX_ALREADY_HANDLED"] * 9 + ["tied"]

    intent_id = office.owes()
    office.imports(*(replace(PAID, amount=Decimal(-50), reference=str(n)) for n in range(10)))
    others = [one for one in office.movements() if one != movement]
    with ThreadPoolExecutor(10) as pool:
        found = sorted(pool.map(attempt, others))
    assert found == ["SETTLEMENT_EXCEEDS_OPEN_AMOUNT"] * 8 + ["tied"] * 2
    assert check_books(office.database.engine, office.tenant.id)


def test_matched_and_unmatched_again_and_again_the_books_hold(office: Office) -> None:
    """Each match is a settlement of its own, each unmatch its reversal."""
    intent_id = office.owes()
    office.imports(PAID)
    (movement,) = office.movements()
    settled = set()
    for _ in range(3):
        settled.add(office.ties(movement, intent_id).intent_id)
        office.does(lambda session: reconciliation_store.unmatch(session, movement, DAY))
    assert len(settled) == 3
    assert check_books(office.database.engine, office.tenant.id)


def test_a_foreign_item_is_closed_at_its_booking_value(office: Office) -> None:
    """The gap in euro is a realised gain."""
    intent_id = uuid4()
    exchange = Exchange("USD", Decimal("110.00"), Decimal("1.1"), DAY, "ECB")
    lines = (Line("6815", Side.DEBIT, Decimal(100)), Line("3300", Side.CREDIT, Decimal(100)))
    booking = Booking(
        intent_id=intent_id,
        booking_date=DAY,
        description="Cloud",
        lines=lines,
        source="booking",
        exchange=exchange,
    )
    office.does(lambda session: journal.book(session, booking))
    office.imports(replace(PAID, amount=Decimal("-98.00")))
    tied = office.ties(office.movements()[0], intent_id)
    assert tied.mode is Mode.FX_SETTLEMENT
    query = text(
        "SELECT sum(amount) FROM journal_entry WHERE credit_account = '4860' AND intent_id = :id"
    )
    with read_session(office.database.engine, office.tenant.id) as session:
        assert session.execute(query, {"id": tied.intent_id}).scalar_one() == 2
    assert check_books(office.database.engine, office.tenant.id)


def test_a_closed_period_takes_no_settlement(office: Office) -> None:
    """LOCKED; the movement stays open."""
    intent_id = office.owes()
    office.imports(replace(PAID, tx_date=date(2026, 4, 1)))

    def close(session: Session) -> None:
        session.execute(
            text(
                "INSERT INTO period (tenant_id, name, period_number, fiscal_year, first_day,"
                " last_day, status) VALUES (:tenant, '2026-04', 0, 2026, '2026-04-01',"
                " '2026-04-30', 'soft_locked')"
            ),
            {"tenant": office.tenant.id},
        )

    office.does(close)
    (movement,) = office.movements()
    with pytest.raises(PeriodLocked):
        office.ties(movement, intent_id)
    with read_session(office.database.engine, office.tenant.id) as session:
        assert views.unreconciled_count(session) == 1
