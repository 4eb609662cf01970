"""FOUR_EYES by policy: as many different people as it asks for, of the version that they saw."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from domain.actor import Actor
from domain.approvals import store as policies
from domain.approvals.decisions import ApproverNotEntitled
from domain.approvals.policy import DEFAULT, ApprovalPolicy, Approvers, Band, Substitute
from domain.approvals.views import newest
from domain.database.session import read_session, write_session
from domain.dates import local_day
from domain.errors import SelfApprovalDenied
from domain.intake import approval_store, review_store, review_views
from domain.intake.case_store import held
from domain.letters import views as letters
from domain.payments import store as payment_runs
from domain.payments import views as run_views
from domain.payments.business_day import next_business_day
from domain.payments.run import RunStatus
from domain.periods import lock_store
from domain.periods.period import PeriodName
from tests.activities.test_document_intake import AT, Desk, invoice
from tests.builders import Tenant, another_tenant
from tests.payables import a_bank_account, a_posted_invoice, a_vendor, an_invoice
from tests.servers import Database

TWO = (Band(), Band(Decimal(100), 2))


@pytest.fixture
def desk(database: Database) -> Desk:
    """Give each test a tenant of its own."""
    return Desk(database)


def rules(database: Database, tenant: Tenant, policy: ApprovalPolicy) -> None:
    """Put a policy in force, long before anything happens."""
    day = date(2020, 1, 1)
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        made = replace(policy, valid_from=day)
        policies.change(session, made, newest(session).policy.version, day, AT)


def approves(desk: Desk, inbox_id: UUID, name: str, expected: int | None = None) -> bool:
    """Whether the case is posted after this person's approval."""
    with write_session(desk.engine, desk.tenant.id, desk.tenant.people[name].actor) as session:
        found = approval_store.approve(session, inbox_id, AT, expected=expected)
        return found.opened.intent_id is not None


def counted(desk: Desk, inbox_id: UUID) -> tuple[int, int]:
    """Approvals given and needed, as the case shows them."""
    with read_session(desk.engine, desk.tenant.id) as session:
        case = review_views.case(session, held(session, inbox_id, claim=False).opened.id)
    return case.approvals.given, case.approvals.needed


def posted(desk: Desk) -> int:
    """Intents in the books."""
    return len(desk.rows("SELECT intent_id FROM intent WHERE source = 'review'"))


def test_above_an_amount_two_people_approve(desk: Desk, database: Database) -> None:
    """The first approval posts nothing; the second, by another person, posts once."""
    rules(database, desk.tenant, replace(DEFAULT, invoices=TWO))
    inbox_id = desk.ready()
    assert counted(desk, inbox_id) == (0, 2)

    assert not approves(desk, inbox_id, "bookkeeper")
    assert (counted(desk, inbox_id), posted(desk)) == ((1, 2), 0)
    with pytest.raises(SelfApprovalDenied):
        approves(desk, inbox_id, "bookkeeper")
    assert approves(desk, inbox_id, "approver")
    assert (counted(desk, inbox_id), posted(desk)) == ((2, 2), 1)
    rows = desk.rows("SELECT policy_version, count(*) FROM approval GROUP BY 1")
    assert [tuple(row) for row in rows] == [(1, 2)]


def test_a_repeated_order_counts_once(desk: Desk, database: Database) -> None:
    """ONCE: the same command finds its answer, killed halfway or not."""
    rules(database, desk.tenant, replace(DEFAULT, invoices=TWO))
    inbox_id = desk.ready()
    step = desk.step(inbox_id, key="k")

    assert desk.steps.post(step) == desk.steps.post(step)
    assert counted(desk, inbox_id) == (1, 2)


def test_a_change_voids_what_was_approved(desk: Desk, database: Database) -> None:
    """An approval holds for the case that was seen, not for what it became."""
    rules(database, desk.tenant, replace(DEFAULT, invoices=TWO))
    inbox_id = desk.ready()
    approves(desk, inbox_id, "bookkeeper")
    desk.amends(inbox_id, normalized_invoice=invoice("Other").to_json())

    assert counted(desk, inbox_id) == (0, 2)
    assert not approves(desk, inbox_id, "approver")
    assert approves(desk, inbox_id, "bookkeeper")


def test_only_who_is_asked_or_stands_in_approves(desk: Desk, database: Database) -> None:
    """By role; a substitute on the days that are named."""
    people = desk.tenant.people
    owners = (Band(approvers=Approvers(("owner",))),)
    rules(database, desk.tenant, replace(DEFAULT, invoices=owners))
    inbox_id = desk.ready()
    with pytest.raises(ApproverNotEntitled):
        approves(desk, inbox_id, "bookkeeper")
    stand_in = Substitute(
        people["admin"].user_id, people["bookkeeper"].user_id, AT.date(), AT.date()
    )
    rules(database, desk.tenant, replace(DEFAULT, invoices=owners, substitutes=(stand_in,)))

    assert approves(desk, inbox_id, "bookkeeper")


def test_the_service_approves_nothing(desk: Desk) -> None:
    """Neither the service nor an account of a machine is a person."""
    inbox_id = desk.ready()
    for actor in (Actor.system("workflow"), replace(desk.tenant.actor, kind="service")):
        with (
            pytest.raises(ApproverNotEntitled),
            write_session(desk.engine, desk.tenant.id, actor) as session,
        ):
            approval_store.approve(session, inbox_id, AT)


def test_who_is_alone_approves_alone_where_the_policy_lets_them(
    desk: Desk, database: Database
) -> None:
    """Two are needed and one is there: by the policy that is enough, or it is not."""
    rules(database, desk.tenant, replace(DEFAULT, invoices=TWO, alone_may_approve=False))
    inbox_id = desk.ready()
    clerk = desk.tenant.people["bookkeeper"].user_id
    with database.owner_engine.begin() as connection:
        connection.execute(text(f"SET LOCAL app.tenant_id = '{desk.tenant.id}'"))
        connection.execute(text("UPDATE app_user SET active = (id = :id)"), {"id": clerk})
    assert not approves(desk, inbox_id, "bookkeeper")

    rules(database, desk.tenant, replace(DEFAULT, invoices=TWO))
    other = desk.ready("b")
    assert approves(desk, other, "bookkeeper")


def test_an_approval_is_never_changed(desk: Desk, database: Database) -> None:
    """APPEND_ONLY."""
    rules(database, desk.tenant, replace(DEFAULT, invoices=TWO))
    approves(desk, desk.ready(), "bookkeeper")
    for statement in ("UPDATE approval SET version = 9", "DELETE FROM approval"):
        with (
            pytest.raises(DBAPIError),
            write_session(desk.engine, desk.tenant.id, desk.tenant.actor) as session,
        ):
            session.execute(text(statement))


def a_run(database: Database, tenant: Tenant) -> UUID:
    """A draft over 120.00, made by the bookkeeper."""
    run_id, now = uuid4(), datetime.now(UTC)
    with write_session(database.engine, tenant.id, tenant.people["bookkeeper"].actor) as session:
        invoice_id = a_posted_invoice(session, an_invoice(a_vendor(session)))
        day = next_business_day(local_day(now, "AT"))
        new = payment_runs.NewRun(run_id, a_bank_account(session), day, (invoice_id,))
        payment_runs.create(session, new, now)
    return run_id


def pays(database: Database, tenant: Tenant, run_id: UUID, name: str) -> RunStatus:
    """Status after this person's approval."""
    with write_session(database.engine, tenant.id, tenant.people[name].actor) as session:
        return payment_runs.approve(session, run_id, datetime.now(UTC)).status


def test_a_large_run_needs_two_people_besides_its_creator(database: Database) -> None:
    """It stays a draft until both have approved; its creator never counts."""
    tenant = another_tenant(database)
    rules(database, tenant, replace(DEFAULT, payment_runs=TWO))
    run_id = a_run(database, tenant)

    assert pays(database, tenant, run_id, "approver") is RunStatus.DRAFT
    for name in ("approver", "bookkeeper"):
        with pytest.raises(SelfApprovalDenied):
            pays(database, tenant, run_id, name)
    with read_session(database.engine, tenant.id) as session:
        shown = run_views.run(session, run_id).approvals
    assert (shown.given, shown.needed) == (1, 2)
    assert pays(database, tenant, run_id, "admin") is RunStatus.APPROVED


def kinds(database: Database, tenant: Tenant, state: str) -> Sequence[tuple[str, UUID]]:
    """Kind and reader of letters in a state."""
    with read_session(database.engine, tenant.id) as session:
        found, _ = letters.letters(session, limit=50, offset=0)
    mine = [each for each in found if each.state == state]
    return sorted((each.kind, each.recipient_id) for each in mine if each.recipient_id)


def test_a_case_that_waits_is_told_to_people_and_then_to_others(
    desk: Desk, database: Database
) -> None:
    """Reminders to those who decide, an escalation to the owner; a decision takes them back."""
    inbox_id = desk.ready()
    with write_session(desk.engine, desk.tenant.id, Actor.system("workflow")) as session:
        review_store.remind(session, inbox_id, AT + timedelta(days=4))
    deciding = {p.user_id for name, p in desk.tenant.people.items() if name != "auditor"}
    assert {reader for _, reader in kinds(database, desk.tenant, "pending")} == deciding
    with write_session(desk.engine, desk.tenant.id, Actor.system("workflow")) as session:
        for days in (4, 10, 10):
            review_store.remind(session, inbox_id, AT + timedelta(days=days))

    owner = desk.tenant.people["admin"].user_id
    assert ("case_escalation", owner) in kinds(database, desk.tenant, "pending")
    escalated = [k for k, _ in kinds(database, desk.tenant, "pending") if "escalation" in k]
    assert len(escalated) == 1
    assert approves(desk, inbox_id, "bookkeeper")
    assert kinds(database, desk.tenant, "pending") == []


def test_who_can_pay_is_told_of_a_run_that_waits(database: Database) -> None:
    """Once, however often the step is repeated."""
    tenant = another_tenant(database)
    run_id = a_run(database, tenant)
    for _ in range(2):
        with write_session(database.engine, tenant.id, Actor.system("workflow")) as session:
            payment_runs.remind(session, run_id, datetime.now(UTC))

    assert len(kinds(database, tenant, "pending")) == 3
    pays(database, tenant, run_id, "approver")
    assert len(kinds(database, tenant, "withdrawn")) == 3


def test_a_second_person_is_asked_for_a_lock(database: Database) -> None:
    """At once, and the owner a day later; not whoever asked; a decision takes them back."""
    tenant = another_tenant(database)
    clerk, boss = tenant.people["bookkeeper"], tenant.people["approver"]
    request_id, now, march = uuid4(), datetime.now(UTC), PeriodName("2026-03")
    with write_session(database.engine, tenant.id, clerk.actor) as session:
        lock_store.request_lock(session, march, request_id, now)

    told = kinds(database, tenant, "pending")
    assert [kind for kind, _ in told].count("lock_request") == 2
    assert ("lock_reminder", tenant.people["admin"].user_id) in told
    assert clerk.user_id not in {reader for _, reader in told}
    due = {each.kind for each in letters.due(database.engine) if each.tenant_id == tenant.id}
    assert due == {"lock_request"}
    with write_session(database.engine, tenant.id, boss.actor) as session:
        lock_store.approve_lock(session, march, request_id, now)
    assert kinds(database, tenant, "pending") == []
