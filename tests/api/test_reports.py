"""Reports over HTTP."""

import pytest
from fastapi.testclient import TestClient

from tests.api.callers import Caller, booking, caller
from tests.builders import Tenant, another_tenant
from tests.servers import Database

PATH = "/v1/reports"
YEAR = {"startDate": "2026-01-01", "endDate": "2026-12-31"}


@pytest.fixture
def tenant(database: Database) -> Tenant:
    """Give each test a tenant of its own."""
    return another_tenant(database)


@pytest.fixture
def office(http: TestClient, tenant: Tenant) -> Caller:
    """Let the admin call."""
    return caller(http, tenant)


def test_the_trial_balance_has_a_row_for_each_account(office: Caller) -> None:
    """Movement, opening and closing; debit minus credit."""
    office.post("/v1/bookings", booking())
    answer = office.get(PATH, type="susa", **YEAR)

    assert answer.status_code == 200, answer.text
    assert answer.json() == [
        {
            "number": "2800",
            "name": "Bank",
            "type": "asset",
            "category": "bank",
            "report_group": "cash",
            "debit_total": 0.0,
            "credit_total": 100.0,
            "balance": -100.0,
            "opening_balance": 0.0,
            "closing_balance": -100.0,
        },
        {
            "number": "6815",
            "name": "Bürobedarf",
            "type": "expense",
            "category": "office_supplies",
            "report_group": "other_opex",
            "debit_total": 100.0,
            "credit_total": 0.0,
            "balance": 100.0,
            "opening_balance": 0.0,
            "closing_balance": 100.0,
        },
    ]
    assert answer.headers["X-Total-Count"] == "2"
