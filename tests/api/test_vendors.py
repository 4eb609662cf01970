"""Vendors over HTTP."""

from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from tests.api.callers import Caller, caller, with_scopes
from tests.builders import Tenant, another_tenant
from tests.servers import Database

PATH = "/v1/vendors"
IBAN, OTHER_IBAN = "AT611904300234573201", "AT021100000012345678"


@pytest.fixture
def office(http: TestClient, database: Database) -> Caller:
    """Give each test a tenant of its own."""
    return caller(http, another_tenant(database))


def test_a_vendor_is_made_shown_changed_and_listed(office: Caller) -> None:
    """Absent stays, null clears; ids in their stored form."""
    body = {
        "name": "Papier Müller GmbH",
        "vat_id": "atu12345678",
        "iban": "at61 1904 3002 3457 3201",
        "address": {"city": "Wien", "country": "AT"},
        "default_account": "6815",
    }
    made = office.post(PATH, body)
    assert made.status_code == 201, made.text
    vendor = made.json()
    assert (vendor["vat_id"], vendor["iban"]) == ("ATU12345678", "AT611904300234573201")
    assert vendor["address"] == {"street": None, "city": "Wien", "zip": None, "country": "AT"}

    path = f"{PATH}/{vendor['id']}"
    changed = office.put(path, {"notes": "x", "address": None}).json()
    assert (changed["notes"], changed["address"], changed["name"]) == ("x", None, body["name"])
    shown = office.get(path).json()
    assert shown["open_amount"] == 0
    listed = office.get(PATH, search="müller", is_active="true")
    assert [one["id"] for one in listed.json()] == [vendor["id"]]
    assert listed.headers["X-Total-Count"] == "1"
    gone = office.delete(path)
    assert (gone.status_code, gone.json()["is_active"]) == (200, False)
    assert office.get(PATH, is_active="true").json() == []


def test_the_same_key_makes_one_vendor(office: Caller) -> None:
    """ONCE: the first answer, said so in a header."""
    first = office.post(PATH, {"name": "Einer"}, key="k")
    again = office.post(PATH, {"name": "Einer"}, key="k")
    assert first.json() == again.json()
    assert again.headers["Idempotent-Replayed"] == "true"
    assert office.post(PATH, {"name": "Anderer"}, key="k").json()["code"] == (
        "IDEMPOTENCY_KEY_REUSED"
    )


def test_refusals_have_their_codes(office: Caller) -> None:
    """Duplicates name the existing vendor; unknown fields, accounts and ids are refused."""
    first = office.post(PATH, {"name": "Papier", "tax_id": "12/345", "vat_id": "ATU1"}).json()
    cases = [
        ({"name": "PAPIER"}, 409, "DUPLICATE_NAME"),
        ({"name": "A", "tax_id": "12/345"}, 409, "DUPLICATE_TAX_ID"),
        ({"name": "A", "vat_id": "ATU1"}, 409, "DUPLICATE_VAT_ID"),
        ({"name": "A", "default_account": "99999999"}, 400, "ACCOUNT_NOT_FOUND"),
        ({"name": "A", "vatid": "x"}, 400, "INVALID_INPUT"),
        ({"name": ""}, 400, "INVALID_INPUT"),
        ({"name": "A", "iban": "A" * 40}, 400, "INVALID_INPUT"),
        ({}, 400, "INVALID_INPUT"),
    ]
    for body, status, code in cases:
        refused = office.post(PATH, body)
        assert (refused.status_code, refused.json()["code"]) == (status, code)
        if status == 409:
            assert refused.json()["context"]["existing_id"] == first["id"]
    path = f"{PATH}/{first['id']}"
    assert office.put(path, {}).json()["code"] == "NO_CHANGES"
    assert office.put(path, {"name": None}).json()["code"] == "INVALID_INPUT"
    for refused in (
        office.get(f"{PATH}/{uuid4()}"),
        office.put(f"{PATH}/{uuid4()}", {"notes": "x"}),
        office.delete(f"{PATH}/{uuid4()}"),
        office.post(f"{PATH}/{uuid4()}/confirm-iban"),
    ):
        assert (refused.status_code, refused.json()["code"]) == (404, "NOT_FOUND")


def test_the_answer_says_that_a_changed_iban_waits(http: TestClient, database: Database) -> None:
    """The first one does not, a cleared one has nothing to wait for; a second person ends it."""
    tenant = another_tenant(database)
    office, other = caller(http, tenant), caller(http, tenant, "bookkeeper")
    path = f"{PATH}/{office.post(PATH, {'name': 'Papier', 'iban': IBAN}).json()['id']}"
    assert office.get(path).json()["is_iban_pending"] is False

    changed = office.put(path, {"iban": OTHER_IBAN}).json()

    assert changed["is_iban_pending"] is True
    assert office.get(path).json()["is_iban_pending"] is True
    listed = {each["id"]: each for each in office.get(PATH, limit=200).json()}
    assert listed[changed["id"]]["is_iban_pending"] is True
    assert office.put(path, {"notes": "x"}).json()["is_iban_pending"] is True
    assert other.post(f"{path}/confirm-iban", {"iban": OTHER_IBAN}).status_code == 200
    assert office.get(path).json()["is_iban_pending"] is False
    assert office.put(path, {"iban": IBAN}).json()["is_iban_pending"] is True
    assert office.put(path, {"iban": None}).json()["is_iban_pending"] is False


def test_scopes_and_tenants_are_kept_apart(
    http: TestClient, database: Database, tenant: Tenant, office: Caller
) -> None:
    """A key needs the scope; another tenant's vendor is not there."""
    vendor_id = office.post(PATH, {"name": "Papier"}).json()["id"]
    reader = with_scopes(http, database, tenant, "kreditoren:read")
    assert reader.get(f"{PATH}/{vendor_id}").status_code == 404
    assert reader.post(PATH, {"name": "A"}).json()["code"] == "INSUFFICIENT_SCOPE"
    writer = with_scopes(http, database, tenant, "kreditoren:write")
    assert writer.get(PATH).status_code == 403
