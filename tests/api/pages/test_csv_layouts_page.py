"""Layouts of CSV statements: mapped once on a page, listed, and removed."""

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import text

from domain.database.session import read_session
from tests.api.callers import Caller, caller
from tests.api.pages.browsers import Plain
from tests.api.test_bank import TRANSACTIONS, account
from tests.builders import Tenant, another_tenant
from tests.invariants import check_books
from tests.servers import Database

ADDRESS = "/settings/csv-layouts"
HOSTILE = "<script>alert(1)</script>\"'>"
FILE = (
    f"Hausbank eG\n\nDer Tag;{HOSTILE};Bewegt;Bewegt;\n"
    "03.02.2026;Miete;-1.050,00;x;\n04.02.2026;Strom;-9,50;y;\n"
).encode("cp1252")


@pytest.fixture
def tenant_(database: Database) -> Tenant:
    """Give each test a tenant of its own."""
    return another_tenant(database)


@pytest.fixture
def office(http: TestClient, tenant_: Tenant) -> Caller:
    """The API, for what was there before."""
    return caller(http, tenant_)


@pytest.fixture
async def page(app: FastAPI, http: TestClient, tenant_: Tenant) -> AsyncIterator[Plain]:
    """A person before the pages; `http` keeps the application open."""
    assert http
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test", timeout=60) as client:
        yield await Plain(client, tenant_, "bookkeeper").sign_in()


def events(database: Database, tenant: Tenant) -> list[str]:
    """What the audit log says of layouts."""
    query = "SELECT action FROM audit_event WHERE subject = 'bank_csv_profile' ORDER BY 1"
    with read_session(database.engine, tenant.id) as session:
        return [str(row[0]) for row in session.execute(text(query))]


async def refused(page: Plain, account_id: str) -> Plain:
    """A file that nobody knows, sent to an account."""
    await page.go(f"/bank/{account_id}")
    await page.send_file("statement", "auszug.csv", FILE)
    assert page.answer.status_code == 409
    assert "Nichts davon ist gespeichert." in page.text
    return page


async def test_an_unknown_file_is_mapped_and_then_read(
    office: Caller, page: Plain, database: Database, tenant_: Tenant
) -> None:
    """The refusal asks for the columns with a proposal; two clicks keep one layout."""
    account_id = account(office)
    await refused(page, account_id)
    assert "kennt niemand" in page.text
    assert "<script>alert" not in page.answer.text
    assert page.value("means-0") == "booking_date"
    assert page.value("means-2") == "amount"
    assert not page.page.xpath("//*[@name='means-3' or @name='means-4']"), "no name of their own"
    before = page.page
    for _ in range(2):
        page.page = before
        await page.send("columns", name="Hausbank", **{"means-1": "purpose"})
        assert page.answer.status_code == 200
    assert "Hausbank" in page.text
    assert events(database, tenant_) == ["bank_csv_profile.kept"]

    await page.go(f"/bank/{account_id}")
    await page.send_file("statement", "auszug.csv", FILE)
    assert "Eingelesen" in page.text
    found = office.get(TRANSACTIONS, bank_account_id=account_id).json()["transactions"]
    assert sorted((each["amount"], each["reference"], each["tx_date"]) for each in found) == [
        (-1050, "Miete", "2026-02-03"),
        (-9.5, "Strom", "2026-02-04"),
    ]
    check_books(database.engine, tenant_.id)


async def test_a_mapping_that_cannot_be_is_refused_with_what_was_typed(
    office: Caller, page: Plain, database: Database, tenant_: Tenant
) -> None:
    """Two columns of one meaning, no day, no name, a meaning nobody knows: nothing is kept."""
    account_id = account(office)
    await refused(page, account_id)
    for wrong in (
        {"means-1": "amount"},
        {"means-0": ""},
        {"means-2": ""},
        {"means-1": "nonsense"},
        {"name": " "},
        {"decimal": ";"},
        {"header": "Der Tag"},
    ):
        await refused(page, account_id)
        await page.send("columns", None, **{"name": "Hausbank"} | wrong)
        assert page.answer.status_code == 409, wrong
        assert page.page.xpath("//main//*[@role='alert']")
        if "header" not in wrong:
            assert "Miete" in page.text, "what stands in the columns is shown again"
    assert events(database, tenant_) == []


ING = "Buchung;Wertstellungsdatum;Auftraggeber/Empfänger;Buchungstext;Verwendungszweck;Betrag;X"


async def test_a_file_that_is_read_already_is_not_mapped(
    page: Plain, database: Database, tenant_: Tenant
) -> None:
    """The page names the format that reads it; nothing is kept."""
    await page.go(ADDRESS)
    await page.send_file("look", "ing.csv", f"{ING}\n05.01.2026;;A;B;C;-1,00;\n".encode())
    await page.send("columns", name="Meine")
    assert page.answer.status_code == 409
    assert "ING (DE)" in page.text
    assert "werden schon gelesen" in page.text
    assert events(database, tenant_) == []


def test_one_header_has_one_layout(office: Caller) -> None:
    """A built-in one, or the first of the tenant; under its own name it is changed."""
    header, columns = ["A", "B", "C"], {"booking_date": "A", "amount": "B"}
    body = {"name": "X", "header": header, "columns": columns}
    for _ in range(2):
        assert office.post("/v1/bank-csv-layouts", body).status_code == 201
    again = body | {"name": "Y", "header": ["c", " B", "A"], "columns": {**columns, "amount": " B"}}
    ing = {
        "name": "Z",
        "header": ING.split(";"),
        "columns": {"booking_date": "X", "debit": "Betrag"},
    }
    for wrong, known in ((again, "X"), (ing, "ING (DE)")):
        refused = office.post("/v1/bank-csv-layouts", wrong)
        assert (refused.status_code, refused.json()["code"]) == (400, "INVALID_INPUT")
        (field,) = refused.json()["errors"]
        assert field == {"pointer": "/header", "detail": f"is read already as {known}"}
    assert [each["name"] for each in office.get("/v1/bank-csv-layouts").json()] == ["X"]


@pytest.mark.parametrize(
    "columns",
    [
        {"booking_date": "A", "debit": "B", "credit": "B"},
        {"booking_date": "A", "debit": "B", "credit": " b"},
        {"booking_date": "A", "amount": "B", "balance": "B"},
        {"booking_date": "A", "amount": "B", "credit": "C"},
    ],
)
def test_a_column_has_one_meaning(office: Caller, columns: dict[str, str]) -> None:
    """And an amount stands alone, or is divided into debit and credit."""
    body = {"name": "X", "header": ["A", "B", " b", "C"], "columns": columns}
    refused = office.post("/v1/bank-csv-layouts", body)
    assert refused.status_code == 400
    assert [each["pointer"] for each in refused.json()["errors"]] == ["/columns"]
    assert office.get("/v1/bank-csv-layouts").json() == []


async def test_a_layout_is_removed_once_and_what_was_read_by_it_stays(
    office: Caller, page: Plain, database: Database, tenant_: Tenant
) -> None:
    """Afterwards the same file is unknown again; the audit log has what the layout was."""
    account_id = account(office)
    await refused(page, account_id)
    await page.send("columns", name="Hausbank")
    await page.go(f"/bank/{account_id}")
    await page.send_file("statement", "auszug.csv", FILE)
    await page.go(ADDRESS)
    before = page.page
    for _ in range(2):
        page.page = before
        await page.send(f"{ADDRESS}/")
        assert page.answer.status_code == 200
    assert "Noch ist keine Datei zugeordnet" in page.text
    assert events(database, tenant_) == ["bank_csv_profile.kept", "bank_csv_profile.removed"]
    assert len(office.get(TRANSACTIONS, bank_account_id=account_id).json()["transactions"]) == 2
    await page.go(f"/bank/{account_id}")
    await page.send_file("statement", "spaeter.csv", FILE + b"05.02.2026;Gas;-1,00;z;\n")
    assert page.answer.status_code == 409


async def test_a_file_is_looked_at_from_the_settings(page: Plain) -> None:
    """Nothing is stored by it; what has no names or is no table is told."""
    await page.go(ADDRESS)
    await page.send_file("look", "auszug.csv", FILE)
    assert page.value("means-0") == "booking_date"
    for content in (b"03.02.2026;-1,00\n04.02.2026;-2,00\n", b"%PDF-1.7", b""):
        await page.go(ADDRESS)
        await page.send_file("look", "auszug.csv", content)
        assert page.answer.status_code == 409
        assert "Spalten ansehen" in page.text


async def test_who_only_reads_changes_nothing_and_strangers_find_nothing(
    office: Caller, page: Plain, tenant_: Tenant, database: Database
) -> None:
    """An auditor sees the list and no form; another company has no such layout."""
    await refused(page, account(office))
    await page.send("columns", name="Hausbank")
    (kept,) = office.get("/v1/bank-csv-layouts").json()
    address = f"{ADDRESS}/{kept['id']}/remove"
    auditor = await (await Plain(page.http, tenant_, "auditor").sign_in()).go(ADDRESS)
    assert "Hausbank" in auditor.text
    assert not auditor.page.xpath("//main//button")
    (csrf,) = {each.value for each in auditor.page.xpath("//input[@name='csrf']")}
    for order in (ADDRESS, address):
        assert (await page.http.post(order, data={"csrf": csrf})).status_code == 403
    other = await (await Plain(page.http, another_tenant(database), "admin").sign_in()).go(ADDRESS)
    assert "Hausbank" not in other.text
    (csrf,) = {each.value for each in other.page.xpath("//input[@name='csrf']")}
    assert (await page.http.post(address, data={"csrf": csrf})).status_code == 404
    assert [each["name"] for each in office.get("/v1/bank-csv-layouts").json()] == ["Hausbank"]


def test_the_api_removes_a_layout(office: Caller) -> None:
    """With what it was; a second time there is none."""
    body = {"name": "X", "header": ["A", "B"], "columns": {"booking_date": "A", "amount": "B"}}
    kept = office.post("/v1/bank-csv-layouts", body).json()
    removed = office.delete(f"/v1/bank-csv-layouts/{kept['id']}")
    assert (removed.status_code, removed.json()) == (200, kept)
    assert office.delete(f"/v1/bank-csv-layouts/{kept['id']}").status_code == 404
    assert office.get("/v1/bank-csv-layouts").json() == []
