"""Proposals over HTTP: shown, carried out together when they are sure, and undone together."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.api.callers import Caller, caller
from tests.api.test_bank import TRANSACTIONS, account, imported, movement
from tests.api.test_invoices import vendor
from tests.api.test_match_groups import code
from tests.api.test_settling import owing, shown
from tests.builders import Tenant, another_tenant
from tests.invariants import check_books
from tests.servers import Database

PATH = f"{TRANSACTIONS}/auto-match"
IBAN = "AT021100000012345678"
Json = dict[str, Any]


@pytest.fixture
def tenant_(database: Database) -> Tenant:
    """Give each test a tenant of its own."""
    return another_tenant(database)


@pytest.fixture
def office(http: TestClient, tenant_: Tenant) -> Caller:
    """Give each test a caller of its own."""
    return caller(http, tenant_)


def proposals(office: Caller, account_id: str) -> dict[str, Json]:
    """Proposals by the text of their movement."""
    found = office.get(f"{TRANSACTIONS}/proposals", bank_account_id=account_id).json()
    listed = office.get(TRANSACTIONS, bank_account_id=account_id).json()["transactions"]
    texts = {each["id"]: each["reference"] for each in listed}
    return {texts[each["bank_transaction_id"]]: each for each in found}


def test_what_is_sure_is_carried_out_and_taken_back(
    office: Caller, database: Database, tenant_: Tenant
) -> None:
    """Two invoices at once, one with a discount of its terms; what is doubtful waits."""
    papier, toner = vendor(office, "Papier Huber"), vendor(office, "Toner Maier")
    owed = [owing(office, papier, f"RE-77{n}", gross) for n, gross in ((1, 100), (2, 50))]
    other, same = owing(office, toner, "T-4711", 80), owing(office, toner, "T-4712", 80)
    account_id = account(office)
    imported(
        office,
        account_id,
        # The newest is looked at first; which of one day comes first is nobody's promise.
        movement(
            -150,
            tx_date="2026-03-11",
            reference="RE-771 RE-772",
            counterparty_name="Papier Huber GmbH",
        ),
        movement(-80, reference="T 4712", counterparty_name="TONER MAIER"),
        movement(-80, reference="danke", counterparty_name="Toner Maier"),
        movement(-30, reference="Ruecklastschrift RE-771", counterparty_name="Papier Huber"),
    )
    found = proposals(office, account_id)
    assert {text for text, each in found.items() if each["is_sure"]} == {"RE-771 RE-772", "T 4712"}
    assert [part["amount"] for part in found["RE-771 RE-772"]["parts"]] == [-100, -50]
    assert found["Ruecklastschrift RE-771"]["parts"] == []

    one = office.post(PATH, {"bank_account_id": account_id, "limit": 1}).json()
    assert (one["matched"], one["left"], one["doubtful"]) == (1, 1, 1)
    made = office.post(PATH, {"bank_account_id": account_id})
    assert made.status_code == 201, made.text
    # Now that one of the two is paid, whose the other 80 are is no question any more.
    assert (made.json()["matched"], made.json()["refused"]) == (1, [])
    again = office.post(PATH, {"bank_account_id": account_id}).json()
    assert again["matched"] == 1
    assert [shown(office, each)[0] for each in (*owed, other, same)] == ["paid"] * 4
    check_books(database.engine, tenant_.id)

    undone = office.post(f"{PATH}/{one['auto_match_id']}/undo", {})
    assert undone.json() == {"ok": True, "undone": 1, "refused": []}
    assert office.post(f"{PATH}/{one['auto_match_id']}/undo", {}).json()["undone"] == 0
    assert office.get(f"{TRANSACTIONS}/unreconciled-count").json() == {"count": 2}
    check_books(database.engine, tenant_.id)


def test_an_account_is_learned_from_what_was_settled(office: Caller) -> None:
    """Twice from the same account under a strange name: the third time it is known."""
    vendor_id, account_id = vendor(office, "Papier Huber"), account(office)
    for number, gross in ((1, 10), (2, 20)):
        owing(office, vendor_id, f"RE-10{number}", gross)
        imported(
            office,
            account_id,
            movement(-gross, reference=f"RE-10{number}", counterparty_name="Factor AG",
                     counterparty_iban=IBAN),
        )  # fmt: skip
    assert office.post(PATH, {"bank_account_id": account_id}).json()["matched"] == 2
    owing(office, vendor_id, "RE-103", 30)
    imported(
        office,
        account_id,
        movement(-30, reference="Sammler", counterparty_name="Factor AG", counterparty_iban=IBAN),
    )
    found = proposals(office, account_id)["Sammler"]
    assert (found["is_sure"], found["reasons"][0]) == (True, "counterparty_iban")


def test_suggestions_have_pages_and_say_of_how_many(office: Caller) -> None:
    """Candidates with scores as the contract has them, for open transactions from the newest."""
    vendor_id, account_id = vendor(office), account(office)
    owing(office, vendor_id, "RE-2026-1", 120)
    imported(office, account_id, movement(-120), movement(-7, tx_date="2026-03-01"))
    answer = office.get(f"{TRANSACTIONS}/suggestions", bank_account_id=account_id)
    (one,) = answer.json()
    assert (one["match_score"], one["candidate_kind"]) == (0.75, "open_liability")
    assert answer.headers["X-Open-Transactions"] == "2"
    older = office.get(f"{TRANSACTIONS}/suggestions", bank_account_id=account_id, limit=1, offset=1)
    assert older.json() == []


def test_what_cannot_be_asked_is_refused(office: Caller) -> None:
    """A score below what is sure, an unknown account, an unknown run."""
    account_id = account(office)
    nothing = "00000000-0000-4000-8000-000000000000"
    low = office.post(PATH, {"bank_account_id": account_id, "least_score": 0.5})
    assert code(low) == (400, "INVALID_INPUT")
    assert code(office.post(PATH, {"bank_account_id": nothing})) == (404, "NOT_FOUND")
    assert code(office.post(f"{PATH}/{nothing}/undo", {})) == (404, "NOT_FOUND")
