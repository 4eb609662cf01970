"""Movements tied to the books, where two people work at once or money moves between accounts."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlmodel import Session

from domain.banking import bank_views as views
from domain.banking import (
    evidence_store,
    match_group_store,
    reconciliation_store,
    statement_store,
)
from domain.banking.bank_transaction import BankTransaction, TxAlreadyHandled
from domain.banking.evidence import Evidence, EvidenceType
from domain.banking.reconciliation import (
    ExceedsOpenAmount,
    TargetNotFound,
    UnsupportedSettlementCurrency,
)
from domain.banking.reconciliation_store import Target
from domain.banking.suggestion import CandidateKind
from domain.database.session import read_session, write_session
from domain.ledger.booking import Booking, Line
from domain.ledger.intent import Exchange, Side
from domain.ledger.journal_views import posted_of
from domain.ledger.reversal import AlreadyReversed
from domain.periods import lock_store
from domain.periods.period import PeriodName
from domain.posting import store as journal
from domain.posting.outcome import PeriodLocked
from tests.builders import Tenant, another_tenant
from tests.invariants import check_books
from tests.payables import DAY, a_bank_account
from tests.servers import Database
from tests.waiting import until_somebody_waits


@dataclass(frozen=True)
class Office:
    """A tenant with two bank accounts."""

    database: Database
    tenant: Tenant
    giro: UUID
    savings: UUID

    def transaction(self) -> AbstractContextManager[Session]:
        """One transaction of its own."""
        return write_session(self.database.engine, self.tenant.id, self.tenant.actor)


@pytest.fixture
def office(database: Database) -> Office:
    """Give each test a tenant of its own."""
    tenant = another_tenant(database)
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        return Office(database, tenant, a_bank_account(session), a_bank_account(session, "2810"))


def a_booking(session: Session, debit: str, credit: str, exchange: Exchange | None = None) -> UUID:
    """Book 100 between two accounts."""
    amount = Decimal("100.00")
    return journal.book(
        session,
        Booking(
            intent_id=uuid4(),
            booking_date=DAY,
            description="Umbuchung",
            lines=(Line(debit, Side.DEBIT, amount), Line(credit, Side.CREDIT, amount)),
            source="manual",
            exchange=exchange,
        ),
    ).intent_id


def movements(
    session: Session, account_id: UUID, *amounts: str, currency: str = "EUR"
) -> list[UUID]:
    """Import movements and name them in the order of their amounts."""
    rows = [BankTransaction(DAY, Decimal(amount), currency) for amount in amounts]
    statement_store.import_rows(session, statement_store.Delivery(uuid4(), account_id, rows))
    wanted = views.TransactionFilter(account_id)
    found, _ = views.transactions(session, wanted, limit=9, offset=0)
    return [row.id for row in found]


def test_both_ends_of_a_transfer_are_linked_once(office: Office) -> None:
    """Each bank account has its own side of the intent; a second movement finds none left."""
    with office.transaction() as session:
        target = Target(a_booking(session, "2810", "2800"), CandidateKind.BANK_BOOKING)
        out, out_again = movements(session, office.giro, "-100.00", "-100.00")
        into, into_again = movements(session, office.savings, "100.00", "100.00")
        reconciliation_store.reconcile(session, out, target)
        reconciliation_store.reconcile(session, into, target)
        for again in (out_again, into_again):
            with pytest.raises(ExceedsOpenAmount):
                reconciliation_store.reconcile(session, again, target)


def test_dollars_are_linked_to_dollars(office: Office) -> None:
    """The document's amount counts, and a hundred dollars are not a hundred euro."""
    with office.transaction() as session:
        euros = a_booking(session, "6815", "2800")
        dollars = a_booking(
            session, "6815", "2800", Exchange("USD", Decimal(110), Decimal("1.1"), DAY, "ECB")
        )
        hundred, paid = movements(session, office.giro, "-100.00", "-110.00", currency="USD")
        with pytest.raises(UnsupportedSettlementCurrency):
            reconciliation_store.reconcile(
                session, hundred, Target(euros, CandidateKind.BANK_BOOKING)
            )
        reconciliation_store.reconcile(session, paid, Target(dollars, CandidateKind.BANK_BOOKING))
        with pytest.raises(ExceedsOpenAmount):
            reconciliation_store.reconcile(
                session, hundred, Target(dollars, CandidateKind.BANK_BOOKING)
            )


def test_no_movement_is_tied_to_what_is_reversed_at_that_moment(office: Office) -> None:
    """Who ties waits for who reverses, and then finds nothing to tie to."""
    with office.transaction() as session:
        intent_id = a_booking(session, "6815", "2800")
        (movement,) = movements(session, office.giro, "-100.00")
    target = Target(intent_id, CandidateKind.BANK_BOOKING)

    def tie() -> None:
        with office.transaction() as other:
            reconciliation_store.reconcile(other, movement, target)

    with ThreadPoolExecutor(1) as pool:
        with office.transaction() as session:
            reconciliation_store.reverse(session, intent_id, today=DAY)
            tied = pool.submit(tie)
            until_somebody_waits(office.database)
        with pytest.raises(TargetNotFound):
            tied.result()


@dataclass(frozen=True)
class Paid:
    """An invoice of 100 that a movement has paid, and the intent that says so."""

    office: Office
    movement: UUID
    settlement: UUID
    target: Target

    def reverse(self, intent_id: UUID) -> UUID:
        """Take an intent back; the reversal."""
        with self.office.transaction() as session:
            return reconciliation_store.reverse(session, intent_id, today=DAY).intent_id

    def unmatch(self) -> UUID | None:
        """Open the movement again; the reversal."""
        with self.office.transaction() as session:
            return reconciliation_store.unmatch(session, self.movement, DAY).reversal_intent_id

    def stands(self) -> tuple[str, UUID | None, Decimal, Decimal]:
        """The movement's state and intent, what is left of the item, and what the bank account has.

        Together they are one story: money that is tied is in the books once.
        """
        with read_session(self.office.database.engine, self.office.tenant.id) as session:
            row = views.transaction(session, self.movement)
            (left,) = session.execute(_LEFT).scalars()
            booked = session.execute(_ON_BANK).scalar_one()
            return row.status, row.intent_id, left, booked


_LEFT = text("""
    SELECT o.amount - coalesce(
        (SELECT sum(s.amount) FROM settlement s WHERE s.open_item_id = o.open_item_id), 0)
    FROM open_item o
""")
_ON_BANK = text(
    "SELECT coalesce(sum(debit - credit), 0) FROM account_balance WHERE account = '2800'"
)


@pytest.fixture(params=[False, True], ids=["alone", "in a group"])
def paid(office: Office, request: pytest.FixtureRequest) -> Paid:
    """Pay an invoice by a movement, by itself or as a group."""
    with office.transaction() as session:
        owed = a_booking(session, "6815", "3300")
        (movement,) = movements(session, office.giro, "-100.00")
        target = Target(owed, CandidateKind.OPEN_LIABILITY, "3300")
        if request.param:
            item = match_group_store.ItemTarget(owed, target.kind, "3300")
            allocated = (match_group_store.Allocated(item, Decimal(100)),)
            wish = match_group_store.GroupWish(uuid4(), (movement,), allocated)
            settlement = match_group_store.create(session, wish).intent_id
        else:
            settlement = reconciliation_store.reconcile(session, movement, target).intent_id
    return Paid(office, movement, settlement, target)


def test_taking_back_an_unmatch_ties_the_movement_again(paid: Paid) -> None:
    """As it was: to the same intent, the item settled, the bank's side booked once."""
    before = paid.stands()
    reversal = paid.unmatch()
    assert paid.stands() == ("unreconciled", None, Decimal(100), Decimal(0))
    assert reversal is not None
    paid.reverse(reversal)
    assert paid.stands() == before == ("reconciled", paid.settlement, Decimal(0), Decimal(-100))


def test_what_was_tied_again_can_be_untied_again(paid: Paid) -> None:
    """To and fro, by unmatch and by reversal: the state follows the books each time."""
    tied, reversal = paid.stands(), paid.reverse(paid.settlement)
    for _ in range(2):
        restored = paid.reverse(reversal)
        assert paid.stands() == tied
        with pytest.raises(AlreadyReversed):
            paid.reverse(reversal)
        assert paid.stands() == tied
        again = paid.unmatch()
        assert paid.stands()[0] == "unreconciled"
        assert again is not None
        reversal = again
    assert reversal != restored


def test_money_that_is_tied_to_something_else_is_not_booked_twice(paid: Paid) -> None:
    """The first settlement stays reversed while the movement pays by another one."""
    reversal = paid.unmatch()
    with paid.office.transaction() as session:
        fee = a_booking(session, "7300", "2800")
        reconciliation_store.reconcile(
            session, paid.movement, Target(fee, CandidateKind.BANK_BOOKING)
        )
    assert reversal is not None
    with pytest.raises(TxAlreadyHandled):
        paid.reverse(reversal)
    assert paid.stands() == ("reconciled", fee, Decimal(100), Decimal(-100))


def test_a_booking_by_hand_stands_without_its_movement(office: Office) -> None:
    """It comes back with it where it is open, and without where it is tied to another one."""
    with office.transaction() as session:
        (movement,) = movements(session, office.giro, "-100.00")
        first, second = (a_booking(session, "6815", "2800") for _ in range(2))
        target, other = (Target(each, CandidateKind.BANK_BOOKING) for each in (first, second))
        reconciliation_store.reconcile(session, movement, target)
        for intent_id in (first, second):
            reversal = reconciliation_store.reverse(session, first, today=DAY).intent_id
            if intent_id == second:
                reconciliation_store.reconcile(session, movement, other)
            first_again = reconciliation_store.reverse(session, reversal, today=DAY).intent_id
            assert views.transaction(session, movement).intent_id == intent_id
            first = first_again


def test_the_audit_log_tells_from_what_to_what(office: Office) -> None:
    """Status and intent before and after each step; the words of replaced evidence."""
    with office.transaction() as session:
        intent_id = a_booking(session, "6815", "2800")
        (movement,) = movements(session, office.giro, "-100.00")
        target = Target(intent_id, CandidateKind.BANK_BOOKING)
        reconciliation_store.reconcile(session, movement, target)
        reconciliation_store.unmatch(session, movement, DAY)
        voucher = Evidence(EvidenceType.EIGENBELEG, note="Parkschein", metadata={"Seite": 2})
        evidence_store.attach(session, movement, voucher)
        evidence_store.attach(session, movement, Evidence(EvidenceType.BANK_STATEMENT))
    with read_session(office.database.engine, office.tenant.id) as session:
        found = session.execute(
            text("SELECT before, after FROM audit_event WHERE subject_id = :id ORDER BY number"),
            {"id": str(movement)},
        ).all()
    (_, tied), (before, untied), (nothing, first), (replaced, _) = found
    assert (tied["status"], tied["intent_id"]) == ("reconciled", str(intent_id))
    assert (before["intent_id"], untied["status"]) == (str(intent_id), "unreconciled")
    assert nothing is None
    assert replaced == first
    assert (first["note"], first["metadata"]) == ("Parkschein", '{"Seite": 2}')


@pytest.mark.parametrize("is_locked", [False, True])
def test_what_is_untied_leaves_its_own_day(paid: Paid, *, is_locked: bool) -> None:
    """Tied again on the movement's day, it would stand twice until the day of the mistake's end.

    In a month that takes nothing any more the way back is of today.
    """
    today = DAY + timedelta(days=90)
    with paid.office.transaction() as session:
        if is_locked:
            lock_store.soft_lock(session, PeriodName(f"{DAY:%Y-%m}"), datetime.now(UTC))
        reversal = reconciliation_store.unmatch(session, paid.movement, today).reversal_intent_id
    assert reversal is not None
    with read_session(paid.office.database.engine, paid.office.tenant.id) as session:
        back = posted_of(session, reversal)
    assert back.booking_date == (today if is_locked else DAY)
    assert paid.stands() == ("unreconciled", None, Decimal(100), Decimal(0))


@pytest.mark.parametrize("is_locked", [False, True])
def test_what_is_tied_again_is_there_on_its_own_day(paid: Paid, *, is_locked: bool) -> None:
    """The reversal of what took a match back counts from the movement's day while it is open."""
    today = DAY + timedelta(days=90)
    with paid.office.transaction() as session:
        reversal = reconciliation_store.unmatch(session, paid.movement, today).reversal_intent_id
    assert reversal is not None
    with paid.office.transaction() as session:
        if is_locked:
            lock_store.soft_lock(session, PeriodName(f"{DAY:%Y-%m}"), datetime.now(UTC))
        again = reconciliation_store.reverse(session, reversal, today=today, reason="Irrtum")
    with read_session(paid.office.database.engine, paid.office.tenant.id) as session:
        back = posted_of(session, again.intent_id)
    assert back.booking_date == (today if is_locked else DAY)
    assert "Irrtum" in back.description
    assert paid.stands()[0] == "reconciled"
    with pytest.raises(AlreadyReversed), paid.office.transaction() as session:
        reconciliation_store.reverse(session, reversal, today=today)
    assert check_books(paid.office.database.engine, paid.office.tenant.id)


def test_who_wishes_for_the_original_period_is_refused_a_locked_one(paid: Paid) -> None:
    """What ties a movement again takes no other day than was asked for, and does nothing else."""
    today = DAY + timedelta(days=90)
    with paid.office.transaction() as session:
        reversal = reconciliation_store.unmatch(session, paid.movement, today).reversal_intent_id
    assert reversal is not None
    with paid.office.transaction() as session:
        lock_store.soft_lock(session, PeriodName(f"{DAY:%Y-%m}"), datetime.now(UTC))
    before = paid.stands()
    with pytest.raises(PeriodLocked), paid.office.transaction() as session:
        reconciliation_store.reverse(session, reversal, today=today, in_original_period=True)
    assert paid.stands() == before
    with paid.office.transaction() as session:
        lock_store.reopen(session, PeriodName(f"{DAY:%Y-%m}"))
        again = reconciliation_store.reverse(
            session, reversal, today=today, in_original_period=True
        )
    with read_session(paid.office.database.engine, paid.office.tenant.id) as session:
        assert posted_of(session, again.intent_id).booking_date == DAY
    assert paid.stands()[0] == "reconciled"
    assert check_books(paid.office.database.engine, paid.office.tenant.id)
