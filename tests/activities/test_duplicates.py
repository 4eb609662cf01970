"""Duplicates on a real database: found by keys, whatever the spelling."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from domain.database.session import write_session
from domain.documents.store import Reading
from domain.intake import review_store
from domain.intake.extraction import Confidence, Extraction
from domain.intake.review import InvoiceDuplicateSuspected
from domain.payables import vendor_store
from domain.payables.normalized import NormalizedVendor
from domain.payables.partner import Address, Vendor
from domain.plain_text import looks
from domain.reading.document_type import DocumentType
from tests.activities.test_document_intake import AT, GOODS, Desk, invoice
from tests.servers import Database
from tests.waiting import until_somebody_waits
from workflows.document_intake.steps import IntakeStep, Stage


@pytest.fixture
def desk(database: Database) -> Desk:
    """A tenant of its own."""
    return Desk(database)


def key(desk: Desk, number: str) -> str | None:
    """What the database keeps of a number."""
    return keys(desk, [number])[0]


def keys(desk: Desk, numbers: list[str]) -> list[str | None]:
    """What it keeps of each, asked at once."""
    query = text(
        "SELECT number_key(n) FROM unnest(CAST(:numbers AS text[])) WITH ORDINALITY AS t (n, place)"
        " ORDER BY place"
    )
    with desk.engine.connect() as connection:
        return list(connection.execute(query, {"numbers": numbers}).scalars())


@pytest.mark.parametrize(
    "number",
    ["RE 2026-a06c", "RE-2026-a06c", "re 2026-a06c", "0RE 2026-a06c", "RE/2O26/AO6C", "RE2026A06C"],
)
def test_spellings_of_one_number_have_one_key(desk: Desk, number: str) -> None:
    """Blanks, signs, case, leading zeros, and letters that look like figures."""
    assert key(desk, number) == key(desk, "RE-2026-a06c")


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("AO/100", "AO100"),
        ("AO/100", "A0 100"),
        ("RE-2026/0017", "RE 2026 17"),
        ("QB-7", "0B7"),
        ("RS/0017", "RS17"),
        ("O-17", "17"),
    ],
)
def test_a_sign_behind_a_letter_that_looks_like_a_zero_makes_no_other_key(
    desk: Desk, one: str, two: str
) -> None:
    """Nor do zeros of a part of the number."""
    assert key(desk, one) == key(desk, two)


@pytest.mark.parametrize(
    ("one", "two"),
    [("2026-17", "2026-18"), ("RE-17", "GS-17"), ("10-5", "10-50"), ("100", "10"), ("A7", "A77")],
)
def test_other_numbers_have_other_keys(desk: Desk, one: str, two: str) -> None:
    """Zeros at the end count."""
    assert key(desk, one) != key(desk, two)


@pytest.mark.parametrize(
    ("number", "other"),
    [
        ("RE-500", "\uff32\uff25-\uff15\uff10\uff10"),  # full width
        ("RE-500", "R\u0415-500"),  # Cyrillic capital
        ("re-500", "r\u0435-5\u043e\u043e"),  # Cyrillic small
        ("RN-500", "R\u039d-5\u039f0"),  # Greek
        ("RE-500", "RE\u0301-500"),  # an accent, written apart
        ("RE-500", "R\u00c9-500"),
        ("RE-500", "RE-5\u200b00"),  # without width, before zeros that count
        ("RE-500", "RE-S00"),
        ("RE-2026-100", "RE-2026-l00"),
        ("RE-2026-100", "RE-2026-\u0406O0"),
        ("RE-2026-105", "RE-2026-l05"),
        ("RE-2026-110", "RE-2026-|l0"),
        ("RE-2026-1005", "RE-2026-1OO5"),
        ("RE2026100", "RE2026I00"),
        ("RE-100", "RE-I00"),
        ("RE-105", "RE-l05"),
        ("PH100", "PHl00"),
        ("GL-0017", "GL17"),
    ],
)
def test_numbers_that_look_alike_have_one_key(desk: Desk, number: str, other: str) -> None:
    """Letters of other alphabets and widths, and a misread 1 before zeros."""
    assert key(desk, number) == key(desk, other)


def test_each_letter_that_names_are_compared_by_is_folded_in_numbers(desk: Desk) -> None:
    """The database and Python have the same letters, small and capital."""
    letters = [chr(code) for code in (*range(0x37B, 0x530), *range(0xFF21, 0xFF3B))]
    pairs = [(letter, looks(letter)) for letter in letters if looks(letter).isascii()]
    pairs = [(one, seen) for one, seen in pairs if seen.isalpha() and one != "\u039d"]  # like N
    assert len(pairs) > 80
    folded, plain = (
        keys(desk, [f"7{each}7" for each in side]) for side in zip(*pairs, strict=True)
    )
    assert dict(zip(pairs, folded, strict=True)) == dict(zip(pairs, plain, strict=True))


def test_a_series_of_honest_numbers_keeps_a_key_for_each(desk: Desk) -> None:
    """Whatever their zeros and ones; and short ones that differ in a figure or a letter."""
    series = [
        *(f"RE-2026-{n}" for n in range(1, 1200)),
        *(f"PHL{n}" for n in range(1, 1200)),
        *("A7", "A77", "B8", "BS", "A1", "A10", "A11", "\u0416-5", "\u0414-5"),
    ]
    assert len(set(keys(desk, series))) == len(series)


@pytest.mark.parametrize("number", ["\uff32\uff25-500", "R\u0415-500", "RE-5O0", "RE-S00"])
def test_a_number_that_looks_like_one_of_the_books_stops(desk: Desk, number: str) -> None:
    """Sent a second time with letters that nobody can tell from the first."""
    first = desk.ready("a", invoice("RE-500"))
    desk.steps.post(desk.step(first))
    second = desk.ready("b", invoice(number))

    hint = desk.case(second).duplicate_hint
    assert hint is not None
    assert hint["invoice_id"] == str(desk.case(first).invoice_id)
    with pytest.raises(InvoiceDuplicateSuspected):
        desk.steps.post(desk.step(second))


def test_a_number_of_signs_alone_has_no_key(desk: Desk) -> None:
    """Nothing is like nothing."""
    assert key(desk, "---") is None
    assert key(desk, "000") is None


def test_the_second_spelling_is_suspected_with_the_first_beside_it(desk: Desk) -> None:
    """And every further one."""
    spellings = ["RE 2026-a06c", "RE-2026-a06c", "re 2026-a06c", "0RE 2026-a06c"]
    first, *others = [
        desk.ready(seed, invoice(n)) for seed, n in zip("abcd", spellings, strict=True)
    ]

    assert desk.case(first).duplicate_hint is None
    for other in others:
        hint = desk.case(other).duplicate_hint
        assert hint is not None
        assert hint["review_case_id"] == str(desk.case(first).id)
        assert hint["document_id"] is not None
        assert hint["reasons"]
        with pytest.raises(InvoiceDuplicateSuspected):
            desk.steps.post(desk.step(other))


def test_of_two_that_are_judged_at_once_one_sees_the_other(desk: Desk) -> None:
    """As a mail brings them, the page and its XML: the second waits until the first is there."""
    read = Extraction(
        vendor_name="Papier GmbH",
        invoice_number="RE-2026-17",
        invoice_date=AT.date(),
        total_gross=Decimal(120),
        document_type=DocumentType.INVOICE,
        confidence=Confidence(Decimal(1), {"total_gross": Decimal(1)}),
    )
    page, data = (
        desk.arrived(seed, Reading(fields=replace(read, syntax=syntax).to_json()))
        for seed, syntax in (("a", None), ("b", "UBL"))
    )
    step = IntakeStep(tenant_id=desk.tenant.id, inbox_id=data, at=AT)
    with ThreadPoolExecutor(1) as other:
        with write_session(desk.engine, desk.tenant.id, desk.tenant.actor) as session:
            review_store.check(session, page, AT)
            judging = other.submit(desk.steps.check, step)
            until_somebody_waits(desk.database)
        judging.result(timeout=60)

    hint = desk.case(data).duplicate_hint
    assert desk.case(page).duplicate_hint is None
    assert hint is not None
    assert hint["reasons"] == ["SAME_NUMBER", "SAME_DAY_AND_GROSS", "OTHER_FORM"]


def test_a_posted_invoice_in_another_spelling_stops(desk: Desk) -> None:
    """Acknowledged, it is posted, for the books see another number."""
    first, second = desk.ready("a", invoice("RE-2026-17")), desk.ready("b", invoice("RE 2O26/17"))
    desk.steps.post(desk.step(first))
    with pytest.raises(InvoiceDuplicateSuspected):
        desk.steps.post(desk.step(second))

    hint = desk.case(second).duplicate_hint
    assert hint is not None
    assert hint["invoice_id"] == str(desk.case(first).invoice_id)
    desk.amends(second, invoice_patch={"duplicate_acknowledged": True})
    assert desk.steps.post(desk.step(second)).stage is Stage.POSTED


def test_what_was_acknowledged_holds_for_what_was_seen(desk: Desk) -> None:
    """With another number it may be another invoice's duplicate; what nobody has seen is none."""
    first, other = desk.ready("a", invoice("RE-2026-17")), desk.ready("b", invoice("RE-2026-18"))
    third = desk.ready("c", invoice("RE 2O26/17"))
    desk.steps.post(desk.step(first))
    desk.amends(other, invoice_patch={"duplicate_acknowledged": True})
    assert desk.case(other).duplicate_hint is None
    assert desk.case(other).normalized_invoice["duplicate_acknowledged"] is False
    desk.steps.post(desk.step(other))
    desk.amends(third, invoice_patch={"duplicate_acknowledged": True})
    assert desk.case(third).duplicate_hint is None

    desk.amends(third, invoice_patch={"invoice_number": "RE 2O26/18"})

    hint = desk.case(third).duplicate_hint
    assert hint is not None
    assert hint["invoice_id"] == str(desk.case(other).invoice_id)
    desk.amends(third, invoice_patch={"duplicate_acknowledged": True, "reference_text": "X"})
    assert desk.case(third).duplicate_hint is None
    desk.amends(third, invoice_patch={"reference_text": "Y"})
    assert desk.steps.post(desk.step(third)).stage is Stage.POSTED


@pytest.mark.parametrize("is_twin", [True, False])
def test_an_invoice_of_another_vendor_of_the_same_account_stops(
    desk: Desk, *, is_twin: bool
) -> None:
    """One company that was entered twice, or two clients of a factor: all has to fit."""
    ibans = ("DE89370400440532013000", "DE89370400440532013000" if is_twin else None)
    with write_session(desk.engine, desk.tenant.id, desk.tenant.actor) as session:
        mine, twin = uuid4(), uuid4()
        for each, name, iban in zip((mine, twin), ("Huber GmbH", "Huber Bau"), ibans, strict=True):
            vendor = Vendor(name, default_account=GOODS, iban=iban, address=Address(country="AT"))
            vendor_store.create(session, each, vendor)
    first, second = (
        desk.ready(seed, replace(invoice("RE-77"), vendor=NormalizedVendor(name=name)))
        for seed, name in zip("ab", ("Huber GmbH", "Huber Bau"), strict=True)
    )
    desk.amends(first, vendor_id=str(mine))
    desk.steps.post(desk.step(first))
    desk.amends(second, vendor_id=str(twin))
    if not is_twin:
        assert desk.steps.post(desk.step(second)).stage is Stage.POSTED
        return
    with pytest.raises(InvoiceDuplicateSuspected):
        desk.steps.post(desk.step(second))


def test_a_monthly_invoice_of_the_same_sum_is_none(desk: Desk) -> None:
    """Another day and another number."""
    desk.steps.post(
        desk.step(desk.ready("a", invoice("ABO-2026-02", invoice_date=date(2026, 2, 2))))
    )
    second = desk.ready("b", invoice("ABO-2026-03"))

    case = desk.case(second)
    assert case.duplicate_hint is None
    assert [each["code"] for each in case.findings if each["answer"] is None] == []
    assert desk.steps.post(desk.step(second)).stage is Stage.POSTED


@pytest.mark.parametrize("is_posted", [True, False])
@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("FB-2026-100", "FB-2026-100 Kopie"),
        ("FB-2026-100 Kopie", "FB-2026-100"),
        ("FB-2026-100", "Rechnung FB-2026-100"),
        ("Re.Nr. FB-2026-100", "FB-2026-100 Duplikat"),
    ],
)
def test_a_copy_of_another_day_stops(desk: Desk, one: str, two: str, *, is_posted: bool) -> None:
    """Whichever of the two comes first, and whether that is in the books."""
    first = desk.ready("a", invoice(one, invoice_date=date(2026, 2, 26)))
    if is_posted:
        desk.steps.post(desk.step(first))
    second = desk.ready("b", invoice(two))

    hint = desk.case(second).duplicate_hint
    assert hint is not None
    assert hint["reasons"] == ["SAME_BUT_FOR_WORDS"]
    with pytest.raises(InvoiceDuplicateSuspected):
        desk.steps.post(desk.step(second))


@pytest.mark.parametrize("is_posted", [True, False])
@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("FB-2026-100", "FB-2026-100-A"),
        ("FB-2026-100/2", "FB-2026-100"),
        ("FB-2026-100-A", "FB-2026-100-B"),
        ("FB-2026-100", "FB-2026-100 Rev. 1"),
    ],
)
def test_a_number_with_an_end_of_another_day_is_a_warning(
    desk: Desk, one: str, two: str, *, is_posted: bool
) -> None:
    """It may be another delivery: a person says so."""
    first = desk.ready("a", invoice(one, invoice_date=date(2026, 2, 26)))
    if is_posted:
        desk.steps.post(desk.step(first))
    case = desk.case(desk.ready("b", invoice(two)))

    assert case.duplicate_hint is None
    assert "SIMILAR_INVOICE" in [finding["code"] for finding in case.findings]


def test_two_of_one_day_and_sum_are_a_warning(desk: Desk) -> None:
    """Two deliveries on one day happen; nobody has to answer."""
    desk.ready("a", invoice("RE-2026-17"))
    second = desk.ready("b", invoice("RE-2026-18"))

    codes = [finding["code"] for finding in desk.case(second).findings]
    assert desk.case(second).duplicate_hint is None
    assert "SIMILAR_INVOICE" in codes
    assert desk.steps.post(desk.step(second)).stage is Stage.POSTED


def test_xml_and_pdf_of_one_invoice_meet(desk: Desk) -> None:
    """Vendor by VAT id in one and by name in the other; the number misread."""
    data = Extraction(
        vendor_name="Neu & Gut GmbH",
        vendor_vat_id="ATU13585627",
        invoice_number="NG-1001",
        invoice_date=AT.date(),
        total_gross=Decimal("77.70"),
        syntax="UBL",
    )
    page = replace(
        data, vendor_vat_id=None, vendor_name="NEU & GUT", invoice_number="NG-IOO1", syntax=None
    )
    first, _ = desk.read("a", Reading(fields=data.to_json()))
    second, _ = desk.read("b", Reading(fields=page.to_json()))

    hint = desk.case(second).duplicate_hint
    assert desk.case(first).duplicate_hint is None
    assert hint is not None
    assert set(hint["reasons"]) >= {"NUMBER_READS_ALIKE", "SAME_DAY_AND_GROSS"}


def test_the_same_picture_is_suspected_when_nothing_was_read(desk: Desk) -> None:
    """Two scans of one page, saved otherwise."""
    first, _ = desk.read("a", Reading(fields=Extraction(page_hash="0f1e2d3c4b5a6978").to_json()))
    second, _ = desk.read("b", Reading(fields=Extraction(page_hash="0f1e2d3c4b5a6979").to_json()))
    third, _ = desk.read("c", Reading(fields=Extraction(page_hash="f0e1d2c3b4a59687").to_json()))

    hint = desk.case(second).duplicate_hint
    assert hint is not None
    assert hint["reasons"][0] == "SAME_PAGE"
    assert desk.case(first).duplicate_hint is None
    assert desk.case(third).duplicate_hint is None


def test_a_rejected_case_is_no_twin(desk: Desk) -> None:
    """Sent again after it was refused, it is looked at again."""
    first = desk.ready("a", invoice("R-5001"))
    desk.steps.reject(desk.step(first, body={"reason": "Falsch"}))
    second = desk.ready("b", invoice("R-5001"))

    assert desk.case(second).duplicate_hint is None


def test_cases_are_found_by_an_index(database: Database) -> None:
    """Row-level security lets equality of text use one; other operators it would not."""
    desk = Desk(database)
    with database.owner_engine.begin() as connection:
        connection.execute(_IS_TENANT, {"tenant": str(desk.tenant.id)})
        for statement in _MANY_CASES:
            connection.execute(text(statement), {"tenant": desk.tenant.id})
    with database.engine.begin() as connection:
        connection.execute(_IS_TENANT, {"tenant": str(desk.tenant.id)})
        plan = "\n".join(connection.execute(_LOOK_UP, {"tenant": desk.tenant.id}).scalars())

    for name in ("number_key", "sum_key", "page_band_1"):
        assert f"ix_review_case_{name}" in plan


_IS_TENANT = text("SELECT set_config('app.tenant_id', :tenant, true)")
_LOOK_UP = text(
    "EXPLAIN SELECT id FROM review_case WHERE tenant_id = :tenant"
    " AND (number_key = 'R77' OR sum_key = '2026-01-01 77.00' OR page_band_1 = 'abcd')"
)
_MANY_CASES = (
    """INSERT INTO document
           (tenant_id, id, sha256, mime_type, original_name, size_bytes, source, created_at)
       SELECT :tenant, md5(n::text)::uuid, lpad(n::text, 64, '0'), 'application/pdf', 'a', 1,
           'upload', now() FROM generate_series(1, 3000) n""",
    """INSERT INTO inbox_item (tenant_id, id, document_id, status, original_name, created_at)
       SELECT :tenant, id, id, 'pending', 'a', now() FROM document WHERE tenant_id = :tenant""",
    """INSERT INTO review_case (tenant_id, id, inbox_id, document_id, queue_state, page_hash,
           normalized_invoice, created_at, updated_at)
       SELECT :tenant, id, id, id, 'correction', substr(md5(id::text), 1, 16), jsonb_build_object(
           'invoice_number', 'R-' || sha256, 'invoice_date', '2026-01-01',
           'total_gross', ltrim(sha256, '0')), now(), now()
       FROM document WHERE tenant_id = :tenant""",
    "ANALYZE review_case",
)


@settings(max_examples=60, deadline=None)
@given(st.from_regex(r"[A-Z]{1,3}[- /]?[1-9][0-9]{2,6}", fullmatch=True), st.data())
def test_form_changes_no_key(database: Database, number: str, data: st.DataObject) -> None:
    """Whatever sign stands in it, upper or lower case, zeros before it, figures for letters."""
    sign = data.draw(st.sampled_from(["", " ", "-", "/", " - "]))
    other = "0" + number.lower().replace("-", sign).replace("/", sign).replace(" ", sign)
    with database.engine.connect() as connection:
        one, two = connection.execute(
            text("SELECT number_key(:one), number_key(:two)"), {"one": number, "two": other}
        ).one()

    assert one == two
