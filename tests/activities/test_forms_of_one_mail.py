"""Data and page of one invoice in one mail, on a real database."""

from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from domain.database.session import write_session
from domain.documents import store as documents
from domain.documents.store import Reading
from domain.formats.mail import Attachment, Mail, MailKind
from domain.ids import derived_id
from domain.intake import assessment_store, ingestion_store, review_store
from domain.intake.case_finding import FindingsOpen
from domain.intake.extraction import Confidence, Extraction
from domain.intake.review import InvoiceDuplicateSuspected
from domain.reading.document_type import DocumentType
from tests.activities.test_document_intake import AT, LINE_READ, Desk
from tests.servers import Database
from workflows.document_intake.steps import IntakeStep, Stage

READ = Extraction(
    vendor_name="Papier GmbH",
    invoice_number="M15-1",
    invoice_date=AT.date(),
    total_net=Decimal(100),
    total_tax=Decimal(20),
    total_gross=Decimal(120),
    currency="EUR",
    document_type=DocumentType.INVOICE,
    line_items=(LINE_READ,),
    confidence=Confidence(Decimal(1), {"total_gross": Decimal(1)}),
)
TENFOLD = {
    "total_net": Decimal(1000),
    "total_tax": Decimal(200),
    "total_gross": Decimal(1200),
    "line_items": (
        replace(
            LINE_READ, unit_price=Decimal(1000), tax_amount=Decimal(200), line_total=Decimal(1200)
        ),
    ),
}
OURS = "AT382011100002000396"
DIFFER = ["FORMS_DIFFER"] * 3


@pytest.fixture
def desk(database: Database) -> Desk:
    """A tenant of its own."""
    return Desk(database)


def mailed(desk: Desk, **page: Any) -> tuple[UUID, UUID]:
    """A mail with the data and a page that says otherwise in these values; nothing is judged."""
    data = replace(READ, syntax="UBL")
    first, second = sent(desk, {"RE.xml": data, "Beleg.pdf": replace(READ, **page)})
    return first, second


def sent(desk: Desk, reads: dict[str, Extraction]) -> list[UUID]:
    """A mail with documents that were read so; nothing is judged."""
    files = tuple(
        Attachment(name, "application/pdf", f"{name} {read}".encode(), sender="a@b.example")
        for name, read in reads.items()
    )
    mail = Mail(MailKind.ORDINARY, "a@b.example", "Rechnung", None, (), files)
    receipt = ingestion_store.Receipt(
        sha256="0" * 64, size_bytes=1, received_at=AT, delivery="once"
    )
    with write_session(desk.engine, desk.tenant.id, desk.tenant.actor) as session:
        waiting = dict(ingestion_store.file_mail(session, mail, receipt).waiting)
        for file in files:
            document = waiting[derived_id("inbox", desk.tenant.id, file.sha256)]
            fields = reads[file.name].to_json()
            reading = Reading(fields=fields, raw_text=fields.pop("raw_markdown"))
            documents.keep_reading(session, document, "first", reading, AT)
    return [derived_id("inbox", desk.tenant.id, file.sha256) for file in files]


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[UUID]:
    """The items that were judged, in their order."""
    found, judge_one = list[UUID](), assessment_store.judge

    def counted(session: Any, item: Any, *args: Any) -> Any:
        found.append(item.id)
        return judge_one(session, item, *args)

    monkeypatch.setattr(assessment_store, "judge", counted)
    return found


def judge(desk: Desk, *items: UUID) -> None:
    """Check them, one after the other."""
    for minutes, each in enumerate(items):
        at = AT + timedelta(minutes=minutes)
        desk.steps.check(IntakeStep(tenant_id=desk.tenant.id, inbox_id=each, at=at))


def open_codes(desk: Desk, inbox_id: UUID) -> list[str]:
    """What nobody has answered of forms."""
    found = desk.case(inbox_id).findings
    return [each["code"] for each in found if each["code"] in DIFFER and each["answer"] is None]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_whichever_is_opened_is_blocked(desk: Desk, order: tuple[int, int]) -> None:
    """Whichever was looked at first; each leads to the other."""
    items = mailed(desk, **TENFOLD)
    judge(desk, *(items[each] for each in order))

    for own, other in (items, items[::-1]):
        assert open_codes(desk, own) == DIFFER
        cases = {
            each["other_case_id"] for each in desk.case(own).findings if each["code"] in DIFFER
        }
        assert cases == {str(desk.case(other).id)}
    with pytest.raises((FindingsOpen, InvoiceDuplicateSuspected)):
        desk.steps.post(desk.step(items[0]))
    with pytest.raises((FindingsOpen, InvoiceDuplicateSuspected)):
        desk.steps.post(desk.step(items[1]))


@pytest.mark.parametrize("first", [0, 1])
def test_the_second_is_blocked_after_the_first_is_posted(desk: Desk, first: int) -> None:
    """And leads to it."""
    items = mailed(desk, **TENFOLD)
    early, late = items[first], items[1 - first]
    judge(desk, early)
    assert desk.steps.post(desk.step(early)).stage is Stage.POSTED
    judge(desk, late)

    hint = desk.case(late).duplicate_hint
    assert open_codes(desk, late) == DIFFER
    assert hint is not None
    assert hint["invoice_id"] == str(desk.case(early).invoice_id)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_where_they_agree_the_page_is_the_duplicate(desk: Desk, order: tuple[int, int]) -> None:
    """Of the data, whichever was looked at first; the data is posted."""
    data, page = mailed(desk)
    judge(desk, *((data, page)[each] for each in order))

    hint = desk.case(page).duplicate_hint
    assert open_codes(desk, data) == open_codes(desk, page) == []
    assert desk.case(data).duplicate_hint is None
    assert hint is not None
    assert hint["review_case_id"] == str(desk.case(data).id)
    assert desk.steps.post(desk.step(data)).stage is Stage.POSTED


def test_a_correction_that_agrees_answers_both(desk: Desk) -> None:
    """And so does the rejection of the other."""
    data, page = mailed(desk, total_tax=Decimal(21))
    judge(desk, data, page)
    assert open_codes(desk, data) == open_codes(desk, page) == ["FORMS_DIFFER"]

    desk.amends(page, invoice_patch={"total_tax": "20.00"})
    assert open_codes(desk, data) == open_codes(desk, page) == []


@pytest.mark.parametrize("order", ["reject", "confirm"])
def test_a_form_that_is_closed_says_nothing(desk: Desk, order: str) -> None:
    """Rejected, or handled outside: the other is free again."""
    data, page = mailed(desk, total_tax=Decimal(21))
    judge(desk, page, data)
    getattr(desk.steps, order)(replace(desk.step(page, body={"reason": "Falsch"}), at_inbox=True))

    assert open_codes(desk, data) == []
    assert desk.steps.post(desk.step(data)).stage is Stage.POSTED


def numbered(number: int, **values: Any) -> Extraction:
    """A reading of another invoice."""
    gross = Decimal(120 + number)
    return replace(READ, invoice_number=f"M15-{number}", total_gross=gross, **values)


def test_pages_of_one_mail_are_judged_once_each(desk: Desk, judged: list[UUID]) -> None:
    """Pages alone are no forms of one another: a mail with many costs no square of them."""
    items = sent(desk, {f"{each}.pdf": numbered(each) for each in range(20)})
    judge(desk, *items)
    assert judged == items

    judged.clear()
    desk.amends(items[0], invoice_patch={"total_tax": "20.00"})
    desk.steps.reject(desk.step(items[1], body={"reason": "Falsch"}))
    assert judged == items[:1]


def test_data_is_judged_with_its_own_page_alone(desk: Desk, judged: list[UUID]) -> None:
    """By number, by the name of the file, and by the number that it had before."""
    pages = {f"{each}.pdf": numbered(each) for each in range(1, 6)}
    *rest, data = sent(desk, {**pages, "x.xml": numbered(3, syntax="UBL")})
    judge(desk, *rest)
    judged.clear()
    judge(desk, data)
    assert judged == [data, rest[2]]

    judged.clear()
    desk.amends(data, invoice_patch={"invoice_number": "M15-4", "total_gross": "124.00"})
    assert judged[0] == data
    assert sorted(judged[1:]) == sorted(rest[2:4])


@pytest.mark.parametrize("is_rejected", [False, True])
def test_a_page_that_is_checked_meanwhile_sees_the_correction(
    desk: Desk, *, is_rejected: bool
) -> None:
    """Both say that they differ, or neither does: who comes second waits for the first."""
    data, page = mailed(desk)
    judge(desk, data)
    with ThreadPoolExecutor(1) as pool:
        with write_session(desk.engine, desk.tenant.id, desk.tenant.actor) as session:
            if is_rejected:
                review_store.reject(session, data, review_store.Rejection("Falsch"), AT)
            else:
                patch = {"invoice_patch": {"total_tax": "21.00"}}
                review_store.amend(session, data, patch, AT)
            checked = pool.submit(judge, desk, page)
            wait([checked], timeout=2)
        checked.result()

    assert open_codes(desk, page) == ([] if is_rejected else ["FORMS_DIFFER"])
    assert is_rejected or open_codes(desk, data) == ["FORMS_DIFFER"]
    assert (desk.case(page).duplicate_hint is None) == is_rejected


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
@pytest.mark.parametrize(("second", "codes"), [(OURS, []), ("-", ["FORMS_DIFFER"])])
def test_a_page_with_two_accounts_shows_that_of_the_data(
    desk: Desk, order: tuple[int, int], second: str, codes: list[str]
) -> None:
    """Whichever was read; one that the page does not show blocks both."""
    sure = Confidence(Decimal(1), {"vendor_iban": Decimal(1), "total_gross": Decimal(1)})
    data = replace(READ, syntax="UBL", vendor_iban=OURS)
    page = replace(
        READ,
        vendor_iban="AT532011100002191170",
        confidence=sure,
        raw_markdown=f"IBAN AT53 2011 1000 0219 1170 oder {second}",
    )
    items = sent(desk, {"RE.xml": data, "Beleg.pdf": page})
    judge(desk, *(items[each] for each in order))

    assert [open_codes(desk, each) for each in items] == [codes, codes]
