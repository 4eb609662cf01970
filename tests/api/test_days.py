"""Days are written YYYY-MM-DD wherever they are sent; a number is no day."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.api.callers import Caller, booking, caller
from tests.builders import Tenant

NO_DAYS = [0, 1767916800, "0", "1767916800", "20260109", "2026-01-09T00:00:00Z", "2026-1-9", ""]
BODIES: list[tuple[str, str, dict[str, Any]]] = [
    ("/v1/bookings", "booking_date", booking()),
    ("/v1/bookings", "supply_date", booking()),
    (
        "/v1/transactions",
        "date",
        {"type": "expense", "amount": 1, "description": "Papier", "date": "2026-01-09"},
    ),
    (
        "/v1/tax-codes",
        "valid_from",
        {"code": "MY20", "label": "Own", "rate": 20, "vat_account": "2500"},
    ),
]
QUERIES = [
    ("/v1/accounts/2800/entries", "startDate", {}),
    ("/v1/accounts/2800/entries", "endDate", {}),
    ("/v1/journal", "startDate", {}),
    ("/v1/journal", "endDate", {}),
    ("/v1/reports", "startDate", {"type": "susa"}),
    ("/v1/reports", "endDate", {"type": "susa"}),
    ("/v1/reports/datev-export", "startDate", {"endDate": "2026-12-31"}),
    ("/v1/transactions", "from_date", {}),
    ("/v1/transactions", "to_date", {}),
    ("/v1/transactions/summary", "from_date", {}),
    ("/v1/transactions/summary", "to_date", {}),
    ("/v1/bank-transactions", "start_date", {}),
    ("/v1/invoices", "end_date", {}),
]


@pytest.fixture
def admin(http: TestClient, tenant: Tenant) -> Caller:
    """Someone who may do everything."""
    return caller(http, tenant)


@pytest.mark.parametrize(("path", "field", "body"), BODIES)
def test_a_body_has_days_as_they_are_written(
    admin: Caller, path: str, field: str, body: dict[str, Any]
) -> None:
    """1767916800 would have been booked on a ninth of January that nobody wrote."""
    for value in NO_DAYS:
        refused = admin.post(path, body | {field: value})
        assert (refused.status_code, refused.json()["code"]) == (400, "INVALID_INPUT"), value
        assert [each["pointer"] for each in refused.json()["errors"]] == [f"/{field}"]
    assert admin.post(path, body | {field: "2026-01-09"}).status_code == 201


@pytest.mark.parametrize(("path", "field", "query"), QUERIES)
def test_a_query_has_days_as_they_are_written(
    admin: Caller, path: str, field: str, query: dict[str, str]
) -> None:
    """The wrong form is told; it is not the first of January 1970."""
    for value in NO_DAYS:
        refused = admin.get(path, **query, **{field: value})
        assert (refused.status_code, refused.json()["code"]) == (400, "INVALID_INPUT"), value
        assert refused.json()["errors"][0]["pointer"] == f"query/{field}"
    assert admin.get(path, **query, **{field: "2026-01-09"}).status_code in {200, 404}


@pytest.mark.parametrize("day", ["0206-01-09", "1899-12-31", "3000-01-01"])
def test_a_transaction_has_a_day_that_can_be_meant(admin: Caller, day: str) -> None:
    """As a booking has."""
    refused = admin.post("/v1/transactions", BODIES[2][2] | {"date": day})
    assert (refused.status_code, refused.json()["code"]) == (400, "INVALID_INPUT")
