"""The companies of the stack: founded once, kept with their home."""

import json
from pathlib import Path

from deploy.stack.people import people
from domain.access import views as access
from domain.access.token import hash_of
from tests.builders import Tenant
from tests.servers import Database


def test_a_company_has_four_people_with_keys(tenant: Tenant, database: Database) -> None:
    """Bookkeeper and approver are two people who may do the same."""
    assert list(tenant.people) == ["bookkeeper", "approver", "auditor", "admin"]
    for person in tenant.people.values():
        credential = access.api_key(database.engine, hash_of(person.api_key))
        assert credential is not None
        assert (credential.tenant_id, credential.user_id) == (tenant.id, person.user_id)
        assert credential.scopes == set(person.scopes)
    auditor = tenant.people["auditor"]
    assert all(scope.endswith(":read") for scope in auditor.scopes)


def test_a_second_start_finds_the_same_people(database: Database, tmp_path: Path) -> None:
    """Same keys, same passwords, and a file for its owner only."""
    first = people(database.url, tmp_path, "inbox.test")
    again = people(database.url, tmp_path, "inbox.test")
    assert json.dumps(again) == json.dumps(first)
    assert (tmp_path / "people.json").stat().st_mode & 0o777 == 0o600
    assert first["inbox_address"].endswith("@inbox.test")
    assert first["tenant_id"] != first["other_tenant"]["tenant_id"]


def test_another_database_gets_people_of_its_own(
    database: Database, tmp_path: Path, german_tenant: Tenant
) -> None:
    """A home whose company is not in the database founds a new one."""
    first = people(database.url, tmp_path, "inbox.test")
    text = (tmp_path / "people.json").read_text()
    (tmp_path / "people.json").write_text(text.replace(first["tenant_id"], str(german_tenant.id)))
    assert people(database.url, tmp_path, "inbox.test")["tenant_id"] != first["tenant_id"]
