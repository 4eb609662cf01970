"""A corrected invoice on a real database: the one that it corrects is known, or not."""

import random
import string
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlmodel import select

from domain.database.session import read_session, write_session
from domain.documents.store import Reading
from domain.intake.case_finding import FindingsOpen
from domain.intake.duplicate_store import twins_of
from domain.intake.extraction import Confidence, Extraction
from domain.intake.preceding_store import preceding_findings
from domain.intake.rows import InboxItemRow
from domain.payables import vendor_store
from domain.payables.invoice import NUMBER_LENGTH
from domain.payables.normalized import NormalizedVendor
from domain.payables.partner import Vendor
from domain.posting.store import reverse_intent
from domain.reading.document_type import DocumentType
from domain.reading.preceding import Preceding, Relation
from tests.activities.test_document_intake import AT, GOODS, Desk, invoice
from tests.plans import scans
from tests.servers import Database

EXTRACTION = Extraction(
    vendor_name="Papier GmbH",
    invoice_number="RE-3",
    confidence=Confidence(fields={"invoice_number": Decimal(1)}),
)

LONG = "".join(random.Random(54).choices(string.ascii_uppercase + string.digits, k=4000))  # noqa: S311
_MANY_READINGS = (
    "SELECT set_config('app.tenant_id', :tenant, true)",
    """INSERT INTO document
           (tenant_id, id, sha256, mime_type, original_name, size_bytes, source, created_at)
       SELECT :tenant, md5(n::text)::uuid, lpad(n::text, 64, '0'), 'application/pdf', 'a', 1,
           'upload', now() FROM generate_series(1, 2000) n""",
    """INSERT INTO extraction (tenant_id, document_id, version, key, fields, created_at)
       SELECT :tenant, id, 1, 'a', jsonb_build_object('preceding', jsonb_build_array(
           jsonb_build_object('number', 'RE-' || ltrim(sha256, '0')))), now()
       FROM document WHERE source = 'upload' AND original_name = 'a' AND size_bytes = 1""",
    "ANALYZE named_invoice",
)


@pytest.fixture
def desk(database: Database) -> Desk:
    """A tenant of its own."""
    return Desk(database)


def correction(number: str) -> Reading:
    """The reading of an invoice that corrects another one."""
    return naming(Preceding(Relation.CORRECTS, number))


def naming(*preceding: Preceding) -> Reading:
    """The reading of an invoice that names earlier ones."""
    return Reading(fields=replace(EXTRACTION, preceding=preceding).to_json())


def later(desk: Desk, *preceding: Preceding, seed: str = "b") -> UUID:
    """A document that names earlier ones, in a case that could be approved."""
    inbox_id, _ = desk.read(seed, naming(*preceding))
    made = invoice("RE-3", document_type=DocumentType.INVOICE)
    desk.amends(inbox_id, normalized_invoice=made.to_json(), vendor_id=str(desk.vendor))
    return inbox_id


def posted(desk: Desk, inbox_id: UUID) -> UUID:
    """In the books, whatever was said of it; its intent."""
    if told(desk, inbox_id):
        desk.answers(inbox_id, PRECEDING_INVOICE="Das ist geprüft.")
    intent_id = desk.steps.post(desk.step(inbox_id)).intent_id
    assert intent_id is not None
    return intent_id


def told(desk: Desk, inbox_id: UUID) -> list[tuple[str, str]]:
    """Severity and words of what a case says of earlier invoices."""
    found: list[dict[str, Any]] = list(desk.case(inbox_id).findings)
    return [
        (each["severity"], each["message"])
        for each in found
        if each["code"] == "PRECEDING_INVOICE" and each["answer"] is None
    ]


def test_a_correction_of_what_is_there_stops(desk: Desk) -> None:
    """In a case or in the books, however the number is spelt; what nobody knows is a warning."""
    first = desk.ready("a", invoice("RE-2"))
    second, _ = desk.read("b", correction("RE 2"))
    unknown, _ = desk.read("c", correction("RE-9"))
    waiting = told(desk, second)
    desk.amends(first, normalized_invoice=invoice("RE-2").to_json())
    desk.answers(first, PRECEDING_INVOICE="Die Berichtigung wird abgelehnt.")
    desk.steps.post(desk.step(first))
    desk.amends(second, normalized_invoice=invoice("RE-3").to_json())

    ((severity, words),) = waiting
    assert (severity, "RE-2, which waits in another case" in words) == ("blocking", True)
    ((severity, words),) = told(desk, second)
    assert (severity, "RE-2, which is in the books" in words) == ("blocking", True)
    assert [each for each, _ in told(desk, unknown)] == ["warning"]
    with pytest.raises(FindingsOpen):
        desk.steps.post(desk.step(second))


def test_an_original_that_comes_after_its_correction_stops(desk: Desk) -> None:
    """However its number is spelt, looked at twice; answered, it is booked beside it."""
    correcting = later(desk, Preceding(Relation.CORRECTS, "RE 2"))
    posted(desk, correcting)
    original = desk.ready("a", invoice("RE-2"))
    desk.amends(original, vendor_id=str(desk.vendor))

    ((severity, words),) = told(desk, original)
    assert (severity, "RE-3 is in the books and corrects" in words) == ("blocking", True)
    others = {each["code"]: each["other_case_id"] for each in desk.case(original).findings}
    assert others["PRECEDING_INVOICE"] == str(desk.case(correcting).id)
    with pytest.raises(FindingsOpen):
        desk.steps.post(desk.step(original))
    assert len(desk.rows("SELECT id FROM invoice")) == 1
    posted(desk, original)
    assert len(desk.rows("SELECT id FROM invoice")) == 2


@pytest.mark.parametrize("place", [0, 4, 19])
def test_each_that_is_named_is_known(desk: Desk, place: int) -> None:
    """A correction may take the place of several; a reading keeps twenty."""
    named = [Preceding(Relation.CORRECTS, f"RE-{5 + at}") for at in range(20)]
    posted(desk, later(desk, *named))
    assert [each for each, _ in told(desk, desk.ready("a", invoice(f"RE-{5 + place}")))] == [
        "blocking"
    ]


@pytest.mark.parametrize("number", [LONG, "\ufdfa" * 4000], ids=["random", "ligature"])
def test_a_number_of_any_length_is_stored(desk: Desk, number: str) -> None:
    """An index holds 2,704 bytes of it; the ligature is fifteen letters in its key."""
    later(desk, Preceding(Relation.CORRECTS, number), Preceding(Relation.CORRECTS, "RE-2"))

    for seed, original in (("c", "RE-2"), ("d", number[:100])):
        found = told(desk, desk.ready(seed, invoice(original)))
        assert [each for each, _ in found] == ["blocking"]


def test_what_names_a_number_is_found_by_an_index(desk: Desk) -> None:
    """Of two thousand readings that name other numbers, one row is looked at."""
    inbox_id = desk.ready("a", invoice("RE-77"))
    with desk.database.owner_engine.begin() as connection:
        for statement in _MANY_READINGS:
            connection.execute(text(statement), {"tenant": str(desk.tenant.id)})
    with read_session(desk.engine, desk.tenant.id) as session:
        item = session.exec(select(InboxItemRow).where(InboxItemRow.id == inbox_id)).one()
        found = scans(
            session,
            lambda asked: list(
                preceding_findings(asked, item, invoice("RE-77"), desk.vendor, EXTRACTION)
            ),
        )

    (read,) = found
    assert {each.table: each.rows for each in read}["named_invoice"] == 1


def test_a_house_in_its_first_minute_looks_at_no_case_twice(desk: Desk) -> None:
    """Nothing is known of the tables yet: a join over all cases would multiply with the next."""
    for number in range(30):
        desk.ready(chr(0x100 + number), invoice(f"B-{number}", total_gross=Decimal(120 + number)))
    inbox_id = desk.ready("a", made := invoice("RE-77", total_gross=Decimal(500)))
    with read_session(desk.engine, desk.tenant.id) as session:
        item = session.exec(select(InboxItemRow).where(InboxItemRow.id == inbox_id)).one()
        found = scans(
            session,
            lambda asked: [
                *preceding_findings(asked, item, made, desk.vendor, EXTRACTION),
                *twins_of(asked, item, made, desk.vendor, EXTRACTION),
            ],
        )

    assert max(each.rows for read in found for each in read) <= 31


@pytest.mark.parametrize(
    ("relation", "is_posted", "severities"),
    [
        (Relation.CORRECTS, False, ["blocking"]),
        (Relation.CREDITS, True, ["hint"]),
        (Relation.CREDITS, False, ["hint"]),
        (Relation.REFERS, True, ["blocking"]),
        (Relation.REFERS, False, []),
    ],
)
def test_what_came_before_says_what_it_is_to_this_one(
    desk: Desk, relation: Relation, *, is_posted: bool, severities: list[str]
) -> None:
    """A document that waits and only refers to this one asks by itself."""
    other = later(desk, Preceding(relation, "RE-2"))
    if is_posted:
        posted(desk, other)
    assert [each for each, _ in told(desk, desk.ready("a", invoice("RE-2")))] == severities


@pytest.mark.parametrize("end", ["reversed", "rejected", "another vendor", "another number"])
def test_what_stands_no_more_stops_nothing(desk: Desk, end: str) -> None:
    """Nor what is another vendor's, or speaks of another number."""
    number = "RE-7" if end == "another number" else "RE-2"
    correcting = later(desk, Preceding(Relation.CORRECTS, number))
    if end == "rejected":
        desk.steps.reject(desk.step(correcting, body={"reason": "Doppelt."}))
    else:
        intent_id = posted(desk, correcting)
    if end == "reversed":
        with write_session(desk.engine, desk.tenant.id, desk.tenant.actor) as session:
            reverse_intent(session, intent_id, today=AT.date())
    original = desk.ready("a", invoice("RE-2"))
    if end == "another vendor":
        made = invoice("RE-2", vendor=NormalizedVendor(name="Farben AG"))
        other = uuid4()
        with write_session(desk.engine, desk.tenant.id, desk.tenant.actor) as session:
            vendor_store.create(session, other, Vendor("Farben AG", default_account=GOODS))
        desk.amends(original, normalized_invoice=made.to_json(), vendor_id=str(other))

    assert told(desk, original) == []


def test_a_number_is_cut_to_what_an_invoice_may_have(database: Database) -> None:
    """The function of the server and the limit of an invoice's number tell the same length."""
    number = "7" * (NUMBER_LENGTH + 1)
    with database.engine.connect() as connection:
        (key,) = connection.execute(
            text("SELECT key FROM named_keys(jsonb_build_object('preceding',"
                 " jsonb_build_array(jsonb_build_object('number', CAST(:number AS text)))))"),
            {"number": number},
        ).scalars()  # fmt: skip

    assert len(key) == NUMBER_LENGTH
