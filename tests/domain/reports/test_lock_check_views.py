"""What would be left outside of a period, found in the books."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from sqlmodel import Session, select

from domain.banking import deferral_store, statement_store
from domain.banking.bank_transaction import BankTransaction
from domain.banking.rows import BankStatementRow, BankTransactionRow
from domain.database.session import read_session, tenant_of, write_session
from domain.periods.period import PeriodName
from domain.reports import lock_check_views
from domain.reports.lock_check import Gap, LockCheck, Subject
from tests.builders import Tenant, another_tenant
from tests.payables import a_bank_account
from tests.proofs import post
from tests.servers import Database

MARCH = PeriodName("2026-03")
NOW = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.fixture
def tenant(database: Database) -> Tenant:
    """Give each test a tenant of its own."""
    return another_tenant(database)


def checked(database: Database, tenant: Tenant, name: PeriodName = MARCH) -> LockCheck:
    """What stands before the lock."""
    with read_session(database.engine, tenant.id) as session:
        return lock_check_views.checked(session, name, 1, NOW)


def left(check: LockCheck) -> dict[Subject, int]:
    """What is not clear."""
    return {each.subject: each.count for each in check.checks if not each.is_clear}


def test_empty_books_have_nothing_left(database: Database, tenant: Tenant) -> None:
    """And every subject is told."""
    check = checked(database, tenant)
    assert left(check) == {}
    assert [each.subject for each in check.checks] == list(Subject)


def test_a_posting_without_a_document_and_an_open_month_are_hints(
    database: Database, tenant: Tenant
) -> None:
    """What is in the period is counted, what is in another is not."""
    post(database, tenant, date(2026, 2, 3))
    post(database, tenant, date(2026, 3, 3), "64.10")
    post(database, tenant, date(2026, 4, 3))
    check = checked(database, tenant)
    assert left(check) == {Subject.EARLIER: 1, Subject.VOUCHERS: 1}
    assert (check.left, check.extent.entries) == (0, 1)
    assert check.extent.total == Decimal("64.10")
    assert check.extent.first_number == check.extent.last_number == 2


def test_numbers_of_a_month_that_others_came_between_are_all_there(
    database: Database, tenant: Tenant
) -> None:
    """What was posted late has its number behind those of the month after."""
    for month in (3, 4, 3):
        post(database, tenant, date(2026, month, 3))
    check = checked(database, tenant)
    assert (check.extent.entries, check.extent.first_number, check.extent.last_number) == (2, 1, 3)
    assert Subject.NUMBERS not in left(check)


def test_what_moved_between_statements_is_no_gap(database: Database, tenant: Tenant) -> None:
    """Of each account its own, and of a currency its own; only those around the month are asked."""
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        account = a_bank_account(session)
        rows = [BankTransaction(date(2026, 3, 9), Decimal("-20.00"), reference="RE-1"),
                BankTransaction(date(2026, 2, 9), Decimal("-3.00"), reference="RE-2")]  # fmt: skip
        statement_store.import_rows(
            session, statement_store.Delivery(uuid4(), account, tuple(rows))
        )
        statement(session, "1", ("100.00", "100.00"), (date(2026, 2, 1), date(2026, 2, 8)))
        statement(session, "2", ("90.00", "90.00"), (date(2026, 2, 10), date(2026, 3, 8)))
        statement(session, "3", ("70.00", "70.00"), (date(2026, 3, 10), date(2026, 3, 31)))
    assert not checked(database, tenant).gaps
    (gap,) = checked(database, tenant, PeriodName("2026-02")).gaps
    assert gap.amount == Decimal("-7.00")


def test_movements_and_gaps_of_statements_are_told(database: Database, tenant: Tenant) -> None:
    """A movement that nobody matched, days without a statement, and money that is missing."""
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        account = a_bank_account(session)
        rows = [BankTransaction(date(2026, 3, 9), Decimal("-20.00"), reference="RE-1"),
                BankTransaction(date(2026, 4, 9), Decimal("-1.00"), reference="RE-2")]  # fmt: skip
        statement_store.import_rows(
            session, statement_store.Delivery(uuid4(), account, tuple(rows))
        )
        statement(session, "1", ("100.00", "100.00"), (date(2026, 3, 1), date(2026, 3, 8)))
        statement(session, "2", ("80.00", "80.00"), (date(2026, 3, 10), date(2026, 3, 14)))
        statement(session, "3", ("75.00", "70.00"), (date(2026, 3, 16), date(2026, 3, 20)))

    check = checked(database, tenant)

    assert left(check) == {Subject.MOVEMENTS: 1, Subject.STATEMENTS: 2}
    (moved,) = [each for each in check.checks if each.subject is Subject.MOVEMENTS]
    assert moved.amount == Decimal("20.00")
    missing, late = check.gaps
    assert (missing.first_day, missing.last_day) == (date(2026, 3, 15), date(2026, 3, 15))
    assert missing.amount == Decimal("-5.00")
    assert late == Gap(missing.account, date(2026, 3, 21), date(2026, 3, 31), None)


def test_gaps_that_were_put_aside_are_told_with_the_reason(
    database: Database, tenant: Tenant
) -> None:
    """For good they ask for nothing; until a day they are expected still; another one counts."""
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        account = a_bank_account(session)
        rows = [BankTransaction(date(2026, 3, 9), Decimal("-20.00"), reference="RE-1")]
        statement_store.import_rows(
            session, statement_store.Delivery(uuid4(), account, tuple(rows))
        )
        statement(session, "1", ("100.00", "100.00"), (date(2026, 3, 1), date(2026, 3, 8)))
        statement(session, "2", ("75.00", "80.00"), (date(2026, 3, 10), date(2026, 3, 31)))
    assert told(checked(database, tenant)) == ("warning", [(Decimal("-5.00"), None, None)])

    put_aside(database, tenant, account, date(2026, 6, 1))
    check = checked(database, tenant)
    assert told(check) == ("warning", [(Decimal("-5.00"), "von Hand", date(2026, 6, 1))])
    put_aside(database, tenant, account, None)
    check = checked(database, tenant)
    assert told(check) == ("hint", [(Decimal("-5.00"), "von Hand", None)])

    with write_session(database.engine, tenant.id, tenant.actor) as session:
        statement(session, "3", ("81.00", "81.00"), (date(2026, 4, 1), date(2026, 4, 2)))
    check = checked(database, tenant)
    assert told(check) == (
        "warning", [(Decimal("-5.00"), "von Hand", None), (Decimal("1.00"), None, None)]
    )  # fmt: skip
    assert left(check)[Subject.STATEMENTS] == 2


def test_gaps_put_aside_until_a_day_are_as_the_others_from_then_on(
    database: Database, tenant: Tenant
) -> None:
    """The day is that of the company."""
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        account = a_bank_account(session)
        rows = [BankTransaction(date(2026, 3, 9), Decimal("-20.00"), reference="RE-1")]
        statement_store.import_rows(
            session, statement_store.Delivery(uuid4(), account, tuple(rows))
        )
        statement(session, "1", ("100.00", "100.00"), (date(2026, 3, 1), date(2026, 3, 8)))
        statement(session, "2", ("75.00", "80.00"), (date(2026, 3, 10), date(2026, 3, 31)))
    put_aside(database, tenant, account, NOW.date())
    assert told(checked(database, tenant)) == ("warning", [(Decimal("-5.00"), None, None)])


def told(check: LockCheck) -> tuple[str, list[tuple[Decimal | None, str | None, date | None]]]:
    """How the statements are judged, and what is said of each gap."""
    (found,) = [each for each in check.checks if each.subject is Subject.STATEMENTS]
    return found.severity, [(each.amount, each.reason, each.until) for each in check.gaps]


def put_aside(database: Database, tenant: Tenant, account: UUID, until: date | None) -> None:
    """Put the gaps aside that there are, in April."""
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        now = date(2026, 4, 20), NOW
        deferral_store.defer(session, account, "von Hand", until, now)


def statement(
    session: Session, name: str, balances: tuple[str, str], days: tuple[date, date]
) -> None:
    """Store a statement of the one account."""
    stored = session.exec(select(BankTransactionRow).limit(1)).one()
    assert stored.batch_id
    opening, closing = map(Decimal, balances)
    session.add(
        BankStatementRow(
            tenant_id=tenant_of(session),
            id=uuid4(),
            bank_account_id=stored.bank_account_id,
            batch_id=stored.batch_id,
            ordinal=int(name),
            kind="statement",
            name=name,
            opening=opening,
            closing=closing,
            first_day=days[0],
            last_day=days[1],
            entries=0,
            is_closed=True,
            digest=name,
            evidence_digest=name,
            created_at=NOW,
        )
    )
