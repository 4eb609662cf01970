"""The way of a document into the books, step by step, on a real database."""

from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlmodel import Session

from activities.intake import PostgresIntake
from activities.stubs.command import Command
from activities.stubs.intake import CaseStep, IntakeStatus, IntakeStep, Stage
from domain.errors import DomainError, NotFound
from domain.formats.mail import Attachment, Mail, MailKind
from domain.intake.inbox import AlreadyProcessed
from domain.intake.posting import SOURCE
from domain.intake.review import (
    AlreadyApproved,
    AlreadyRejected,
    InvoiceDuplicateSuspected,
    NoChanges,
    VendorRequired,
)
from domain.invoicing.invoice import VendorNotFound
from domain.invoicing.normalized import NormalizedInvoice, NormalizedLine, NormalizedVendor
from domain.invoicing.partner import Vendor
from domain.ledger.booking import AccountNotFound
from domain.periods.period import PeriodName
from domain.reading.document_type import DocumentType
from domain.store import cases, documents, ingestion, periods, tax_codes, vendors
from domain.store.cases import NotReadYet
from domain.store.documents import Reading
from domain.store.transaction import reading, transaction
from domain.tax.code import InvalidTaxCode
from domain.views import review_cases
from domain.views.review_cases import ReviewCase
from tests.builders import Tenant, another_tenant
from tests.servers import Database

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
GOODS = "5000"


def invoice(number: str = "R-1", rate: str = "0.20", **changes: Any) -> NormalizedInvoice:
    """Small honest invoice of one line: 100 net."""
    tax = Decimal(100) * Decimal(rate)
    line = NormalizedLine(
        1, "Papier", Decimal(1), Decimal(100), Decimal(rate), tax, Decimal(100) + tax
    )
    made = NormalizedInvoice(
        vendor=NormalizedVendor(name="Papier GmbH"),
        document_type=DocumentType.INVOICE,
        invoice_number=number,
        invoice_date=AT.date(),
        total_net=Decimal(100),
        total_tax=tax,
        total_gross=Decimal(100) + tax,
        line_items=(line,),
    )
    return replace(made, **changes)


class Desk:
    """A tenant with one vendor, and the steps under test."""

    def __init__(self, database: Database) -> None:
        self.tenant: Tenant = another_tenant(database)
        self.engine = database.engine
        self.steps = PostgresIntake(database.engine)
        self.vendor = uuid4()
        with transaction(self.engine, self.tenant.id, self.tenant.actor) as session:
            vendors.create(session, self.vendor, Vendor("Papier GmbH", default_account=GOODS))

    def arrived(self, seed: str = "a") -> UUID:
        """A document that waits to be read."""
        item = Attachment(f"{seed}.pdf", "application/pdf", seed.encode(), sender="a@b.example")
        mail = Mail(MailKind.ORDINARY, "a@b.example", "Rechnung", None, (), (item,))
        receipt = ingestion.Receipt(
            sha256=item.sha256,
            size_bytes=1,
            received_at=AT + timedelta(minutes=ord(seed)),
            delivery=seed,
        )
        with transaction(self.engine, self.tenant.id, self.tenant.actor) as session:
            ((inbox_id, document_id),) = ingestion.file_mail(session, mail, receipt).waiting
            documents.keep_reading(session, document_id, "first", Reading(failure="X"), AT)
        return inbox_id

    def read(self, seed: str = "a") -> tuple[UUID, IntakeStatus]:
        """A document in which nothing could be read, with its case open."""
        inbox_id = self.arrived(seed)
        at = AT + timedelta(minutes=ord(seed))
        step = IntakeStep(tenant_id=self.tenant.id, inbox_id=inbox_id, at=at)
        self.steps.match(step)
        return inbox_id, self.steps.check(step)

    def ready(self, seed: str = "a", made: NormalizedInvoice | None = None) -> UUID:
        """A document that a person has filled in."""
        inbox_id, _ = self.read(seed)
        self.amends(
            inbox_id,
            normalized_invoice=(made or invoice(seed)).to_json(),
            vendor_id=str(self.vendor),
        )
        return inbox_id

    def amends(self, inbox_id: UUID, **body: Any) -> IntakeStatus:
        """Correct as a person does."""
        return self.steps.amend(self.step(inbox_id, body=body))

    def step(
        self, inbox_id: UUID, key: str | None = None, body: dict[str, Any] | None = None
    ) -> CaseStep:
        """Order of the bookkeeper."""
        person = self.tenant.people["bookkeeper"].user_id
        actor = replace(self.tenant.actor, kind="person", user_id=person)
        order = Command(
            tenant_id=self.tenant.id,
            actor=actor,
            operation="test",
            key=key or str(uuid4()),
            request_hash="0",
        )
        input_id = None
        if body is not None:
            with transaction(self.engine, self.tenant.id, actor) as session:
                input_id = cases.keep_input(session, uuid4(), inbox_id, body, AT)
        return CaseStep(command=order, inbox_id=inbox_id, at=AT, input_id=input_id)

    def case(self, inbox_id: UUID) -> ReviewCase:
        """The case as the API shows it."""
        with reading(self.engine, self.tenant.id) as session:
            case_id = cases.held(session, inbox_id, claim=False).opened.id
            return review_cases.case(session, case_id)

    def rows(self, query: str) -> list[Any]:
        """Rows of the tenant."""
        with reading(self.engine, self.tenant.id) as session:
            return list(session.execute(text(query)))


@pytest.fixture
def desk(database: Database) -> Desk:
    """Give each test a tenant of its own."""
    return Desk(database)


def test_unreadable_documents_wait_for_a_person(desk: Desk) -> None:
    """Failed recognition still ends in pending, with a case that says so."""
    inbox_id, status = desk.read()

    case = desk.case(inbox_id)
    assert (status.stage, status.queue_state) == (Stage.IN_REVIEW, "exception")
    assert "UNREADABLE" in [issue["code"] for issue in case.validation_issues]
    assert [row.status for row in desk.rows("SELECT status FROM inbox_item")] == ["pending"]


def test_text_that_no_column_takes_is_stored_without(desk: Desk) -> None:
    """A page may hold NUL and half characters; a reviewer sees the rest."""
    desk.arrived()
    found = Reading(fields={"vendor_name": "A\x00\ud800"}, raw_text="B\x00C")
    ((document_id,),) = desk.rows("SELECT document_id FROM inbox_item")
    with transaction(desk.engine, desk.tenant.id, desk.tenant.actor) as session:
        documents.keep_reading(session, document_id, "again", found, AT)

    ((fields, raw_text),) = desk.rows("SELECT fields, raw_text FROM extraction WHERE version = 2")
    assert (fields, raw_text) == ({"vendor_name": "A\ufffd"}, "BC")


def test_checked_twice_it_is_one_case(desk: Desk) -> None:
    """A retried step opens no second case."""
    inbox_id, first = desk.read()
    step = IntakeStep(tenant_id=desk.tenant.id, inbox_id=inbox_id, at=AT)

    assert desk.steps.check(step) == first
    assert len(desk.rows("SELECT id FROM review_case")) == 1


def test_an_approved_case_is_in_the_books(desk: Desk) -> None:
    """Invoice, intent, case and item: all or nothing, and the postings as the contract says."""
    inbox_id = desk.ready()

    status = desk.steps.post(desk.step(inbox_id))

    case = desk.case(inbox_id)
    assert (status.stage, case.queue_state) == (Stage.POSTED, "approved")
    assert (case.intent_id, case.invoice_id) == (status.intent_id, status.invoice_id)
    entries = desk.rows(
        "SELECT debit_account, credit_account, amount, debit_tax_code FROM journal_entry"
        " ORDER BY journal_number"
    )
    assert [tuple(row) for row in entries] == [
        (GOODS, "3300", Decimal("100.00"), "VST20"),
        ("2500", "3300", Decimal("20.00"), "VST20"),
    ]
    ((source, approved_by),) = desk.rows("SELECT source, approved_by FROM intent")
    assert source == SOURCE
    assert str(approved_by) == str(desk.tenant.people["bookkeeper"].user_id)
    assert [tuple(row) for row in desk.rows("SELECT status FROM inbox_item")] == [("confirmed",)]
    assert len(desk.rows("SELECT open_item_id FROM open_item")) == 1


def test_the_same_key_gets_the_first_answer(desk: Desk) -> None:
    """A retried step and a repeated key post once; another key is told that it is done."""
    inbox_id = desk.ready()
    first = desk.steps.post(desk.step(inbox_id, "key"))

    assert desk.steps.post(desk.step(inbox_id, "key")) == first
    with pytest.raises(AlreadyApproved):
        desk.steps.post(desk.step(inbox_id))
    assert len(desk.rows("SELECT intent_id FROM intent")) == 1


def test_what_the_books_refuse_is_kept_and_can_be_corrected(desk: Desk) -> None:
    """posting_failed with code and message, the same refusal to the caller, and a way back."""
    inbox_id = desk.ready("a", invoice(rate="0.07"))

    with pytest.raises(InvalidTaxCode):
        desk.steps.post(desk.step(inbox_id))

    failed = desk.case(inbox_id)
    assert failed.queue_state == "posting_failed"
    assert failed.posting_error is not None
    assert failed.posting_error["code"] == "INVALID_TAX_CODE"
    assert desk.rows("SELECT id FROM invoice") == []
    assert desk.rows("SELECT intent_id FROM intent") == []

    assert desk.amends(inbox_id, normalized_invoice=invoice().to_json()).queue_state == "approval"
    assert desk.steps.post(desk.step(inbox_id)).stage is Stage.POSTED
    assert desk.case(inbox_id).posting_error is None


def test_a_code_of_another_rate_does_not_split_an_invoice(desk: Desk) -> None:
    """20 % on the paper and a code that was changed to 10: neither is booked."""
    inbox_id = desk.ready()
    with transaction(desk.engine, desk.tenant.id, desk.tenant.actor) as session:
        tax_codes.change(session, "VST20", {"rate": Decimal(10)})

    with pytest.raises(InvalidTaxCode):
        desk.steps.post(desk.step(inbox_id))

    assert desk.case(inbox_id).queue_state == "posting_failed"
    assert desk.rows("SELECT intent_id FROM intent") == []
    with transaction(desk.engine, desk.tenant.id, desk.tenant.actor) as session:
        tax_codes.change(session, "VST20", {"rate": Decimal(20)})
    assert desk.steps.post(desk.step(inbox_id)).stage is Stage.POSTED


def test_a_line_without_account_is_refused(desk: Desk) -> None:
    """No account in the line and none with the vendor."""
    other = uuid4()
    with transaction(desk.engine, desk.tenant.id, desk.tenant.actor) as session:
        vendors.create(session, other, Vendor("Ohne Konto OG"))
    inbox_id = desk.ready()
    desk.amends(inbox_id, vendor_id=str(other))

    with pytest.raises(AccountNotFound):
        desk.steps.post(desk.step(inbox_id))

    assert desk.case(inbox_id).queue_state == "posting_failed"


def test_a_locked_period_is_refused(desk: Desk, database: Database) -> None:
    """The period was locked between check and posting."""
    inbox_id = desk.ready()
    with transaction(desk.engine, desk.tenant.id, desk.tenant.actor) as session:
        _soft_lock(session)

    with pytest.raises(DomainError) as refused:
        desk.steps.post(desk.step(inbox_id))

    assert refused.value.code == "PERIOD_LOCKED"
    error = desk.case(inbox_id).posting_error
    assert error is not None
    assert error["code"] == "PERIOD_LOCKED"


def _soft_lock(session: Session) -> None:
    periods.soft_lock(session, PeriodName("2026-03"), AT)


def test_the_same_invoice_twice_is_suspected(desk: Desk) -> None:
    """The second is stopped; an acknowledged hint does not help against the same number."""
    first, second = desk.ready("a", invoice("R-7")), desk.ready("b", invoice("R-7"))
    desk.steps.post(desk.step(first))

    with pytest.raises(InvoiceDuplicateSuspected):
        desk.steps.post(desk.step(second))
    hint = desk.case(second).duplicate_hint
    assert hint is not None
    assert hint["invoice_id"] == str(desk.case(first).invoice_id)

    acknowledged = replace(invoice("R-7"), duplicate_acknowledged=True)
    desk.amends(second, normalized_invoice=acknowledged.to_json())
    with pytest.raises(InvoiceDuplicateSuspected):
        desk.steps.post(desk.step(second))
    desk.amends(second, normalized_invoice=invoice("R-8").to_json())
    assert desk.steps.post(desk.step(second)).stage is Stage.POSTED


def test_of_two_forms_of_one_invoice_the_later_case_is_the_duplicate(desk: Desk) -> None:
    """PDF and XML of one invoice: whichever was read first is approved, the other is stopped."""
    first, second = desk.ready("a", invoice("R-9")), desk.ready("b", invoice("R-9"))
    desk.amends(first, normalized_invoice=invoice("R-9").to_json())

    assert desk.case(first).duplicate_hint is None
    assert desk.case(second).duplicate_hint is not None
    assert desk.case(second).queue_state == "exception"


def test_a_credit_note_gives_money_back(desk: Desk) -> None:
    """Posted the other way round; nothing of it is owed."""
    made = replace(invoice(), document_type=DocumentType.CREDIT_NOTE)
    desk.steps.post(desk.step(desk.ready("a", made)))

    ((side, amount),) = desk.rows("SELECT side, amount FROM open_item")
    assert (side, amount) == ("D", Decimal("120.00"))
    ((gross,),) = desk.rows("SELECT total_gross FROM invoice")
    assert gross == Decimal("-120.00")
    ((rest,),) = desk.rows("SELECT remaining_amount FROM invoice_state")
    assert rest <= 0


def test_a_rounding_cent_goes_with_the_largest_line(desk: Desk) -> None:
    """What is owed is the total, to the cent."""
    made = replace(invoice(), total_gross=Decimal("120.01"))
    desk.steps.post(desk.step(desk.ready("a", made)))

    ((amount,),) = desk.rows("SELECT amount FROM open_item")
    assert amount == Decimal("120.01")


def test_reject_and_confirm_end_a_case_once(desk: Desk) -> None:
    """Rejected with a reason; confirmed as handled outside; both once."""
    rejected, confirmed = desk.ready("a"), desk.ready("b")
    desk.steps.reject(desk.step(rejected, body={"reason": "kein Beleg"}))
    desk.steps.confirm(desk.step(confirmed))

    assert desk.case(rejected).rejection_reason == "kein Beleg"
    assert desk.case(confirmed).queue_state == "rejected"
    with pytest.raises(AlreadyRejected):
        desk.steps.reject(desk.step(rejected))
    with pytest.raises(AlreadyProcessed):
        desk.steps.reject(replace(desk.step(confirmed), at_inbox=True))
    with pytest.raises(AlreadyProcessed):
        desk.steps.confirm(desk.step(rejected))
    with pytest.raises(AlreadyRejected):
        desk.steps.post(desk.step(confirmed))


def test_what_an_approval_needs(desk: Desk) -> None:
    """Refused as it was, not as a failed posting."""
    inbox_id = desk.ready()
    desk.amends(inbox_id, vendor_id=None)

    with pytest.raises(VendorRequired):
        desk.steps.post(desk.step(inbox_id))
    with pytest.raises(VendorNotFound):
        desk.amends(inbox_id, vendor_id=str(uuid4()))
    with pytest.raises(NoChanges):
        desk.amends(inbox_id)
    assert desk.case(inbox_id).queue_state == "correction"


def test_nothing_is_decided_before_it_is_read(desk: Desk) -> None:
    """Approving what has no case yet is a conflict; an unknown item is not found."""
    inbox_id = desk.arrived()

    with pytest.raises(NotReadYet):
        desk.steps.post(desk.step(inbox_id))
    with pytest.raises(NotFound):
        desk.steps.post(desk.step(uuid4()))


def test_a_decided_item_survives_a_late_reading(desk: Desk) -> None:
    """Confirmed while it was being read: the reading changes nothing."""
    inbox_id = desk.arrived()
    desk.steps.confirm(desk.step(inbox_id))
    step = IntakeStep(tenant_id=desk.tenant.id, inbox_id=inbox_id, at=AT)

    assert desk.steps.check(step).stage is Stage.CONFIRMED
    assert desk.rows("SELECT id FROM review_case") == []


def test_reminders_are_counted_and_escalate(desk: Desk) -> None:
    """Each is in the audit log."""
    inbox_id = desk.ready()
    step = IntakeStep(tenant_id=desk.tenant.id, inbox_id=inbox_id, at=AT)
    for _ in range(3):
        desk.steps.remind(step)

    actions = desk.rows(
        "SELECT action FROM audit_event WHERE action LIKE 'review_case.%' ORDER BY number"
    )
    assert [row.action.partition(".")[2] for row in actions] == [
        *("opened", "amended", "reminded", "reminded", "escalated")
    ]


def test_the_same_words_at_once_are_kept_once(desk: Desk) -> None:
    """The second of two calls waits for the first and finds its words (ONCE)."""
    inbox_id, input_id = desk.arrived(), uuid4()

    def keep(body: dict[str, Any]) -> UUID:
        with transaction(desk.engine, desk.tenant.id, desk.tenant.actor) as session:
            return cases.keep_input(session, input_id, inbox_id, body, AT)

    with ThreadPoolExecutor(1) as pool:
        with transaction(desk.engine, desk.tenant.id, desk.tenant.actor) as session:
            cases.keep_input(session, input_id, inbox_id, {"reason": "x"}, AT)
            second = pool.submit(keep, {"reason": "x"})
            wait([second], timeout=0.5)
        assert second.result(timeout=10) == input_id

    assert len(desk.rows("SELECT 1 FROM case_input")) == 1
