"""Payment runs in the database, killed halfway and tried again."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from lxml import etree
from sqlalchemy import text, update
from sqlmodel import Session, col, select

from domain.banking.suggestion import CandidateKind
from domain.banking.transaction import BankTransaction
from domain.errors import NotFound
from domain.formats.pain001 import Version, check
from domain.payments.run import (
    InvalidStateTransition,
    InvoiceAlreadyInActiveRun,
    InvoiceChanged,
    PayeeNotConfirmed,
    RunState,
    RunStatus,
)
from domain.store import bank, journal, payment_runs, reconciliation, vendors
from domain.store.transaction import reading, transaction
from domain.tables.bank import BankAccountRow
from domain.views import bank as bank_views
from domain.views import payment_runs as views
from domain.views.invoices import linked_intent
from tests.builders import Tenant, another_tenant
from tests.payables import (
    VENDOR_IBAN,
    a_bank_account,
    a_posted_invoice,
    a_vendor,
    acting,
    an_invoice,
)
from tests.servers import Database

NEW_IBAN = "FR7630006000011234567890189"
NOW = datetime(2026, 3, 10, 9, 30, tzinfo=UTC)
Step = Callable[[Session, UUID, datetime], RunState]


class Killed(Exception):
    """The process died before the commit."""


@dataclass(frozen=True)
class Office:
    """A tenant with one draft run over two invoices."""

    database: Database
    tenant: Tenant
    run_id: UUID

    def does(self, step: Step, who: str = "approver", *, killed: bool = False) -> RunState:
        """One step in its own transaction."""
        with transaction(self.database.engine, self.tenant.id, acting(self.tenant, who)) as session:
            state = step(session, self.run_id, NOW)
            if killed:
                raise Killed
            return state

    def file(self) -> views.StoredFile:
        """What was exported."""
        with reading(self.database.engine, self.tenant.id) as session:
            return views.file(session, self.run_id)


@pytest.fixture
def office(database: Database) -> Office:
    """Give each test a tenant of its own."""
    tenant, run_id = another_tenant(database), uuid4()
    with transaction(database.engine, tenant.id, acting(tenant, "bookkeeper")) as session:
        vendor_id = a_vendor(session)
        account_id = a_bank_account(session)
        invoices = tuple(a_posted_invoice(session, an_invoice(vendor_id)) for _ in range(2))
        new = payment_runs.NewRun(run_id, account_id, NOW.date(), invoices)
        first = payment_runs.create(session, new, NOW)
        assert payment_runs.create(session, new, NOW) == first
    return Office(database, tenant, run_id)


def test_killed_before_the_commit_nothing_has_happened(office: Office) -> None:
    """Each step is whole or not at all; done again, it is done once."""
    for step in (payment_runs.approve, payment_runs.export):
        with pytest.raises(Killed):
            office.does(step, killed=True)
        with pytest.raises(NotFound):
            office.file()
        office.does(step)
    assert office.does(payment_runs.export).status is RunStatus.EXPORTED


def test_ten_exports_at_once_give_one_file(office: Office) -> None:
    """The row of the run lets one through; the others find the stored file."""
    office.does(payment_runs.approve)
    with ThreadPoolExecutor(10) as pool:
        states = list(pool.map(lambda _: office.does(payment_runs.export), range(10)))
    assert {state.status for state in states} == {RunStatus.EXPORTED}
    stored = office.file().file
    assert (stored.transfer_count, stored.control_sum) == (2, Decimal("240.00"))
    check(stored.content, Version.V09)


def test_the_bank_account_chooses_the_version(office: Office) -> None:
    """Some banks still want .03."""
    with transaction(office.database.engine, office.tenant.id, office.tenant.actor) as session:
        session.execute(
            update(BankAccountRow)
            .where(col(BankAccountRow.tenant_id) == office.tenant.id)
            .values(payment_version="pain.001.001.03")
        )
    office.does(payment_runs.approve)
    office.does(payment_runs.export)
    check(office.file().file.content, Version.V03)


def test_no_file_asks_for_a_day_that_has_passed(office: Office) -> None:
    """Approved late, the money is to leave on the day of the export."""
    office.does(payment_runs.approve)
    who = acting(office.tenant, "approver")
    with transaction(office.database.engine, office.tenant.id, who) as session:
        payment_runs.export(session, office.run_id, NOW + timedelta(days=3))
    wanted = etree.fromstring(office.file().file.content).findtext(".//{*}ReqdExctnDt/{*}Dt")
    assert wanted == (NOW.date() + timedelta(days=3)).isoformat()


def test_the_stored_file_never_changes(office: Office) -> None:
    """APPEND_ONLY for what left the house."""
    office.does(payment_runs.approve)
    office.does(payment_runs.export)
    with (
        pytest.raises(Exception, match="permission denied"),
        transaction(office.database.engine, office.tenant.id, office.tenant.actor) as session,
    ):
        session.execute(text("UPDATE payment_file SET content = ''"))


def test_completed_frees_and_stays(office: Office) -> None:
    """No step is possible after the end."""
    office.does(payment_runs.approve)
    office.does(payment_runs.export)
    assert office.does(payment_runs.complete).status is RunStatus.COMPLETED
    for step in (payment_runs.approve, payment_runs.export, payment_runs.cancel):
        with pytest.raises(InvalidStateTransition):
            office.does(step)


def test_a_completed_payment_is_not_made_again(office: Office) -> None:
    """Until the statement came, or days have passed in which the bank would have sent it back."""
    for step in (payment_runs.approve, payment_runs.export, payment_runs.complete):
        office.does(step)
    with reading(office.database.engine, office.tenant.id) as session:
        paid = views.items(session, office.run_id)[0].invoice_id
        account = views.run(session, office.run_id).run.bank_account_id
    again = payment_runs.NewRun(uuid4(), account, NOW.date(), (paid,))

    _completed(office, "1 day")
    assert paid not in _eligible(office)
    with (
        pytest.raises(InvoiceAlreadyInActiveRun),
        transaction(office.database.engine, office.tenant.id, office.tenant.actor) as session,
    ):
        payment_runs.create(session, again, NOW)

    _completed(office, "11 days")
    assert paid in _eligible(office)


def _completed(office: Office, ago: str) -> None:
    moved = text("UPDATE payment_run SET completed_at = now() - CAST(:ago AS interval)")
    with transaction(office.database.engine, office.tenant.id, office.tenant.actor) as session:
        session.execute(moved, {"ago": ago})


def _eligible(office: Office) -> set[UUID]:
    with reading(office.database.engine, office.tenant.id) as session:
        return {each.id for each in views.eligible(session)[0]}


def test_a_reminder_is_noted_once(office: Office) -> None:
    """And not at all once the file has left."""
    for _ in range(2):
        assert office.does(payment_runs.remind, "bookkeeper").status is RunStatus.DRAFT
    with reading(office.database.engine, office.tenant.id) as session:
        count = text("SELECT count(*) FROM audit_event WHERE action = 'payment_run.reminded'")
        assert session.execute(count).scalar_one() == 1


def test_an_invoice_that_lost_its_intent_stops_the_export(office: Office) -> None:
    """Approve and export look again."""
    office.does(payment_runs.approve)
    with transaction(office.database.engine, office.tenant.id, office.tenant.actor) as session:
        item = views.items(session, office.run_id)[0]
        session.execute(
            text("UPDATE invoice SET intent_id = NULL WHERE id = :id"), {"id": item.invoice_id}
        )
    with pytest.raises(InvoiceChanged):
        office.does(payment_runs.export)


def later(session: Session, vendor_id: UUID, iban: str | None) -> None:
    """Pay an invoice of a vendor the day after tomorrow, as the statement tells."""
    account_id = session.exec(select(BankAccountRow.id)).one()
    invoice_id = a_posted_invoice(session, an_invoice(vendor_id))
    intent_id = linked_intent(session, invoice_id)
    assert intent_id is not None
    day = datetime.now(UTC).date() + timedelta(days=2)
    rows = [BankTransaction(day, Decimal("-120.00"), counterparty_iban=iban)]
    bank.import_rows(session, bank.Delivery(uuid4(), account_id, rows))
    wanted = bank_views.TransactionFilter(account_id)
    (row,), _ = bank_views.transactions(session, wanted, limit=9, offset=0)
    target = reconciliation.Target(intent_id, CandidateKind.OPEN_LIABILITY, "3300")
    reconciliation.reconcile(session, row.id, target)


@pytest.mark.parametrize("paid_to", [VENDOR_IBAN, None, "another invoice reversed"])
def test_a_new_iban_is_not_proven_by_money_that_went_elsewhere(
    office: Office, paid_to: str | None
) -> None:
    """A payment to the old account, or a reversal, says nothing about the new one."""
    with transaction(office.database.engine, office.tenant.id, office.tenant.actor) as session:
        vendor_id = views.items(session, office.run_id)[0].vendor_id
    with changing(office, vendor_id) as session:
        if paid_to == "another invoice reversed":
            intent_id = linked_intent(session, a_posted_invoice(session, an_invoice(vendor_id)))
            assert intent_id is not None
            after = datetime.now(UTC).date() + timedelta(days=2)
            journal.reverse_intent(session, intent_id, today=after)
        else:
            later(session, vendor_id, paid_to)
        payment_runs.cancel(session, office.run_id, NOW)
    with pytest.raises(PayeeNotConfirmed):
        a_run_again(office)


def test_a_new_iban_that_was_paid_is_known(office: Office) -> None:
    """Changed before the last paid invoice: nobody has to confirm it."""
    with transaction(office.database.engine, office.tenant.id, office.tenant.actor) as session:
        vendor_id = views.items(session, office.run_id)[0].vendor_id
    with changing(office, vendor_id) as session:
        later(session, vendor_id, NEW_IBAN)
        payment_runs.cancel(session, office.run_id, NOW)
    assert a_run_again(office).status is RunStatus.APPROVED


@contextmanager
def changing(office: Office, vendor_id: UUID) -> Iterator[Session]:
    """Change the vendor's IBAN, and go on in the same transaction."""
    who = acting(office.tenant, "approver")
    with transaction(office.database.engine, office.tenant.id, who) as session:
        vendors.change(session, vendor_id, {"iban": NEW_IBAN})
        yield session


def a_run_again(office: Office) -> RunState:
    """Make a run over what the cancelled one held, and approve it."""
    run_id = uuid4()
    who = acting(office.tenant, "bookkeeper")
    with transaction(office.database.engine, office.tenant.id, who) as session:
        old = views.run(session, office.run_id)
        invoices = tuple(item.invoice_id for item in old.items)
        new = payment_runs.NewRun(run_id, old.run.bank_account_id, NOW.date(), invoices)
        payment_runs.create(session, new, NOW)
    return replace(office, run_id=run_id).does(payment_runs.approve)
