"""The DATEV export over HTTP."""

import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from lxml import etree
from sqlalchemy import text

from api.main import create_app
from api.settings import Settings
from domain.database.blobs import Blobs
from domain.database.session import write_session
from domain.documents import store as documents
from domain.documents.store import NewDocument
from domain.formats import media
from domain.reports import datev_views
from tests import datev_reader
from tests.api.callers import Caller, booking, caller
from tests.builders import Tenant, another_tenant
from tests.datev_reader import Read
from tests.payables import a_posted_invoice, a_vendor, an_invoice
from tests.receivables import a_customer, a_posted_outgoing_invoice, an_outgoing_invoice
from tests.servers import Database

PATH = "/v1/reports/datev-export"
MARCH = {"startDate": "2026-03-01", "endDate": "2026-03-31"}
YEAR = {"startDate": "2026-01-01", "endDate": "2026-12-31"}


@pytest.fixture(scope="module")
def blobs(tmp_path_factory: pytest.TempPathFactory) -> Blobs:
    """Give this file an object store."""
    return Blobs(tmp_path_factory.mktemp("blobs").as_uri())


@pytest.fixture(scope="module")
def app(database: Database, blobs: Blobs) -> Iterator[FastAPI]:
    """Build the application with that object store."""
    told = {"database_url": database.url, "temporal_address": "127.0.0.1:1"}
    built = create_app(Settings.model_validate({**told, "log_level": "WARNING"}))
    built.state.blobs = blobs
    yield built
    built.state.engine.dispose()


@pytest.fixture
def tenant(database: Database) -> Tenant:
    """Give each test a tenant of its own."""
    return another_tenant(database)


@pytest.fixture
def office(http: TestClient, tenant: Tenant) -> Caller:
    """Let the admin call."""
    return caller(http, tenant)


def one_file(office: Caller, **query: str) -> Read:
    """The booking batch of a range."""
    answer = office.get(PATH, **query)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/csv; charset=windows-1252"
    return datev_reader.read(answer.content)


def files(office: Caller, **query: str) -> dict[str, bytes]:
    """The files of a ZIP by name."""
    answer = office.get(PATH, **query)
    assert answer.status_code == 200, answer.text if answer.status_code != 200 else ""
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["content-disposition"].endswith('.zip"')
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def book(office: Caller, **changes: Any) -> str:
    """Book and return the id of the intent."""
    answer = office.post("/v1/bookings", booking(**changes))
    assert answer.status_code == 201, answer.text
    intent_id: str = answer.json()["intent_id"]
    return intent_id


def reverse(office: Caller, intent_id: str) -> str:
    """Reverse in the original period and return the id of the reversal."""
    body = {"intent_id": intent_id, "posting_mode": "original_period"}
    answer = office.post("/v1/journal/reverse", body)
    assert answer.status_code in {200, 201}, answer.text
    reversal_id: str = answer.json()["reversal_intent_id"]
    return reversal_id


def as_owner(database: Database, tenant: Tenant, command: str) -> None:
    """Change what only the owner of the tables may."""
    with database.owner_engine.begin() as connection:
        connection.execute(
            text("SELECT set_config('app.tenant_id', :tenant, true)"), {"tenant": str(tenant.id)}
        )
        connection.execute(text(command))


def test_a_month_is_exported_with_partners_and_references(
    office: Caller, database: Database, tenant: Tenant
) -> None:
    """One row for each journal entry; the vendor's own account is named."""
    book(office, external_reference="B 1")
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        a_posted_invoice(session, an_invoice(a_vendor(session), number="RE-2026/1"))
    found = one_file(office, **MARCH)
    shown = [
        (row["Konto"], row["Gegenkonto (ohne BU-Schlüssel)"], row["Belegfeld 1"])
        for row in found.records
    ]
    assert shown == [
        ("6815", "2800", "B-1"),
        ("6815", "70000", "RE-2026/1"),
        ("2500", "70000", "RE-2026/1"),
    ]
    assert len({row["Zusatzinformation- Inhalt 1"] for row in found.records}) == 2
    assert {row["Festschreibung"] for row in found.records} == {"0"}


def test_the_file_is_named_for_its_range(office: Caller) -> None:
    """As the contract says."""
    book(office)
    answer = office.get(PATH, **MARCH)
    disposition = answer.headers["content-disposition"]
    assert disposition == 'attachment; filename="EXTF_Buchungsstapel_20260301_20260331.csv"'


def test_a_locked_month_is_marked_as_locked(
    office: Caller, database: Database, tenant: Tenant
) -> None:
    """In the header once all of it is locked, in the rows as far as it is."""
    book(office)
    as_owner(database, tenant, "UPDATE period SET status = 'locked', locked_at = now()")
    book(office, booking_date="2026-04-01")
    assert one_file(office, **MARCH).header[20] == "1"
    both = one_file(office, **YEAR)
    assert both.header[20] == "0"
    assert [row["Festschreibung"] for row in both.records] == ["1", "0"]


def test_two_fiscal_years_are_two_files(office: Caller, database: Database, tenant: Tenant) -> None:
    """A record names only day and month; the year is that of its file."""
    as_owner(database, tenant, "UPDATE tenant SET fiscal_year_start = 7")
    book(office, booking_date="2026-06-30")
    book(office, booking_date="2026-07-01")
    found = files(office, **YEAR)
    assert list(found) == [
        "EXTF_Buchungsstapel_20260101_20260630.csv",
        "EXTF_Buchungsstapel_20260701_20261231.csv",
    ]
    starts = [datev_reader.read(data).header[12] for data in found.values()]
    assert starts == ["20250701", "20260701"]


def test_an_adjustment_period_is_a_batch_for_the_annual_accounts(office: Caller) -> None:
    """Buchungstyp 2; it may be locked while December is open, and the other way round."""
    book(office, booking_date="2026-12-31")
    book(office, booking_date="2026-12-31", adjustment_period=13)
    found = files(office, **YEAR)
    assert list(found) == [
        "EXTF_Buchungsstapel_20260101_20261231.csv",
        "EXTF_Buchungsstapel_20261201_20261231_2026-P13.csv",
    ]
    headers = [datev_reader.read(data).header for data in found.values()]
    assert [header[18] for header in headers] == ["1", "2"]


def test_more_records_than_an_import_takes_are_several_files(
    office: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of one intent stay in one file."""
    monkeypatch.setattr(datev_views, "RECORDS_IN_A_BATCH", 3)
    for _ in range(3):
        book(office)
    assert len(one_file(office, **MARCH).records) == 3
    lines = [
        {"account_number": "6815", "debit": 120, "credit": 0, "tax_code": "VST20"},
        {"account_number": "2800", "debit": 0, "credit": 120},
    ]
    book(office, lines=lines)
    parts = [datev_reader.read(data) for data in files(office, **MARCH).values()]
    assert [len(part.records) for part in parts] == [3, 2]
    assert [part.header[16] for part in parts] == ["FIBU 2026-03 T1", "FIBU 2026-03 T2"]


def test_a_reversal_is_marked_and_what_reverses_it_is_not(office: Caller) -> None:
    """Turnovers end as they began."""
    first = book(office)
    second = reverse(office, first)
    third = reverse(office, second)
    reverse(office, third)
    shown = [
        (row["Konto"], row["Soll/Haben-Kennzeichen"], row["Generalumkehr (GU)"])
        for row in one_file(office, **MARCH).records
    ]
    assert shown == [("6815", "S", ""), ("2800", "H", "1")] * 2


def test_a_zip_has_master_data_and_linked_documents(
    office: Caller, database: Database, tenant: Tenant, blobs: Blobs
) -> None:
    """Partners that occur, accounts of our own, documents under the GUID that rows link to."""
    content = b"%PDF-1.4 a receipt"
    lost = "0" * 64
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        a_vendor(session)
        a_posted_invoice(session, an_invoice(a_vendor(session)))
        ids = [
            documents.add(
                session,
                NewDocument(
                    sha256=sha256,
                    mime_type=media.PDF,
                    original_name="receipt.pdf",
                    size_bytes=len(content),
                    source="upload",
                ),
                datetime.now(UTC),
            )
            for sha256 in (blobs.put(tenant.id, content), lost)
        ]
    account = {"number": "6892", "name": "Druckerpatronen", "type": "expense"}
    assert office.post("/v1/accounts", account).status_code == 201
    for document_id in ids:
        book(office, document_id=str(document_id))
    lines = [
        {"account_number": "6892", "debit": 1, "credit": 0},
        {"account_number": "2800", "debit": 0, "credit": 1},
    ]
    book(office, lines=lines)
    found = files(office, **MARCH, format="zip")
    guids = [str(document_id).upper() for document_id in ids]
    assert set(found) == {
        "EXTF_Buchungsstapel_20260301_20260331.csv",
        "EXTF_Debitoren_Kreditoren.csv",
        "EXTF_Kontenbeschriftungen.csv",
        f"Belege_1/{guids[0]}.pdf",
        f"Belege_1/{guids[1]}.missing.txt",
        "Belege_1/document.xml",
    }
    assert found[f"Belege_1/{guids[0]}.pdf"] == content
    index = etree.fromstring(found["Belege_1/document.xml"])
    assert index.xpath("//@guid") == [guids[0]]
    assert index.xpath("//@name") == [f"{guids[0]}.pdf"]
    rows = datev_reader.read(found["EXTF_Buchungsstapel_20260301_20260331.csv"]).records
    assert {row["Beleglink"] for row in rows} == {"", *(f'BEDI "{guid}"' for guid in guids)}
    partners = found["EXTF_Debitoren_Kreditoren.csv"].decode("cp1252").split("\r\n")[2:-1]
    assert [line.split(";")[0] for line in partners] == ["70001"]
    assert (
        b'6892;"Druckerpatronen";"de-DE";"Druckerpatronen"'
        in found["EXTF_Kontenbeschriftungen.csv"]
    )


def test_customers_have_accounts_of_their_own(
    office: Caller, database: Database, tenant: Tenant
) -> None:
    """What is sold stands on the account of the debtor, which comes with the master data."""
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        a_customer(session)
        a_posted_outgoing_invoice(session, an_outgoing_invoice(a_customer(session, "Käufer OG")))
    found = files(office, **MARCH, format="zip")
    rows = datev_reader.read(found["EXTF_Buchungsstapel_20260301_20260331.csv"]).records
    assert {row["Konto"] for row in rows} | {
        row["Gegenkonto (ohne BU-Schlüssel)"] for row in rows
    } >= {"10001"}
    partners = found["EXTF_Debitoren_Kreditoren.csv"].decode("cp1252").split("\r\n")[2:-1]
    assert [line.split(";")[:2] for line in partners] == [["10001", '"Käufer OG"']]


def test_a_zip_without_documents_needs_none(office: Caller) -> None:
    """Only what there is."""
    book(office)
    assert list(files(office, **MARCH, format="zip")) == [
        "EXTF_Buchungsstapel_20260301_20260331.csv"
    ]


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ({"startDate": "2026-05-01", "endDate": "2026-05-31"}, 404, "NO_BOOKINGS"),
        ({"startDate": "2026-03-31", "endDate": "2026-03-01"}, 400, "INVALID_INPUT"),
        ({"startDate": "2026-03-31"}, 400, "INVALID_INPUT"),
        ({**MARCH, "format": "pdf"}, 400, "INVALID_INPUT"),
    ],
)
def test_what_cannot_be_exported_is_refused(
    office: Caller, query: dict[str, str], status: int, code: str
) -> None:
    """Empty, backwards, open, in a form that there is not."""
    book(office)
    refused = office.get(PATH, **query)
    assert (refused.status_code, refused.json()["code"]) == (status, code)


def test_without_an_adviser_nothing_is_exported(
    office: Caller, database: Database, tenant: Tenant
) -> None:
    """Nobody could import it."""
    book(office)
    as_owner(database, tenant, "UPDATE tenant SET datev_consultant = NULL")
    assert office.get(PATH, **MARCH).json()["code"] == "INVALID_INPUT"


def test_an_amount_that_datev_cannot_take_is_refused_before_the_file_begins(
    office: Caller,
) -> None:
    """Ten digits before the comma."""
    huge = 10_000_000_000
    lines = [
        {"account_number": "6815", "debit": huge, "credit": 0},
        {"account_number": "2800", "debit": 0, "credit": huge},
    ]
    book(office, lines=lines)
    refused = office.get(PATH, **MARCH)
    assert (refused.status_code, refused.json()["code"]) == (400, "INVALID_INPUT")


def test_accounts_that_would_become_one_are_refused(office: Caller) -> None:
    """6815 written with five digits is 68150; one without entries is in nobody's way."""
    account = {"number": "68150", "name": "Papier", "type": "expense"}
    assert office.post("/v1/accounts", account).status_code == 201
    book(office)
    found = files(office, **MARCH, format="zip")
    assert list(found) == ["EXTF_Buchungsstapel_20260301_20260331.csv"]
    assert datev_reader.read(next(iter(found.values()))).header[13] == "4"
    lines = [
        {"account_number": "68150", "debit": 1, "credit": 0},
        {"account_number": "2800", "debit": 0, "credit": 1},
    ]
    book(office, lines=lines)
    refused = office.get(PATH, **MARCH)
    assert (refused.status_code, refused.json()["code"]) == (400, "INVALID_INPUT")


def test_the_reader_of_another_tenant_sees_nothing(
    http: TestClient, office: Caller, database: Database
) -> None:
    """ISOLATED, through the cursor as well."""
    book(office)
    stranger = caller(http, another_tenant(database))
    assert stranger.get(PATH, **MARCH).json()["code"] == "NO_BOOKINGS"
    book(stranger, description=f"Own {uuid4()}")
    assert len(one_file(stranger, **MARCH).records) == 1
