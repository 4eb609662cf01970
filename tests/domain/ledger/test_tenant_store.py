"""Opening the books of a company."""

from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from deploy.stack.people import AUSTRIAN, GERMAN
from domain.access import address_views
from domain.access.rows import TenantHeadRow, TenantRow
from domain.actor import Actor
from domain.database import audit_chain
from domain.database.session import read_session
from domain.ledger import account_views, tax_code_views, tenant_store
from domain.ledger.tenant_store import NewTenant
from tests.servers import Database

SYSTEM = Actor.system("cli")


@pytest.mark.parametrize("template", [AUSTRIAN, GERMAN], ids=["at", "de"])
def test_a_tenant_starts_with_its_chart(database: Database, template: NewTenant) -> None:
    """Accounts, tax codes, counters at zero, and an event that says so."""
    new = replace(template, inbox_address=f"start-{template.country}")
    tenant_id = tenant_store.create(database.engine, new, SYSTEM)
    with read_session(database.engine, tenant_id) as session:
        _, total = account_views.page(session, limit=1, offset=0)
        assert total > 300
        assert tax_code_views.all_codes(session, include_inactive=False)
        assert session.get_one(TenantHeadRow, tenant_id).last_number == 0
        assert session.get_one(TenantRow, tenant_id).company_name == template.company_name
        assert [each.event.action for each in audit_chain.events(session)] == ["tenant.created"]
    assert tenant_id in tenant_store.all_ids(database.engine)


def test_an_inbox_is_found_by_its_address(database: Database) -> None:
    """Whatever the case; an unknown one belongs to nobody; one address, one tenant."""
    tenant_id = tenant_store.create(
        database.engine, replace(AUSTRIAN, inbox_address="Inbox"), SYSTEM
    )
    assert address_views.owner_of(database.engine, "iNBOX") == tenant_id
    assert address_views.owner_of(database.engine, "nobody") is None
    with pytest.raises(IntegrityError):
        tenant_store.create(database.engine, replace(AUSTRIAN, inbox_address="inbox"), SYSTEM)


@pytest.mark.parametrize(
    "wrong",
    [{"country": "CH"}, {"country": "DE"}, {"fiscal_year_start": 13}],
)
def test_what_does_not_fit_is_refused(database: Database, wrong: dict[str, object]) -> None:
    """The database holds the invariant, too: a chart belongs to its country."""
    new = replace(AUSTRIAN, inbox_address="wrong", **wrong)  # type: ignore[arg-type]
    with pytest.raises(IntegrityError):
        tenant_store.create(database.engine, new, SYSTEM)
