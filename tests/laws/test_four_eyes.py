"""FOUR_EYES: the approver is another person than the requester."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from sqlalchemy import text

from domain.access.actor import Actor
from domain.errors import Forbidden, SelfApprovalDenied
from domain.payments.run import RunStatus
from domain.periods.lock import ApproverNotAPerson, RequestStatus
from domain.periods.period import PeriodName
from domain.store import audit, payment_runs, periods
from domain.store.periods import Sealed
from domain.store.transaction import reading, transaction
from domain.views.periods import pending_request
from tests.builders import Tenant, another_tenant
from tests.payables import a_bank_account, a_posted_invoice, a_vendor, an_invoice
from tests.servers import Database

MARCH = PeriodName("2026-03")


@pytest.fixture
def tenant(database: Database) -> Tenant:
    """Give each test a tenant of its own."""
    return another_tenant(database)


def locked(database: Database, tenant: Tenant, requester: Actor, approver: Actor) -> Sealed:
    """Ask as one, approve as another."""
    request_id = uuid4()
    with transaction(database.engine, tenant.id, requester) as session:
        periods.request_lock(session, MARCH, request_id, datetime.now(UTC))
    with transaction(database.engine, tenant.id, approver) as session:
        return periods.approve_lock(session, MARCH, request_id, datetime.now(UTC))


def test_another_person_approves(database: Database, tenant: Tenant) -> None:
    """Two people, one lock; both stand in the audit log."""
    clerk, boss = tenant.people["bookkeeper"].actor, tenant.people["approver"].actor

    sealed = locked(database, tenant, clerk, boss)

    with reading(database.engine, tenant.id) as session:
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

    with reading(database.engine, tenant.id) as session:
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

    assert locked(database, tenant, clerk, clerk).by == clerk.user_id


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

    with reading(database.engine, tenant.id) as session:
        query = text("SELECT user_id, after FROM audit_event WHERE after ->> 'refused' = :code")
        row = session.execute(query, {"code": "SELF_APPROVAL_DENIED"}).one()
    assert row.user_id == clerk.user_id


def test_nobody_approves_their_own_payment_run(database: Database, tenant: Tenant) -> None:
    """A service neither; another person may, once, and stands on the run."""
    clerk, boss = tenant.people["bookkeeper"].actor, tenant.people["approver"].actor
    run_id, now = uuid4(), datetime.now(UTC)
    with transaction(database.engine, tenant.id, clerk) as session:
        invoice_id = a_posted_invoice(session, an_invoice(a_vendor(session)))
        new = payment_runs.NewRun(run_id, a_bank_account(session), now.date(), (invoice_id,))
        payment_runs.create(session, new, now)
    service = Actor(boss.user_id, "service", "api")
    for refused in (clerk, replace(clerk, key_prefix="ll_other1"), service):
        with (
            pytest.raises(SelfApprovalDenied),
            transaction(database.engine, tenant.id, refused) as session,
        ):
            payment_runs.approve(session, run_id, now)
    with transaction(database.engine, tenant.id, boss) as session:
        approved = payment_runs.approve(session, run_id, now)
    assert approved.status is RunStatus.APPROVED


def test_who_is_alone_pays_alone(database: Database, tenant: Tenant) -> None:
    """A tenant with a single active person approves its own run."""
    clerk = tenant.people["bookkeeper"].actor
    run_id, now = uuid4(), datetime.now(UTC)
    with transaction(database.engine, tenant.id, clerk) as session:
        session.execute(
            text("UPDATE app_user SET active = (id = :clerk)"), {"clerk": clerk.user_id}
        )
        invoice_id = a_posted_invoice(session, an_invoice(a_vendor(session)))
        new = payment_runs.NewRun(run_id, a_bank_account(session), now.date(), (invoice_id,))
        payment_runs.create(session, new, now)
        assert payment_runs.approve(session, run_id, now).status is RunStatus.APPROVED
