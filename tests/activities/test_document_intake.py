"""The way of a document into the books, step by step, on a real database."""

from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, cast
from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy import text
from sqlmodel import Session
from temporalio.client import Client

from activities.document_intake import PostgresIntake
from activities.document_reading import PostgresUnreadable
from activities.resume import PostgresResume
from domain.database import audit
from domain.database.session import read_session, write_session
from domain.documents import store as documents
from domain.documents.store import Reading
from domain.errors import DomainError, InvalidInput, NoChanges, NotFound
from domain.formats.mail import Attachment, Mail, MailKind
from domain.intake import case_store, ingestion_store, review_store, review_views
from domain.intake.arrival import Arrival, Channel, to_json
from domain.intake.case_finding import FindingsOpen
from domain.intake.case_store import NotReadYet
from domain.intake.extraction import Confidence, Extraction
from domain.intake.inbox import AlreadyProcessed
from domain.intake.lines import ExtractedLine
from domain.intake.open_views import late_items
from domain.intake.posting import SOURCE
from domain.intake.review import (
    AlreadyApproved,
    AlreadyRejected,
    CaseChanged,
    InvoiceDuplicateSuspected,
    VendorRequired,
)
from domain.intake.review_views import ReviewCase
from domain.ledger import tax_code_store
from domain.ledger.booking import AccountNotFound, Booking, Line
from domain.ledger.intent import Side
from domain.payables import vendor_store
from domain.payables.invoice import VendorNotFound
from domain.payables.normalized import NormalizedInvoice, NormalizedLine, NormalizedVendor
from domain.payables.partner import Address, Vendor
from domain.payables.prepayment import PrepaymentSetOff
from domain.periods import lock_store
from domain.periods.period import PeriodName
from domain.posting import store as journal
from domain.reading.document_type import DocumentType
from domain.reading.finding import Finding, Severity
from domain.tax.code import InvalidTaxCode
from tests.builders import Tenant, another_tenant
from tests.invariants import check_books
from tests.plans import asked_of
from tests.servers import Database
from tests.waiting import until_somebody_waits
from workflows.document_intake.steps import (
    CaseStep,
    Failing,
    FailureStep,
    IntakeStatus,
    IntakeStep,
    Stage,
)
from workflows.document_reading.steps import ReadStep
from workflows.shared.command import Command

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
GOODS = "5000"
UNREADABLE = Reading(failure="X")
DIFFERS = Finding("PAGE_AND_XML_DIFFER", "Two totals.", Severity.BLOCKING, ("total_gross",))
WHOLE = Finding("UNREADABLE_VALUE", "A value is odd.", Severity.BLOCKING)
LINE_READ = ExtractedLine(
    "Papier", Decimal(1), Decimal(100), Decimal("0.20"), Decimal(20), Decimal(120)
)


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


def coded(code: str) -> NormalizedInvoice:
    """An invoice whose line a person has given a code, be it unknown."""
    made = invoice("a")
    return replace(made, line_items=(replace(made.line_items[0], tax_code=code),))


def owing_nothing() -> NormalizedInvoice:
    """Duty on the tax account: it moves something in the books, and nobody is owed it here."""
    whole = replace(
        invoice("Z-1", "0").line_items[0],
        unit_price=Decimal(90),
        line_total=Decimal(90),
        account_number="5650",
        supply_kind="customs_duty",
    )
    taken = replace(
        whole,
        position=2,
        unit_price=Decimal(-90),
        line_total=Decimal(-90),
        account_number="3530",
        supply_kind="customs_duty_on_account",
    )
    nothing = dict.fromkeys(("total_net", "total_tax", "total_gross"), Decimal(0))
    return invoice("Z-1", "0", line_items=(whole, taken), **nothing)


_LEFT = """
SELECT 1 FROM open_item o
WHERE o.amount > (SELECT coalesce(sum(s.amount), 0) FROM settlement s
    WHERE s.tenant_id = o.tenant_id AND s.open_item_id = o.open_item_id)
"""


def _dies(*_: Any) -> None:
    raise RuntimeError


class Desk:
    """A tenant with one vendor, and the steps under test."""

    def __init__(self, database: Database) -> None:
        self.tenant: Tenant = another_tenant(database)
        self.database = database
        self.engine = database.engine
        self.steps = PostgresIntake(database.engine)
        self.vendor = uuid4()
        with write_session(self.engine, self.tenant.id, self.tenant.actor) as session:
            vendor = Vendor("Papier GmbH", default_account=GOODS, address=Address(country="AT"))
            vendor_store.create(session, self.vendor, vendor)

    def arrived(self, seed: str = "a", reading: Reading = UNREADABLE, at: datetime = AT) -> UUID:
        """A document that waits to be read."""
        item = Attachment(f"{seed}.pdf", "application/pdf", seed.encode(), sender="a@b.example")
        mail = Mail(MailKind.ORDINARY, "a@b.example", "Rechnung", None, (), (item,))
        receipt = ingestion_store.Receipt(
            sha256=item.sha256,
            size_bytes=1,
            received_at=at + timedelta(minutes=ord(seed)),
            delivery=seed,
        )
        with write_session(self.engine, self.tenant.id, self.tenant.actor) as session:
            ((inbox_id, document_id),) = ingestion_store.file_mail(session, mail, receipt).waiting
            documents.keep_reading(session, document_id, "first", reading, AT)
        return inbox_id

    def read(self, seed: str = "a", reading: Reading = UNREADABLE) -> tuple[UUID, IntakeStatus]:
        """A document with its case open; nothing could be read unless `reading` says otherwise."""
        inbox_id = self.arrived(seed, reading)
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

    def doubted(self, seed: str = "a", *findings: Finding) -> UUID:
        """A document that was read in full, with its vendor, and with findings of the reading."""
        read = Extraction(
            vendor_name="Papier GmbH",
            invoice_number=f"D-{seed}",
            invoice_date=AT.date(),
            total_net=Decimal(100),
            total_tax=Decimal(20),
            total_gross=Decimal(120),
            currency="EUR",
            document_type=DocumentType.INVOICE,
            line_items=(LINE_READ,),
            confidence=Confidence(Decimal(1), {"total_gross": Decimal(1)}),
            findings=findings or (DIFFERS,),
        )
        return self.read(seed, Reading(fields=read.to_json()))[0]

    def answers(self, inbox_id: UUID, **reasons: str | None) -> IntakeStatus:
        """Answer findings, by their codes, as a person does."""
        ids = {each["code"]: each["id"] for each in self.case(inbox_id).findings}
        said = {ids[code]: reason for code, reason in reasons.items()}
        return self.amends(inbox_id, finding_answers=said)

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
            with write_session(self.engine, self.tenant.id, actor) as session:
                input_id = case_store.keep_input(session, uuid4(), inbox_id, body, AT)
        return CaseStep(command=order, inbox_id=inbox_id, at=AT, input_id=input_id)

    def case(self, inbox_id: UUID) -> ReviewCase:
        """The case as the API shows it."""
        with read_session(self.engine, self.tenant.id) as session:
            case_id = case_store.held(session, inbox_id, claim=False).opened.id
            return review_views.case(session, case_id)

    def rows(self, query: str) -> list[Any]:
        """Rows of the tenant."""
        with read_session(self.engine, self.tenant.id) as session:
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


@pytest.mark.parametrize(
    ("is_unfit", "code", "issue"),
    [
        (False, "READING_UNFINISHED", "READING_UNFINISHED"),
        (True, "OCR_FAILED", "UNREADABLE"),
    ],
)
def test_an_interrupted_reading_is_not_called_unreadable(
    desk: Desk, *, is_unfit: bool, code: str, issue: str
) -> None:
    """The case says what happened; noted twice, it is one note; read again, it is gone."""
    inbox_id = desk.arrived()
    ((document_id,),) = desk.rows("SELECT document_id FROM inbox_item")
    given_up = ReadStep(
        tenant_id=desk.tenant.id,
        inbox_id=inbox_id,
        document_id=document_id,
        key="second",
        at=AT,
        is_unfit=is_unfit,
    )
    noted = [PostgresUnreadable(desk.engine).give_up(given_up) for _ in range(2)]
    step = IntakeStep(tenant_id=desk.tenant.id, inbox_id=inbox_id, at=AT)
    desk.steps.check(step)
    told = {each["code"] for each in desk.case(inbox_id).validation_issues}
    with write_session(desk.engine, desk.tenant.id, desk.tenant.actor) as session:
        found = Extraction(confidence=Confidence(fields={"total_net": Decimal(1)}))
        read = Reading(fields=found.to_json())
        documents.keep_reading(session, document_id, "third", read, AT)
    desk.steps.check(step)
    again = {each["code"] for each in desk.case(inbox_id).validation_issues}

    assert [each.failure for each in noted] == [code, code]
    assert noted[0] == noted[1]
    assert told & {"READING_UNFINISHED", "UNREADABLE"} == {issue}
    assert not again & {"READING_UNFINISHED", "UNREADABLE"}


def test_text_that_no_column_takes_is_stored_without(desk: Desk) -> None:
    """A page may hold NUL and half characters; a reviewer sees the rest."""
    desk.arrived()
    found = Reading(fields={"vendor_name": "A\x00\ud800"}, raw_text="B\x00C")
    ((document_id,),) = desk.rows("SELECT document_id FROM inbox_item")
    with write_session(desk.engine, desk.tenant.id, desk.tenant.actor) as session:
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


def test_killed_halfway_what_owes_nothing_is_not_posted(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Posting, invoice and case vanish together; tried again, they are there once."""
    inbox_id = desk.ready(made=owing_nothing())
    order = desk.step(inbox_id, "key")
    with monkeypatch.context() as broken:
        broken.setattr(audit, "_write", _dies)  # the last thing before the commit
        with pytest.raises(RuntimeError):
            desk.steps.post(order)
    counts = "SELECT (SELECT count(*) FROM intent), (SELECT count(*) FROM invoice)"
    assert [tuple(row) for row in desk.rows(counts)] == [(0, 0)]
    assert desk.case(inbox_id).queue_state == "approval"

    assert desk.steps.post(order).stage is Stage.POSTED
    assert desk.steps.post(order).stage is Stage.POSTED
    assert [tuple(row) for row in desk.rows(counts)] == [(1, 1)]
    assert not desk.rows("SELECT 1 FROM open_item")


def test_killed_halfway_a_prepaid_final_invoice_is_not_posted(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was paid before is set off with it, or not at all; tried again, it is there once."""
    with write_session(desk.engine, desk.tenant.id, desk.tenant.actor) as session:
        lines = (
            Line("3300", Side.DEBIT, Decimal(120), partner_id=desk.vendor),
            Line("2800", Side.CREDIT, Decimal(120)),
        )
        booking = Booking(
            intent_id=uuid4(),
            booking_date=AT.date(),
            description="Anzahlung",
            lines=lines,
            source="booking",
        )
        journal.book(session, booking)
    ((advance,),) = desk.rows("SELECT open_item_id FROM open_item")
    made = invoice(
        "SR-1",
        prepaid_amount=Decimal(120),
        amount_due=Decimal(0),
        set_offs=(PrepaymentSetOff(Decimal(120), open_item_id=advance),),
    )
    inbox_id = desk.ready(made=made)
    order = desk.step(inbox_id, "key")
    with monkeypatch.context() as broken:
        broken.setattr(audit, "_write", _dies)  # the last thing before the commit
        with pytest.raises(RuntimeError):
            desk.steps.post(order)
    counts = "SELECT (SELECT count(*) FROM intent), (SELECT count(*) FROM invoice)"
    settled = "SELECT coalesce(sum(amount), 0) FROM settlement"
    assert [tuple(row) for row in desk.rows(counts)] == [(1, 0)]
    assert [tuple(row) for row in desk.rows(settled)] == [(Decimal(0),)]
    assert desk.case(inbox_id).queue_state == "approval"

    assert desk.steps.post(order).stage is Stage.POSTED
    once = desk.rows(counts)
    assert desk.steps.post(order).stage is Stage.POSTED
    assert desk.rows(counts) == once
    assert [row.count for row in desk.rows("SELECT count(*) FROM invoice")] == [1]
    assert desk.rows(_LEFT) == []
    assert check_books(desk.engine, desk.tenant.id)


def test_the_day_that_is_named_is_one_on_which_it_is_booked(desk: Desk) -> None:
    """An invoice of January that came in March: January is closed, so it is February."""
    day = date(2026, 1, 20)
    inbox_id = desk.ready(made=invoice("R-1", invoice_date=day, delivery_date=day))
    assert "Booked on 2026-01-20" in _said(desk, inbox_id, "INPUT_TAX_LATER")
    with write_session(desk.engine, desk.tenant.id, desk.tenant.actor) as session:
        lock_store.soft_lock(session, PeriodName("2026-01"), datetime.now(UTC))
    desk.amends(inbox_id, vendor_id=str(desk.vendor))
    assert "Booked on 2026-02-01" in _said(desk, inbox_id, "INPUT_TAX_LATER")


def test_an_invoice_came_in_on_the_day_that_it_was_here(desk: Desk) -> None:
    """After midnight in Vienna it is the next month, though it is not in UTC."""
    night = datetime(2026, 2, 28, 21, 30, tzinfo=UTC)
    inbox_id = desk.arrived("a", at=night)
    desk.steps.check(IntakeStep(tenant_id=desk.tenant.id, inbox_id=inbox_id, at=night))
    made = invoice("R-1", invoice_date=date(2026, 2, 27), delivery_date=date(2026, 2, 27))

    desk.amends(inbox_id, normalized_invoice=made.to_json(), vendor_id=str(desk.vendor))

    assert "came in on 2026-03-01" in _said(desk, inbox_id, "INPUT_TAX_LATER")


def _said(desk: Desk, inbox_id: UUID, code: str) -> str:
    """What a case says under a code."""
    found = desk.case(inbox_id).findings
    return next((str(each["message"]) for each in found if each["code"] == code), "")


def test_a_vendor_that_was_made_meanwhile_is_a_candidate(desk: Desk) -> None:
    """Whoever opens the case is told; it is not taken for the vendor without a person."""
    read = Extraction(vendor_name="Neuhauser Werkzeug GmbH", document_type=DocumentType.INVOICE)
    inbox_id, _ = desk.read(reading=Reading(fields=read.to_json()))
    assert desk.case(inbox_id).vendor_candidates == []

    made = uuid4()
    with write_session(desk.engine, desk.tenant.id, desk.tenant.actor) as session:
        vendor_store.create(session, made, Vendor("Neuhauser Werkzeug GmbH"))

    case = desk.case(inbox_id)
    assert case.vendor_id is None
    assert [each["vendor_id"] for each in case.vendor_candidates] == [str(made)]


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
    inbox_id = desk.ready("a", coded("VST7"))

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
    """20 % on the paper and a code that was changed to 10: a person has to look."""
    inbox_id = desk.ready()
    with write_session(desk.engine, desk.tenant.id, desk.tenant.actor) as session:
        tax_code_store.change(session, "VST20", {"rate": Decimal(10)})

    with pytest.raises(FindingsOpen) as refused:
        desk.steps.post(desk.step(inbox_id))

    assert "VAT_CODE_CHANGED" in str(refused.value.context["findings"])
    assert desk.rows("SELECT intent_id FROM intent") == []
    with write_session(desk.engine, desk.tenant.id, desk.tenant.actor) as session:
        tax_code_store.change(session, "VST20", {"rate": Decimal(20)})
    assert desk.steps.post(desk.step(inbox_id)).stage is Stage.POSTED


def test_an_order_hears_its_refusal_again_though_that_made_a_version_of_the_case(
    desk: Desk,
) -> None:
    """A worker that stands still loses the answer, and another one carries the order out again."""
    inbox_id = desk.ready("a", invoice(booking_date=AT.date()))
    with write_session(desk.engine, desk.tenant.id, desk.tenant.actor) as session:
        _soft_lock(session)
    order = replace(desk.step(inbox_id), version=desk.case(inbox_id).version)

    for _ in range(3):
        with pytest.raises(DomainError) as refused:
            desk.steps.post(order)
        assert refused.value.code == "PERIOD_LOCKED"

    verbs = "SELECT number FROM audit_event WHERE action = 'review_case.posting_failed'"
    assert len(desk.rows(verbs)) == 1
    desk.amends(inbox_id, normalized_invoice={"reference_text": "von jemand anderem"})
    with pytest.raises(CaseChanged):
        desk.steps.post(order)


def test_an_order_hears_open_findings_again_though_they_were_kept_with_the_case(
    desk: Desk,
) -> None:
    """As it heard them at first, and not that the case has changed."""
    inbox_id = desk.ready()
    order = replace(desk.step(inbox_id), version=desk.case(inbox_id).version)
    with write_session(desk.engine, desk.tenant.id, desk.tenant.actor) as session:
        tax_code_store.change(session, "VST20", {"rate": Decimal(10)})

    for _ in range(2):
        with pytest.raises(FindingsOpen):
            desk.steps.post(order)
    assert order.version is not None
    assert desk.case(inbox_id).version > order.version


def test_a_posting_that_broke_is_shown_and_can_be_repeated(desk: Desk) -> None:
    """posting_failed with the class of the error, noted twice as once; then it is approved."""
    inbox_id = desk.ready()
    step = FailureStep(
        tenant_id=desk.tenant.id,
        inbox_id=inbox_id,
        at=AT,
        during=Failing.POST,
        kind="TypeError",
        command=desk.step(inbox_id).command,
    )

    assert desk.steps.note_failure(step).stage is Stage.POSTING_FAILED
    assert desk.steps.note_failure(step).stage is Stage.POSTING_FAILED

    error = desk.case(inbox_id).posting_error
    assert error is not None
    assert (error["code"], error["kind"]) == ("INTERNAL_ERROR", "TypeError")
    assert desk.steps.post(desk.step(inbox_id)).stage is Stage.POSTED
    assert desk.case(inbox_id).posting_error is None
    assert desk.steps.note_failure(step).stage is Stage.POSTED


def test_what_could_not_be_checked_waits_for_a_person(desk: Desk) -> None:
    """A case with the reason, in which everything can be entered; the item is seen."""
    inbox_id = desk.arrived()
    step = FailureStep(
        tenant_id=desk.tenant.id, inbox_id=inbox_id, at=AT, during=Failing.CHECK, kind="KeyError"
    )

    assert desk.steps.note_failure(step).stage is Stage.IN_REVIEW
    assert desk.steps.note_failure(step).stage is Stage.IN_REVIEW

    case = desk.case(inbox_id)
    assert case.queue_state == "exception"
    assert [each["code"] for each in case.findings] == ["CHECK_FAILED"]
    assert [row.status for row in desk.rows("SELECT status FROM inbox_item")] == ["pending"]
    desk.amends(inbox_id, normalized_invoice=invoice().to_json(), vendor_id=str(desk.vendor))
    assert desk.steps.post(desk.step(inbox_id)).stage is Stage.POSTED


def test_a_check_that_broke_leaves_an_open_case_as_it_was(desk: Desk) -> None:
    """What a person has entered is theirs; the finding says what happened."""
    inbox_id = desk.ready()
    before = desk.case(inbox_id)
    step = FailureStep(
        tenant_id=desk.tenant.id, inbox_id=inbox_id, at=AT, during=Failing.CHECK, kind="KeyError"
    )

    desk.steps.note_failure(step)

    case = desk.case(inbox_id)
    assert case.normalized_invoice == before.normalized_invoice
    assert "CHECK_FAILED" in [each["code"] for each in case.findings]
    assert case.version == before.version + 1


def test_a_first_look_leaves_a_case_alone(desk: Desk) -> None:
    """The same mail again undoes nothing."""
    inbox_id = desk.ready()
    before = desk.case(inbox_id)

    desk.steps.check(IntakeStep(tenant_id=desk.tenant.id, inbox_id=inbox_id, at=AT, is_first=True))

    assert desk.case(inbox_id) == before


def test_a_line_without_account_is_refused(desk: Desk) -> None:
    """No account in the line and none with the vendor."""
    other = uuid4()
    with write_session(desk.engine, desk.tenant.id, desk.tenant.actor) as session:
        vendor = Vendor("Ohne Konto OG", address=Address(country="AT"))
        vendor_store.create(session, other, vendor)
    inbox_id = desk.ready()
    desk.amends(inbox_id, vendor_id=str(other))
    desk.answers(inbox_id, VENDOR_NAME_DIFFERS="they have another name now")

    with pytest.raises(AccountNotFound):
        desk.steps.post(desk.step(inbox_id))

    assert desk.case(inbox_id).queue_state == "posting_failed"


def test_a_chosen_day_in_a_locked_period_is_refused(desk: Desk) -> None:
    """The person is told, the case keeps it, and another day is the way out."""
    inbox_id = desk.ready("a", invoice(booking_date=AT.date()))
    with write_session(desk.engine, desk.tenant.id, desk.tenant.actor) as session:
        _soft_lock(session)

    with pytest.raises(DomainError) as refused:
        desk.steps.post(desk.step(inbox_id))

    assert refused.value.code == "PERIOD_LOCKED"
    error = desk.case(inbox_id).posting_error
    assert error is not None
    assert error["code"] == "PERIOD_LOCKED"
    desk.amends(inbox_id, invoice_patch={"booking_date": "2026-04-15"})
    assert desk.steps.post(desk.step(inbox_id)).stage is Stage.POSTED
    assert _days(desk) == (date(2026, 4, 15), AT.date())


def test_an_invoice_of_a_locked_month_is_booked_on_the_first_open_day(desk: Desk) -> None:
    """With its own date as the document's; nobody has to falsify it."""
    inbox_id = desk.ready()
    with write_session(desk.engine, desk.tenant.id, desk.tenant.actor) as session:
        _soft_lock(session)

    assert desk.steps.post(desk.step(inbox_id)).stage is Stage.POSTED

    assert _days(desk) == (date(2026, 4, 1), AT.date())
    ((stored,),) = desk.rows("SELECT invoice_date FROM invoice")
    assert stored == AT.date()


def _days(desk: Desk) -> tuple[date, date]:
    ((booked, stated),) = desk.rows("SELECT booking_date, document_date FROM intent")
    return booked, stated


def _soft_lock(session: Session) -> None:
    lock_store.soft_lock(session, PeriodName("2026-03"), AT)


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


def test_a_blocking_finding_stops_the_approval(desk: Desk) -> None:
    """FINDINGS_OPEN with the list; answered with a reason it is posted, and the answer kept."""
    inbox_id = desk.doubted()
    with pytest.raises(FindingsOpen) as refused:
        desk.steps.post(desk.step(inbox_id))
    assert [each["code"] for each in _listed(refused.value)] == ["PAGE_AND_XML_DIFFER"]
    assert desk.case(inbox_id).queue_state == "correction"

    assert desk.answers(inbox_id, PAGE_AND_XML_DIFFER="mit dem Papier verglichen")
    assert desk.case(inbox_id).queue_state == "approval"
    assert desk.case(inbox_id).validation_issues == []
    assert desk.steps.post(desk.step(inbox_id)).stage is Stage.POSTED

    (finding,) = desk.case(inbox_id).findings
    assert finding["answer"]["reason"] == "mit dem Papier verglichen"
    assert finding["answer"]["answered_by"] == str(desk.tenant.people["bookkeeper"].user_id)
    amended, approved = desk.rows(
        "SELECT after FROM audit_event WHERE action IN"
        " ('review_case.amended', 'review_case.approved') ORDER BY number"
    )
    said = {"answer": "accepted", "reason": "mit dem Papier verglichen"}
    assert amended.after["answers"] == [{"finding": finding["id"], **said}]
    assert approved.after["answered"] == [finding["id"]]


def test_another_correction_leaves_a_finding_open(desk: Desk) -> None:
    """An account number, a number, a vendor: the totals differ all the same."""
    inbox_id = desk.doubted()
    proposed = desk.case(inbox_id).normalized_invoice
    lines = [{**proposed["line_items"][0], "account_number": GOODS}]
    desk.amends(inbox_id, normalized_invoice={**proposed, "line_items": lines})
    desk.amends(inbox_id, invoice_patch={"invoice_number": "D-2"}, vendor_id=str(desk.vendor))

    with pytest.raises(FindingsOpen):
        desk.steps.post(desk.step(inbox_id))


def test_a_changed_value_answers_its_finding_and_no_other(desk: Desk) -> None:
    """The total is corrected; what concerns the whole document waits for an answer."""
    inbox_id = desk.doubted("a", DIFFERS, WHOLE)
    line = {**desk.case(inbox_id).normalized_invoice["line_items"][0], "line_total": "60.00"}
    line |= {"unit_price": "50", "tax_amount": "10.00"}
    totals = {"total_net": "50.00", "total_tax": "10.00", "total_gross": "60.00"}
    desk.amends(inbox_id, invoice_patch={**totals, "line_items": [line]})

    with pytest.raises(FindingsOpen) as refused:
        desk.steps.post(desk.step(inbox_id))
    assert [each["code"] for each in _listed(refused.value)] == ["UNREADABLE_VALUE"]
    answers = {each["code"]: each["answer"] for each in desk.case(inbox_id).findings}
    assert answers["PAGE_AND_XML_DIFFER"]["kind"] == "changed"

    desk.answers(inbox_id, UNREADABLE_VALUE="am Telefon geklärt")
    assert desk.steps.post(desk.step(inbox_id)).stage is Stage.POSTED


def test_a_finding_that_is_made_at_the_approval_is_shown(desk: Desk) -> None:
    """The vendor's IBAN was changed in the books after the case was opened."""
    inbox_id = desk.doubted("a", Finding("HINT", "Well.", Severity.HINT))
    desk.amends(inbox_id, invoice_patch={"vendor": {"iban": "DE89370400440532013000"}})
    with write_session(desk.engine, desk.tenant.id, desk.tenant.actor) as session:
        vendor_store.change(session, desk.vendor, {"iban": "AT611904300234573201"})
    before = desk.case(inbox_id).version

    with pytest.raises(FindingsOpen):
        desk.steps.post(desk.step(inbox_id))

    shown = desk.case(inbox_id)
    assert "VENDOR_IBAN_CHANGED" in [each["code"] for each in shown.findings]
    assert shown.version == before + 1


def test_only_findings_of_the_case_can_be_answered(desk: Desk) -> None:
    """By an id that was shown."""
    inbox_id = desk.doubted()
    with pytest.raises(InvalidInput):
        desk.amends(inbox_id, finding_answers={"nothing-1": "x"})
    assert desk.case(inbox_id).version == 1


def test_who_has_seen_another_version_is_refused(desk: Desk) -> None:
    """Corrections, approvals and rejections alike; nothing of them is stored."""
    inbox_id = desk.ready()
    seen = desk.case(inbox_id).version
    desk.amends(inbox_id, invoice_patch={"reference_text": "other"})
    patch = desk.step(inbox_id, body={"invoice_patch": {"reference_text": "late"}})

    for order, step in (
        (desk.steps.amend, patch),
        (desk.steps.post, desk.step(inbox_id)),
        (desk.steps.reject, desk.step(inbox_id)),
    ):
        with pytest.raises(CaseChanged) as refused:
            order(replace(step, version=seen))
        assert refused.value.context == {"expected": seen, "version": seen + 1}
    assert desk.case(inbox_id).normalized_invoice["reference_text"] == "other"
    assert desk.steps.post(replace(desk.step(inbox_id), version=seen + 1)).stage is Stage.POSTED


def test_a_version_counts_what_a_reviewer_sees(desk: Desk) -> None:
    """Every correction and refused posting; not reminders, nor a look that finds nothing new."""
    inbox_id = desk.ready("a", coded("VST7"))
    seen = desk.case(inbox_id).version
    step = IntakeStep(tenant_id=desk.tenant.id, inbox_id=inbox_id, at=AT)

    desk.steps.remind(replace(step, at=AT + timedelta(days=4)))
    assert reminders(desk) == [1]
    assert desk.case(inbox_id).version == seen
    with pytest.raises(InvalidTaxCode):
        desk.steps.post(desk.step(inbox_id))
    assert desk.case(inbox_id).version == seen + 1
    desk.amends(inbox_id, normalized_invoice=invoice().to_json())
    assert desk.case(inbox_id).version == seen + 2
    desk.steps.check(step)
    assert desk.case(inbox_id).version == seen + 3


def test_two_people_who_change_different_fields_keep_both(desk: Desk) -> None:
    """Parts are put into what the case has when its turn comes; null clears a field."""
    inbox_id = desk.ready()
    desk.amends(inbox_id, invoice_patch={"due_date": "2026-04-01", "reference_text": "a"})
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(
            desk.amends, inbox_id, invoice_patch={"vendor": {"iban": "AT611904300234573201"}}
        )
        second = pool.submit(
            desk.amends, inbox_id, invoice_patch={"invoice_number": "B-2", "reference_text": None}
        )
        wait([first, second])

    kept = desk.case(inbox_id).normalized_invoice
    assert (kept["vendor"]["name"], kept["vendor"]["iban"]) == (
        "Papier GmbH",
        "AT611904300234573201",
    )
    assert (kept["invoice_number"], kept["due_date"]) == ("B-2", "2026-04-01")
    assert kept["reference_text"] is None
    assert len(kept["line_items"]) == 1


def _listed(refusal: DomainError) -> list[dict[str, Any]]:
    return cast(list[dict[str, Any]], refusal.context["findings"])


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
    for days in (2, 3, 3, 8, 9, 10, 21):  # twice, and on days on which nothing is due
        desk.steps.remind(replace(step, at=AT + timedelta(days=days, hours=3)))

    actions = desk.rows(
        "SELECT action FROM audit_event WHERE action LIKE 'review_case.%' ORDER BY number"
    )
    assert [row.action.partition(".")[2] for row in actions] == [
        *("opened", "amended", "reminded", "escalated", "escalated")
    ]


def reminders(desk: Desk) -> list[int]:
    """How often people were reminded of each case."""
    return [row.reminders for row in desk.rows("SELECT reminders FROM review_case ORDER BY id")]


def test_the_schedule_reminds_of_what_waits(desk: Desk) -> None:
    """Those that are due, once, however often it looks; what is decided is left alone."""
    resume = PostgresResume(desk.engine, cast(Client, None))
    ids = {desk.ready(seed) for seed in "abc"}
    rejected = ids.pop()
    desk.steps.reject(desk.step(rejected, body={"reason": "x"}))
    for at, late in ((AT + timedelta(days=2), set()), (AT + timedelta(days=4), ids)):
        with read_session(desk.engine, desk.tenant.id) as session:
            assert set(late_items(session, at, 10)) == late
            assert len(late_items(session, at, 1)) == min(len(late), 1)

    for _ in range(2):
        resume._remind(desk.tenant.id)  # noqa: SLF001 - without looking for what runs

    assert sorted(reminders(desk)) == [0, 1, 1]
    letters = desk.rows("SELECT kind FROM letter WHERE kind = 'case_reminder'")
    assert len(letters) >= 2


def test_a_reminder_that_breaks_stops_no_other(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is tried again by the next look; a database that is away ends this one."""
    resume, broken = PostgresResume(desk.engine, cast(Client, None)), desk.ready("a")
    desk.ready("b")
    errors: list[Exception] = [TypeError("bug")]
    remind = review_store.remind

    def breaks(session: Session, inbox_id: UUID, at: datetime) -> object:
        if inbox_id == broken and errors:
            raise errors.pop()
        return remind(session, inbox_id, at)

    monkeypatch.setattr(review_store, "remind", breaks)
    resume._remind(desk.tenant.id)  # noqa: SLF001 - as above
    assert sorted(reminders(desk)) == [0, 1]
    errors.append(psycopg.OperationalError("away"))
    with pytest.raises(psycopg.OperationalError):
        resume._remind(desk.tenant.id)  # noqa: SLF001 - as above
    resume._remind(desk.tenant.id)  # noqa: SLF001 - as above
    assert reminders(desk) == [1, 1]


def test_what_is_taken_up_again_waits_anew(desk: Desk) -> None:
    """Nobody is reminded of it on the day on which it is taken up."""
    inbox_id = desk.ready()
    step = IntakeStep(tenant_id=desk.tenant.id, inbox_id=inbox_id, at=AT + timedelta(days=4))
    desk.steps.remind(step)
    desk.steps.reject(desk.step(inbox_id, body={"reason": "x"}))
    again = AT + timedelta(days=60)
    with write_session(desk.engine, desk.tenant.id, desk.tenant.actor) as session:
        review_store.reopen(session, inbox_id, again)
    counts = []
    for days in (0, 2, 3):
        desk.steps.remind(replace(step, at=again + timedelta(days=days)))
        counts += reminders(desk)
    assert counts == [0, 0, 1]


def test_parts_arrive_with_the_end_of_the_whole_or_not_at_all(desk: Desk) -> None:
    """Split and rejected at once: what is refused has no parts, what is repeated has them once."""
    whole, other = desk.arrived("a"), desk.arrived("b")
    part = Arrival(sha256="c" * 64, size_bytes=9, channel=Channel.UPLOAD, received_at=AT)
    late = replace(part, sha256="d" * 64)
    split = desk.step(whole, body={"reason": "geteilt", "parts": to_json([part])})
    desk.steps.reject(replace(desk.step(other, body={"reason": "kein Beleg"}), at_inbox=True))

    for _ in range(2):
        desk.steps.reject(replace(split, at_inbox=True))
    refused = desk.step(other, body={"reason": "geteilt", "parts": to_json([late])})
    with pytest.raises(AlreadyProcessed):
        desk.steps.reject(replace(refused, at_inbox=True))

    (arrival,) = desk.rows("SELECT sha256, split_at, created_by FROM arrival")
    person = desk.tenant.people["bookkeeper"].user_id
    assert tuple(arrival) == (part.sha256, None, person)


def test_the_same_words_at_once_are_kept_once(desk: Desk) -> None:
    """The second of two calls waits for the first and finds its words (ONCE)."""
    inbox_id, input_id = desk.arrived(), uuid4()

    def keep(body: dict[str, Any]) -> UUID:
        with write_session(desk.engine, desk.tenant.id, desk.tenant.actor) as session:
            return case_store.keep_input(session, input_id, inbox_id, body, AT)

    with ThreadPoolExecutor(1) as pool:
        with write_session(desk.engine, desk.tenant.id, desk.tenant.actor) as session:
            case_store.keep_input(session, input_id, inbox_id, {"reason": "x"}, AT)
            second = pool.submit(keep, {"reason": "x"})
            until_somebody_waits(desk.database)
        assert second.result(timeout=60) == input_id

    assert len(desk.rows("SELECT 1 FROM case_input")) == 1


def test_an_order_asks_as_few_statements_as_it_did(desk: Desk) -> None:
    """Each thing is read once and written once; what a process knows of the books is not asked."""
    for seed in "ab":
        inbox_id = desk.ready(seed, invoice(f"B-{seed}"))
        correction = desk.step(inbox_id, body={"invoice_patch": {"reference_text": "Nr. 7"}})
        approval = desk.step(inbox_id)
        with asked_of(desk.engine) as amending:
            desk.steps.amend(correction)
        with asked_of(desk.engine) as posting:
            posted = desk.steps.post(approval)
        assert posted.stage is Stage.POSTED

    assert len(amending) <= 16, amending
    assert len(posting) <= 26, posting
