"""A company over HTTP: who one is, who else there is, their keys, and what was done."""

from fastapi.testclient import TestClient

from tests.api.callers import booking, caller, with_scopes
from tests.builders import Tenant, another_tenant
from tests.servers import Database


def test_everybody_learns_who_they_are(http: TestClient, tenant: Tenant) -> None:
    """And what their credential may do, which is not what the person may."""
    me = caller(http, tenant, "auditor").get("/v1/me").json()
    assert me["name"] == "auditor"
    assert me["tenant_id"] == str(tenant.id)
    assert all(scope.endswith(":read") for scope in me["scopes"])


def test_a_company_tells_its_data(http: TestClient, tenant: Tenant) -> None:
    """To those who may read its settings."""
    found = caller(http, tenant).get("/v1/tenant").json()
    assert found["company_name"] == "Alpenladen Handels GmbH"
    assert found["inbox_address"].startswith("alpenladen-")
    assert caller(http, tenant, "bookkeeper").get("/v1/tenant").status_code == 403


def test_a_person_is_invited_by_a_letter_and_shut_out(http: TestClient, database: Database) -> None:
    """Once for a key; their logins and keys end at once; nobody shuts themselves out."""
    tenant = another_tenant(database)
    admin = caller(http, tenant)
    body = {"email": "neu@alpenladen.example", "name": "Neu"}
    made = admin.post("/v1/users", body, key="u-1")
    assert made.status_code == 201, made.text
    assert admin.post("/v1/users", body, key="u-1").json() == made.json()
    assert admin.post("/v1/users", body).json()["code"] == "DUPLICATE_USER"
    kinds = [letter["kind"] for letter in admin.get("/v1/letters").json()]
    assert kinds == ["invitation"]

    key = with_scopes(http, database, tenant, "journal:read")
    bookkeeper = str(tenant.people["bookkeeper"].user_id)
    out = admin.post(f"/v1/users/{bookkeeper}/deactivate")
    assert (out.status_code, out.json()["active"]) == (200, False)
    assert key.get("/v1/accounts").status_code == 401
    own = str(tenant.people["admin"].user_id)
    refused = admin.post(f"/v1/users/{own}/deactivate")
    assert (refused.status_code, refused.json()["code"]) == (409, "OWN_ACCOUNT")
    listed = {each["id"]: each["active"] for each in admin.get("/v1/users").json()}
    assert (listed[bookkeeper], listed[own]) == (False, True)


def test_keys_are_listed_without_their_secret_and_revoked(
    http: TestClient, database: Database
) -> None:
    """What is revoked stays listed and opens nothing."""
    tenant = another_tenant(database)
    admin = caller(http, tenant)
    keys = admin.get("/v1/api-keys").json()
    secret = tenant.people["auditor"].api_key
    assert secret not in str(keys)
    (key,) = [each for each in keys if secret.startswith(each["display_prefix"])]
    revoked = admin.post(f"/v1/api-keys/{key['id']}/revoke")
    assert revoked.json()["revoked_at"]
    assert caller(http, tenant, "auditor").get("/v1/me").status_code == 401


def test_the_audit_log_is_read_with_names_and_filters(http: TestClient, database: Database) -> None:
    """What was done and what was refused, the newest first, of this company alone."""
    tenant = another_tenant(database)
    book = caller(http, tenant, "bookkeeper")
    assert book.post("/v1/bookings", booking()).status_code == 201
    assert book.get("/v1/tenant").status_code == 403
    admin = caller(http, tenant)
    found = admin.get("/v1/audit").json()
    numbers = [each["number"] for each in found]
    assert numbers == sorted(numbers, reverse=True)
    assert found[0]["after"] == {"refused": "INSUFFICIENT_SCOPE"}
    assert found[0]["user_name"] == "bookkeeper"
    posted = admin.get("/v1/audit", action="journal.posted")
    assert [each["subject"] for each in posted.json()] == ["intent"]
    assert posted.headers["X-Total-Count"] == "1"
    nobody = admin.get("/v1/audit", user_id=str(tenant.people["approver"].user_id))
    assert nobody.json() == []
