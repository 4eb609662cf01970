"""Every way that we could think of to have one wrong euro paid, and what stops it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlmodel import Session

from domain.banking import bank_views, reconciliation_store, statement_store
from domain.banking.bank_transaction import BankTransaction
from domain.banking.suggestion import CandidateKind
from domain.database.session import read_session, write_session
from domain.dates import local_day
from domain.errors import DomainError, SelfApprovalDenied
from domain.payables import invoice_store, payee_store, vendor_store, vendor_views
from domain.payables.invoice import VendorInactive
from domain.payables.invoice_views import linked_intent
from domain.payables.partner import Vendor
from domain.payables.payee_check import CheckResult
from domain.payables.payee_store import PayeeDecision
from domain.payables.terms import Payee
from domain.payments import store as payment_runs
from domain.payments import views
from domain.payments.business_day import next_business_day
from domain.payments.run import (
    EmptyRun,
    InvoiceAlreadyInActiveRun,
    InvoiceChanged,
    InvoiceNotEligible,
    InvoiceNotFound,
    PayeeNotConfirmed,
    RunStatus,
    Wish,
)
from domain.posting import store as journal
from tests.builders import Tenant, another_tenant
from tests.payables import (
    a_bank_account,
    a_posted_credit_note,
    a_posted_invoice,
    a_vendor,
    acting,
    an_invoice,
)
from tests.servers import Database

NOW = datetime.now(UTC)
DAY = next_business_day(local_day(NOW, "AT"))
THIEF = "FR7630006000011234567890189"


@dataclass
class Office:
    """A bookkeeper who would like to be rich, and an approver who reads what is shown."""

    database: Database
    tenant: Tenant
    account_id: UUID
    vendor_id: UUID
    invoice_id: UUID

    def as_(self, who: str) -> AbstractContextManager[Session]:
        """A transaction of one of the people."""
        return write_session(self.database.engine, self.tenant.id, acting(self.tenant, who))

    def a_run(self, *invoices: UUID, who: str = "bookkeeper", wish: Wish | None = None) -> UUID:
        """Make a draft."""
        new = payment_runs.NewRun(uuid4(), self.account_id, DAY, invoices or (self.invoice_id,))
        with self.as_(who) as session:
            if wish is not None:
                payment_runs.wish(session, new.run_id, wish)
            payment_runs.create(session, new, NOW)
        return new.run_id

    def approve(self, run_id: UUID, who: str = "approver") -> None:
        """Approve."""
        with self.as_(who) as session:
            payment_runs.approve(session, run_id, NOW)

    def export(self, run_id: UUID) -> bytes:
        """Export, and what stands in the file."""
        with self.as_("bookkeeper") as session:
            payment_runs.export(session, run_id, NOW)
            return views.file(session, run_id).file.content

    def status(self, run_id: UUID) -> RunStatus:
        """Where the run stands."""
        with read_session(self.database.engine, self.tenant.id) as session:
            return RunStatus(views.run(session, run_id).run.status)


@pytest.fixture
def office(database: Database) -> Office:
    """Give each test a tenant with an invoice of 120.00."""
    tenant = another_tenant(database)
    with write_session(database.engine, tenant.id, acting(tenant, "bookkeeper")) as session:
        vendor_id, account_id = a_vendor(session), a_bank_account(session)
        invoice_id = a_posted_invoice(session, an_invoice(vendor_id))
    return Office(database, tenant, account_id, vendor_id, invoice_id)


def changes_the_iban(office: Office, session: Session) -> None:
    """The account of the vendor becomes another."""
    vendor_store.change(session, office.vendor_id, {"iban": THIEF})


def takes_the_iban_away_and_gives_another(office: Office, session: Session) -> None:
    """In two steps, so that no account seems to be replaced."""
    vendor_store.change(session, office.vendor_id, {"iban": None})
    vendor_store.change(session, office.vendor_id, {"iban": THIEF})


def reverses_the_intent(office: Office, session: Session) -> None:
    """Nothing is owed any more."""
    intent_id = linked_intent(session, office.invoice_id)
    assert intent_id is not None
    journal.reverse_intent(session, intent_id, today=NOW.date())


def lowers_what_is_due(office: Office, session: Session) -> None:
    """The vendor says that half of it is paid."""
    session.execute(
        text("UPDATE invoice SET amount_due = 60 WHERE id = :id"), {"id": office.invoice_id}
    )


def takes_the_vendor_out_of_use(office: Office, session: Session) -> None:
    """As if its last invoice had been settled, and was opened again."""
    session.execute(
        text("UPDATE vendor SET is_active = false WHERE id = :id"), {"id": office.vendor_id}
    )


def hears_that_the_account_is_not_the_vendors(office: Office, session: Session) -> None:
    """The bank knows the account under another name."""
    vendor_store.note_check(session, office.vendor_id, CheckResult.NO_MATCH, "Eva Muster")


MEANWHILE: dict[Callable[[Office, Session], None], type[DomainError]] = {
    changes_the_iban: PayeeNotConfirmed,
    takes_the_iban_away_and_gives_another: PayeeNotConfirmed,
    takes_the_vendor_out_of_use: VendorInactive,
    reverses_the_intent: InvoiceChanged,
    lowers_what_is_due: InvoiceChanged,
    hears_that_the_account_is_not_the_vendors: PayeeNotConfirmed,
}


@pytest.mark.parametrize("act", MEANWHILE, ids=lambda act: act.__name__)
@pytest.mark.parametrize("step", ["approve", "export"])
def test_what_happens_between_the_steps_stops_the_next_one(
    office: Office, act: Callable[[Office, Session], None], step: str
) -> None:
    """The run stays where it was, and nothing has left the house."""
    run_id = office.a_run()
    if step == "export":
        office.approve(run_id)
    before = office.status(run_id)
    with office.as_("bookkeeper") as session:
        act(office, session)

    with pytest.raises(MEANWHILE[act]):
        office.approve(run_id) if step == "approve" else office.export(run_id)

    assert office.status(run_id) is before


@pytest.mark.parametrize("what", ["iban", "name"])
def test_the_file_pays_what_was_approved_or_nothing(office: Office, what: str) -> None:
    """Changed and changed back, the copies of the run are paid; a new name is not written."""
    run_id = office.a_run()
    office.approve(run_id)
    with office.as_("bookkeeper") as session:
        was = views.items(session, run_id)[0]
        if what == "name":
            vendor_store.change(session, office.vendor_id, {"name": "Eva Muster"})
    data = office.export(run_id)

    assert was.vendor_iban.encode() in data
    assert was.vendor_name[:20].encode() in data
    assert b"Eva" not in data


@pytest.mark.parametrize("changer", ["bookkeeper", "approver"])
def test_nobody_confirms_the_account_that_they_entered(office: Office, changer: str) -> None:
    """Whoever changed the IBAN neither confirms it nor has the last word on the run."""
    other = {"bookkeeper": "approver", "approver": "bookkeeper"}[changer]
    with office.as_(changer) as session:
        vendor_store.change(session, office.vendor_id, {"iban": THIEF})
    run_id = office.a_run(who="bookkeeper")
    with pytest.raises(PayeeNotConfirmed):
        office.approve(run_id)
    with pytest.raises(SelfApprovalDenied), office.as_(changer) as session:
        vendor_store.confirm_iban(session, office.vendor_id)
    with office.as_(other) as session:
        vendor_store.confirm_iban(session, office.vendor_id)
    office.approve(run_id)


def test_a_confirmation_is_of_the_account_that_was_looked_at(office: Office) -> None:
    """Changed once more between the look and the click, nothing is confirmed (SEEN)."""
    with office.as_("bookkeeper") as session:
        vendor_store.change(session, office.vendor_id, {"iban": THIEF})
    with pytest.raises(vendor_store.IbanChanged), office.as_("approver") as session:
        vendor_store.confirm_iban(session, office.vendor_id, "AT611904300234573201")
    with office.as_("approver") as session:
        vendor_store.confirm_iban(session, office.vendor_id, "fr76 3000 6000 0112 3456 7890 189")
    office.approve(office.a_run())


def test_the_first_account_waits_where_money_is_owed(office: Office) -> None:
    """Whoever gives a vendor its first IBAN says where what is owed goes."""
    with office.as_("bookkeeper") as session:
        vendor_id = a_vendor(session, iban=None)
        fresh_id = a_vendor(session, iban=None)
        invoice_id = a_posted_invoice(session, an_invoice(vendor_id))
        vendor_store.change(session, vendor_id, {"iban": THIEF})
        vendor_store.change(session, fresh_id, {"iban": THIEF})
        assert not vendor_views.vendor(session, fresh_id).is_iban_pending
    run_id = office.a_run(invoice_id)
    with pytest.raises(PayeeNotConfirmed):
        office.approve(run_id)
    with pytest.raises(SelfApprovalDenied), office.as_("bookkeeper") as session:
        vendor_store.confirm_iban(session, vendor_id)
    with office.as_("approver") as session:
        vendor_store.confirm_iban(session, vendor_id)
    office.approve(run_id)


def test_who_gave_the_first_account_approves_no_payment_to_it(office: Office) -> None:
    """Until another person confirms it, or the bank tells of money that went there."""
    with office.as_("approver") as session:
        vendor_id = a_vendor(session)
        later_id = a_vendor(session, iban=None)
        vendor_store.change(session, later_id, {"iban": THIEF})
    with office.as_("bookkeeper") as session:
        first = a_posted_invoice(session, an_invoice(vendor_id))
        later = a_posted_invoice(session, an_invoice(later_id))
    runs = {vendor_id: office.a_run(first), later_id: office.a_run(later)}
    for run_id in runs.values():
        with pytest.raises(PayeeNotConfirmed):
            office.approve(run_id)
        assert office.status(run_id) is RunStatus.DRAFT
    for payee_id, run_id in runs.items():
        with pytest.raises(SelfApprovalDenied), office.as_("approver") as session:
            vendor_store.confirm_iban(session, payee_id)
        with office.as_("bookkeeper") as session:
            vendor_store.confirm_iban(session, payee_id)
            with pytest.raises(vendor_store.NothingToConfirm):
                vendor_store.confirm_iban(session, payee_id)
        office.approve(run_id)


def test_who_gave_the_first_account_may_make_the_run(office: Office) -> None:
    """Another person approves it, and so has seen where it goes."""
    run_id = office.a_run(who="bookkeeper")
    office.approve(run_id)

    assert office.status(run_id) is RunStatus.APPROVED


def test_nobody_names_a_payee_and_is_believed(office: Office) -> None:
    """An invoice that names another payee is paid once a second person accepts that payee."""
    thief = Payee("Evil Ltd", THIEF)
    with office.as_("bookkeeper") as session:
        invoice_id = a_posted_invoice(session, replace(an_invoice(office.vendor_id), payee=thief))
    run_id = office.a_run(invoice_id)
    with office.as_("approver") as session:
        (item,) = views.run(session, run_id).items
        assert item.on_behalf_of == vendor_views.vendor(session, office.vendor_id).vendor.name
    with pytest.raises(PayeeNotConfirmed):
        office.approve(run_id)
    with pytest.raises(SelfApprovalDenied), office.as_("bookkeeper") as session:
        payee_store.accept(session, PayeeDecision(office.vendor_id, thief, NOW, reason="passt"))
    other = replace(thief, iban="AT611904300234573201")
    for payee in (other, thief):
        with pytest.raises(PayeeNotConfirmed):
            office.approve(run_id)
        with office.as_("approver") as session:
            decided = PayeeDecision(office.vendor_id, payee, datetime.now(UTC), reason="Zession")
            payee_store.accept(session, decided)
    office.approve(run_id)
    with office.as_("approver") as session:
        withdrawn = PayeeDecision(office.vendor_id, thief, datetime.now(UTC), is_accepted=False)
        payee_store.accept(session, withdrawn)
    with pytest.raises(PayeeNotConfirmed):
        office.export(run_id)


def test_who_names_a_payee_has_not_accepted_it_before(office: Office) -> None:
    """An acceptance by the person who then types the invoice is none for that invoice."""
    thief = Payee("Evil Ltd", THIEF)
    with office.as_("bookkeeper") as session:
        early = PayeeDecision(office.vendor_id, thief, NOW, reason="Zession")
        payee_store.accept(session, early)
        invoice_id = a_posted_invoice(session, replace(an_invoice(office.vendor_id), payee=thief))
    run_id = office.a_run(invoice_id)
    with pytest.raises(PayeeNotConfirmed):
        office.approve(run_id)
    with office.as_("approver") as session:
        payee_store.accept(session, replace(early, decided_at=datetime.now(UTC)))
    office.approve(run_id)
    with office.as_("bookkeeper") as session:
        withdrawn = PayeeDecision(office.vendor_id, thief, datetime.now(UTC), is_accepted=False)
        payee_store.accept(session, withdrawn)
    with pytest.raises(PayeeNotConfirmed):
        office.export(run_id)


def test_a_changed_account_confirmed_once_is_not_confirmed_for_the_next(office: Office) -> None:
    """A confirmation is of one IBAN."""
    for iban in ("AT611904300234573201", THIEF):
        with office.as_("bookkeeper") as session:
            vendor_store.change(session, office.vendor_id, {"iban": iban})
        if iban != THIEF:
            with office.as_("approver") as session:
                vendor_store.confirm_iban(session, office.vendor_id)
    run_id = office.a_run()
    with pytest.raises(PayeeNotConfirmed):
        office.approve(run_id)


def test_one_person_makes_approves_and_withdraws_nothing(office: Office) -> None:
    """Nor does a machine, whatever it is called."""
    run_id = office.a_run()
    with pytest.raises(SelfApprovalDenied):
        office.approve(run_id, "bookkeeper")
    actor = office.tenant.actor
    with (
        pytest.raises(DomainError),
        write_session(office.database.engine, office.tenant.id, actor) as session,
    ):
        payment_runs.approve(session, run_id, NOW)
    assert office.status(run_id) is RunStatus.DRAFT


def test_an_invoice_is_paid_once(office: Office) -> None:
    """Not by two runs, twice in one, in two parts at once, nor again once it is under way."""
    first = office.a_run()
    with pytest.raises(InvoiceAlreadyInActiveRun):
        office.a_run()
    with pytest.raises(InvoiceAlreadyInActiveRun):
        office.a_run(wish=Wish({office.invoice_id: Decimal("0.01")}))
    office.approve(first)
    office.export(first)
    with pytest.raises(InvoiceAlreadyInActiveRun):
        office.a_run()
    with office.as_("bookkeeper") as session:
        payment_runs.complete(session, first, NOW)
    with pytest.raises(InvoiceAlreadyInActiveRun):
        office.a_run()


@pytest.mark.parametrize("amount", ["0.00", "-1.00", "120.01", "12000.00"])
def test_a_part_is_a_part(office: Office, amount: str) -> None:
    """Neither nothing, nor less, nor a cent more than is due."""
    with pytest.raises(InvoiceNotEligible):
        office.a_run(wish=Wish({office.invoice_id: Decimal(amount)}))


def test_a_credit_note_lowers_one_run_only(office: Office) -> None:
    """While it is promised no other run takes it, and none pays it out."""
    with office.as_("bookkeeper") as session:
        other = a_posted_invoice(session, an_invoice(office.vendor_id, "300.00"))
        note = a_posted_credit_note(session, an_invoice(office.vendor_id, "-50.00"))
    first, second = office.a_run(), office.a_run(other)
    with read_session(office.database.engine, office.tenant.id) as session:
        amounts = [[item.amount for item in views.items(session, run)] for run in (first, second)]
    assert amounts == [[Decimal(120), Decimal(-50)], [Decimal(300)]]
    with pytest.raises((InvoiceAlreadyInActiveRun, InvoiceNotEligible, EmptyRun)):
        office.a_run(note)


def test_a_reversed_credit_note_raises_no_transfer_in_silence(office: Office) -> None:
    """What lowered the transfer is gone: the run is made anew instead of paying less."""
    with office.as_("bookkeeper") as session:
        note = a_posted_credit_note(session, an_invoice(office.vendor_id, "-50.00"))
    run_id = office.a_run()
    office.approve(run_id)
    with office.as_("bookkeeper") as session:
        intent_id = linked_intent(session, note)
        assert intent_id is not None
        journal.reverse_intent(session, intent_id, today=NOW.date())
    with pytest.raises(InvoiceChanged):
        office.export(run_id)


def test_an_invoice_of_another_vendor_is_not_slipped_in(office: Office) -> None:
    """A twin of a vendor with its own account is another vendor, and its invoice its own."""
    with office.as_("bookkeeper") as session:
        twin = vendor_store.create(session, uuid4(), Vendor("Papier Zwilling", iban=THIEF))
        intent_id = linked_intent(session, office.invoice_id)
        with pytest.raises(DomainError):
            invoice_store.create(session, uuid4(), replace(an_invoice(twin), intent_id=intent_id))


def test_a_run_of_another_tenants_invoices_is_none(office: Office, database: Database) -> None:
    """ISOLATED: ids of others are unknown."""
    stranger = another_tenant(database)
    with write_session(database.engine, stranger.id, acting(stranger, "bookkeeper")) as session:
        own = a_bank_account(session)
        new = payment_runs.NewRun(uuid4(), own, DAY, (office.invoice_id,))
        with pytest.raises(InvoiceNotFound):
            payment_runs.create(session, new, NOW)


def test_typed_movements_prove_no_account(office: Office) -> None:
    """Money that nobody but the bookkeeper says went to the new IBAN confirms nothing."""
    with office.as_("bookkeeper") as session:
        vendor_store.change(session, office.vendor_id, {"iban": THIEF})
        paid = a_posted_invoice(session, an_invoice(office.vendor_id))
        row = BankTransaction(
            NOW.date() + timedelta(days=2), Decimal(-120), counterparty_iban=THIEF
        )
        delivery = statement_store.Delivery(uuid4(), office.account_id, [row])
        statement_store.import_rows(session, delivery)
        wanted = bank_views.TransactionFilter(office.account_id)
        (stored,), _ = bank_views.transactions(session, wanted, limit=9, offset=0)
        intent_id = linked_intent(session, paid)
        assert intent_id is not None
        target = reconciliation_store.Target(intent_id, CandidateKind.OPEN_LIABILITY, "3300")
        reconciliation_store.reconcile(session, stored.id, target)
    run_id = office.a_run(who="admin")
    with pytest.raises(PayeeNotConfirmed):
        office.approve(run_id)


@pytest.mark.parametrize(
    ("by", "amount", "is_believed"),
    [
        ("approver", "120.00", False),
        ("bookkeeper", "120.00", True),
        ("admin", "120.00", True),
        ("bookkeeper", "119.99", False),
        ("admin", "0.10", False),
    ],
)
def test_a_file_proves_no_account_for_who_gave_it_and_brought_the_file(
    office: Office, by: str, amount: str, *, is_believed: bool
) -> None:
    """A file is the word of who uploads it, and what was paid vouches for as much again."""
    with office.as_("approver") as session:
        vendor_id = a_vendor(session)
        paid = a_posted_invoice(session, an_invoice(vendor_id, amount))
        owed = a_posted_invoice(session, an_invoice(vendor_id))
        iban = vendor_views.vendor(session, vendor_id).vendor.iban
    run_id = office.a_run(owed)
    with pytest.raises(PayeeNotConfirmed):
        office.approve(run_id)
    told_and_matched(office, by, paid, iban, amount)
    if is_believed:
        office.approve(run_id)
        return
    with pytest.raises(PayeeNotConfirmed):
        office.approve(run_id)
    with office.as_("bookkeeper") as session:
        vendor_store.confirm_iban(session, vendor_id)
    office.approve(run_id)


def told_and_matched(
    office: Office, by: str, paid: UUID, iban: str | None, amount: str = "120.00"
) -> None:
    """Somebody brings a file that tells of a debit, and the bookkeeper matches it."""
    row = BankTransaction(NOW.date(), -Decimal(amount), counterparty_iban=iban)
    with office.as_(by) as session:
        delivery = statement_store.Delivery(uuid4(), office.account_id, [row], source="file")
        statement_store.import_rows(session, delivery)
    with office.as_("bookkeeper") as session:
        wanted = bank_views.TransactionFilter(office.account_id)
        (stored,), _ = bank_views.transactions(session, wanted, limit=9, offset=0)
        intent_id = linked_intent(session, paid)
        assert intent_id is not None
        target = reconciliation_store.Target(intent_id, CandidateKind.OPEN_LIABILITY, "3300")
        reconciliation_store.reconcile(session, stored.id, target)
