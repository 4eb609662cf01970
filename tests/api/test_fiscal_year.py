"""A company whose year runs from July to June: numbers, adjustment periods, locks, reversals."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from domain.database.session import read_session
from domain.dates import local_day
from domain.ledger.journal_views import intent
from tests.api.callers import Caller, booking, caller
from tests.builders import Tenant, another_tenant
from tests.invariants import check_books
from tests.servers import Database

_NUMBERS = text(
    "SELECT e.entry_no, e.period, i.fiscal_year FROM journal_entry e"
    " JOIN intent i USING (tenant_id, intent_id) ORDER BY e.journal_number"
)


@pytest.fixture
def company(database: Database) -> Tenant:
    """Books from July to June."""
    return another_tenant(database, fiscal_year_start=7)


@pytest.fixture
def admin(http: TestClient, company: Tenant) -> Caller:
    """Someone of it."""
    return caller(http, company)


def posted(admin: Caller, day: str, adjustment: int | None = None) -> str:
    """Post on a day, perhaps into an adjustment period."""
    answer = admin.post("/v1/bookings", booking(booking_date=day, adjustment_period=adjustment))
    assert answer.status_code == 201, answer.text
    intent_id: str = answer.json()["intent_id"]
    return intent_id


def refused(admin: Caller, day: str, adjustment: int | None = None) -> str:
    """Code with which a booking on a day is refused."""
    answer = admin.post("/v1/bookings", booking(booking_date=day, adjustment_period=adjustment))
    assert answer.status_code == 400, answer.text
    code: str = answer.json()["code"]
    return code


def summary(admin: Caller, intent_id: str) -> dict[str, Any]:
    """The intent in short."""
    found: dict[str, Any] = admin.get(f"/v1/journal/{intent_id}").json()["summary"]
    return found


def test_each_year_numbers_its_own_entries(
    admin: Caller, database: Database, company: Tenant
) -> None:
    """The year ends in June and bears the number of the calendar year in which it ends."""
    for day in ("2026-06-30", "2026-07-01", "2025-07-01", "2026-12-31", "2025-06-30"):
        posted(admin, day)
    with read_session(database.engine, company.id) as session:
        found = [tuple(row) for row in session.execute(_NUMBERS)]

    assert found == [
        ("2026-000001", "2026-06", 2026),
        ("2027-000001", "2026-07", 2027),
        ("2026-000002", "2025-07", 2026),
        ("2027-000002", "2026-12", 2027),
        ("2025-000001", "2025-06", 2025),
    ]
    assert check_books(database.engine, company.id) == 5


def test_adjustments_belong_to_june(admin: Caller, database: Database, company: Tenant) -> None:
    """And take nothing of any other month; they are named after the year in which June lies."""
    assert summary(admin, posted(admin, "2026-06-01", 13))["period"] == "2026-P13"
    assert summary(admin, posted(admin, "2026-06-30", 14))["period"] == "2026-P14"
    for day in ("2026-05-31", "2026-07-01", "2026-12-31"):
        assert refused(admin, day, 13) == "INVALID_ADJUSTMENT_PERIOD"
    with read_session(database.engine, company.id) as session:
        query = text("SELECT name, fiscal_year, first_day, last_day FROM period ORDER BY name")
        found = [tuple(row) for row in session.execute(query)]
    june = (2026, date(2026, 6, 1), date(2026, 6, 30))
    assert found == [("2026-P13", *june), ("2026-P14", *june)]


def test_periods_are_listed_newest_first(admin: Caller, company: Tenant) -> None:
    """With the number of their bookings; adjustments follow the month that they share."""
    for day, adjustment in (
        ("2026-05-04", None),
        ("2026-06-30", None),
        ("2026-06-30", 13),
        ("2026-06-30", 13),
        ("2026-06-30", 14),
    ):
        posted(admin, day, adjustment)
    locked = admin.post("/v1/periods/2026-07/soft-lock").json()
    answer = admin.get("/v1/periods")

    assert answer.headers["X-Total-Count"] == "5"
    assert answer.json()[0] == {
        "period": "2026-07",
        "status": "soft_locked",
        "period_number": 0,
        "booking_count": 0,
        "locked_by": str(company.people["admin"].user_id),
        "locked_at": locked["locked_at"],
    }
    found = [(row["period"], row["booking_count"], row["locked_by"]) for row in answer.json()[1:]]
    assert found == [
        ("2026-P14", 1, None),
        ("2026-P13", 2, None),
        ("2026-06", 1, None),
        ("2026-05", 1, None),
    ]


def test_june_may_be_locked_while_its_adjustments_are_open(admin: Caller) -> None:
    """Each period locks on its own."""
    for adjustment in (None, 13, 14):
        posted(admin, "2026-06-30", adjustment)
    assert admin.post("/v1/periods/2026-06/soft-lock").status_code == 200
    assert refused(admin, "2026-06-30") == "PERIOD_LOCKED"
    posted(admin, "2026-06-30", 13)

    assert admin.post("/v1/periods/2026-P13/soft-lock").status_code == 200
    assert refused(admin, "2026-06-30", 13) == "PERIOD_LOCKED"
    posted(admin, "2026-06-30", 14)
    posted(admin, "2026-07-01")


def test_an_adjustment_is_reversed_where_it_was_made_or_today(admin: Caller) -> None:
    """In the original period it goes back into the same one, which must be open."""
    first, second, third = (posted(admin, "2026-06-30", 13) for _ in range(3))
    there = {"posting_mode": "original_period"}
    mirrored = admin.post("/v1/journal/reverse", {"intent_id": first, **there}).json()
    shown = summary(admin, mirrored["reversal_intent_id"])
    assert (shown["period"], shown["booking_date"]) == ("2026-P13", "2026-06-30")

    admin.post("/v1/periods/2026-P13/soft-lock")
    locked = admin.post("/v1/journal/reverse", {"intent_id": second, **there})
    assert (locked.status_code, locked.json()["code"]) == (400, "PERIOD_LOCKED")
    today = admin.post("/v1/journal/reverse", {"intent_id": third, "reason": "Irrtum"}).json()
    shown = summary(admin, today["reversal_intent_id"])
    assert shown["period"] == shown["booking_date"][:7]
    assert shown["description"] == "Storno: Paper (Irrtum)"


def test_a_reversal_of_today_lies_in_the_year_of_today(
    admin: Caller, database: Database, company: Tenant
) -> None:
    """Whatever year the original lies in."""
    first = posted(admin, "2024-06-30")
    mirrored = admin.post("/v1/journal/reverse", {"intent_id": first}).json()
    with read_session(database.engine, company.id) as session:
        row = intent(session, mirrored["reversal_intent_id"]).intent
    assert row.fiscal_year == row.booking_date.year + (row.booking_date.month >= 7)


def test_a_year_is_opened_in_july(admin: Caller, database: Database, company: Tenant) -> None:
    """Opening balances of the first of July stand in the new year, and are no movement of it."""
    rows = [
        {"account_number": "2800", "account_name": "", "debit": 50, "credit": 0},
        {"account_number": "9000", "account_name": "", "debit": 0, "credit": 50},
    ]
    opening = {"booking_date": "2026-07-01", "balances": rows}
    assert admin.post("/v1/bookings/opening-balances", opening).status_code == 200
    posted(admin, "2026-07-01")

    year = {"startDate": "2026-07-01", "endDate": "2027-06-30"}
    report = admin.get("/v1/reports", type="susa", **year).json()
    found = {row["number"]: row for row in report}
    assert (found["2800"]["opening_balance"], found["2800"]["closing_balance"]) == (50, -50)
    assert (found["2800"]["debit_total"], found["2800"]["credit_total"]) == (0, 100)
    statement = admin.get("/v1/accounts/2800/entries", **year).json()
    assert [line["running_balance"] for line in statement["entries"]] == [50, -50]
    check_books(database.engine, company.id)


def test_a_report_without_dates_is_of_the_running_year(admin: Caller) -> None:
    """What lies before the first of July belongs to another result."""
    today = local_day(datetime.now(UTC), "AT")
    begins = date(today.year - (today.month < 7), 7, 1)
    posted(admin, begins.isoformat())
    posted(admin, begins.replace(month=6, day=30).isoformat())

    found = admin.get("/v1/reports", type="guv").json()
    assert {row["number"]: row["balance"] for row in found} == {"6815": 100}
