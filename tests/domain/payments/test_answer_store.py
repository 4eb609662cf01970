"""What the bank says moves runs: status reports, statements and returns, in any order."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from itertools import permutations
from uuid import UUID, uuid4

import pytest
from sqlmodel import Session, select

from domain.banking import auto_match_store, bank_views, import_store, reconciliation_store
from domain.banking.file_ids import end_to_end_id, message_id
from domain.banking.import_store import FileOrder
from domain.banking.rows import BankTransactionRow
from domain.banking.spool import Spool
from domain.banking.suggestion import CandidateKind
from domain.database.session import read_session, write_session
from domain.dates import local_day
from domain.errors import NotFound, SelfApprovalDenied
from domain.formats import pain002, statement_file
from domain.formats.camt_writer import write_statement
from domain.formats.statement import Statement, StatementLine
from domain.ledger.reversal import HasSettlements
from domain.ledger.rows import JournalEntryRow
from domain.payables import invoice_views, vendor_store, vendor_views
from domain.payables.rows import InvoiceRow
from domain.payables.terms import PaymentTerm, TermKind
from domain.payments import answer_file_store, answer_store, return_store, views
from domain.payments import store as payment_runs
from domain.payments.answer_store import Kept
from domain.payments.answer_views import runs_with_news
from domain.payments.bank_answer import Standing
from domain.payments.business_day import next_business_day
from domain.payments.returned import ReturnMismatch
from domain.payments.run import (
    InvalidStateTransition,
    InvoiceAlreadyInActiveRun,
    InvoiceChanged,
    RefusalNotConfirmed,
    RunState,
    RunStatus,
    TransferExecuted,
    Wish,
)
from tests.builders import Tenant, another_tenant
from tests.invariants import check_books
from tests.pain002 import Told, report
from tests.payables import a_bank_account, a_posted_invoice, a_vendor, acting, an_invoice
from tests.servers import Database

NOW = datetime.now(UTC)
DAY = next_business_day(local_day(NOW, "AT"))
IBAN = "AT611904300234573201"


@dataclass
class Office:
    """A tenant with one exported run over three invoices of 120.00."""

    database: Database
    tenant: Tenant
    account_id: UUID
    run_id: UUID
    invoices: tuple[UUID, ...]
    balance: Decimal = Decimal(1000)

    def says(self, *told: Told, **facts: object) -> RunState:
        """Take a message of the bank."""
        data = report(message_id(self.run_id), told, **facts)  # type: ignore[arg-type]
        with self.session() as session:
            answer_store.keep(session, pain002.read(data))
        return self.answer()

    def brings(self, told: Told, who: str) -> Kept:
        """Let one of the people bring a message of the bank; the run takes it over."""
        data = report(message_id(self.run_id), (told,))
        with self.session(who) as session:
            kept = answer_store.keep(session, pain002.read(data))
        self.answer()
        return kept

    def answer(self) -> RunState:
        """Let the run take over what is known."""
        with self.session() as session:
            return payment_runs.answer(session, self.run_id, NOW)

    def moves(
        self, *lines: StatementLine, missing: str = "0", who: str = "bookkeeper"
    ) -> FileOrder:
        """Import a statement with these lines, and perhaps something missing."""
        closing = sum((line.amount for line in lines), self.balance) - Decimal(missing)
        statement = Statement(uuid4().hex[:20], IBAN, "EUR", self.balance, closing, lines)
        self.balance = closing
        data = write_statement(statement, "2026-03-12T18:00:00Z")
        order = FileOrder(uuid4(), uuid4().hex * 2, self.account_id)
        with Spool() as spool, self.session(who) as session:
            spool.take(statement_file.parts(BytesIO(data)))
            import_store.import_file(lambda act: act(session), order, spool, answer_file_store.take)
        return order

    def standings(self, run_id: UUID | None = None) -> list[tuple[Standing | None, bool]]:
        """Where the items stand, and whether they are released."""
        with read_session(self.database.engine, self.tenant.id) as session:
            items = views.items(session, run_id or self.run_id)
        return [(i.outcome.standing if i.outcome else None, i.is_released) for i in items]

    def eligible(self) -> set[UUID]:
        """What another run could pay."""
        with read_session(self.database.engine, self.tenant.id) as session:
            return {each.id for each in views.eligible(session)[0]}

    def a_run(self, *invoices: UUID) -> UUID:
        """Make another draft."""
        new = payment_runs.NewRun(uuid4(), self.account_id, DAY, invoices)
        with self.session() as session:
            payment_runs.create(session, new, NOW)
        return new.run_id

    def read(self, act: Callable[[Session], UUID]) -> UUID:
        """Look something up."""
        with read_session(self.database.engine, self.tenant.id) as session:
            return act(session)

    def session(self, who: str = "bookkeeper") -> AbstractContextManager[Session]:
        """A transaction of one of the people."""
        return write_session(self.database.engine, self.tenant.id, acting(self.tenant, who))

    def id_of(self, transfer: int) -> str:
        """EndToEndId of a transfer."""
        return end_to_end_id(self.run_id, transfer)


@pytest.fixture
def office(database: Database) -> Office:
    """Give each test a tenant of its own."""
    tenant = another_tenant(database)
    with write_session(database.engine, tenant.id, acting(tenant, "bookkeeper")) as session:
        vendor_id, account_id = a_vendor(session), a_bank_account(session)
        of = (vendor_id, vendor_id, a_vendor(session))
        invoices = tuple(a_posted_invoice(session, an_invoice(each)) for each in of)
        new = payment_runs.NewRun(uuid4(), account_id, DAY, invoices)
        payment_runs.create(session, new, NOW)
    for step, who in ((payment_runs.approve, "approver"), (payment_runs.export, "bookkeeper")):
        with write_session(database.engine, tenant.id, acting(tenant, who)) as session:
            step(session, new.run_id, NOW)
    return Office(database, tenant, account_id, new.run_id, invoices)


def a_line(amount: str, id_: str | None = None, **facts: object) -> StatementLine:
    """One line of a statement."""
    return StatementLine(NOW.date(), Decimal(amount), "EUR", end_to_end_id=id_, **facts)  # type: ignore[arg-type]


def test_what_is_refused_can_be_paid_again_and_the_rest_ends_the_run(office: Office) -> None:
    """One transfer refused, two settled: the run is completed, one invoice is free."""
    refused = Told(office.id_of(1), "RJCT", "AC04", "ACCOUNT CLOSED")
    assert office.says(refused).status is RunStatus.EXPORTED
    assert office.eligible() == {office.invoices[0]}

    state = office.says(*(Told(office.id_of(n), "ACSC") for n in (2, 3)), message_id="BANK-2")

    assert state.status is RunStatus.COMPLETED
    assert office.standings() == [
        (Standing.REFUSED, True),
        (Standing.EXECUTED, False),
        (Standing.EXECUTED, False),
    ]
    assert office.eligible() == {office.invoices[0]}
    assert office.a_run(office.invoices[0])
    with pytest.raises(InvoiceAlreadyInActiveRun):
        office.a_run(office.invoices[1])


def test_what_one_person_says_was_refused_is_not_ordered_again(office: Office) -> None:
    """A file has no proof of its origin: the next order needs it from two, as a withdrawal does."""
    refused = Told(office.id_of(1), "RJCT", "AC04")
    with office.session("approver") as session:
        vendor_store.confirm_iban(session, views.items(session, office.run_id)[0].vendor_id)
    assert office.brings(refused, "bookkeeper").new == 1
    run_id = office.a_run(office.invoices[0])
    with pytest.raises(RefusalNotConfirmed) as stopped, office.session("approver") as session:
        payment_runs.approve(session, run_id, NOW)
    assert stopped.value.context == {"payment_run_id": str(office.run_id)}
    assert [office.brings(refused, "bookkeeper").new for _ in range(2)] == [0, 0]
    with pytest.raises(RefusalNotConfirmed), office.session("approver") as session:
        payment_runs.approve(session, run_id, NOW)
    before = office.standings()

    assert [office.brings(refused, "approver").new for _ in range(2)] == [0, 0]

    assert office.standings() == before
    with office.session("approver") as session:
        assert payment_runs.approve(session, run_id, NOW).status is RunStatus.APPROVED


@pytest.mark.parametrize("second", ["brings", "books"])
def test_what_one_person_says_came_back_is_not_ordered_again(office: Office, second: str) -> None:
    """A statement is a file, too: another one brings it, or books the return."""
    _tied_first(office)
    order = office.moves(a_line("120.00", office.id_of(1)))
    office.answer()
    assert office.standings()[0] == (Standing.RETURNED, True)
    back = office.read(the_last)
    if second == "brings":
        with office.session() as session:
            return_store.book_return(session, back)
            again = replace(order, batch_id=uuid4())
            assert import_store.known_import(session, again) is not None
    else:
        with office.session("approver") as session:
            return_store.book_return(session, back)
    run_id = office.a_run(office.invoices[0])
    if second == "brings":
        with pytest.raises(RefusalNotConfirmed) as stopped, office.session("approver") as session:
            payment_runs.approve(session, run_id, NOW)
        assert stopped.value.context == {"payment_run_id": str(office.run_id)}
        with office.session("approver") as session:
            import_store.known_import(session, replace(order, batch_id=uuid4()))
    with office.session("approver") as session:
        assert payment_runs.approve(session, run_id, NOW).status is RunStatus.APPROVED


def test_a_return_that_was_made_up_frees_no_second_order(office: Office) -> None:
    """The money is on its way, and a clerk types that it came back: nobody else says so."""
    office.moves(a_line("120.00", office.id_of(1)), who="approver")
    office.answer()
    run_id = office.a_run(office.invoices[0])
    with pytest.raises(SelfApprovalDenied), office.session("approver") as session:
        payment_runs.approve(session, run_id, NOW)
    with pytest.raises(RefusalNotConfirmed), office.session("admin") as session:
        payment_runs.approve(session, run_id, NOW)


def test_who_alone_brings_a_refusal_does_not_approve_the_next_order(office: Office) -> None:
    """Who asked for the withdrawal of the file has said it, too."""
    with office.session("approver") as session:
        vendor_store.confirm_iban(session, views.items(session, office.run_id)[0].vendor_id)
    office.brings(Told(office.id_of(1), "RJCT", "AC04"), "approver")
    run_id = office.a_run(office.invoices[0])
    with pytest.raises(SelfApprovalDenied), office.session("approver") as session:
        payment_runs.approve(session, run_id, NOW)
    with office.session("bookkeeper") as session:
        payment_runs.ask_withdrawal(session, office.run_id, "Die Bank hat angerufen", NOW)
    with office.session("approver") as session:
        assert payment_runs.approve(session, run_id, NOW).status is RunStatus.APPROVED


def test_messages_come_in_any_order_and_twice(database: Database, office: Office) -> None:
    """The same end whichever came first; a message again is nothing new."""
    first = (Told(office.id_of(1), "ACSP"), Told(office.id_of(2), "RJCT", "AC01"))
    second = (Told(office.id_of(1), "ACSC"), Told(office.id_of(3), "RJCT", "AM05"))
    later = NOW + timedelta(hours=1)
    messages = [
        report(message_id(office.run_id), first, message_id="B1"),
        report(message_id(office.run_id), second, message_id="B2", made=later),
        report(message_id(office.run_id), group="PART", message_id="B3"),
    ]
    wanted = [(Standing.EXECUTED, False), (Standing.REFUSED, True), (Standing.HELD, False)]
    ends = []
    for order in [*permutations(messages)][:3]:
        for data in [*order, *order]:
            with office.session() as session:
                kept = answer_store.keep(session, pain002.read(data))
            office.answer()
        assert kept.new == 0
        ends.append(office.standings())
    assert ends == [wanted] * 3


def test_a_file_that_may_be_a_duplicate_is_held(office: Office) -> None:
    """The first one may have been executed: nobody pays it again before the statement is read."""
    assert office.says(group="RJCT", reason="AM05").status is RunStatus.EXPORTED
    assert {standing for standing, _ in office.standings()} == {Standing.HELD}
    assert office.eligible() == set()


def test_a_refused_file_frees_everything(office: Office) -> None:
    """The bank could not read it: no second person is needed to say so."""
    state = office.says(group="RJCT", reason="FF01")

    assert state.status is RunStatus.CANCELLED
    assert office.eligible() == set(office.invoices)
    assert office.answer() == state


def test_a_report_of_another_house_leaves_nothing(office: Office) -> None:
    """404, and ids nobody knows are told."""
    stranger = pain002.read(report("0" * 32, group="RJCT"))
    with pytest.raises(NotFound), office.session() as session:
        answer_store.keep(session, stranger)
    mixed = report(message_id(office.run_id), [Told("RE-7"), Told(office.id_of(9))])
    with office.session() as session:
        kept = answer_store.keep(session, pain002.read(mixed))
    assert (kept.new, kept.unknown) == (0, ("RE-7", office.id_of(9)))


def test_what_the_bank_says_of_a_name_is_kept_with_the_vendor(office: Office) -> None:
    """Verification of payee in a status report: no match stops the next run."""
    office.says(Told(office.id_of(1), "RVNM"))
    with office.session() as session:
        vendor_id = views.items(session, office.run_id)[0].vendor_id
        check = vendor_views.vendor(session, vendor_id).payee_check
    assert check is not None
    assert check.result == "no_match"


@pytest.mark.parametrize("is_collective", [True, False])
def test_a_statement_ends_the_run(office: Office, *, is_collective: bool) -> None:
    """Each transfer by its id, or all of them in one booking of the batch."""
    if is_collective:
        office.moves(a_line("-360.00", batch_reference=message_id(office.run_id)))
    else:
        office.moves(*(a_line("-120.00", office.id_of(n)) for n in (1, 2, 3)))
    with read_session(office.database.engine, office.tenant.id) as session:
        assert runs_with_news(session) == [office.run_id]

    assert office.answer().status is RunStatus.COMPLETED

    assert {standing for standing, _ in office.standings()} == {Standing.EXECUTED}
    with read_session(office.database.engine, office.tenant.id) as session:
        assert runs_with_news(session) == []
    assert office.eligible() == set()


@pytest.mark.parametrize("is_collective", [True, False])
def test_what_a_run_ordered_is_known_without_a_word(office: Office, *, is_collective: bool) -> None:
    """The bank names the file, or the transfer, and nothing else: nobody needs to be asked."""
    if is_collective:
        office.moves(a_line("-360.00", batch_reference=message_id(office.run_id)))
    else:
        office.moves(*(a_line("-120.00", office.id_of(n)) for n in (1, 2, 3)))
    office.answer()
    with office.session() as session:
        found, _ = auto_match_store.proposals(session, office.account_id, 9)
    for _, movement, proposal in found:
        assert proposal is not None
        assert (proposal.is_sure, proposal.reasons[0]) == (True, "payment_run")
        assert sum(part.money for part in proposal.parts) == movement.amount

    asked = auto_match_store.Asked(uuid4(), office.account_id)
    with office.session() as session:
        done = auto_match_store.match(session, asked)

    assert (done.matched, done.refused, done.left) == (len(found), [], 0)
    with office.session() as session:
        states = {
            invoice_views.invoice(session, each, NOW.date()).status for each in office.invoices
        }
    assert states == {"paid"}
    assert check_books(office.database.engine, office.tenant.id)


def test_a_booking_that_is_not_what_was_ordered_is_a_question(office: Office) -> None:
    """Less than the file, a file of another account's, a transfer that went elsewhere."""
    office.moves(
        a_line("-240.00", batch_reference=message_id(office.run_id)),
        a_line("-360.00", batch_reference=uuid4().hex),
        a_line("-120.00", office.id_of(2), counterparty_iban="AT022011100003429660"),
        a_line("-120.00", office.id_of(9)),
    )
    with office.session() as session:
        found, _ = auto_match_store.proposals(session, office.account_id, 9)
    said = {(each.amount, each.end_to_end_id): proposal for _, each, proposal in found}
    elsewhere = said.pop((Decimal("-120.00"), office.id_of(2)))
    assert elsewhere is not None
    assert (elsewhere.is_sure, elsewhere.reasons[-1]) == (False, "another_account")
    assert [each for each in said.values() if each is not None and each.is_sure] == []


def test_a_statement_that_does_not_add_up_proves_nothing(office: Office) -> None:
    """An entry may have been put into it: a person is asked, whatever it names."""
    office.moves(a_line("-120.00", office.id_of(1)), missing="3.00")
    with office.session() as session:
        found, _ = auto_match_store.proposals(session, office.account_id, 9)
    ((_, _, proposal),) = found
    assert proposal is not None
    assert (proposal.is_sure, proposal.reasons[-1]) == (False, "statement_unproven")


def test_a_batch_that_lacks_something_says_nothing(office: Office) -> None:
    """240.00 of 360.00 are not known to be of any transfer, unless the third is refused."""
    office.moves(a_line("-240.00", batch_reference=message_id(office.run_id)))
    assert office.answer().status is RunStatus.EXPORTED
    assert {standing for standing, _ in office.standings()} <= {Standing.SENT, None}

    state = office.says(Told(office.id_of(3), "RJCT", "AC01"))

    assert state.status is RunStatus.COMPLETED
    assert [free for _, free in office.standings()] == [False, False, True]


def test_money_that_moved_after_a_refusal_stops_the_second_run(office: Office) -> None:
    """Refused, put into another run, and then the statement shows that it was paid."""
    office.says(group="RJCT", reason="FF01")
    second = office.a_run(office.invoices[0])
    office.moves(a_line("-120.00", office.id_of(1)))
    office.answer()

    assert office.standings()[0] == (Standing.EXECUTED, False)
    with pytest.raises(InvoiceChanged), office.session("approver") as session:
        payment_runs.approve(session, second, NOW)


def settled(office: Office, lines: Sequence[StatementLine]) -> list[UUID]:
    """Import lines, and tie each to the next invoice."""
    office.moves(*lines)
    with office.session() as session:
        wanted = bank_views.TransactionFilter(office.account_id)
        rows, _ = bank_views.transactions(session, wanted, limit=9, offset=0)
        ids = []
        for row, invoice_id in zip(reversed(rows), office.invoices, strict=False):
            intent_id = invoice_views.linked_intent(session, invoice_id)
            assert intent_id is not None
            target = reconciliation_store.Target(intent_id, CandidateKind.OPEN_LIABILITY, "3300")
            reconciliation_store.reconcile(session, row.id, target)
            ids.append(row.id)
    return ids


def the_last(session: Session) -> UUID:
    """Id of the movement that nothing is known of."""
    query = select(BankTransactionRow.id).where(BankTransactionRow.status == "unreconciled")
    return session.exec(query).one()


def test_a_return_opens_the_item_and_carries_the_fee(office: Office) -> None:
    """120.00 were paid, 117.50 come back: 120.00 are open again, 2.50 are a cost of the bank."""
    (paid,) = settled(office, [a_line("-120.00", office.id_of(1))])
    office.answer()
    returned = a_line(
        "117.50", office.id_of(1), details=(("return_reason", "AC04"), ("charges", "2.50"))
    )
    office.moves(returned)
    office.answer()
    assert office.standings()[0] == (Standing.RETURNED, True)
    assert office.eligible() == set()

    with office.session() as session:
        row = session.get_one(BankTransactionRow, (office.tenant.id, the_last(session)))
        fee = None if (row.details or {}).get("charges") else Decimal("2.50")
        intent_id = return_store.book_return(session, row.id, fee=fee)

    assert office.eligible() == {office.invoices[0]}
    assert check_books(office.database.engine, office.tenant.id)
    with office.session() as session, pytest.raises(HasSettlements):
        reconciliation_store.unmatch(session, paid, NOW.date())
    with office.session() as session:
        reconciliation_store.unmatch(session, row.id, NOW.date())
        assert intent_id
    assert office.eligible() == set()
    assert check_books(office.database.engine, office.tenant.id)


def a_run_with_discount(office: Office) -> tuple[UUID, UUID, UUID]:
    """A file of 1,164.00 for 1,200.00 less 3 %, and of 120.00: both invoices, and its run."""
    terms = (PaymentTerm(TermKind.DISCOUNT, DAY + timedelta(days=30), Decimal(3)),)
    with office.session() as session:
        vendor_id = a_vendor(session)
        first = a_posted_invoice(
            session, replace(an_invoice(vendor_id, "1200.00"), payment_terms=terms)
        )
        second = a_posted_invoice(session, an_invoice(a_vendor(session)))
        new = payment_runs.NewRun(uuid4(), office.account_id, DAY, (first, second))
        payment_runs.wish(session, new.run_id, Wish(discounts=frozenset({first})))
        payment_runs.create(session, new, NOW)
    for step, who in ((payment_runs.approve, "approver"), (payment_runs.export, "bookkeeper")):
        with office.session(who) as session:
            step(session, new.run_id, NOW)
    return first, second, new.run_id


@pytest.mark.parametrize("fee", ["0.00", "4.00"])
def test_of_a_collective_payment_one_with_discount_comes_back(office: Office, fee: str) -> None:
    """1,284.00 left as one sum; of 1,200.00 less 36.00 it all comes back, discount and its tax."""
    first, second, run_id = a_run_with_discount(office)
    office.moves(a_line("-1284.00", batch_reference=message_id(run_id)))
    with office.session() as session:
        asked = auto_match_store.Asked(uuid4(), office.account_id)
        assert auto_match_store.match(session, asked).matched == 1
    back = Decimal(1164) - Decimal(fee)
    office.moves(a_line(f"{back}", end_to_end_id(run_id, 1)))
    with office.session() as session:
        for wrong in ("36.00", "40.00"):
            with pytest.raises(ReturnMismatch), session.begin_nested():
                return_store.book_return(session, the_last(session), fee=Decimal(wrong))
        made = return_store.book_return(session, the_last(session), fee=Decimal(fee))
        rows = session.exec(select(JournalEntryRow).where(JournalEntryRow.intent_id == made)).all()
    sums: dict[str, Decimal] = {}
    for row in rows:
        for number, amount in ((row.debit_account, row.amount), (row.credit_account, -row.amount)):
            sums[number] = sums.get(number, Decimal()) + amount
    known = {"2800": back, "7880": Decimal(30), "2500": Decimal(6), "3300": Decimal(-1200)}
    assert sums == (known if not Decimal(fee) else {**known, "7300": Decimal(fee)})
    with office.session() as session:
        left = [
            invoice_views.invoice(session, each, NOW.date()).remaining_amount
            for each in (first, second)
        ]
    assert left == [Decimal(1200), Decimal(0)]
    assert check_books(office.database.engine, office.tenant.id)


def a_part(office: Office) -> tuple[UUID, UUID]:
    """An invoice of 120.00, and a run whose file orders 40.00 of it."""
    with office.session() as session:
        invoice = a_posted_invoice(session, an_invoice(a_vendor(session)))
        new = payment_runs.NewRun(uuid4(), office.account_id, DAY, (invoice,))
        payment_runs.wish(session, new.run_id, Wish({invoice: Decimal("40.00")}))
        payment_runs.create(session, new, NOW)
    for step, who in ((payment_runs.approve, "approver"), (payment_runs.export, "bookkeeper")):
        with office.session(who) as session:
            step(session, new.run_id, NOW)
    return invoice, new.run_id


@pytest.mark.parametrize("is_collective", [True, False])
def test_the_rest_of_a_part_that_arrived_may_be_ordered_at_once(
    office: Office, *, is_collective: bool
) -> None:
    """40.00 of 120.00 are on the statement and settled: nothing is on its way, 80.00 are due."""
    invoice, run_id = a_part(office)
    facts: dict[str, object] = (
        {"batch_reference": message_id(run_id)}
        if is_collective
        else {"id_": end_to_end_id(run_id, 1)}
    )
    office.moves(a_line("-40.00", **facts))  # type: ignore[arg-type]
    with office.session() as session:
        assert payment_runs.answer(session, run_id, NOW).status is RunStatus.COMPLETED
    assert invoice not in office.eligible(), "the movement is not matched yet"
    with office.session() as session:
        intent_id = invoice_views.linked_intent(session, invoice)
        assert intent_id is not None
        target = reconciliation_store.Target(intent_id, CandidateKind.OPEN_LIABILITY, "3300")
        moved = the_last(session)
        reconciliation_store.reconcile(session, moved, target)
    assert invoice in office.eligible()
    rest = office.a_run(invoice)
    with office.session() as session:
        assert [each.amount for each in views.items(session, rest)] == [Decimal("80.00")]
        payment_runs.cancel(session, rest, NOW)
        reconciliation_store.unmatch(session, moved, NOW.date())
    assert invoice not in office.eligible()


def test_a_return_that_does_not_fit_is_refused(office: Office) -> None:
    """Of nothing that is known, of another amount, and a second time."""
    office.moves(a_line("120.00", office.id_of(1)))
    with office.session() as session:
        back = the_last(session)
        with pytest.raises(ReturnMismatch):
            return_store.book_return(session, back)
    (paid,) = _tied_first(office)
    with office.session() as session:
        with pytest.raises(ReturnMismatch) as other:
            return_store.book_return(session, back, original_id=paid, fee=Decimal("1.00"))
        assert other.value.context["difference"] == "-1.00"
    with office.session() as session:
        return_store.book_return(session, back)
    office.moves(a_line("119.00", office.id_of(1)))
    with office.session() as session, pytest.raises(ReturnMismatch):
        return_store.book_return(session, the_last(session), fee=Decimal(1))


def _tied_first(office: Office) -> list[UUID]:
    """Pay the first invoice by a statement of its own."""
    office.moves(a_line("-120.00", office.id_of(1)))
    with office.session() as session:
        query = select(BankTransactionRow.id).where(BankTransactionRow.amount < 0)
        row_id = session.exec(query).one()
        intent_id = invoice_views.linked_intent(session, office.invoices[0])
        assert intent_id is not None
        target = reconciliation_store.Target(intent_id, CandidateKind.OPEN_LIABILITY, "3300")
        reconciliation_store.reconcile(session, row_id, target)
    return [row_id]


def withdraw(office: Office, who: str) -> RunState:
    """Ask for it, and let the run decide."""
    with office.session(who) as session:
        payment_runs.ask_withdrawal(session, office.run_id, f"{who}: Datei abgelehnt", NOW)
    with office.session(who) as session:
        return payment_runs.withdraw(session, office.run_id, NOW)


def test_two_people_withdraw_a_file(office: Office) -> None:
    """The first asks, again and again; the second decides; the invoices are free."""
    for _ in range(2):
        assert withdraw(office, "bookkeeper").status is RunStatus.EXPORTED
    assert office.eligible() == set()

    assert withdraw(office, "approver").status is RunStatus.CANCELLED

    assert office.eligible() == set(office.invoices)
    with office.session() as session:
        view = views.run(session, office.run_id)
        assert {each.reason for each in view.withdrawals} == {
            "bookkeeper: Datei abgelehnt",
            "approver: Datei abgelehnt",
        }
        assert len(view.items) == len(session.exec(select(InvoiceRow.id)).all())
    with pytest.raises(InvalidStateTransition):
        withdraw(office, "admin")


def test_nothing_executed_is_withdrawn_and_no_machine_withdraws(office: Office) -> None:
    """Money that left is no refused file; and only exported files are withdrawn."""
    with (
        pytest.raises(SelfApprovalDenied),
        write_session(office.database.engine, office.tenant.id, office.tenant.actor) as session,
    ):
        payment_runs.ask_withdrawal(session, office.run_id, "Maschine", NOW)
    office.moves(a_line("-120.00", office.id_of(2)))
    with pytest.raises(TransferExecuted) as refused:
        withdraw(office, "bookkeeper")
    assert refused.value.context["transfers"] == [2]
    with pytest.raises(InvoiceAlreadyInActiveRun):
        office.a_run(office.invoices[1])
