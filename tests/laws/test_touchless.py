"""TOUCHLESS: only what the policy knows well is posted without a person, once, and says why."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from domain.approvals import store as policies
from domain.approvals.policy import DEFAULT, ApprovalPolicy, Touchless
from domain.approvals.simulate import simulate
from domain.approvals.views import newest
from domain.database.session import read_session, write_session
from domain.documents import store as documents
from domain.documents.store import Reading
from domain.formats.mail import Attachment, Mail, MailKind
from domain.ids import derived_id
from domain.intake import case_store, ingestion_store
from domain.intake.decision_views import recorded
from domain.intake.extraction import Confidence, Extraction, Recipient
from domain.intake.lines import ExtractedLine
from domain.money import cents
from domain.payables import vendor_store
from domain.reading.document_type import DocumentType
from domain.reading.finding import Finding, Severity
from tests.activities.test_document_intake import AT, Desk
from tests.invariants import check_books
from tests.servers import Database
from workflows.document_intake.steps import IntakeStatus, IntakeStep, Stage

IBAN = "AT611904300234573201"
AMOUNTS = ("120.00", "119.00", "110.00", "900.00", "10.00")
SETTINGS = Touchless(is_on=True, up_to=Decimal(500))


def read(number: str, gross: str = "120.00", **changes: Any) -> Extraction:
    """A reading without a doubt: all that an Austrian invoice of up to 400 EUR needs, and more."""
    total = Decimal(gross)
    # Two invoices of one vendor, day and amount are one invoice.
    day = AT.date() - timedelta(days=sum(map(ord, number)) % 55)
    net = cents(total / Decimal("1.2"))
    found = Extraction(
        vendor_name="Papier GmbH",
        vendor_vat_id="ATU13585627",
        vendor_iban=IBAN,
        vendor_address="Weg 1, 1010 Wien",
        invoice_number=number,
        invoice_date=day,
        delivery_date=day,
        due_date=day + timedelta(days=30),
        total_net=net,
        total_tax=total - net,
        total_gross=total,
        currency="EUR",
        document_type=DocumentType.INVOICE,
        line_items=(
            ExtractedLine(
                "Papier",
                quantity=Decimal(1),
                unit_price=net,
                tax_rate=Decimal("0.20"),
                tax_amount=total - net,
                line_total=total,
            ),
        ),
        confidence=Confidence(
            Decimal(1), dict.fromkeys(("vendor_name", "total_gross"), Decimal(1))
        ),
        recipient=Recipient("Alpenladen Handels GmbH", "ATU13585627", "Weg 4, 5020 Salzburg"),
    )
    return replace(found, **changes)


class Office(Desk):
    """A desk whose vendor has an IBAN, and documents that were read."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.database = database
        changes: dict[str, object] = {"iban": IBAN}
        with write_session(self.engine, self.tenant.id, self.tenant.actor) as session:
            vendor_store.change(session, self.vendor, changes)
        with database.owner_engine.begin() as connection:
            connection.exec_driver_sql(f"SET LOCAL app.tenant_id = '{self.tenant.id}'")
            connection.exec_driver_sql("UPDATE vendor SET iban_changed_at = NULL")

    def rules(self, policy: ApprovalPolicy) -> None:
        """Put a policy in force, long before anything happens."""
        day = date(2020, 1, 1)
        with write_session(self.engine, self.tenant.id, self.tenant.actor) as session:
            made = replace(policy, valid_from=day)
            policies.change(session, made, newest(session).policy.version, day, AT)

    def checked(self, seed: str, found: Extraction) -> tuple[UUID, IntakeStatus]:
        """A document that was read and checked."""
        inbox_id = self.arrived(seed)
        with write_session(self.engine, self.tenant.id, self.tenant.actor) as session:
            item = case_store.held(session, inbox_id).item
            reading = Reading(fields=found.to_json(), raw_text="")
            documents.keep_reading(session, item.document_id, "again", reading, AT)
        return inbox_id, self.steps.check(self.look(inbox_id, seed))

    def look(self, inbox_id: UUID, seed: str) -> IntakeStep:
        """The step of the process."""
        at = AT + timedelta(minutes=ord(seed))
        return IntakeStep(tenant_id=self.tenant.id, inbox_id=inbox_id, at=at)

    def processed(self, seed: str, found: Extraction) -> tuple[UUID, IntakeStatus]:
        """As the process does: checked, and posted where the check says that it may be."""
        inbox_id, status = self.checked(seed, found)
        if status.may_post:
            status = self.steps.post_by_policy(self.look(inbox_id, seed))
        return inbox_id, status

    def acquainted(self, *gross: str) -> None:
        """Invoices of the vendor that a person has approved."""
        for number, each in enumerate(gross or ("120.00", "100.00", "130.00")):
            inbox_id, _ = self.checked(chr(ord("A") + number), read(f"OLD-{number}", each))
            self.steps.post(self.step(inbox_id))


@pytest.fixture
def office(database: Database) -> Office:
    """Give each test a tenant of its own."""
    return Office(database)


def codes(office: Office, inbox_id: UUID) -> list[str]:
    """Reasons of the last decision, as the case shows them."""
    decision = office.case(inbox_id).decision
    assert decision is not None
    return [reason["code"] for reason in decision.reasons]


def test_nothing_is_posted_without_a_person_unless_the_tenant_says_so(office: Office) -> None:
    """Off by default; the case says what would have been."""
    office.acquainted()
    inbox_id, status = office.processed("a", read("NEW-1"))

    assert (status.stage, status.may_post) == (Stage.IN_REVIEW, False)
    assert codes(office, inbox_id)[0] == "TOUCHLESS_OFF"


def test_a_document_that_is_known_well_is_posted(office: Office, database: Database) -> None:
    """No person stands on it; policy, version and inputs do; the ledger agrees."""
    office.acquainted()
    office.rules(replace(DEFAULT, touchless=SETTINGS))
    inbox_id, status = office.processed("a", read("NEW-1"))

    case = office.case(inbox_id)
    assert status.stage is Stage.POSTED, codes(office, inbox_id)
    assert (case.queue_state, case.decided_by) == ("approved", None)
    assert case.decision is not None
    assert (case.decision.policy_version, case.decision.is_posted) == (1, True)
    assert (
        case.decision.inputs["history"] == ["130.00", "100.00", "120.00"]
        or len(case.decision.inputs["history"]) == 3
    )
    ((user, after),) = office.rows(
        "SELECT user_id, after FROM audit_event WHERE action = 'review_case.posted_by_policy'"
    )
    assert user is None
    assert (after["policy_version"], after["inputs"]["amount"]) == ("1", "120.00")
    assert check_books(database.engine, office.tenant.id)


def test_repeated_it_is_posted_once(office: Office) -> None:
    """ONCE: ten at once, or again after a crash."""
    office.acquainted()
    office.rules(replace(DEFAULT, touchless=SETTINGS))
    inbox_id, status = office.checked("a", read("NEW-1"))
    assert status.may_post
    step = office.look(inbox_id, "a")
    with ThreadPoolExecutor(4) as pool:
        stages = {each.stage for each in pool.map(office.steps.post_by_policy, [step] * 10)}

    assert stages == {Stage.POSTED}
    assert len(office.rows("SELECT 1 FROM intent WHERE source = 'review'")) == 4


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"vendor_iban": "DE89370400440532013000"}, "IBAN_DIFFERENT"),
        ({"findings": (Finding("ODD", "Odd.", Severity.WARNING),)}, "FINDING"),
        ({"findings": (Finding("BAD", "Bad.", Severity.BLOCKING),)}, "FINDING"),
        ({"currency": "USD"}, "FOREIGN_CURRENCY"),
        ({"invoice_number": "OLD-1"}, "DUPLICATE"),
        ({"vendor_name": "Somebody", "vendor_iban": None}, "VENDOR_UNKNOWN"),
        # The account alone makes another company no known vendor.
        ({"vendor_name": "Somebody"}, "VENDOR_UNKNOWN"),
        ({"confidence": Confidence(Decimal(1), {"total_gross": Decimal("0.9")})}, "UNSURE"),
        ({"document_type": DocumentType.OTHER}, "NOT_AN_INVOICE"),
    ],
)
def test_a_doubt_is_for_a_person(office: Office, changes: dict[str, Any], code: str) -> None:
    """And the reason is on the case."""
    office.acquainted()
    office.rules(replace(DEFAULT, touchless=SETTINGS))
    inbox_id, status = office.processed("a", replace(read("NEW-1"), **changes))

    assert not status.stage.is_final
    assert code in codes(office, inbox_id)


def test_a_hint_is_no_doubt(office: Office) -> None:
    """What is only worth knowing stops nobody."""
    office.acquainted()
    office.rules(replace(DEFAULT, touchless=SETTINGS))
    hint = Finding("NICE", "Nice.", Severity.HINT)

    _, status = office.processed("a", read("NEW-1", findings=(hint,)))
    assert status.stage is Stage.POSTED


def test_the_first_documents_of_a_vendor_are_for_a_person(office: Office) -> None:
    """Two are no habit."""
    office.acquainted("120.00", "120.00")
    office.rules(replace(DEFAULT, touchless=SETTINGS))
    inbox_id, _ = office.processed("a", read("NEW-1"))

    assert codes(office, inbox_id) == ["TOO_FEW_BEFORE"]


def test_what_changed_since_the_check_counts(office: Office) -> None:
    """An IBAN that was changed between check and posting stops it."""
    office.acquainted()
    office.rules(replace(DEFAULT, touchless=SETTINGS))
    inbox_id, status = office.checked("a", read("NEW-1"))
    assert status.may_post
    with write_session(office.engine, office.tenant.id, office.tenant.actor) as session:
        vendor_store.change(session, office.vendor, {"iban": "AT072011182955510300"})

    assert office.steps.post_by_policy(office.look(inbox_id, "b")).stage is Stage.IN_REVIEW
    assert "IBAN_UNCONFIRMED" in codes(office, inbox_id)


def test_what_the_books_refuse_waits_for_a_person(office: Office) -> None:
    """As it does when a person approves: with the reason, and to be approved again."""
    office.acquainted()
    office.rules(replace(DEFAULT, touchless=SETTINGS))
    with write_session(office.engine, office.tenant.id, office.tenant.actor) as session:
        vendor_store.change(session, office.vendor, {"default_account": None})
    inbox_id, status = office.processed("a", read("NEW-1"))

    assert status.stage is Stage.POSTING_FAILED
    assert office.case(inbox_id).posting_error is not None
    assert office.case(inbox_id).intent_id is None


def test_a_day_has_a_limit_for_each_vendor(office: Office) -> None:
    """Also for documents that come at once."""
    office.acquainted()
    limit = replace(SETTINGS, daily_limit=Decimal(250))
    office.rules(replace(DEFAULT, touchless=limit))
    waiting = [office.checked(seed, read(f"NEW-{seed}"))[0] for seed in "abcd"]
    steps = [office.look(inbox_id, "a") for inbox_id in waiting]
    with ThreadPoolExecutor(4) as pool:
        stages = sorted(each.stage for each in pool.map(office.steps.post_by_policy, steps))

    assert stages == ["in_review", "in_review", "posted", "posted"]


def test_a_simulation_says_what_really_happens(office: Office) -> None:
    """The same documents under the same policy: the same decisions, one by one."""
    tried = ApprovalPolicy(touchless=replace(SETTINGS, daily_limit=Decimal(250)))
    office.acquainted()
    before = [
        office.processed(seed, read(f"A-{seed}", gross))[0]
        for seed, gross in zip("abcde", AMOUNTS, strict=True)
    ]
    with read_session(office.engine, office.tenant.id) as session:
        said = simulate(tried, recorded(session, 5))
    ids = [office.case(inbox_id).id for inbox_id in before]
    assert [each.case_id for each in said.decisions] == ids
    for inbox_id in before:
        office.steps.reject(office.step(inbox_id))

    office.rules(tried)
    really = [
        office.processed(seed, read(f"B-{seed}", gross))[1].stage is Stage.POSTED
        for seed, gross in zip("fghij", AMOUNTS, strict=True)
    ]
    assert [each.decision.outcome == "touchless" for each in said.decisions] == really
    assert really == [True, True, False, False, False]


def mailed(office: Office, *reads: Extraction, unread: int = 0) -> list[UUID]:
    """One mail with documents that were read so; the last `unread` of them are not yet."""
    files = tuple(
        Attachment(
            f"{each}.pdf", "application/pdf", f"{each} {found}".encode(), sender="a@b.example"
        )
        for each, found in enumerate(reads)
    )
    mail = Mail(MailKind.ORDINARY, "a@b.example", "Rechnung", None, (), files)
    receipt = ingestion_store.Receipt(
        sha256="0" * 64, size_bytes=1, received_at=AT, delivery="once"
    )
    with write_session(office.engine, office.tenant.id, office.tenant.actor) as session:
        ingestion_store.file_mail(session, mail, receipt)
    items = [derived_id("inbox", office.tenant.id, file.sha256) for file in files]
    for inbox_id, found in list(zip(items, reads, strict=True))[: len(reads) - unread]:
        keep(office, inbox_id, found)
    return items


def keep(office: Office, inbox_id: UUID, found: Extraction | None) -> None:
    """Keep what was read, or that nothing could be."""
    with write_session(office.engine, office.tenant.id, office.tenant.actor) as session:
        item = case_store.held(session, inbox_id).item
        reading = (
            Reading(failure="OCR_FAILED")
            if found is None
            else Reading(fields=found.to_json(), raw_text="")
        )
        documents.keep_reading(session, item.document_id, "first", reading, AT)


@pytest.mark.parametrize("is_data_first", [True, False])
@pytest.mark.parametrize("gross", ["120.00", "121.00"])
def test_the_policy_waits_for_the_other_form(
    office: Office, gross: str, *, is_data_first: bool
) -> None:
    """Data and page of one mail: neither is posted before both are read, in any order.

    Where they agree the data is posted; where they differ both are for a person. The page is the
    duplicate either way.
    """
    office.acquainted()
    office.rules(replace(DEFAULT, touchless=SETTINGS))
    data = read("NEW-1", syntax="UBL")
    page = read("NEW-1", gross)
    items = mailed(office, *((data, page) if is_data_first else (page, data)), unread=1)
    first, second = items

    status = office.steps.check(office.look(first, "a"))
    assert (status.stage, status.may_post, status.awaits_mail) == (Stage.IN_REVIEW, False, True)
    assert codes(office, first) == ["MAIL_READING"]
    for _ in range(2):  # asked again and again, by a step that was killed, too
        status = office.steps.post_by_policy(office.look(first, "b"))
        assert (status.stage, status.awaits_mail) == (Stage.IN_REVIEW, True)

    keep(office, second, page if is_data_first else data)
    late = office.steps.check(office.look(second, "c"))
    stages = {second: late.stage}
    if late.may_post:
        stages[second] = office.steps.post_by_policy(office.look(second, "d")).stage
    again = office.steps.post_by_policy(office.look(first, "e"))
    stages[first] = again.stage

    own, other = (first, second) if is_data_first else (second, first)
    is_one = gross == "120.00"
    assert stages[own] is (Stage.POSTED if is_one else Stage.IN_REVIEW)
    assert stages[other] is Stage.DUPLICATE
    assert not again.awaits_mail
    assert is_one or "FINDING" in codes(office, own)


def test_a_document_beside_that_cannot_be_read_is_for_a_person(office: Office) -> None:
    """Nobody knows whether it is the invoice in another form; once it is decided, it is not."""
    office.acquainted()
    office.rules(replace(DEFAULT, touchless=SETTINGS))
    first, second = mailed(office, read("NEW-1"), read("NEW-2"), unread=1)
    keep(office, second, None)
    office.steps.check(office.look(second, "a"))
    status = office.steps.check(office.look(first, "b"))

    assert (status.may_post, status.awaits_mail) == (False, False)
    assert codes(office, first) == ["MAIL_UNREADABLE"]
    office.steps.reject(office.step(second, body={"reason": "Werbung"}))
    assert office.steps.check(office.look(first, "c")).may_post


def test_what_the_policy_posts_does_not_widen_its_own_range(office: Office) -> None:
    """Amounts that climb step by step end at the range of those that people have posted."""
    office.acquainted("120.00", "100.00", "130.00")
    office.rules(replace(DEFAULT, touchless=SETTINGS))
    _, first = office.processed("a", read("NEW-1", "160.00"))
    beyond = 130 * SETTINGS.range_factor + 1
    inbox_id, second = office.processed("b", read("NEW-2", f"{beyond:.2f}"))

    assert first.stage is Stage.POSTED
    assert second.stage is Stage.IN_REVIEW
    assert codes(office, inbox_id) == ["UNUSUAL_AMOUNT"]
    office.steps.post(office.step(inbox_id))  # a person: from now on it is usual
    _, third = office.processed("c", read("NEW-3", f"{beyond + 20:.2f}"))
    assert third.stage is Stage.POSTED
