"""Opening balances over HTTP."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fastapi.testclient import TestClient

from domain.database.session import write_session
from domain.ledger import chart_store
from domain.ledger.account import Account, AccountType
from domain.ledger.chart import Chart
from tests.api.callers import Caller, booking, caller, with_scopes
from tests.builders import Tenant, another_tenant
from tests.servers import Database
from tests.waiting import until_somebody_waits

PATH = "/v1/bookings/opening-balances"


@pytest.fixture
def admin(http: TestClient, database: Database) -> Caller:
    """Someone of a company that has not opened its books."""
    return caller(http, another_tenant(database))


def row(number: str, debit: Any, credit: Any) -> dict[str, Any]:
    """What one account begins with."""
    return {"account_number": number, "account_name": "", "debit": debit, "credit": credit}


def body(*rows: dict[str, Any], day: str = "2026-01-01") -> dict[str, Any]:
    """All opening balances of a day."""
    return {"booking_date": day, "balances": list(rows)}


SET = body(row("2800", 700.5, 0), row("6815", 0, 0), row("3300", 0, 400), row("9000", 0, 300.5))


def test_the_books_are_opened_by_one_intent(admin: Caller) -> None:
    """Rows without an amount are left out; the source says what it is."""
    opened = admin.post(PATH, SET)

    assert opened.status_code == 200, opened.text
    answer = opened.json()
    assert (answer["event_count"], answer["total_debit"], answer["total_credit"]) == (
        3,
        700.5,
        700.5,
    )
    shown = admin.get(f"/v1/journal/{answer['intent_id']}").json()
    assert shown["summary"]["source"] == "opening_balance"
    assert {entry["provenance_summary"]["channel"] for entry in shown["entries"]} == {
        "opening_balance"
    }
    pairs = [(each["account_debit"], each["account_credit"]) for each in shown["entries"]]
    assert pairs == [("2800", "9800"), ("9800", "3300"), ("9800", "9000")]
    balance = admin.get("/v1/accounts/2800/entries").json()["balance"]
    assert balance == 700.5


def test_german_books_open_against_9000(http: TestClient, database: Database) -> None:
    """The account that the contract names."""
    german = caller(http, another_tenant(database, Chart.DE_SKR04))
    opened = german.post(PATH, body(row("1800", 5, 0), row("2000", 0, 5)))
    shown = german.get(f"/v1/journal/{opened.json()['intent_id']}").json()

    assert [entry["account_credit"] for entry in shown["entries"]] == ["9000", "2000"]


@pytest.mark.parametrize(
    ("wanted", "code", "pointers"),
    [
        (body(), "INVALID_INPUT", ["/balances"]),
        (body(row("2800", 0, 0)), "INVALID_INPUT", ["/balances"]),
        (body(row("2800", 1.001, 0)), "INVALID_INPUT", ["/balances/0/debit"]),
        (body(row("28x", 1, 0)), "INVALID_INPUT", ["/balances/0/account_number"]),
        (
            {"booking_date": "2026-01-01", "balances": [{"account_number": "2800"}]},
            "INVALID_INPUT",
            ["/balances/0/account_name", "/balances/0/debit", "/balances/0/credit"],
        ),
        (body(row("2800", 2, 0), row("9000", 0, 1)), "BALANCE_MISMATCH", []),
        (body(row("9000", 0, 1), row("2800", 1, 1)), "INVALID_BALANCE_ENTRY", ["/balances/1"]),
        (body(row("2800", -1, 0), row("9000", 0, -1)), "INVALID_BALANCE_ENTRY", ["/balances/0"]),
        (
            body(row("2800", 1, 0), row("9800", 0, 1)),
            "INVALID_BALANCE_ENTRY",
            ["/balances/1/account_number"],
        ),
        (
            body(row("2800", 1, 0), row("4000", 0, 1)),
            "ACCOUNT_TYPE_NOT_ALLOWED",
            ["/balances/1/account_number"],
        ),
        (
            body(row("99", 1, 0), row("98", 0, 1)),
            "ACCOUNTS_NOT_FOUND",
            ["/balances/0/account_number", "/balances/1/account_number"],
        ),
    ],
)
def test_bad_sets_are_refused_by_name(
    admin: Caller, wanted: dict[str, Any], code: str, pointers: list[str]
) -> None:
    """Each broken rule has its code, and points to its row."""
    answer = admin.post(PATH, wanted)

    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert [each["pointer"] for each in answer.json().get("errors", [])] == pointers


def test_a_second_set_needs_a_reversal_first(admin: Caller) -> None:
    """Then the same day may be opened again."""
    first = admin.post(PATH, SET).json()["intent_id"]
    again = admin.post(PATH, SET)
    assert (again.status_code, again.json()["code"]) == (409, "OPENING_BALANCES_EXIST")
    assert again.json()["context"]["existing_intent_id"] == first

    undone = admin.post("/v1/journal/reverse", {"intent_id": first}).json()
    assert admin.post(PATH, SET).status_code == 200
    restored = {"intent_id": undone["reversal_intent_id"]}
    refused = admin.post("/v1/journal/reverse", restored)
    assert (refused.status_code, refused.json()["code"]) == (409, "OPENING_BALANCES_EXIST")


def test_a_set_that_replaces_the_first_takes_it_back(admin: Caller) -> None:
    """The bank stands once in the balance sheet, whichever day the second set is of."""
    first = admin.post(PATH, SET).json()["intent_id"]
    other = SET | {"booking_date": "2026-02-01"}
    assert admin.post(PATH, other).json()["code"] == "OPENING_BALANCES_EXIST"
    booked = admin.post("/v1/bookings", booking()).json()["intent_id"]
    no_opening = admin.post(PATH, other | {"replaces": booked})
    assert (no_opening.status_code, no_opening.json()["errors"][0]["pointer"]) == (400, "/replaces")
    unknown = admin.post(PATH, other | {"replaces": "7c1e5a20-d94b-53f0-8f6b-2e550c4a91d7"})
    assert unknown.status_code == 400

    assert admin.post(PATH, other | {"replaces": first}, key="r").status_code == 200
    assert admin.post(PATH, other | {"replaces": first}, key="r").status_code == 200
    again = admin.post(PATH, other | {"replaces": first})
    assert (again.status_code, again.json()["code"]) == (409, "OPENING_BALANCES_EXIST")


def test_a_repeated_call_opens_once(admin: Caller) -> None:
    """The key gives the first answer again."""
    first = admin.post(PATH, SET, key="open")
    again = admin.post(PATH, SET, key="open")

    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.json() == first.json()


def test_a_locked_month_is_not_opened(admin: Caller) -> None:
    """As for every other booking."""
    assert admin.post("/v1/periods/2026-01/soft-lock").status_code == 200
    answer = admin.post(PATH, SET)

    assert (answer.status_code, answer.json()["code"]) == (400, "PERIOD_LOCKED")


def test_a_chart_that_changes_under_it_is_read_again(http: TestClient, database: Database) -> None:
    """The set waits for the lock that the change holds, and is then prepared afresh."""
    fresh = another_tenant(database)
    who = caller(http, fresh)
    with ThreadPoolExecutor(1) as pool:
        with write_session(database.engine, fresh.id, fresh.actor) as session:
            chart_store.add_account(session, fresh.id, Account("68159", "Neu", AccountType.EXPENSE))
            waiting = pool.submit(who.post, PATH, SET)
            until_somebody_waits(database)
        assert waiting.result().status_code == 200


def test_opening_needs_the_scope(http: TestClient, database: Database, tenant: Tenant) -> None:
    """journal:write."""
    reader = with_scopes(http, database, tenant, "journal:read", "config:write")

    assert reader.post(PATH, SET).status_code == 403
