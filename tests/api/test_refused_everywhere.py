"""What no booking can be is refused at every door, and says which field is wrong."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.api.callers import Caller, booking, caller
from tests.builders import another_tenant
from tests.openapi import operations
from tests.servers import Database

Json = dict[str, Any]
LATER = str((datetime.now(UTC) + timedelta(days=370)).date())
TWICE = [
    {"account_number": "6815", "debit": 100, "credit": 0},
    {"account_number": "6815", "debit": 0, "credit": 100},
]
DECLARED = {
    "SAME_ACCOUNT": [
        "POST /v1/bookings",
        "POST /v1/bookings/batch",
        "POST /v1/open-items/clear",
        "POST /v1/bank-match-groups",
        "POST /v1/bank-transactions/{bank_transaction_id}/reconcile",
        "POST /v1/invoice-review-cases/{review_case_id}/approve",
    ],
    "INVALID_DATE": [
        "POST /v1/bookings",
        "POST /v1/bookings/batch",
        "POST /v1/bookings/opening-balances",
        "POST /v1/open-items/clear",
        "POST /v1/transactions",
        "POST /v1/bank-match-groups",
        "POST /v1/bank-transactions/{bank_transaction_id}/reconcile",
        "POST /v1/invoice-review-cases/{review_case_id}/approve",
    ],
}


@pytest.fixture
def office(http: TestClient, database: Database) -> Caller:
    """Give each test a tenant of its own."""
    return caller(http, another_tenant(database))


def told(answer: Any) -> tuple[int, str, list[str]]:
    """Status, code and pointers of a refusal."""
    body = answer.json()
    return answer.status_code, body["code"], [each["pointer"] for each in body.get("errors", [])]


@pytest.mark.parametrize("code", DECLARED)
def test_each_door_says_that_it_may_refuse(http: TestClient, code: str) -> None:
    """In the served description, with the code."""
    described = {
        f"{each.method} {each.path}": str(each.described["responses"])
        for each in operations(http.get("/openapi.json").json())
    }
    assert [call for call in DECLARED[code] if f"'{code}'" not in described[call]] == []


def test_one_account_on_both_sides(office: Caller) -> None:
    """Of a booking, and of one among many: none of them is in the books."""
    one = office.post("/v1/bookings", booking(lines=TWICE))
    many = office.post("/v1/bookings/batch", {"bookings": [booking(), booking(lines=TWICE)]})

    assert told(one) == (400, "SAME_ACCOUNT", ["/lines"])
    assert told(many) == (400, "SAME_ACCOUNT", ["/bookings/1/lines"])
    assert office.get("/v1/journal").json() == {"entries": []}


@pytest.mark.parametrize(
    ("path", "body", "pointer"),
    [
        ("/v1/bookings", booking(booking_date=LATER), "/booking_date"),
        (
            "/v1/bookings/batch",
            {"bookings": [booking(booking_date=LATER)]},
            "/bookings/0/booking_date",
        ),
        (
            "/v1/bookings/opening-balances",
            {
                "booking_date": LATER,
                "balances": [
                    {"account_number": "2800", "account_name": "Bank", "debit": 1, "credit": 0},
                    {"account_number": "3120", "account_name": "Darlehen", "debit": 0, "credit": 1},
                ],
            },
            "/booking_date",
        ),
        (
            "/v1/transactions",
            {
                "type": "expense",
                "amount": 10,
                "date": LATER,
                "description": "x",
                "category": "rent",
            },
            "/date",
        ),
    ],
)
def test_a_day_more_than_a_year_ahead(office: Caller, path: str, body: Json, pointer: str) -> None:
    """Is a slip wherever it is typed."""
    assert told(office.post(path, body)) == (400, "INVALID_DATE", [pointer])
    assert office.get("/v1/journal").json() == {"entries": []}


@pytest.mark.parametrize(
    ("account", "code"),
    [("2800", "VST20"), ("3300", "VST20"), ("6815", "UST20"), ("4000", "VST20"), ("2500", "VST20")],
)
def test_a_code_that_its_account_cannot_carry(office: Caller, account: str, code: str) -> None:
    """Tax on money, on what is owed, in the wrong direction, or on tax itself."""
    lines = [
        {"account_number": account, "debit": 120, "credit": 0, "tax_code": code},
        {"account_number": "7300", "debit": 0, "credit": 120},
    ]
    refused = told(office.post("/v1/bookings", booking(lines=lines)))

    assert refused == (400, "INVALID_TAX_CODE", ["/lines/0/tax_code"])


@pytest.mark.parametrize("account", ["3300", "4000", "2000", "9000"])
def test_a_usual_account_takes_what_is_bought(office: Caller, account: str) -> None:
    """Neither debts nor claims nor revenue; not when it is made and not later."""
    made = office.post("/v1/vendors", {"name": "Haus GmbH", "default_account": account})
    assert told(made) == (400, "INVALID_INPUT", ["/default_account"])
    known = office.post("/v1/vendors", {"name": "Haus GmbH", "default_account": "6815"}).json()

    changed = office.put(f"/v1/vendors/{known['id']}", {"default_account": account})
    assert told(changed) == (400, "INVALID_INPUT", ["/default_account"])


def test_a_currency_that_does_not_exist(office: Caller) -> None:
    """Three letters are not enough, in a booking or an invoice."""
    fx = {"currency": "EUX", "amount": 100, "rate": 1, "rate_date": "2026-03-02"}
    refused = office.post("/v1/bookings", booking(fx=fx | {"rate_source": "manual"}))
    assert told(refused)[:2] == (400, "INVALID_INPUT")
    vendor = office.post("/v1/vendors", {"name": "Haus GmbH"}).json()["id"]
    line = {"position": 1, "description": "x", "quantity": 1, "unit_price": 1, "tax_rate": 0}
    invoice = {
        "vendor_id": vendor,
        "invoice_number": "1",
        "invoice_date": "2026-03-02",
        "total_net": 1,
        "total_tax": 0,
        "total_gross": 1,
        "currency": "EUX",
        "lines": [line | {"tax_amount": 0, "line_total": 1}],
    }
    assert told(office.post("/v1/invoices", invoice)) == (400, "INVALID_INPUT", ["/currency"])
