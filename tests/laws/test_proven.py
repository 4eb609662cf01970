"""PROVEN: whatever is changed in an exported proof, the verifier tells, and where."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from domain.periods.period import PeriodName
from domain.periods.verifier import Differs, verify
from domain.store import journal, periods
from domain.store.sealing import EntryAltered
from domain.store.transaction import reading, transaction
from domain.views.proofs import closing_of, proof
from tests.builders import Tenant, another_tenant
from tests.servers import Database
from tests.strategies import plain_booking

JANUARY, FEBRUARY = PeriodName("2026-01"), PeriodName("2026-02")
Lines = list[dict[str, Any]]
ENTRIES = 7
FIRST_ENTRY = 4  # after the head, two closings and the configuration


def post(database: Database, tenant: Tenant, day: date, amount: str) -> None:
    """Post one booking."""
    with transaction(database.engine, tenant.id, tenant.actor) as session:
        journal.book(session, plain_booking(uuid4(), day, amount))


def lock(database: Database, tenant: Tenant, name: PeriodName) -> str:
    """Lock a period by two people and return its closing hash."""
    request_id: UUID = uuid4()
    clerk, boss = (tenant.people[each].actor for each in ("bookkeeper", "approver"))
    with transaction(database.engine, tenant.id, clerk) as session:
        periods.request_lock(session, name, request_id, datetime.now(UTC))
    with transaction(database.engine, tenant.id, boss) as session:
        return periods.approve_lock(
            session, name, request_id, datetime.now(UTC)
        ).closing.closing_hash


def exported(database: Database, tenant: Tenant, name: PeriodName) -> list[str]:
    """Lines of the proof of a locked period."""
    with reading(database.engine, tenant.id) as session:
        return list(proof(session, closing_of(session, str(name))))


@pytest.fixture(scope="module")
def sealed(database: Database) -> tuple[list[str], str]:
    """Lock January and February with bookings in both; the proof of February."""
    tenant = another_tenant(database)
    for day in range(1, ENTRIES + 1):
        post(database, tenant, date(2026, 1, day), f"{day}.50")
        post(database, tenant, date(2026, 2, day), f"{day}00.00")
    lock(database, tenant, JANUARY)
    closing_hash = lock(database, tenant, FEBRUARY)
    return exported(database, tenant, FEBRUARY), closing_hash


def test_an_untouched_proof_holds(sealed: tuple[list[str], str]) -> None:
    """Entries, chain and the hash that was kept outside."""
    lines, closing_hash = sealed

    found = verify(lines, closing_hash)

    assert (found.period, found.entry_count, found.closing["closing_seq"]) == (
        "2026-02",
        ENTRIES,
        "2",
    )
    assert found.closing_hash == closing_hash


def test_a_proof_of_an_empty_period_holds(database: Database) -> None:
    """Nothing was posted, and that is proven."""
    tenant = another_tenant(database)
    closing_hash = lock(database, tenant, JANUARY)

    assert verify(exported(database, tenant, JANUARY), closing_hash).entry_count == 0


def _set(*path: str, value: object) -> Callable[[Lines, int], None]:
    def change(rows: Lines, at: int) -> None:
        target = rows[at]
        for key in path[:-1]:
            target = target[key]
        assert target[path[-1]] != value
        target[path[-1]] = value

    return change


FIELDS: dict[str, object] = {
    "amount": "400.01",
    "debit_account": "6840",
    "credit_account": "2700",
    "posting_date": "2026-02-28",
    "document_date": "2026-02-01",
    "posted_at": "2026-02-01T00:00:00.000000Z",
    "kind": "opening",
    "reverses": "2026-000001",
    "document_no": "ER-1",
    "document_sha256": ["0" * 64],
    "text_commitment": "0" * 64,
    "currency": "CHF",
    "created_by": str(UUID(int=9)),
    "approved_by": str(UUID(int=9)),
    "intent_id": str(UUID(int=9)),
    "debit_tax_code": "VST20",
    "credit_tax_code": "VST20",
    "debit_partner": str(UUID(int=9)),
    "credit_partner": str(UUID(int=9)),
    "fx": {"currency": "USD", "amount": "1", "rate": "1"},
    "entry_no": "2026-000099",
    "entry_seq": "99",
    "fiscal_year": "2027",
    "period": "2026-01",
    "tenant": str(UUID(int=9)),
    "v": "journal-entry-2",
}


@pytest.mark.parametrize("key", FIELDS)
def test_a_changed_field_names_its_row(sealed: tuple[list[str], str], key: str) -> None:
    """Each field of an entry is covered; the message says which line and which entry."""
    rows = [json.loads(line) for line in sealed[0]]
    at = FIRST_ENTRY + 3
    _set("entry", key, value=FIELDS[key])(rows, at)

    with pytest.raises(Differs) as difference:
        verify(json.dumps(row) for row in rows)

    assert difference.value.line == at + 1
    assert rows[at]["entry"]["entry_no"] in difference.value.reason


def test_every_field_of_an_entry_is_tried(sealed: tuple[list[str], str]) -> None:
    """A field added to the leaf must be tried here, too."""
    entry = json.loads(sealed[0][FIRST_ENTRY])["entry"]

    assert set(entry) - {"debit_tax_part", "credit_tax_part"} == set(FIELDS)


@pytest.mark.parametrize(
    ("at", "change"),
    [
        (0, _set("period", value="2026-03")),
        (0, _set("proof", value="proof-2")),
        (1, _set("closing", "merkle_root", value="0" * 64)),
        (1, _set("closing_hash", value="0" * 64)),
        (2, _set("closing", "previous_closing_hash", value="0" * 64)),
        (2, _set("closing", "locked_by", value=str(UUID(int=9)))),
        (2, _set("closing", "entry_count", value="8")),
        (3, _set("config", "accounts", value=[])),
        (FIRST_ENTRY, _set("leaf_hash", value="0" * 64)),
        (FIRST_ENTRY, _set("audit_hash", value="0" * 64)),
        (FIRST_ENTRY, _set("prev_hash", value="0" * 64)),
        (FIRST_ENTRY, _set("text", value="Privatentnahme")),
        (FIRST_ENTRY, _set("salt", value="00" * 16)),
    ],
)
def test_any_other_change_is_told(
    sealed: tuple[list[str], str], at: int, change: Callable[[Lines, int], None]
) -> None:
    """Head, chain, configuration, hashes and texts."""
    rows = [json.loads(line) for line in sealed[0]]
    change(rows, at)

    with pytest.raises(Differs):
        verify(json.dumps(row) for row in rows)


@pytest.mark.parametrize("gone", range(FIRST_ENTRY + ENTRIES))
def test_a_missing_line_is_told(sealed: tuple[list[str], str], gone: int) -> None:
    """No line of the proof can be left out."""
    lines = [line for at, line in enumerate(sealed[0]) if at != gone]

    with pytest.raises(Differs):
        verify(lines)


def test_lines_cannot_change_places_or_come_twice(sealed: tuple[list[str], str]) -> None:
    """Order and number of entries are sealed."""
    lines = sealed[0]
    swapped = [*lines[:FIRST_ENTRY], lines[FIRST_ENTRY + 1], lines[FIRST_ENTRY], *lines[6:]]

    for wrong in (swapped, [*lines, lines[-1]]):
        with pytest.raises(Differs):
            verify(wrong)


def test_a_removed_text_does_not_break_the_proof(sealed: tuple[list[str], str]) -> None:
    """After retention the text may go; its commitment stays."""
    rows = [json.loads(line) for line in sealed[0]]
    rows[FIRST_ENTRY] |= {"text": None, "salt": None}

    assert verify((json.dumps(row) for row in rows), sealed[1]).entry_count == ENTRIES


def test_who_rewrites_everything_is_told_by_the_hash_kept_outside(
    database: Database, sealed: tuple[list[str], str]
) -> None:
    """A proof that holds in itself, of other books."""
    other = another_tenant(database)
    post(database, other, date(2026, 2, 1), "1.00")
    lock(database, other, FEBRUARY)
    lines = exported(database, other, FEBRUARY)

    assert verify(lines)
    with pytest.raises(Differs, match="closing hash"):
        verify(lines, sealed[1])


def test_books_that_were_tampered_with_cannot_be_sealed(database: Database) -> None:
    """A row changed behind the triggers' back is found when the period is to be locked."""
    tenant = another_tenant(database)
    post(database, tenant, date(2026, 2, 1), "1.00")
    with database.owner_engine.begin() as connection:
        connection.execute(text(f"SET LOCAL app.tenant_id = '{tenant.id}'"))
        connection.execute(text("ALTER TABLE journal_entry DISABLE TRIGGER append_only_rows"))
        connection.execute(text("UPDATE journal_entry SET amount = 2 WHERE amount = 1"))
        connection.execute(text("ALTER TABLE journal_entry ENABLE TRIGGER append_only_rows"))

    with pytest.raises(EntryAltered) as altered:
        lock(database, tenant, FEBRUARY)

    assert altered.value.context == {"entry_no": "2026-000001"}
