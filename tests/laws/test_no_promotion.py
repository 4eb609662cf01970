"""What a hole in the application cannot do: its role in the database promotes nobody.

Everything here is asked of the database directly, with the application's own role and inside of
the tenant, as somebody would who can make the application say any SQL.
"""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from domain.access import store as access
from domain.access.scope import ROLES, SCOPES, within_role
from domain.database.session import write_session
from domain.dates import local_day
from domain.payments import store as payment_runs
from domain.payments.business_day import next_business_day
from domain.periods import lock_store
from domain.periods.period import PeriodName
from tests.builders import Tenant, another_tenant
from tests.payables import a_bank_account, a_posted_invoice, a_vendor, an_invoice
from tests.servers import Database

MARCH = PeriodName("2026-03")
REFUSED = r"permission denied|RestrictViolation|InsufficientPrivilege|ck_app_user_role"


def says(database: Database, tenant: Tenant, statement: str, **facts: object) -> int:
    """How many rows a statement of the application's role touches."""
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        done = session.execute(text(statement), {**people(tenant), **facts})
        return int(done.rowcount)  # type: ignore[attr-defined]


def refuses(database: Database, tenant: Tenant, statement: str, **facts: object) -> None:
    """Hold that the database refuses a statement."""
    with pytest.raises(DBAPIError, match=REFUSED):
        says(database, tenant, statement, **facts)


def people(tenant: Tenant) -> dict[str, object]:
    """Ids of the people by their name, and that of the tenant."""
    return {"tenant": tenant.id, **{name: who.user_id for name, who in tenant.people.items()}}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE app_user SET role = 'owner' WHERE id = :bookkeeper",
        "UPDATE app_user SET email = 'x@y.at' WHERE id = :admin",
        "UPDATE app_user SET created_at = now()",
        (
            "INSERT INTO app_user (tenant_id, id, email, name, role, password_hash, created_at)"
            " VALUES (:tenant, gen_random_uuid(), 'x@y.at', 'X', 'owner', 'x', now())"
        ),
        (
            "INSERT INTO app_user (tenant_id, id, email, name, role, created_at)"
            " VALUES (:tenant, gen_random_uuid(), 'x@y.at', 'X', 'ruler', now())"
        ),
        "UPDATE api_key SET scopes = '{admin}' WHERE user_id = :auditor",
        "UPDATE api_key SET user_id = :admin WHERE user_id = :auditor",
        "UPDATE api_key SET key_hash = 'known' WHERE user_id = :admin",
        (
            "INSERT INTO api_key (tenant_id, id, user_id, name, key_hash, display_prefix, scopes,"
            " created_at) VALUES (:tenant, gen_random_uuid(), :auditor, 'x', 'y', 'z',"
            " '{journal:write}', now())"
        ),
        (
            "INSERT INTO session_token (tenant_id, token_hash, user_id, created_at, expires_at)"
            " VALUES (:tenant, 'x', :auditor, now() + interval '1 year', now() + interval '1 year')"
        ),
        "UPDATE session_token SET user_id = :admin",
        (
            "INSERT INTO password_token (tenant_id, token_hash, user_id, purpose, created_at,"
            " expires_at) VALUES (:tenant, 'x', :auditor, 'reset', now(),"
            " now() + interval '1 year')"
        ),
        "UPDATE password_token SET user_id = :admin",
        "UPDATE lock_request SET requested_by = :approver",
        (
            "INSERT INTO payment_run (tenant_id, id, bank_account_id, status, execution_date,"
            " total_amount, invoice_count, created_by, created_at, approved_by, approved_at)"
            " VALUES (:tenant, gen_random_uuid(), gen_random_uuid(), 'approved', now(), 1, 1,"
            " :bookkeeper, now(), :bookkeeper, now())"
        ),
        "UPDATE payment_run SET total_amount = 1",
        "UPDATE payment_run SET created_by = :admin",
        "UPDATE known_device SET user_id = :admin",
        "DELETE FROM app_user",
        "DELETE FROM api_key",
        "DELETE FROM session_token",
        "ALTER TABLE app_user DISABLE TRIGGER keep_person",
        "DROP TRIGGER keep_key ON api_key",
        "SET session_replication_role = replica",
    ],
)
def test_nobody_is_promoted(database: Database, tenant: Tenant, statement: str) -> None:
    """Neither by a new role nor by scopes, somebody else's key, or a login without an end."""
    refuses(database, tenant, statement)


def test_roles_hold_the_same_in_the_database(database: Database) -> None:
    """What the rules say and what the trigger asks."""
    query = text("SELECT role_holds(:role, :scope)")
    with database.engine.connect() as connection:
        told = {
            (role, scope): connection.execute(query, {"role": role, "scope": scope}).scalar_one()
            for role in ROLES
            for scope in SCOPES
        }
    assert told == {
        (role, scope): bool(within_role([scope], role)) for role in ROLES for scope in SCOPES
    }


def test_who_is_out_stays_out(database: Database) -> None:
    """People, keys, logins and tokens end for good; ending them twice is no harm to anybody."""
    tenant = another_tenant(database)
    clerk = tenant.people["bookkeeper"].user_id
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        access.start_session(session, clerk)
        access.issue_password_token(session, clerk, "reset")
        access.deactivate_user(session, clerk)
    for ends in ("api_key SET revoked_at = now()", "password_token SET ended_at = now()"):
        assert says(database, tenant, f"UPDATE {ends} WHERE user_id = :bookkeeper") == 1
    for again in (
        "api_key SET revoked_at = NULL",
        "session_token SET ended_at = NULL",
        "session_token SET expires_at = now()",
        "password_token SET ended_at = NULL",
    ):
        refuses(database, tenant, f"UPDATE {again} WHERE user_id = :bookkeeper")
    refuses(database, tenant, "UPDATE app_user SET active = true WHERE id = :bookkeeper")
    assert says(database, tenant, "UPDATE app_user SET active = false WHERE id = :bookkeeper") == 1


def test_a_login_lasts_twelve_hours(database: Database) -> None:
    """It may end sooner, and be prolonged up to there."""
    tenant = another_tenant(database)
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        access.start_session(session, tenant.people["auditor"].user_id, timedelta(minutes=30))
    longer = "UPDATE session_token SET expires_at = created_at + interval '{}'"
    assert says(database, tenant, longer.format("12 hours")) == 1
    refuses(database, tenant, longer.format("12 hours 1 second"))


def test_a_lock_needs_two_people(database: Database) -> None:
    """Neither the request nor the period is locked by who asked, by a reader, or by nobody."""
    tenant = another_tenant(database)
    _requested(database, tenant)
    approve = (
        "UPDATE lock_request SET status = 'approved', decided_by = {}, decided_at = now()"
        " WHERE tenant_id = :tenant"
    )
    lock = (
        "UPDATE period SET status = 'locked', locked_by = {}, locked_at = now()"
        " WHERE name = '2026-03'"
    )
    for who in (":bookkeeper", ":auditor", "NULL", f"'{uuid4()}'"):
        refuses(database, tenant, approve.format(who))
    refuses(database, tenant, lock.format(":approver"))
    refuses(
        database,
        tenant,
        "INSERT INTO lock_request (tenant_id, request_id, period, requested_by, created_at, status,"
        " decided_by, decided_at) VALUES (:tenant, gen_random_uuid(), '2026-03', :bookkeeper,"
        " now(), 'approved', :approver, now())",
    )
    refuses(
        database,
        tenant,
        "INSERT INTO period (tenant_id, name, period_number, fiscal_year, first_day, last_day,"
        " status) VALUES (:tenant, '2026-04', 0, 2026, '2026-04-01', '2026-04-30', 'locked')",
    )

    assert says(database, tenant, approve.format(":approver")) == 1
    refuses(database, tenant, approve.format(":admin"))
    refuses(database, tenant, lock.format(":admin"))
    assert says(database, tenant, lock.format(":approver")) == 1


def test_nobody_becomes_alone_in_secret(database: Database) -> None:
    """Whoever shuts the others out, whatever instant they say, approves no lock of their own."""
    tenant = another_tenant(database)
    _requested(database, tenant)
    for told in (
        "active = false, shut_out_at = '2020-01-01'",
        "shut_out_at = NULL",
    ):
        shut = f"UPDATE app_user SET {told} WHERE id NOT IN (:bookkeeper, :auditor)"  # noqa: S608
        assert says(database, tenant, shut) == 2
    approve = "UPDATE lock_request SET status = 'approved', decided_by = :bookkeeper"
    refuses(database, tenant, approve)

    with database.owner_engine.begin() as connection:
        connection.execute(text(f"SET LOCAL app.tenant_id = '{tenant.id}'"))
        connection.execute(text("UPDATE app_user SET shut_out_at = now() - interval '8 days'"))
    assert says(database, tenant, approve) == 1


def test_a_request_that_was_decided_stays_so(database: Database) -> None:
    """What was cancelled is neither pending again nor approved."""
    tenant = another_tenant(database)
    request_id = _requested(database, tenant)
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        lock_store.cancel_lock(session, MARCH, request_id, datetime.now(UTC))
    for status in ("pending", "approved"):
        change = "UPDATE lock_request SET status = :status, decided_by = :approver"
        refuses(database, tenant, change, status=status)


def test_a_run_needs_two_people(database: Database) -> None:
    """It is not approved by who made it, goes forward only, and keeps who approved it."""
    tenant = another_tenant(database)
    clerk, run_id, now = tenant.people["bookkeeper"].actor, uuid4(), datetime.now(UTC)
    with write_session(database.engine, tenant.id, clerk) as session:
        invoice_id = a_posted_invoice(session, an_invoice(a_vendor(session)))
        day = next_business_day(local_day(now, "AT"))
        new = payment_runs.NewRun(run_id, a_bank_account(session), day, (invoice_id,))
        payment_runs.create(session, new, now)
    approve = "UPDATE payment_run SET status = 'approved', approved_by = {}, approved_at = now()"
    for who in (":bookkeeper", ":auditor", f"'{uuid4()}'"):
        refuses(database, tenant, approve.format(who))
    refuses(database, tenant, "UPDATE payment_run SET status = 'exported', exported_at = now()")

    assert says(database, tenant, approve.format(":approver")) == 1
    refuses(database, tenant, "UPDATE payment_run SET approved_by = :admin")
    refuses(database, tenant, "UPDATE payment_run SET status = 'draft'")


def _requested(database: Database, tenant: Tenant) -> UUID:
    """A lock request of the bookkeeper."""
    request_id, clerk = uuid4(), tenant.people["bookkeeper"].actor
    with write_session(database.engine, tenant.id, clerk) as session:
        lock_store.request_lock(session, MARCH, request_id, datetime.now(UTC))
    return request_id
