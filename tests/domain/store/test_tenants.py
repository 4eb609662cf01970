"""Opening the books of a company."""

from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from deploy.stack.people import AUSTRIAN, GERMAN
from domain.access.actor import Actor
from domain.store import tenants
from domain.store.tenants import NewTenant
from domain.store.transaction import reading
from domain.tables.access import TenantHeadRow, TenantRow
from domain.views import accounts, audit
from tests.servers import Database

SYSTEM = Actor.system("cli")


@pytest.mark.parametrize("template", [AUSTRIAN, GERMAN], ids=["at", "de"])
def test_a_tenant_starts_with_its_chart(database: Database, template: NewTenant) -> None:
    """Accounts, tax codes, counters at zero, and an event that says so."""
    new = replace(template, inbox_address=f"start-{template.country}")
    tenant_id = tenants.create(database.engine, new, SYSTEM)
    with reading(database.engine, tenant_id) as session:
        _, total = accounts.page(session, limit=1, offset=0)
        assert total > 300
        assert accounts.tax_codes(session)
        assert session.get_one(TenantHeadRow, tenant_id).last_number == 0
        assert session.get_one(TenantRow, tenant_id).company_name == template.company_name
        assert [each.event.action for each in audit.events(session)] == ["tenant.created"]
    assert tenant_id in tenants.all_ids(database.engine)


def test_an_inbox_is_found_by_its_address(database: Database) -> None:
    """Whatever the case; an unknown one belongs to nobody; one address, one tenant."""
    tenant_id = tenants.create(database.engine, replace(AUSTRIAN, inbox_address="Inbox"), SYSTEM)
    assert tenants.of_inbox(database.engine, "iNBOX") == tenant_id
    assert tenants.of_inbox(database.engine, "nobody") is None
    with pytest.raises(IntegrityError):
        tenants.create(database.engine, replace(AUSTRIAN, inbox_address="inbox"), SYSTEM)


@pytest.mark.parametrize(
    "wrong",
    [{"country": "CH"}, {"country": "DE"}, {"fiscal_year_start": 13}],
)
def test_what_does_not_fit_is_refused(database: Database, wrong: dict[str, object]) -> None:
    """The database holds the invariant, too: a chart belongs to its country."""
    new = replace(AUSTRIAN, inbox_address="wrong", **wrong)  # type: ignore[arg-type]
    with pytest.raises(IntegrityError):
        tenants.create(database.engine, new, SYSTEM)
