"""PROVEN: whatever is changed in an exported proof, the verifier tells, and where."""

import hashlib
import json
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from domain.periods.closing import closing_hash as hash_of
from domain.periods.verifier import Differs, verify
from tests.builders import another_tenant
from tests.proofs import FEBRUARY, JANUARY, exported, lock, post
from tests.servers import Database

Lines = list[dict[str, Any]]
ENTRIES = 7
FIRST_ENTRY = 4  # after the head, two closings and the configuration


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
    "debit_tax_part": "base",
    "credit_tax_code": "VST20",
    "credit_tax_part": "tax",
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


@pytest.mark.parametrize("as_exported", [True, False])
@pytest.mark.parametrize("key", FIELDS)
def test_a_changed_field_names_its_row(
    sealed: tuple[list[str], str], key: str, *, as_exported: bool
) -> None:
    """Each field of an entry is covered; the message says which line and which entry."""
    rows = [json.loads(line) for line in sealed[0]]
    at = FIRST_ENTRY + 3
    write = _exported if as_exported else json.dumps
    assert verify(map(write, rows), sealed[1])
    assert [_exported(row) for row in rows] == sealed[0]
    _set("entry", key, value=FIELDS[key])(rows, at)

    with pytest.raises(Differs) as difference:
        verify(map(write, rows))

    assert difference.value.line == at + 1
    assert rows[at]["entry"]["entry_no"] in difference.value.reason


def test_every_field_of_an_entry_is_tried(sealed: tuple[list[str], str]) -> None:
    """A field added to the leaf must be tried here, too."""
    entry = json.loads(sealed[0][FIRST_ENTRY])["entry"]

    assert set(entry) == set(FIELDS)


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


@pytest.mark.parametrize("key", FIELDS)
def test_a_field_that_is_gone_names_its_row(sealed: tuple[list[str], str], key: str) -> None:
    """What is absent is null, never left out."""
    rows = [json.loads(line) for line in sealed[0]]
    at = FIRST_ENTRY + 3
    del rows[at]["entry"][key]

    with pytest.raises(Differs) as difference:
        verify(json.dumps(row) for row in rows)

    assert difference.value.line == at + 1


def test_a_new_field_names_its_row(sealed: tuple[list[str], str]) -> None:
    """Nothing can be added to an entry either."""
    rows = [json.loads(line) for line in sealed[0]]
    rows[-1]["entry"]["cleared"] = "2026-03-01"

    with pytest.raises(Differs, match=r"line 11: entry 2026-000014 differs from its leaf hash"):
        verify(json.dumps(row) for row in rows)


@pytest.mark.parametrize("gone", range(FIRST_ENTRY))
def test_a_missing_head_is_told(sealed: tuple[list[str], str], gone: int) -> None:
    """Neither the head, nor a closing, nor the configuration can be left out."""
    with pytest.raises(Differs):
        verify(line for at, line in enumerate(sealed[0]) if at != gone)


@pytest.mark.parametrize("gone", range(ENTRIES))
def test_a_missing_row_is_told_by_its_number(sealed: tuple[list[str], str], gone: int) -> None:
    """February's entries have the even numbers, since January's were posted in between."""
    lines = [line for at, line in enumerate(sealed[0]) if at != FIRST_ENTRY + gone]
    place = "at the end" if gone == ENTRIES - 1 else f"before entry 2026-{2 * gone + 4:06d}"

    with pytest.raises(Differs, match=f"number {2 * gone + 2} is missing {place}"):
        verify(lines)


@pytest.mark.parametrize("at", range(FIRST_ENTRY, FIRST_ENTRY + ENTRIES))
def test_a_row_that_comes_twice_is_told(sealed: tuple[list[str], str], at: int) -> None:
    """Right behind itself, or at the end."""
    lines, name = sealed[0], json.loads(sealed[0][at])["entry"]["entry_no"]

    for doubled in ([*lines[: at + 1], lines[at], *lines[at + 1 :]], [*lines, lines[at]]):
        with pytest.raises(Differs, match=f"entry {name} comes twice"):
            verify(doubled)


def test_rows_cannot_change_places(sealed: tuple[list[str], str]) -> None:
    """The order of entries is sealed."""
    lines = sealed[0]
    swapped = [*lines[:FIRST_ENTRY], lines[FIRST_ENTRY + 1], lines[FIRST_ENTRY], *lines[6:]]

    with pytest.raises(Differs, match="number 2 is missing before entry 2026-000004"):
        verify(swapped)


def test_an_added_row_is_told(sealed: tuple[list[str], str]) -> None:
    """However well its number and its hashes fit."""
    lines = sealed[0]
    added = json.loads(lines[-1])
    added["entry"] |= {"entry_seq": "15", "entry_no": "2026-000015"}
    added["prev_hash"] = added["audit_hash"]

    with pytest.raises(Differs, match="entry 2026-000015 comes twice, out of order or unsealed"):
        verify([*lines, json.dumps(_hashed(added))])


@pytest.mark.parametrize("at", [FIRST_ENTRY, FIRST_ENTRY + 3, FIRST_ENTRY + ENTRIES - 1])
def test_who_hashes_a_changed_row_again_is_told_by_the_root(
    sealed: tuple[list[str], str], at: int
) -> None:
    """With its own hashes in order, the row is not one of those that were sealed."""
    rows = [json.loads(line) for line in sealed[0]]
    rows[at]["entry"]["debit_tax_code"] = "VST10"
    _hashed(rows[at])

    with pytest.raises(Differs, match="merkle_root"):
        verify(json.dumps(row) for row in rows)


def test_who_forges_the_closing_as_well_is_told_by_the_hash_kept_outside(
    sealed: tuple[list[str], str],
) -> None:
    """A closing whose hash was made to fit breaks the chain, or is not the one that was kept."""
    rows = [json.loads(line) for line in sealed[0]]
    _forge(rows[2], locked_by=str(UUID(int=9)))
    assert verify(json.dumps(row) for row in rows)
    with pytest.raises(Differs, match="the closing hash is another one"):
        verify((json.dumps(row) for row in rows), sealed[1])

    _forge(rows[1], locked_by=str(UUID(int=9)))
    with pytest.raises(Differs, match="line 3: the chain of closings is broken"):
        verify(json.dumps(row) for row in rows)


def test_a_closing_of_another_tenant_is_told(sealed: tuple[list[str], str]) -> None:
    """Even if its hash and the chain fit."""
    rows = [json.loads(line) for line in sealed[0]]
    for row, before in ((rows[1], "0" * 64), (rows[2], None)):
        _forge(
            row,
            tenant=str(UUID(int=9)),
            previous_closing_hash=before or rows[1]["closing_hash"],
        )

    with pytest.raises(Differs, match="line 2: the closing is of another tenant"):
        verify(json.dumps(row) for row in rows)
    rows[0]["tenant"] = str(UUID(int=9))
    with pytest.raises(Differs, match="entry 2026-000002 belongs to another tenant"):
        verify(json.dumps(row) for row in rows)


def test_wherever_a_file_is_cut_off_it_does_not_hold(sealed: tuple[list[str], str]) -> None:
    """At any hundredth byte."""
    whole = "".join(sealed[0]).rstrip()

    for end in range(0, len(whole), 100):
        with pytest.raises(Differs):
            verify(whole[:end].splitlines())
    assert verify(whole.splitlines())


def _exported(value: dict[str, Any]) -> str:
    """A row as the service writes it, to the byte."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True) + "\n"


def _hashed(row: dict[str, Any]) -> dict[str, Any]:
    """Give a row the hashes that it should have."""
    leaf = _exported(row["entry"])[:-1].encode()
    row["leaf_hash"] = hashlib.sha256(b"\x00" + leaf).hexdigest()
    row["audit_hash"] = hashlib.sha256(leaf + row["prev_hash"].encode()).hexdigest()
    return row


def _forge(row: dict[str, Any], **changed: object) -> None:
    """Change a closing and give it the hash that it should have."""
    row["closing"] |= changed
    row["closing_hash"] = hash_of(row["closing"])


def test_a_removed_text_does_not_break_the_proof(sealed: tuple[list[str], str]) -> None:
    """After retention the text may go; its commitment stays."""
    rows = [json.loads(line) for line in sealed[0]]
    rows[FIRST_ENTRY] |= {"text": None, "salt": None}

    assert verify((json.dumps(row) for row in rows), sealed[1]).entry_count == ENTRIES


def test_every_number_of_locked_periods_is_named_once(sealed: tuple[list[str], str]) -> None:
    """The chain of closings covers the journal without a gap, though numbers lie mixed."""
    closings = [json.loads(line)["closing"] for line in sealed[0][1:3]]
    named = [int(number) for body in closings for number in body["entry_seqs"]]

    assert sorted(named) == list(range(1, 2 * ENTRIES + 1))


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
