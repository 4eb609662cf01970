"""People are known by one address, whatever tenant they belong to."""

import pytest

from domain.access import store as access
from domain.access.store import DuplicateUser
from domain.database.session import write_session
from tests.builders import Tenant, another_tenant
from tests.servers import Database


def test_an_address_is_taken_once(database: Database, tenant: Tenant) -> None:
    """Also by somebody of another tenant, and by somebody who has left; nothing stays of it."""
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        user_id = access.add_user(session, email="eva@example.at", name="Eva")
        access.deactivate_user(session, user_id)

    for owner in (tenant, another_tenant(database)):
        with (
            pytest.raises(DuplicateUser),
            write_session(database.engine, owner.id, owner.actor) as session,
        ):
            access.add_user(session, email="Eva@Example.at", name="Eva")
