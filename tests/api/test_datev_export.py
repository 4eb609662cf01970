"""The DATEV export over HTTP."""

import csv

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from domain.store.transaction import transaction
from tests.api.callers import Caller, booking, caller
from tests.builders import Tenant, another_tenant
from tests.payables import a_posted_invoice, a_vendor, an_invoice
from tests.servers import Database

PATH = "/v1/reports/datev-export"
MARCH = {"startDate": "2026-03-01", "endDate": "2026-03-31"}


@pytest.fixture
def tenant(database: Database) -> Tenant:
    """Give each test a tenant of its own."""
    return another_tenant(database)


@pytest.fixture
def office(http: TestClient, tenant: Tenant) -> Caller:
    """Let the admin call."""
    return caller(http, tenant)


def test_a_month_is_exported_with_partners_and_references(
    office: Caller, database: Database, tenant: Tenant
) -> None:
    """Header, columns, one row for each journal entry; the vendor's own account is named."""
    office.post("/v1/bookings", booking(external_reference="B 1"))
    with transaction(database.engine, tenant.id, tenant.actor) as session:
        a_posted_invoice(session, an_invoice(a_vendor(session), number="RE-2026/1"))
    answer = office.get(PATH, **MARCH)

    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/csv; charset=windows-1252"
    assert (
        'filename="EXTF_Buchungsstapel_20260301_20260331.csv"'
        in (answer.headers["content-disposition"])
    )
    lines = answer.content.decode("cp1252").split("\r\n")
    assert lines[0].startswith('"EXTF";700;21;"Buchungsstapel";13;')
    rows = list(csv.DictReader(lines[1:], delimiter=";"))
    shown = [
        (row["Konto"], row["Gegenkonto (ohne BU-Schlüssel)"], row["Belegfeld 1"]) for row in rows
    ]
    assert shown == [
        ("6815", "2800", "B-1"),
        ("6815", "70000", "RE-2026/1"),
        ("2500", "70000", "RE-2026/1"),
    ]
    assert {row["Festschreibung"] for row in rows} == {"0"}


def test_a_locked_month_is_marked_as_locked(
    office: Caller, database: Database, tenant: Tenant
) -> None:
    """Festschreibung in header and rows only once the period is locked."""
    office.post("/v1/bookings", booking())
    with transaction(database.engine, tenant.id, tenant.actor) as session:
        session.execute(text("UPDATE period SET status = 'locked', locked_at = now()"))
    lines = office.get(PATH, **MARCH).content.decode("cp1252").split("\r\n")
    assert lines[0].split(";")[20] == "1"


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ({"startDate": "2026-05-01", "endDate": "2026-05-31"}, 404, "NO_BOOKINGS"),
        ({"startDate": "2026-03-31", "endDate": "2026-03-01"}, 400, "INVALID_INPUT"),
        ({"startDate": "2026-03-31"}, 400, "INVALID_INPUT"),
        ({"startDate": "2026-01-01", "endDate": "2027-01-31"}, 400, "INVALID_INPUT"),
    ],
)
def test_what_cannot_be_exported_is_refused(
    office: Caller, query: dict[str, str], status: int, code: str
) -> None:
    """Empty, backwards, open, beyond the fiscal year."""
    office.post("/v1/bookings", booking())
    refused = office.get(PATH, **query)
    assert (refused.status_code, refused.json()["code"]) == (status, code)


def test_without_an_adviser_nothing_is_exported(
    office: Caller, database: Database, tenant: Tenant
) -> None:
    """Nobody could import it."""
    office.post("/v1/bookings", booking())
    with database.owner_engine.begin() as connection:
        connection.execute(
            text("SELECT set_config('app.tenant_id', :tenant, true)"), {"tenant": str(tenant.id)}
        )
        connection.execute(text("UPDATE tenant SET datev_consultant = NULL"))
    assert office.get(PATH, **MARCH).json()["code"] == "INVALID_INPUT"
