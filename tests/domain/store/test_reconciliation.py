"""Movements tied to the books, where two people work at once or money moves between accounts."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from decimal import Decimal
from time import sleep
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlmodel import Session

from domain.banking.evidence import Evidence, EvidenceType
from domain.banking.reconciliation import (
    ExceedsOpenAmount,
    TargetNotFound,
    UnsupportedSettlementCurrency,
)
from domain.banking.suggestion import CandidateKind
from domain.banking.transaction import BankTransaction
from domain.ledger.booking import Booking, Line
from domain.ledger.intent import Exchange, Side
from domain.store import bank, evidence, journal, reconciliation
from domain.store.reconciliation import Target
from domain.store.transaction import reading, transaction
from domain.views import bank as views
from tests.builders import Tenant, another_tenant
from tests.payables import DAY, a_bank_account
from tests.servers import Database


@dataclass(frozen=True)
class Office:
    """A tenant with two bank accounts."""

    database: Database
    tenant: Tenant
    giro: UUID
    savings: UUID

    def transaction(self) -> AbstractContextManager[Session]:
        """One transaction of its own."""
        return transaction(self.database.engine, self.tenant.id, self.tenant.actor)


@pytest.fixture
def office(database: Database) -> Office:
    """Give each test a tenant of its own."""
    tenant = another_tenant(database)
    with transaction(database.engine, tenant.id, tenant.actor) as session:
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
    bank.import_rows(session, bank.Delivery(uuid4(), account_id, rows))
    wanted = views.TransactionFilter(account_id)
    found, _ = views.transactions(session, wanted, limit=9, offset=0)
    return [row.id for row in found]


def test_both_ends_of_a_transfer_are_linked_once(office: Office) -> None:
    """Each bank account has its own side of the intent; a second movement finds none left."""
    with office.transaction() as session:
        target = Target(a_booking(session, "2810", "2800"), CandidateKind.BANK_BOOKING)
        out, out_again = movements(session, office.giro, "-100.00", "-100.00")
        into, into_again = movements(session, office.savings, "100.00", "100.00")
        reconciliation.reconcile(session, out, target)
        reconciliation.reconcile(session, into, target)
        for again in (out_again, into_again):
            with pytest.raises(ExceedsOpenAmount):
                reconciliation.reconcile(session, again, target)


def test_dollars_are_linked_to_dollars(office: Office) -> None:
    """The document's amount counts, and a hundred dollars are not a hundred euro."""
    with office.transaction() as session:
        euros = a_booking(session, "6815", "2800")
        dollars = a_booking(
            session, "6815", "2800", Exchange("USD", Decimal(110), Decimal("1.1"), DAY, "ECB")
        )
        hundred, paid = movements(session, office.giro, "-100.00", "-110.00", currency="USD")
        with pytest.raises(UnsupportedSettlementCurrency):
            reconciliation.reconcile(session, hundred, Target(euros, CandidateKind.BANK_BOOKING))
        reconciliation.reconcile(session, paid, Target(dollars, CandidateKind.BANK_BOOKING))
        with pytest.raises(ExceedsOpenAmount):
            reconciliation.reconcile(session, hundred, Target(dollars, CandidateKind.BANK_BOOKING))


def test_no_movement_is_tied_to_what_is_reversed_at_that_moment(office: Office) -> None:
    """Who ties waits for who reverses, and then finds nothing to tie to."""
    with office.transaction() as session:
        intent_id = a_booking(session, "6815", "2800")
        (movement,) = movements(session, office.giro, "-100.00")
    target = Target(intent_id, CandidateKind.BANK_BOOKING)

    def tie() -> None:
        with office.transaction() as other:
            reconciliation.reconcile(other, movement, target)

    with ThreadPoolExecutor(1) as pool:
        with office.transaction() as session:
            reconciliation.reverse(session, intent_id, today=DAY)
            tied = pool.submit(tie)
            sleep(0.3)
        with pytest.raises(TargetNotFound):
            tied.result()


def test_the_audit_log_tells_from_what_to_what(office: Office) -> None:
    """Status and intent before and after each step; the words of replaced evidence."""
    with office.transaction() as session:
        intent_id = a_booking(session, "6815", "2800")
        (movement,) = movements(session, office.giro, "-100.00")
        target = Target(intent_id, CandidateKind.BANK_BOOKING)
        reconciliation.reconcile(session, movement, target)
        reconciliation.unmatch(session, movement, DAY)
        voucher = Evidence(EvidenceType.EIGENBELEG, note="Parkschein", metadata={"Seite": 2})
        evidence.attach(session, movement, voucher)
        evidence.attach(session, movement, Evidence(EvidenceType.BANK_STATEMENT))
    with reading(office.database.engine, office.tenant.id) as session:
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
