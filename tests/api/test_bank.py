"""Bank accounts and transactions over HTTP."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from httpx import Response

from domain.formats.camt_writer import write_statement
from domain.formats.statement import Statement, StatementLine
from tests.api.callers import Caller, caller
from tests.builders import another_tenant
from tests.servers import Database

ACCOUNTS, TRANSACTIONS = "/v1/bank-accounts", "/v1/bank-transactions"
IBAN = "AT611904300234573201"


@pytest.fixture
def office(http: TestClient, database: Database) -> Caller:
    """Give each test a tenant of its own."""
    return caller(http, another_tenant(database))


def account(office: Caller, **changes: Any) -> str:
    """Make a bank account."""
    body = {"name": "Giro", "iban": IBAN, "account_number": "2800", **changes}
    made = office.post(ACCOUNTS, body)
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


def movement(amount: Any = -120, **changes: Any) -> dict[str, Any]:
    """A movement of March."""
    return {"tx_date": "2026-03-10", "amount": amount, "reference": "RE-2026-1", **changes}


def imported(office: Caller, account_id: str, *rows: dict[str, Any]) -> dict[str, Any]:
    """Import movements."""
    answer = office.post(TRANSACTIONS, {"bank_account_id": account_id, "transactions": list(rows)})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def booking(office: Caller, debit: str, credit: str, amount: int = 120) -> str:
    """Book between two accounts."""
    lines = [
        {"account_number": debit, "debit": amount, "credit": 0},
        {"account_number": credit, "debit": 0, "credit": amount},
    ]
    body = {
        "booking_date": "2026-03-02",
        "description": "Papier",
        "external_reference": "RE-2026-1",
        "lines": lines,
        "skip_duplicate_check": True,
    }
    return str(office.post("/v1/bookings", body).json()["intent_id"])


def reconcile(office: Caller, transaction_id: str, intent_id: str, kind: str) -> Response:
    """Tie a movement to an intent."""
    open_item_account = {"open_liability": "3300", "open_receivable": "2000"}.get(kind)
    body = {"intent_id": intent_id, "candidate_kind": kind, "open_item_account": open_item_account}
    return office.post(f"{TRANSACTIONS}/{transaction_id}/reconcile", body)


def only(office: Caller, **query: Any) -> dict[str, Any]:
    """The only movement there is."""
    found = office.get(TRANSACTIONS, **query).json()
    assert found["total"] == len(found["transactions"]) == 1
    one: dict[str, Any] = found["transactions"][0]
    return one


def test_an_account_is_made_renamed_and_counted(office: Caller) -> None:
    """Only the name changes; counters follow the movements."""
    account_id = account(office, iban="at61 1904 3002 3457 3201")
    imported(office, account_id, movement())
    shown = office.get(f"{ACCOUNTS}/{account_id}").json()
    assert (shown["iban"], shown["currency"], shown["bic"]) == (IBAN, "EUR", None)
    assert (shown["tx_count"], shown["unreconciled_count"]) == (1, 1)
    assert shown["last_tx_date"] == "2026-03-10"
    assert office.put(f"{ACCOUNTS}/{account_id}", {"name": "Haupt"}).json()["name"] == "Haupt"
    assert office.put(f"{ACCOUNTS}/{account_id}", {}).json()["code"] == "NO_CHANGES"
    assert [one["name"] for one in office.get(ACCOUNTS).json()] == ["Haupt"]
    cases = [
        ({}, 409, "ACCOUNT_ALREADY_LINKED"),
        ({"account_number": "2810"}, 409, "DUPLICATE_IBAN"),
        ({"account_number": "99999999"}, 400, "ACCOUNT_NOT_FOUND"),
        ({"account_number": "3300"}, 400, "INVALID_ACCOUNT_TYPE"),
        ({"iban": "AT61"}, 400, "INVALID_INPUT"),
        ({"currency": "EUX"}, 400, "INVALID_INPUT"),
    ]
    for changes, status, code in cases:
        body = {"name": "x", "iban": IBAN, "account_number": "2800", **changes}
        refused = office.post(ACCOUNTS, body)
        assert (refused.status_code, refused.json()["code"]) == (status, code)


def test_an_import_counts_duplicates_and_reports_bad_rows(office: Caller) -> None:
    """Two equal purchases survive, a repeated import adds nothing, the sum is right."""
    account_id = account(office)
    rows = [movement(-4.5), movement(-4.5), movement(tx_date="2026-02-30")]
    rows += [movement("1.005"), movement(currency="euro"), {"amount": 1}, movement(surprise=1)]
    first = imported(office, account_id, *rows)
    again = imported(office, account_id, *rows)

    assert (first["total_rows"], first["imported"], first["skipped_duplicates"]) == (7, 2, 0)
    assert [(one["row"], one["code"]) for one in first["errors"]] == [
        (3, "INVALID_DATE"),
        (4, "INVALID_AMOUNT"),
        (5, "INVALID_CURRENCY"),
        (6, "MISSING_FIELD"),
        (7, "UNREADABLE_ROW"),
    ]
    assert (again["imported"], again["skipped_duplicates"]) == (0, 2)
    assert again["batch_id"] != first["batch_id"]
    assert office.get(f"{TRANSACTIONS}/unreconciled-count").json() == {"count": 2}
    body = {"bank_account_id": str(uuid4()), "transactions": [movement()]}
    unknown = office.post(TRANSACTIONS, body)
    assert (unknown.status_code, unknown.json()["code"]) == (404, "NOT_FOUND")


def statement(iban: str = IBAN) -> bytes:
    """A statement of two movements."""
    lines = tuple(
        StatementLine(date(2026, 3, day), Decimal(amount), "EUR", counterparty_name="X")
        for day, amount in ((10, "-120.00"), (11, "50.00"))
    )
    closing = Decimal("930.00")
    return write_statement(
        Statement("S1", iban, "EUR", Decimal("1000.00"), closing, lines), "2026-03-12T06:00:00Z"
    )


def test_a_statement_file_finds_its_account(office: Caller) -> None:
    """By its IBAN or the named account; a stranger's is refused; again it adds nothing."""

    def send(data: bytes, path: str = f"{TRANSACTIONS}/import-file", **form: str) -> Response:
        headers = {"Authorization": f"Bearer {office.key}"}
        files = {"file": ("s.xml", data)}
        answer: Response = office.http.post(path, files=files, data=form, headers=headers)
        return answer

    nobody = send(statement())
    assert (nobody.status_code, nobody.json()["code"]) == (404, "NOT_FOUND")
    assert nobody.json()["context"] == {"iban": IBAN}
    account_id = account(office)
    assert send(statement()).json()["imported"] == 2
    upload = send(statement(), f"{ACCOUNTS}/{account_id}/upload")
    assert (upload.status_code, upload.json()["skipped_duplicates"]) == (200, 2)
    foreign = send(statement("DE89370400440532013000"), bank_account_id=account_id)
    assert (foreign.status_code, foreign.json()["code"]) == (400, "IBAN_MISMATCH")
    for data in (b"", b"Datum;Betrag", b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'):
        broken = send(data)
        assert (broken.status_code, broken.json()["code"]) == (400, "UNSUPPORTED_FORMAT")


def test_a_payment_settles_what_is_owed_and_can_be_undone(office: Caller) -> None:
    """Suggested, reconciled, refused twice, unmatched, and reconciled again."""
    account_id = account(office)
    intent_id = booking(office, "6815", "3300")
    imported(office, account_id, movement(-50), movement(-50.01, tx_date="2026-03-11"))
    imported(office, account_id, movement(-120, tx_date="2026-03-12"))
    best = office.get(f"{TRANSACTIONS}/suggestions", bank_account_id=account_id).json()[0]
    assert best["ledger_intent_id"] == intent_id
    assert (best["candidate_kind"], best["open_item_account"]) == ("open_liability", "3300")
    assert best["match_reasons"] == ["amount_exact", "invoice_number"]

    tied = reconcile(office, best["bank_transaction_id"], intent_id, "open_liability").json()
    assert tied["mode"] == "settlement"
    again = reconcile(office, best["bank_transaction_id"], intent_id, "open_liability")
    assert (again.status_code, again.json()["code"]) == (409, "TX_ALREADY_HANDLED")
    rest = office.get(TRANSACTIONS, status="unreconciled").json()["transactions"]
    assert len(rest) == 2
    beyond = reconcile(office, rest[0]["id"], intent_id, "open_liability")
    assert (beyond.status_code, beyond.json()["code"]) == (400, "SETTLEMENT_EXCEEDS_OPEN_AMOUNT")

    unmatch = f"{TRANSACTIONS}/{best['bank_transaction_id']}/unmatch"
    undone = office.post(unmatch).json()
    assert (undone["status"], bool(undone["reversal_intent_id"])) == ("unreconciled", True)
    twice = office.post(unmatch)
    assert (twice.status_code, twice.json()["code"]) == (409, "TX_NOT_MATCHED")
    for one in rest:
        assert reconcile(office, one["id"], intent_id, "open_liability").status_code == 200
    third = reconcile(office, best["bank_transaction_id"], intent_id, "open_liability")
    assert third.json()["code"] == "SETTLEMENT_EXCEEDS_OPEN_AMOUNT"


def test_a_booked_payment_is_linked_without_posting(office: Caller) -> None:
    """Nothing is posted, and unmatch reverses nothing."""
    account_id = account(office)
    intent_id = booking(office, "6815", "2800")
    imported(office, account_id, movement(-120))
    one = only(office)
    wrong = reconcile(office, one["id"], booking(office, "2800", "4000"), "bank_booking")
    assert (wrong.status_code, wrong.json()["code"]) == (400, "DIRECTION_MISMATCH")
    missing = reconcile(office, one["id"], str(uuid4()), "bank_booking")
    assert (missing.status_code, missing.json()["code"]) == (404, "TARGET_NOT_FOUND")
    tied = reconcile(office, one["id"], intent_id, "bank_booking").json()
    assert (tied["mode"], tied["intent_id"]) == ("linked", intent_id)
    shown = office.get(f"{TRANSACTIONS}/{one['id']}").json()["transaction"]
    assert (shown["status"], shown["ledger_intent_id"]) == ("reconciled", intent_id)
    assert (shown["evidence"], shown["has_evidence"]) == (None, False)
    undone = office.post(f"{TRANSACTIONS}/{one['id']}/unmatch").json()
    assert undone["reversal_intent_id"] is None


def test_the_direction_and_the_account_must_fit(office: Caller) -> None:
    """Money in settles receivables, money out payables."""
    account_id = account(office)
    owed, claimed = booking(office, "6815", "3300"), booking(office, "2000", "4000")
    imported(office, account_id, movement(120))
    one = only(office)
    out = reconcile(office, one["id"], owed, "open_liability")
    assert (out.status_code, out.json()["code"]) == (400, "DIRECTION_MISMATCH")
    other = reconcile(office, one["id"], claimed, "open_liability")
    assert (other.status_code, other.json()["code"]) == (404, "TARGET_NOT_FOUND")
    body = {"intent_id": claimed, "candidate_kind": "open_receivable"}
    unnamed = office.post(f"{TRANSACTIONS}/{one['id']}/reconcile", body)
    assert (unnamed.status_code, unnamed.json()["code"]) == (400, "INVALID_INPUT")
    assert reconcile(office, one["id"], claimed, "open_receivable").json()["mode"] == "settlement"


def test_only_nothing_can_be_dismissed(office: Caller) -> None:
    """And unmatch brings it back."""
    imported(office, account(office), movement(0), movement(1))
    rows = office.get(TRANSACTIONS).json()["transactions"]
    nothing = next(one["id"] for one in rows if not one["amount"])
    something = next(one["id"] for one in rows if one["amount"])
    assert office.post(f"{TRANSACTIONS}/{something}/dismiss").json()["code"] == "TX_NOT_ZERO"
    assert office.post(f"{TRANSACTIONS}/{uuid4()}/dismiss").json()["code"] == "TX_NOT_FOUND"
    assert office.post(f"{TRANSACTIONS}/{nothing}/dismiss").json() == {"ok": True}
    assert office.post(f"{TRANSACTIONS}/{nothing}/dismiss").json()["code"] == "TX_ALREADY_HANDLED"
    assert only(office, status="excluded")["id"] == nothing
    assert office.post(f"{TRANSACTIONS}/{nothing}/unmatch").status_code == 200


def test_reversing_the_settlement_reopens_the_movement(office: Caller) -> None:
    """The same as unmatch: the item and the movement are open again."""
    account_id = account(office)
    intent_id = booking(office, "6815", "3300")
    imported(office, account_id, movement(-120))
    one = only(office)
    settled = reconcile(office, one["id"], intent_id, "open_liability").json()["intent_id"]
    blocked = office.post("/v1/journal/reverse", {"intent_id": intent_id})
    assert (blocked.status_code, blocked.json()["code"]) == (409, "HAS_SETTLEMENTS")
    assert office.post("/v1/journal/reverse", {"intent_id": settled}).status_code < 300
    assert only(office)["status"] == "unreconciled"
    found = office.get(f"{TRANSACTIONS}/suggestions", bank_account_id=account_id).json()
    assert [each["ledger_intent_id"] for each in found] == [intent_id]
    again = reconcile(office, one["id"], intent_id, "open_liability")
    assert (again.json()["mode"], again.json()["intent_id"] == settled) == ("settlement", False)


def test_many_are_reconciled_and_a_failing_pair_stops_no_other(office: Caller) -> None:
    """Each pair stands alone, within one answer."""
    account_id = account(office)
    intents = [booking(office, "6815", "3300") for _ in range(2)]
    imported(office, account_id, movement(-120), movement(-121), movement(-120))
    rows = office.get(TRANSACTIONS).json()["transactions"]
    small = [one["id"] for one in rows if one["amount"] == -120]
    large = next(one["id"] for one in rows if one["amount"] == -121)
    kind = {"candidate_kind": "open_liability", "open_item_account": "3300"}
    pairs = [
        {"bank_transaction_id": small[0], "intent_id": intents[0], **kind},
        {"bank_transaction_id": large, "intent_id": intents[1], **kind},
        {"bank_transaction_id": str(uuid4()), "intent_id": intents[1], **kind},
        {"bank_transaction_id": small[1], "intent_id": intents[1], **kind},
    ]
    answer = office.post(f"{TRANSACTIONS}/batch-reconcile", {"pairs": pairs}, key="k").json()

    assert answer["reconciled"] == 2
    assert [(one["bank_transaction_id"], one["code"]) for one in answer["errors"]] == [
        (large, "SETTLEMENT_EXCEEDS_OPEN_AMOUNT"),
        (pairs[2]["bank_transaction_id"], "NOT_FOUND"),
    ]
    again = office.post(f"{TRANSACTIONS}/batch-reconcile", {"pairs": pairs}, key="k").json()
    assert again == answer
    assert only(office, status="unreconciled")["id"] == large


def test_evidence_is_attached_and_replaced(office: Caller) -> None:
    """One record for each movement; the status stays."""
    imported(office, account(office), movement(-5))
    path = f"{TRANSACTIONS}/{only(office)['id']}/evidence"
    assert office.get(path).json() == {"evidence": None}
    for wrong in (
        {"evidence_type": "eigenbeleg"},
        {"evidence_type": "uploaded_document"},
        {"evidence_type": "photo"},
    ):
        refused = office.put(path, wrong)
        assert (refused.status_code, refused.json()["code"]) == (400, "INVALID_INPUT")
    unknown = {"evidence_type": "uploaded_document", "document_id": str(uuid4())}
    assert office.put(path, unknown).status_code == 404
    first = office.put(path, {"evidence_type": "eigenbeleg", "note": "Parkschein"}).json()
    body = {"evidence_type": "bank_statement", "metadata": {"page": 2}}
    second = office.put(path, body).json()["evidence"]
    assert first["evidence"]["note"] == "Parkschein"
    assert (second["id"], second["note"]) == (first["evidence"]["id"], None)
    shown = office.get(path.removesuffix("/evidence")).json()["transaction"]
    assert (shown["evidence"]["metadata"], shown["status"]) == ({"page": 2}, "unreconciled")
    assert only(office)["has_evidence"] is True


def test_what_is_noted_with_evidence_comes_back_as_it_was_sent(office: Caller) -> None:
    """Fractions are numbers, whatever is around them; what could not be shown is not kept."""
    imported(office, account(office), movement(-5))
    path = f"{TRANSACTIONS}/{only(office)['id']}/evidence"
    noted = {"km": 12.5, "trips": [{"to": "Graz", "share": 0.1}, None, True]}
    deep: dict[str, Any] = {}
    for _ in range(300):
        deep = {"a": deep}

    for metadata in (noted, {"km": 7.25}):  # the second replaces the first, which is audited
        kept = office.put(path, {"evidence_type": "bank_statement", "metadata": metadata})
        assert kept.status_code == 200, kept.text
        assert office.get(path).json()["evidence"]["metadata"] == metadata
    refused = office.put(path, {"evidence_type": "bank_statement", "metadata": deep})
    assert (refused.status_code, refused.json()["code"]) == (400, "INVALID_INPUT")
    assert refused.json()["errors"] == [{"pointer": "/metadata", "detail": "is nested too deeply"}]
    assert office.get(path).json()["evidence"]["metadata"] == {"km": 7.25}


def test_what_stands_again_and_is_paid_is_not_reversed(office: Caller) -> None:
    """A reversed reversal settles nothing; to take it back, its payment is undone first."""
    account_id = account(office)
    imported(office, account_id, movement(120))
    intent_id = booking(office, "2000", "4000")

    def reversed_(intent: str) -> Response:
        return office.post("/v1/journal/reverse", {"intent_id": intent})

    undone = reversed_(intent_id).json()["reversal_intent_id"]
    redone = reversed_(undone).json()["reversal_intent_id"]
    paid = only(office)["id"]
    assert reconcile(office, paid, intent_id, "open_receivable").is_success

    refused = reversed_(redone)
    assert (refused.status_code, refused.json()["code"]) == (409, "HAS_SETTLEMENTS")
    assert office.post(f"{TRANSACTIONS}/{paid}/unmatch").is_success
    assert reversed_(redone).is_success


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("huber", [-1234.5]),
        ("re-77", [60.0]),
        ("E2E-9", [60.0]),
        ("AT02 2011 1000 0342", [-1234.5]),
        ("3429660", [-1234.5]),
        ("1.234,50", [-1234.5]),
        ("1,234.50 EUR", [-1234.5]),
        ("-1234,5", [-1234.5]),
        ("+1234,50", []),
        ("60", [60.0]),
        ("-60", []),
        ("100%", []),
        ("999999999999999", []),
    ],
)
def test_movements_are_found_by_who_why_and_how_much(
    office: Caller, words: str, found: list[float]
) -> None:
    """In one field: a name, a text, an id, an IBAN as people write it, an amount."""
    iban = "AT022011100003429660"
    rows = (
        movement("-1234.50", counterparty_name="Huber Bau", counterparty_iban=iban, reference="x"),
        movement("60.00", reference="RE-77", bank_reference="E2E-9"),
    )
    imported(office, account(office), *rows)
    answer = office.get(TRANSACTIONS, search=words).json()
    assert ([row["amount"] for row in answer["transactions"]], answer["total"]) == (
        found,
        len(found),
    )
