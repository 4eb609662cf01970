"""Payment runs in the database, killed halfway and tried again."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text, update
from sqlmodel import Session, col

from domain.errors import NotFound
from domain.formats.pain001 import Version, check
from domain.payments.run import (
    InvalidStateTransition,
    InvoiceChanged,
    RunState,
    RunStatus,
)
from domain.store import payment_runs
from domain.store.transaction import reading, transaction
from domain.tables.bank import BankAccountRow
from domain.views import payment_runs as views
from tests.builders import Tenant, another_tenant
from tests.payables import a_bank_account, a_posted_invoice, a_vendor, acting, an_invoice
from tests.servers import Database

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
