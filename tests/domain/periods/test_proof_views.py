"""Proofs of books that somebody changed with all rights of the owner of the tables."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlmodel import Session

from domain.database.session import read_session
from domain.dates import month_range
from domain.errors import NotFound
from domain.ledger.booking import Booking, Line
from domain.ledger.intent import Exchange, Side
from domain.periods.proof_views import PeriodNotLocked, SealBroken, closing_of, inclusion, proof
from domain.periods.sealing_store import EntryAltered, EntryMissing, tallied
from domain.periods.tree import BLOCK
from domain.periods.verifier import Differs, verify
from tests.benchmarks.bulk import fill
from tests.builders import Tenant, another_tenant
from tests.proofs import FEBRUARY, JANUARY, book, exported, included, lock, post
from tests.servers import Database

OTHER = "'00000000-0000-0000-0000-000000000009'"
NUMBER, NAME = 4, "2026-000004"
_INTENT_OF = "SELECT intent_id FROM journal_entry WHERE journal_number = :number"
ENTRY = {
    "intent_id": "(SELECT i.intent_id FROM intent i WHERE i.intent_id <> e.intent_id LIMIT 1)",
    "journal_number": "99",
    "entry_no": "'2026-000099'",
    "period": "'2026-01'",
    "booking_date": "'2026-02-28'",
    "debit_account": "'6840'",
    "credit_account": "'2700'",
    "amount": "amount + 0.01",
    "debit_tax_code": "'VST10'",
    "debit_tax_part": "'tax'",
    "credit_tax_code": "'VST10'",
    "credit_tax_part": "'base'",
    "debit_partner_id": OTHER,
    "credit_partner_id": OTHER,
    "fx_amount": "fx_amount + 1",
    "reverses_entry_no": "'2026-000001'",
    "audit_hash": "repeat('0', 64)",
    "prev_hash": "repeat('0', 64)",
}
INTENT = {
    "document_date": "'2026-02-01'",
    "fiscal_year": "2027",
    "kind": "'opening'",
    "description": "'Privatentnahme'",
    "text_salt": "repeat('0', 32)",
    "text_commitment": "repeat('0', 64)",
    "external_reference": "'ER-2'",
    "document_sha256": "repeat('0', 64)",
    "fx_currency": "'CHF'",
    "fx_rate": "fx_rate * 2",
    "created_at": "created_at + interval '1 microsecond'",
    "created_by": OTHER,
    "approved_by": OTHER,
}
CHANGES = [("journal_entry", *change) for change in ENTRY.items()] + [
    ("intent", *change) for change in INTENT.items()
]


@dataclass
class Books:
    """A tenant whose February is locked; the fourth entry has a tax code and a foreign amount."""

    database: Database
    tenant: Tenant
    intent_id: UUID
    closing_hash: str

    @contextmanager
    def tampered(self, *statements: str) -> Iterator[Session]:
        """What the books look like after these commands, which are then undone."""
        with Session(self.database.owner_engine) as session:
            session.execute(text(f"SET LOCAL app.tenant_id = '{self.tenant.id}'"))
            session.info["tenant_id"] = self.tenant.id
            for table in ("journal_entry", "intent", "closing"):
                session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
            for statement in statements:
                assert session.execute(text(statement)).rowcount == 1  # type: ignore[attr-defined]
            yield session
            session.rollback()

    def proof(self, session: Session) -> list[str]:
        """Lines of the proof of February."""
        return list(proof(session, closing_of(session, str(FEBRUARY))))

    @property
    def fourth(self) -> str:
        """Where the fourth entry is."""
        return f"WHERE tenant_id = '{self.tenant.id}' AND journal_number = {NUMBER}"


@pytest.fixture(scope="module")
def books(database: Database) -> Books:
    """Post seven entries into February, with one of January among them, and lock it."""
    tenant = another_tenant(database)
    intents = []
    for day in range(1, 8):
        booking = Booking(
            intent_id=uuid4(),
            booking_date=date(2026, 1 if day == 3 else 2, day),
            description="Büromaterial",
            lines=(
                Line("6815", Side.DEBIT, Decimal("100.00"), "VST20" if day == 4 else None),
                Line("2800", Side.CREDIT, Decimal("100.00")),
            ),
            source="booking",
            exchange=Exchange("USD", Decimal(110), Decimal("1.1"), date(2026, 2, 1), "ecb"),
        )
        intents.append(book(database, tenant, booking))
    return Books(database, tenant, intents[3], lock(database, tenant, FEBRUARY))


def test_untouched_books_prove_what_was_sealed(books: Books) -> None:
    """The whole month, and one intent of two rows without any other."""
    month = verify(exported(books.database, books.tenant, FEBRUARY), books.closing_hash)
    lines = included(books.database, books.tenant, books.intent_id)
    intent = verify(lines, books.closing_hash)

    assert (month.entry_count, intent.entry_count) == (7, 2)
    assert intent.closing == month.closing
    assert len(lines) == 4
    assert all(json.loads(line)["entry"]["intent_id"] == str(books.intent_id) for line in lines[2:])


@pytest.mark.parametrize(("table", "column", "value"), CHANGES, ids=[c[1] for c in CHANGES])
def test_a_changed_column_names_its_entry(
    books: Books, table: str, column: str, value: str
) -> None:
    """Each column of the row and of its intent that is part of the proof."""
    where = books.fourth if table == "journal_entry" else f"WHERE intent_id = '{books.intent_id}'"
    with books.tampered(f"UPDATE {table} e SET {column} = {value} {where}") as session:  # noqa: S608
        lines = books.proof(session)

    with pytest.raises(Differs) as told:
        verify(lines, books.closing_hash)
    name = "2026-000099" if column == "entry_no" else NAME
    gone = column in {"journal_number", "period"}
    assert (f"number {NUMBER} is missing" if gone else f"entry {name}") in str(told.value)


def test_a_row_shown_twice_is_told(books: Books) -> None:
    """An intent of one row is not to look like one of two."""
    lines = included(books.database, books.tenant, books.intent_id)

    assert verify(lines, books.closing_hash)
    with pytest.raises(Differs, match="comes twice"):
        verify([*lines, lines[-1]], books.closing_hash)


def test_a_sibling_stands_left_or_right(books: Books) -> None:
    """No other word is taken for one of the two."""
    lines = included(books.database, books.tenant, books.intent_id)
    assert '["L",' in lines[-1]

    with pytest.raises(Differs, match="line 4"):
        verify([*lines[:-1], lines[-1].replace('["L",', '["l",', 1)], books.closing_hash)


@pytest.mark.parametrize(("table", "column", "value"), CHANGES, ids=[c[1] for c in CHANGES])
def test_no_intent_is_proven_from_changed_books(
    books: Books, table: str, column: str, value: str
) -> None:
    """Neither the changed one nor any other; a text that was changed stands beside the tree."""
    where = books.fourth if table == "journal_entry" else f"WHERE intent_id = '{books.intent_id}'"
    with books.tampered(f"UPDATE {table} e SET {column} = {value} {where}") as session:  # noqa: S608
        if column in {"description", "text_salt"}:
            with pytest.raises(Differs, match=f"text of entry {NAME} differs"):
                verify(inclusion(session, books.intent_id))
        else:
            with pytest.raises(SealBroken):
                inclusion(session, books.intent_id)


def test_a_removed_row_is_told_by_its_number(books: Books) -> None:
    """And nothing can be sealed or proven any more."""
    with books.tampered(f"DELETE FROM journal_entry {books.fourth}") as session:  # noqa: S608
        lines = books.proof(session)
        with pytest.raises(SealBroken):
            inclusion(session, books.intent_id)
        with pytest.raises(EntryMissing) as missing:
            tallied(session, FEBRUARY)

    with pytest.raises(Differs, match="number 4 is missing before entry 2026-000005"):
        verify(lines)
    assert missing.value.context == {"entry_no": "2026-000005"}


def test_an_added_row_is_told(books: Books) -> None:
    """A copy of a row under the next number."""
    copied = ", ".join(column for column in ENTRY if column not in {"journal_number", "entry_no"})
    added = (
        f"INSERT INTO journal_entry (tenant_id, journal_number, entry_no, {copied})"  # noqa: S608
        f" SELECT tenant_id, 9, '2026-000009', {copied} FROM journal_entry {books.fourth}"
    )
    with books.tampered(added) as session:
        lines = books.proof(session)

    with pytest.raises(Differs, match="entry 2026-000009 differs"):
        verify(lines)


def test_books_that_were_tampered_with_cannot_be_sealed(books: Books) -> None:
    """A row changed behind the triggers' back is found when the period is to be locked."""
    with (
        books.tampered(f"UPDATE journal_entry SET amount = 2 {books.fourth}") as session,  # noqa: S608
        pytest.raises(EntryAltered) as altered,
    ):
        tallied(session, FEBRUARY)

    assert altered.value.context == {"entry_no": NAME}


def test_only_a_locked_period_proves_its_intents(database: Database) -> None:
    """An open month has no seal, a soft-locked one neither; an unknown intent is not found."""
    tenant = another_tenant(database)
    intent_id = post(database, tenant, date(2026, 1, 5))

    with pytest.raises(PeriodNotLocked) as refused:
        included(database, tenant, intent_id)
    with pytest.raises(NotFound):
        included(database, tenant, uuid4())
    closing_hash = lock(database, tenant, JANUARY)
    assert verify(included(database, tenant, intent_id), closing_hash).entry_count == 1
    assert refused.value.context == {"period": "2026-01"}


@pytest.fixture(scope="module")
def long(database: Database) -> Books:
    """A tenant with three thousand entries in February, which is locked."""
    tenant = another_tenant(database)
    assert fill(database, tenant, 2400, month_range("2026-02")) == 3000
    with read_session(database.engine, tenant.id) as session:
        intent_id = session.execute(text(_INTENT_OF), {"number": NUMBER}).scalar_one()
    return Books(database, tenant, intent_id, lock(database, tenant, FEBRUARY))


@pytest.mark.parametrize("number", [1, NUMBER, BLOCK, BLOCK + 1, 2 * BLOCK, 2 * BLOCK + 1, 3000])
def test_an_intent_of_a_long_month_is_shown(long: Books, number: int) -> None:
    """Among the first, around the ends of the kept blocks, and at the end."""
    with read_session(long.database.engine, long.tenant.id) as session:
        intent_id = session.execute(text(_INTENT_OF), {"number": number}).scalar_one()
        lines = inclusion(session, intent_id)

    numbers = [int(json.loads(line)["entry"]["entry_seq"]) for line in lines[2:]]
    assert number in numbers
    assert verify(lines, long.closing_hash).entry_count == len(numbers)


def test_closings_of_before_there_were_blocks_prove_their_intents(long: Books) -> None:
    """The whole month is read for it."""
    with long.tampered("UPDATE closing SET blocks = NULL") as session:
        assert verify(inclusion(session, long.intent_id), long.closing_hash)


@pytest.mark.parametrize(
    ("change", "is_shown"),
    [
        ("UPDATE journal_entry SET amount = amount + 1 WHERE journal_number = 2000", True),
        ("UPDATE journal_entry SET amount = amount + 1 WHERE journal_number = 900", False),
        ("DELETE FROM journal_entry WHERE journal_number = 2999", False),
        ("UPDATE journal_entry SET journal_number = 9999 WHERE journal_number = 4", False),
        ("UPDATE closing SET blocks = set_byte(blocks, 33, 255 - get_byte(blocks, 33))", False),
    ],
)
def test_a_path_from_changed_books_is_not_shown(
    long: Books, change: str, *, is_shown: bool
) -> None:
    """An entry in a kept block tells nothing of the others; anything else would not hold."""
    with long.tampered(change) as session:
        if is_shown:
            assert verify(inclusion(session, long.intent_id), long.closing_hash)
        else:
            with pytest.raises(SealBroken):
                inclusion(session, long.intent_id)


@pytest.mark.parametrize("count", [1, 2, 3, 8, 11])
def test_every_intent_of_a_month_can_be_shown(database: Database, count: int) -> None:
    """Whatever the length of the month, and however its numbers lie between those of others."""
    tenant = another_tenant(database)
    intents = []
    for number in range(count):
        intents.append(post(database, tenant, date(2026, 2, 1), f"{number + 1}.00"))
        if number % 3 == 0:
            post(database, tenant, date(2026, 1, 1))
    closing_hash = lock(database, tenant, FEBRUARY)

    proofs = [included(database, tenant, each) for each in intents]

    assert all(verify(lines, closing_hash).entry_count == 1 for lines in proofs)
    for one, other in pairwise(proofs):
        rows = [json.loads(lines[-1]) for lines in (one, other)]
        with pytest.raises(Differs, match="is not among the sealed entries"):
            verify([*one[:-1], json.dumps(rows[0] | {"path": rows[1]["path"]})])
        with pytest.raises(Differs, match="is of another intent"):
            verify([*one[:-1], other[-1]])
