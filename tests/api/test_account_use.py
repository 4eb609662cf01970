"""Accounts out of use and back over HTTP."""

from fastapi.testclient import TestClient

from tests.api.callers import caller
from tests.builders import another_tenant
from tests.servers import Database


def test_an_account_is_turned_off_and_on(http: TestClient, database: Database) -> None:
    """It leaves the list, is listed apart, takes no booking, and comes back."""
    office = caller(http, another_tenant(database))
    lines = [
        {"account_number": "6815", "debit": 10, "credit": 0},
        {"account_number": "2800", "debit": 0, "credit": 10},
    ]
    booking = {"booking_date": "2026-03-01", "description": "Papier", "lines": lines}
    off = office.post("/v1/accounts/6815/deactivate")
    assert (off.status_code, off.json()) == (200, {"number": "6815", "is_active": False})
    listed = office.get("/v1/accounts", limit=500).json()["accounts"]
    assert "6815" not in {each["number"] for each in listed}
    gone = {each["number"] for each in office.get("/v1/accounts/inactive").json()}
    assert "6815" in gone
    assert not gone & {each["number"] for each in listed}
    assert office.post("/v1/bookings", booking).json()["code"] == "ACCOUNT_NOT_FOUND"
    assert office.post("/v1/accounts/6815/activate").json()["is_active"] is True
    assert office.post("/v1/bookings", booking).status_code == 201
    refused = office.post("/v1/accounts/2800/deactivate")
    assert (refused.status_code, refused.json()["code"]) == (409, "ACCOUNT_IN_USE")
    assert office.post("/v1/accounts/99999999/deactivate").status_code == 404
