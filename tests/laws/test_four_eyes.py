"""FOUR_EYES: the approver is another person than the requester."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from sqlalchemy import text

from domain.access import store as people
from domain.access.views import is_one_person
from domain.actor import Actor
from domain.approvals import views as approvals
from domain.database import audit
from domain.database.session import read_session, write_session
from domain.dates import local_day
from domain.errors import Forbidden, SelfApprovalDenied
from domain.payments import store as payment_runs
from domain.payments.business_day import next_business_day
from domain.payments.run import RunStatus
from domain.periods import lock_store
from domain.periods.lock import ApproverNotAPerson, Locked, RequestStatus
from domain.periods.period import PeriodName
from domain.periods.period_views import pending_request
from tests.builders import Tenant, another_tenant
from tests.payables import a_bank_account, a_posted_invoice, a_vendor, an_invoice
from tests.servers import Database

MARCH = PeriodName("2026-03")


@pytest.fixture
def tenant(database: Database) -> Tenant:
    """Give each test a tenant of its own."""
    return another_tenant(database)


def locked(database: Database, tenant: Tenant, requester: Actor, approver: Actor) -> Locked:
    """Ask as one, approve as another."""
    request_id = uuid4()
    with write_session(database.engine, tenant.id, requester) as session:
        lock_store.request_lock(session, MARCH, request_id, datetime.now(UTC))
    with write_session(database.engine, tenant.id, approver) as session:
        return lock_store.approve_lock(session, MARCH, request_id, datetime.now(UTC))


def test_another_person_approves(database: Database, tenant: Tenant) -> None:
    """Two people, one lock; both stand in the audit log."""
    clerk, boss = tenant.people["bookkeeper"].actor, tenant.people["approver"].actor

    sealed = locked(database, tenant, clerk, boss)

    with read_session(database.engine, tenant.id) as session:
        events = session.execute(
            text("SELECT action, user_id FROM audit_event WHERE subject = 'lock_request'")
        ).all()
    assert sealed.request.status is RequestStatus.APPROVED
    assert {tuple(event) for event in events} == {
        ("lock_request.requested", clerk.user_id),
        ("lock_request.approved", boss.user_id),
    }


@pytest.mark.parametrize("key_prefix", [None, "ll_other1"])
def test_the_requester_is_refused_with_any_credential(
    database: Database, tenant: Tenant, key_prefix: str | None
) -> None:
    """A second key is not a second person; the request goes on waiting."""
    clerk = tenant.people["bookkeeper"].actor

    with pytest.raises(SelfApprovalDenied):
        locked(database, tenant, clerk, replace(clerk, key_prefix=key_prefix))

    with read_session(database.engine, tenant.id) as session:
        assert pending_request(session, MARCH, datetime.now(UTC)) is not None


@pytest.mark.parametrize("kind", ["service", "system"])
def test_only_a_person_approves(database: Database, tenant: Tenant, kind: str) -> None:
    """Neither a service account nor the service itself."""
    clerk = tenant.people["bookkeeper"].actor
    machine = Actor(None, "service" if kind == "service" else "system", "api")

    with pytest.raises(ApproverNotAPerson) as refused:
        locked(database, tenant, clerk, machine)

    assert refused.value.code == "SELF_APPROVAL_DENIED"


def test_who_is_alone_may_approve_alone(database: Database, tenant: Tenant) -> None:
    """Only active people count."""
    clerk = tenant.people["bookkeeper"].actor
    with database.owner_engine.begin() as connection:
        connection.execute(text(f"SET LOCAL app.tenant_id = '{tenant.id}'"))
        connection.execute(text("UPDATE app_user SET active = false WHERE name <> 'bookkeeper'"))

    assert locked(database, tenant, clerk, clerk).locked_by == clerk.user_id


def test_a_refused_attempt_is_in_the_audit_log(database: Database, tenant: Tenant) -> None:
    """It outlives the transaction that was refused, and the chain holds it."""
    clerk = tenant.people["bookkeeper"].actor
    with pytest.raises(Forbidden) as refused:
        locked(database, tenant, clerk, clerk)
    request_id = str(refused.value.context["request_id"])
    audit.record_refusal(
        database.engine,
        tenant.id,
        clerk,
        "lock_request.approved",
        "lock_request",
        request_id,
        refused.value,
    )

    with read_session(database.engine, tenant.id) as session:
        query = text("SELECT user_id, after FROM audit_event WHERE after ->> 'refused' = :code")
        row = session.execute(query, {"code": "SELF_APPROVAL_DENIED"}).one()
    assert row.user_id == clerk.user_id


def test_nobody_approves_their_own_payment_run(database: Database, tenant: Tenant) -> None:
    """A service neither; another person may, once, and stands on the run."""
    clerk, boss = tenant.people["bookkeeper"].actor, tenant.people["approver"].actor
    run_id, now = uuid4(), datetime.now(UTC)
    with write_session(database.engine, tenant.id, clerk) as session:
        invoice_id = a_posted_invoice(session, an_invoice(a_vendor(session)))
        day = next_business_day(local_day(now, "AT"))
        new = payment_runs.NewRun(run_id, a_bank_account(session), day, (invoice_id,))
        payment_runs.create(session, new, now)
    service = Actor(boss.user_id, "service", "api")
    for refused in (clerk, replace(clerk, key_prefix="ll_other1"), service):
        with (
            pytest.raises(SelfApprovalDenied),
            write_session(database.engine, tenant.id, refused) as session,
        ):
            payment_runs.approve(session, run_id, now)
    with write_session(database.engine, tenant.id, boss) as session:
        approved = payment_runs.approve(session, run_id, now)
    assert approved.status is RunStatus.APPROVED


def test_who_is_alone_pays_alone(database: Database, tenant: Tenant) -> None:
    """A tenant with a single active person approves its own run."""
    clerk = tenant.people["bookkeeper"].actor
    run_id, now = uuid4(), datetime.now(UTC)
    with database.owner_engine.begin() as connection:
        connection.execute(text(f"SET LOCAL app.tenant_id = '{tenant.id}'"))
        connection.execute(
            text("UPDATE app_user SET active = (id = :clerk)"), {"clerk": clerk.user_id}
        )
    with write_session(database.engine, tenant.id, clerk) as session:
        invoice_id = a_posted_invoice(session, an_invoice(a_vendor(session)))
        day = next_business_day(local_day(now, "AT"))
        new = payment_runs.NewRun(run_id, a_bank_account(session), day, (invoice_id,))
        payment_runs.create(session, new, now)
        assert payment_runs.approve(session, run_id, now).status is RunStatus.APPROVED


@pytest.mark.parametrize("way", ["deactivated", "ran out"])
def test_nobody_becomes_alone_by_shutting_the_others_out(
    database: Database, tenant: Tenant, way: str
) -> None:
    """Whoever was there lately could have been asked; after some days one is alone indeed."""
    admin = tenant.people["admin"].actor
    assert admin.user_id is not None
    with write_session(database.engine, tenant.id, admin) as session:
        for name in ("bookkeeper", "approver"):
            other = tenant.people[name].user_id
            if way == "deactivated":
                people.deactivate_user(session, other)
            else:
                people.admit_until(session, other, date(2020, 1, 1))
        assert set(approvals.roles(session)) == {admin.user_id}
        assert not is_one_person(session)
        assert not approvals.in_force_now(session).may_alone

    with database.owner_engine.begin() as connection:
        connection.execute(text(f"SET LOCAL app.tenant_id = '{tenant.id}'"))
        connection.execute(
            text("UPDATE app_user SET shut_out_at = shut_out_at - interval '8 days'")
        )
    with read_session(database.engine, tenant.id) as session:
        assert is_one_person(session)
        assert approvals.in_force_now(session).may_alone
