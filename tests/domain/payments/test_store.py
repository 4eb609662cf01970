"""Payment runs in the database, killed halfway and tried again."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from lxml import etree
from sqlalchemy import text, update
from sqlmodel import Session, col, select

from domain.actor import Actor
from domain.banking import bank_views, reconciliation_store, statement_store
from domain.banking.bank_transaction import BankTransaction
from domain.banking.file_ids import end_to_end_id
from domain.banking.rows import BankAccountRow
from domain.banking.statement_store import Delivery
from domain.banking.suggestion import CandidateKind
from domain.database.session import read_session, write_session
from domain.errors import InvalidInput, NotFound, SelfApprovalDenied
from domain.ledger import tenant_store
from domain.payables import vendor_store, vendor_views
from domain.payables.invoice_views import linked_intent
from domain.payables.partner import Address
from domain.payables.payee_check import CheckResult
from domain.payables.rows import InvoiceRow
from domain.payables.terms import PaymentTerm, TermKind
from domain.payments import store as payment_runs
from domain.payments import views
from domain.payments.business_day import NotABusinessDay
from domain.payments.pain001 import Version, check
from domain.payments.run import (
    DiscountExpired,
    InvalidStateTransition,
    InvoiceAlreadyInActiveRun,
    InvoiceChanged,
    InvoiceNotEligible,
    InvoiceNotFound,
    Manner,
    PayeeDetailsMissing,
    PayeeNotConfirmed,
    RunState,
    RunStatus,
    Wish,
    invoices_of,
)
from domain.posting import store as journal
from tests.builders import Tenant, another_tenant
from tests.pain_checker import complaints
from tests.payables import (
    VENDOR_IBAN,
    a_bank_account,
    a_posted_credit_note,
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
        with write_session(
            self.database.engine, self.tenant.id, acting(self.tenant, who)
        ) as session:
            state = step(session, self.run_id, NOW)
            if killed:
                raise Killed
            return state

    def file(self) -> views.StoredFile:
        """What was exported."""
        with read_session(self.database.engine, self.tenant.id) as session:
            return views.file(session, self.run_id)


@pytest.fixture
def office(database: Database) -> Office:
    """Give each test a tenant of its own."""
    tenant, run_id = another_tenant(database), uuid4()
    with write_session(database.engine, tenant.id, acting(tenant, "bookkeeper")) as session:
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
    with write_session(office.database.engine, office.tenant.id, office.tenant.actor) as session:
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
    with write_session(office.database.engine, office.tenant.id, who) as session:
        payment_runs.export(session, office.run_id, NOW + timedelta(days=3))
    wanted = etree.fromstring(office.file().file.content).findtext(".//{*}ReqdExctnDt/{*}Dt")
    assert wanted == (NOW.date() + timedelta(days=3)).isoformat()


def test_the_stored_file_never_changes(office: Office) -> None:
    """APPEND_ONLY for what left the house."""
    office.does(payment_runs.approve)
    office.does(payment_runs.export)
    with (
        pytest.raises(Exception, match="permission denied"),
        write_session(office.database.engine, office.tenant.id, office.tenant.actor) as session,
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
    with read_session(office.database.engine, office.tenant.id) as session:
        (paid, *_) = invoices_of(views.items(session, office.run_id))
        account = views.run(session, office.run_id).run.bank_account_id
    again = payment_runs.NewRun(uuid4(), account, NOW.date(), (paid,))

    _completed(office, "1 day")
    assert paid not in _eligible(office)
    with (
        pytest.raises(InvoiceAlreadyInActiveRun),
        write_session(office.database.engine, office.tenant.id, office.tenant.actor) as session,
    ):
        payment_runs.create(session, again, NOW)

    _completed(office, "11 days")
    assert paid not in _eligible(office), "no statement has come in since"
    _completed(office, "61 days")
    assert paid in _eligible(office)
    _completed(office, "11 days")
    with write_session(office.database.engine, office.tenant.id, office.tenant.actor) as session:
        later = BankTransaction(NOW.date() + timedelta(days=30), Decimal("-1.00"))
        statement_store.import_rows(session, Delivery(uuid4(), account, [later]))
    assert paid in _eligible(office)


def test_a_payment_that_waits_to_be_matched_is_not_made_again(office: Office) -> None:
    """It is on the statement, by its id or as the sum of its file; however long that takes."""
    for step in (payment_runs.approve, payment_runs.export, payment_runs.complete):
        office.does(step)
    with read_session(office.database.engine, office.tenant.id) as session:
        items = views.items(session, office.run_id)
        account = views.run(session, office.run_id).run.bank_account_id
    _completed(office, "200 days")
    open_ones = _eligible(office)
    assert {item.invoice_id for item in items} <= open_ones
    one = items[0]
    left = BankTransaction(
        NOW.date() + timedelta(days=40), -one.amount, counterparty_iban=one.vendor_iban,
        end_to_end_id=end_to_end_id(office.run_id, one.transfer),
    )  # fmt: skip
    with write_session(office.database.engine, office.tenant.id, office.tenant.actor) as session:
        statement_store.import_rows(session, Delivery(uuid4(), account, [left]))
    assert one.invoice_id not in _eligible(office)


def _completed(office: Office, ago: str) -> None:
    moved = text("UPDATE payment_run SET completed_at = now() - CAST(:ago AS interval)")
    with write_session(office.database.engine, office.tenant.id, office.tenant.actor) as session:
        session.execute(moved, {"ago": ago})


def _eligible(office: Office) -> set[UUID]:
    with read_session(office.database.engine, office.tenant.id) as session:
        return {each.id for each in views.eligible(session)[0]}


def test_a_reminder_is_noted_once(office: Office) -> None:
    """And not at all once the file has left."""
    for _ in range(2):
        assert office.does(payment_runs.remind, "bookkeeper").status is RunStatus.DRAFT
    with read_session(office.database.engine, office.tenant.id) as session:
        count = text("SELECT count(*) FROM audit_event WHERE action = 'payment_run.reminded'")
        assert session.execute(count).scalar_one() == 1


def test_an_invoice_that_lost_its_intent_stops_the_export(office: Office) -> None:
    """Approve and export look again."""
    office.does(payment_runs.approve)
    with write_session(office.database.engine, office.tenant.id, office.tenant.actor) as session:
        item = views.items(session, office.run_id)[0]
        session.execute(
            text("UPDATE invoice SET intent_id = NULL WHERE id = :id"), {"id": item.invoice_id}
        )
    with pytest.raises(InvoiceChanged):
        office.does(payment_runs.export)


def later(session: Session, vendor_id: UUID, iban: str | None, brought_by: UUID | None) -> None:
    """Pay an invoice of a vendor the day after tomorrow, as somebody's statement tells."""
    account_id = session.exec(select(BankAccountRow.id)).one()
    invoice_id = a_posted_invoice(session, an_invoice(vendor_id, "240.00"))
    intent_id = linked_intent(session, invoice_id)
    assert intent_id is not None
    day = datetime.now(UTC).date() + timedelta(days=2)
    rows = [BankTransaction(day, Decimal("-240.00"), counterparty_iban=iban)]
    statement_store.import_rows(session, statement_store.Delivery(uuid4(), account_id, rows))
    # As if a statement of the bank had brought it, that this person uploaded.
    brought = text("UPDATE bank_import SET source = 'file', created_by = :by")
    session.execute(brought, {"by": brought_by})
    wanted = bank_views.TransactionFilter(account_id)
    (row,), _ = bank_views.transactions(session, wanted, limit=9, offset=0)
    target = reconciliation_store.Target(intent_id, CandidateKind.OPEN_LIABILITY, "3300")
    reconciliation_store.reconcile(session, row.id, target)


@pytest.mark.parametrize("paid_to", [VENDOR_IBAN, None, "another invoice reversed"])
def test_a_new_iban_is_not_proven_by_money_that_went_elsewhere(
    office: Office, paid_to: str | None
) -> None:
    """A payment to the old account, or a reversal, says nothing about the new one."""
    with write_session(office.database.engine, office.tenant.id, office.tenant.actor) as session:
        vendor_id = views.items(session, office.run_id)[0].vendor_id
    with changing(office, vendor_id) as session:
        if paid_to == "another invoice reversed":
            intent_id = linked_intent(session, a_posted_invoice(session, an_invoice(vendor_id)))
            assert intent_id is not None
            after = datetime.now(UTC).date() + timedelta(days=2)
            journal.reverse_intent(session, intent_id, today=after)
        else:
            later(session, vendor_id, paid_to, acting(office.tenant, "bookkeeper").user_id)
        payment_runs.cancel(session, office.run_id, NOW)
    with pytest.raises(PayeeNotConfirmed):
        a_run_again(office)


@pytest.mark.parametrize("who", ["bookkeeper", "approver"])
def test_a_new_iban_that_was_paid_is_known(office: Office, who: str) -> None:
    """By a statement of somebody else than who changed it (0093): nobody has to confirm it."""
    with write_session(office.database.engine, office.tenant.id, office.tenant.actor) as session:
        vendor_id = views.items(session, office.run_id)[0].vendor_id
    with changing(office, vendor_id) as session:
        later(session, vendor_id, NEW_IBAN, acting(office.tenant, who).user_id)
        payment_runs.cancel(session, office.run_id, NOW)
    if who == "bookkeeper":
        assert a_run_again(office).status is RunStatus.APPROVED
        return
    with pytest.raises(PayeeNotConfirmed):
        a_run_again(office)


@contextmanager
def changing(office: Office, vendor_id: UUID) -> Iterator[Session]:
    """Change the vendor's IBAN, and go on in the same transaction."""
    who = acting(office.tenant, "approver")
    with write_session(office.database.engine, office.tenant.id, who) as session:
        vendor_store.change(session, vendor_id, {"iban": NEW_IBAN})
        yield session


def a_run_again(office: Office) -> RunState:
    """Make a run over what the cancelled one held, and approve it."""
    run_id = uuid4()
    who = acting(office.tenant, "bookkeeper")
    with write_session(office.database.engine, office.tenant.id, who) as session:
        old = views.run(session, office.run_id)
        invoices = tuple(invoices_of(old.items))
        new = payment_runs.NewRun(run_id, old.run.bank_account_id, NOW.date(), invoices)
        payment_runs.create(session, new, NOW)
    return replace(office, run_id=run_id).does(payment_runs.approve)


def test_a_discount_is_taken_by_choice_and_its_rest_is_not_paid_later(database: Database) -> None:
    """600.00 less 3 % are ordered; late, the file is refused; paid, 18.00 are not eligible."""
    tenant = another_tenant(database)
    until = date(2026, 3, 16)
    with write_session(database.engine, tenant.id, acting(tenant, "bookkeeper")) as session:
        vendor_id, account_id = a_vendor(session), a_bank_account(session)
        terms = (PaymentTerm(TermKind.DISCOUNT, until, Decimal(3)),)
        invoice = replace(an_invoice(vendor_id, "600.00"), payment_terms=terms)
        invoice_id = a_posted_invoice(session, invoice)
        (one,), _ = views.eligible(session, NOW.date())
        assert one.discount is not None
        assert (one.discount.amount, one.discount.pay_by) == (Decimal(18), date(2026, 3, 13))
        wish = Wish(discounts=frozenset({invoice_id}))
        late = payment_runs.NewRun(uuid4(), account_id, until, (invoice_id,))
        payment_runs.wish(session, late.run_id, wish)
        with pytest.raises(InvoiceNotEligible) as refused:
            payment_runs.create(session, late, NOW)
        assert refused.value.context["reason"] == "no_discount"
        new = replace(late, run_id=uuid4(), execution_date=date(2026, 3, 12))
        payment_runs.wish(session, new.run_id, wish)
        payment_runs.create(session, new, NOW)
        (item,) = views.items(session, new.run_id)
        assert (item.amount, item.discount) == (Decimal(582), Decimal(18))
    _late_then_paid(Office(database, tenant, new.run_id), account_id, invoice_id)


def test_what_was_prepaid_is_not_ordered_of_an_old_invoice(database: Database) -> None:
    """Stored when nothing said what is due of a typed invoice: gross less prepaid (BR-CO-16)."""
    tenant = another_tenant(database)
    with write_session(database.engine, tenant.id, acting(tenant, "bookkeeper")) as session:
        written = replace(an_invoice(a_vendor(session), "120.00"), prepaid_amount=Decimal(20))
        invoice_id = a_posted_invoice(session, written)
        session.execute(
            update(InvoiceRow).where(col(InvoiceRow.id) == invoice_id).values(amount_due=None)
        )
        (one,), _ = views.eligible(session, NOW.date())

    assert (one.remaining_amount, one.payable_amount) == (Decimal(120), Decimal(100))


def test_of_instalments_a_run_pays_what_is_due(database: Database) -> None:
    """600.00 in three: 200.00 since the 5th of March, not 600.00 in May; a part by choice."""
    tenant = another_tenant(database)
    days = [date(2026, month, 5) for month in (3, 4, 5)]
    with write_session(database.engine, tenant.id, acting(tenant, "bookkeeper")) as session:
        vendor_id, account_id = a_vendor(session), a_bank_account(session)
        plan = tuple(PaymentTerm(TermKind.INSTALMENT, day, amount=Decimal(200)) for day in days)
        written = an_invoice(vendor_id, "600.00")
        invoice = replace(written, payment_terms=plan, due_date=days[-1])
        invoice_id = a_posted_invoice(session, invoice)
        (one,), _ = views.eligible(session, NOW.date())
        assert (one.due_date, one.payable_amount) == (days[0], Decimal(200))
        assert one.remaining_amount == Decimal(600)
        new = payment_runs.NewRun(uuid4(), account_id, date(2026, 3, 12), (invoice_id,))
        payment_runs.create(session, new, NOW)
        (item,) = views.items(session, new.run_id)
        assert item.amount == Decimal(200)
    Office(database, tenant, new.run_id).does(payment_runs.approve)


def _late_then_paid(office: Office, account_id: UUID, invoice_id: UUID) -> None:
    """Too late for the discount the file is refused; in time it is paid, and that was all."""
    database, tenant, new = office.database, office.tenant, office
    office.does(payment_runs.approve)
    with (
        pytest.raises(DiscountExpired),
        write_session(database.engine, tenant.id, acting(tenant, "bookkeeper")) as session,
    ):
        payment_runs.export(session, new.run_id, NOW + timedelta(days=6))
    for step in (payment_runs.export, payment_runs.complete):
        office.does(step)
    with write_session(database.engine, tenant.id, acting(tenant, "bookkeeper")) as session:
        intent_id = linked_intent(session, invoice_id)
        assert intent_id is not None
        rows = [BankTransaction(NOW.date(), Decimal("-582.00"))]
        statement_store.import_rows(session, statement_store.Delivery(uuid4(), account_id, rows))
        wanted = bank_views.TransactionFilter(account_id)
        (row,), _ = bank_views.transactions(session, wanted, limit=9, offset=0)
        target = reconciliation_store.Target(intent_id, CandidateKind.OPEN_LIABILITY, "3300")
        reconciliation_store.reconcile(session, row.id, target)
    _completed(office, "11 days")
    assert _eligible(office) == set()


def test_an_instant_run_is_made_for_a_sunday(database: Database) -> None:
    """An ordinary one is not; the setting of the tenant bounds both."""
    tenant = another_tenant(database)
    sunday = date(2026, 3, 15)
    with write_session(database.engine, tenant.id, acting(tenant, "bookkeeper")) as session:
        vendor_id, account_id = a_vendor(session), a_bank_account(session)
        invoices = tuple(a_posted_invoice(session, an_invoice(vendor_id)) for _ in range(2))
        new = payment_runs.NewRun(uuid4(), account_id, sunday, invoices)
        with pytest.raises(NotABusinessDay):
            payment_runs.create(session, new, NOW)
        payment_runs.wish(session, new.run_id, Wish(manner=Manner(is_instant=True)))
        payment_runs.create(session, new, NOW)
        assert views.run(session, new.run_id).manner == Manner(is_instant=True)
    tenant_store.change(
        database.engine, tenant.id, {"most_invoices_in_run": 1}, Actor.system("cli")
    )
    with write_session(database.engine, tenant.id, acting(tenant, "bookkeeper")) as session:
        payment_runs.cancel(session, new.run_id, NOW)
        with pytest.raises(InvalidInput, match="needs 1 to 1"):
            payment_runs.create(session, replace(new, run_id=uuid4()), NOW)
    office = Office(database, tenant, new.run_id)
    with pytest.raises(InvalidStateTransition):
        office.does(payment_runs.approve)


def test_a_name_that_the_bank_does_not_know_waits_for_a_second_person(office: Office) -> None:
    """Asked again after a change; confirmed by another person than who heard it."""
    with write_session(office.database.engine, office.tenant.id, office.tenant.actor) as session:
        vendor_id = views.items(session, office.run_id)[0].vendor_id
    clerk, boss = acting(office.tenant, "bookkeeper"), acting(office.tenant, "approver")
    with write_session(office.database.engine, office.tenant.id, clerk) as session:
        vendor_store.note_check(session, vendor_id, CheckResult.NO_MATCH, "Eva Muster")
    with pytest.raises(PayeeNotConfirmed):
        office.does(payment_runs.approve)
    with (
        pytest.raises(SelfApprovalDenied),
        write_session(office.database.engine, office.tenant.id, clerk) as session,
    ):
        vendor_store.confirm_iban(session, vendor_id)
    with write_session(office.database.engine, office.tenant.id, boss) as session:
        vendor_store.confirm_iban(session, vendor_id)
        assert vendor_views.vendor(session, vendor_id).payee_check is not None
    assert office.does(payment_runs.approve).status is RunStatus.APPROVED
    with write_session(office.database.engine, office.tenant.id, clerk) as session:
        vendor_store.change(session, vendor_id, {"name": f"Anderer Name {vendor_id}"})
        assert vendor_views.vendor(session, vendor_id).payee_check is None


CREDIT_NOTE = Decimal("-120.00")


def test_open_credit_notes_of_a_vendor_lower_its_transfer(database: Database) -> None:
    """600.00 less 120.00 is one transfer of 480.00 whose text names both."""
    tenant = another_tenant(database)
    with write_session(database.engine, tenant.id, acting(tenant, "bookkeeper")) as session:
        vendor_id, account_id = a_vendor(session), a_bank_account(session)
        invoice_id = a_posted_invoice(session, an_invoice(vendor_id, "600.00", number="HP-1"))
        credit_id = a_posted_credit_note(session, an_invoice(vendor_id, "-120.00", number="HP-GS"))
        new = payment_runs.NewRun(uuid4(), account_id, NOW.date(), (invoice_id,))
        payment_runs.create(session, new, NOW)
        view = views.run(session, new.run_id)
        assert view.run.total_amount == Decimal("480.00")
        assert [(each.invoice_id, each.amount, each.transfer) for each in view.items] == [
            (invoice_id, Decimal("600.00"), 1),
            (credit_id, CREDIT_NOTE, 1),
        ]
        other = payment_runs.NewRun(uuid4(), account_id, NOW.date(), (credit_id,))
        with pytest.raises(InvoiceAlreadyInActiveRun):
            payment_runs.create(session, other, NOW)
    office = Office(database, tenant, new.run_id)
    office.does(payment_runs.approve)
    office.does(payment_runs.export)
    file = office.file().file
    assert (file.transfer_count, file.control_sum) == (1, Decimal("480.00"))
    assert b"<Ustrd>HP-1 HP-GS</Ustrd>" in file.content
    assert complaints(file.content) == []


def test_a_run_pays_parts_and_leaves_credit_notes_as_it_is_told(database: Database) -> None:
    """A part is no more than is due; without netting the credit note stays for later."""
    tenant = another_tenant(database)
    with write_session(database.engine, tenant.id, acting(tenant, "bookkeeper")) as session:
        vendor_id, account_id = a_vendor(session), a_bank_account(session)
        invoice_id = a_posted_invoice(session, an_invoice(vendor_id, "600.00"))
        a_posted_credit_note(session, an_invoice(vendor_id, "-120.00"))
        new = payment_runs.NewRun(uuid4(), account_id, NOW.date(), (invoice_id,))
        too_much = Wish({invoice_id: Decimal("600.01")})
        payment_runs.wish(session, new.run_id, too_much)
        with pytest.raises(InvoiceNotEligible) as refused:
            payment_runs.create(session, new, NOW)
        assert refused.value.context["reason"] == "amount_exceeds_due"
        new = replace(new, run_id=uuid4())
        part = Wish({invoice_id: Decimal("100.00")}, nets_credit_notes=False)
        payment_runs.wish(session, new.run_id, part)
        payment_runs.create(session, new, NOW)
        assert [each.amount for each in views.items(session, new.run_id)] == [Decimal("100.00")]


def test_runs_that_want_the_same_invoices_in_another_order_do_not_block(
    database: Database,
) -> None:
    """One is made, the others are refused; nobody waits for each other in a circle."""
    tenant = another_tenant(database)
    with write_session(database.engine, tenant.id, acting(tenant, "bookkeeper")) as session:
        vendor_id, account_id = a_vendor(session), a_bank_account(session)
        ids = [a_posted_invoice(session, an_invoice(vendor_id)) for _ in range(6)]

    def make(at: int) -> str:
        wanted = tuple(ids if at % 2 else reversed(ids))
        new = payment_runs.NewRun(uuid4(), account_id, NOW.date(), wanted)
        try:
            with write_session(database.engine, tenant.id, acting(tenant, "bookkeeper")) as session:
                payment_runs.create(session, new, NOW)
        except InvoiceAlreadyInActiveRun:
            return "refused"
        return "made"

    with ThreadPoolExecutor(10) as pool:
        assert sorted(pool.map(make, range(10))) == ["made"] + ["refused"] * 9


def test_outside_the_eea_the_run_asks_for_what_is_missing(database: Database) -> None:
    """BIC and address of the payee, and the address of the company itself."""
    tenant = another_tenant(database)
    with write_session(database.engine, tenant.id, acting(tenant, "bookkeeper")) as session:
        vendor_id = a_vendor(session, iban="CH9300762011623852957")
        account_id = a_bank_account(session)
        invoice_id = a_posted_invoice(session, an_invoice(vendor_id))
        new = payment_runs.NewRun(uuid4(), account_id, NOW.date(), (invoice_id,))
        with pytest.raises(PayeeDetailsMissing) as refused:
            payment_runs.create(session, new, NOW)
        assert refused.value.context["missing"] == ["bic", "address.city", "address.country"]
        known = {"bic": "POFICHBEXXX", "address": Address("Gasse 1", "3003", "Bern", "CH")}
        vendor_store.change(session, vendor_id, known)
        session.execute(text("UPDATE tenant SET street = 'Gasse 2', city = 'Wien'"))
        payment_runs.create(session, new, NOW)
    office = Office(database, tenant, new.run_id)
    office.does(payment_runs.approve)
    office.does(payment_runs.export)
    content = office.file().file.content
    assert complaints(content) == []
    assert content.count(b"<TwnNm>") == 2


def test_only_business_days_are_taken(office: Office) -> None:
    """Easter Monday is none; the next one is named."""
    account = _account_of(office)
    new = payment_runs.NewRun(uuid4(), account, date(2026, 4, 6), (uuid4(),))
    for day, refusal in ((date(2026, 4, 6), NotABusinessDay), (date(2026, 4, 7), InvoiceNotFound)):
        with (
            pytest.raises(refusal) as refused,
            write_session(office.database.engine, office.tenant.id, office.tenant.actor) as session,
        ):
            payment_runs.create(session, replace(new, execution_date=day), NOW)
        if refusal is NotABusinessDay:
            assert refused.value.context == {"next": "2026-04-07"}


def _account_of(office: Office) -> UUID:
    with read_session(office.database.engine, office.tenant.id) as session:
        return views.run(session, office.run_id).run.bank_account_id
