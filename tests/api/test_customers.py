"""Customers over HTTP."""

from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from tests.api.callers import Caller, caller, with_scopes
from tests.builders import Tenant, another_tenant
from tests.servers import Database

PATH = "/v1/customers"


@pytest.fixture
def office(http: TestClient, database: Database) -> Caller:
    """Give each test a tenant of its own."""
    return caller(http, another_tenant(database))


def test_a_customer_is_made_shown_changed_and_listed(office: Caller) -> None:
    """Absent stays, null clears; ids in their stored form."""
    body = {
        "name": "Müller Handel GmbH",
        "vat_id": "atu12345678",
        "iban": "at61 1904 3002 3457 3201",
        "address": {"city": "Wien", "country": "AT"},
        "default_account": "4000",
    }
    made = office.post(PATH, body)
    assert made.status_code == 201, made.text
    customer = made.json()
    assert (customer["vat_id"], customer["iban"]) == ("ATU12345678", "AT611904300234573201")
    assert customer["address"] == {"street": None, "city": "Wien", "zip": None, "country": "AT"}

    path = f"{PATH}/{customer['id']}"
    changed = office.put(path, {"notes": "x", "address": None}).json()
    assert (changed["notes"], changed["address"], changed["name"]) == ("x", None, body["name"])
    assert office.get(path).json()["open_amount"] == 0
    office.post(PATH, {"name": "Andere"})
    listed = office.get(PATH, search="müller", is_active="true", limit=1)
    assert [one["id"] for one in listed.json()] == [customer["id"]]
    assert listed.headers["X-Total-Count"] == "1"
    gone = office.delete(path)
    assert (gone.status_code, gone.json()["is_active"]) == (200, False)
    assert len(office.get(PATH, is_active="true").json()) == 1
    assert office.delete(path).json()["is_active"] is False


def test_the_same_key_makes_one_customer(office: Caller) -> None:
    """ONCE: the first answer, said so in a header."""
    first = office.post(PATH, {"name": "Einer"}, key="k")
    again = office.post(PATH, {"name": "Einer"}, key="k")
    assert first.json() == again.json()
    assert again.headers["Idempotent-Replayed"] == "true"
    other = office.post(PATH, {"name": "Anderer"}, key="k")
    assert other.json()["code"] == "IDEMPOTENCY_KEY_REUSED"


def test_refusals_have_their_codes(office: Caller) -> None:
    """Duplicates name the existing customer; unknown fields, accounts and ids are refused."""
    first = office.post(PATH, {"name": "Muster", "tax_id": "12/345", "vat_id": "ATU1"}).json()
    cases = [
        ({"name": "MUSTER"}, 409, "DUPLICATE_NAME"),
        ({"name": "A", "tax_id": "12/345"}, 409, "DUPLICATE_TAX_ID"),
        ({"name": "A", "vat_id": "ATU1"}, 409, "DUPLICATE_VAT_ID"),
        ({"name": "A", "default_account": "99999999"}, 400, "ACCOUNT_NOT_FOUND"),
        ({"name": "A", "vatid": "x"}, 400, "INVALID_INPUT"),
        ({"name": ""}, 400, "INVALID_INPUT"),
        ({}, 400, "INVALID_INPUT"),
    ]
    for body, status, code in cases:
        refused = office.post(PATH, body)
        assert (refused.status_code, refused.json()["code"]) == (status, code)
        if status == 409:
            assert refused.json()["context"]["existing_id"] == first["id"]
    second = office.post(PATH, {"name": "Zweiter"}).json()
    taken = office.put(f"{PATH}/{second['id']}", {"name": "muster"})
    assert (taken.status_code, taken.json()["code"]) == (409, "DUPLICATE_NAME")
    path = f"{PATH}/{first['id']}"
    assert office.put(path, {}).json()["code"] == "NO_CHANGES"
    assert office.put(path, {"name": None}).json()["code"] == "INVALID_INPUT"
    for query in ({"limit": 501}, {"limit": 0}, {"offset": -1}, {"is_active": "yes"}):
        assert office.get(PATH, **query).json()["code"] == "INVALID_INPUT"
    for refused in (
        office.get(f"{PATH}/{uuid4()}"),
        office.put(f"{PATH}/{uuid4()}", {"notes": "x"}),
        office.delete(f"{PATH}/{uuid4()}"),
    ):
        assert (refused.status_code, refused.json()["code"]) == (404, "NOT_FOUND")


def test_scopes_and_tenants_are_kept_apart(
    http: TestClient, database: Database, tenant: Tenant, office: Caller
) -> None:
    """A key needs the scope; another tenant's customer is not there, and takes no name."""
    name = f"Muster {uuid4()}"
    customer_id = office.post(PATH, {"name": name}).json()["id"]
    reader = with_scopes(http, database, tenant, "debitoren:read")
    assert reader.get(f"{PATH}/{customer_id}").status_code == 404
    assert reader.post(PATH, {"name": "A"}).json()["code"] == "INSUFFICIENT_SCOPE"
    writer = with_scopes(http, database, tenant, "debitoren:write", "kreditoren:read")
    assert writer.get(PATH).status_code == 403
    assert writer.post(PATH, {"name": name}).status_code == 201
