"""A vendor and a customer that are one company: tied by a person, cleared, taken apart."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from domain.receivables import same_company_views
from tests.api.callers import Caller, caller
from tests.api.test_clearing import clear
from tests.api.test_invoices import vendor
from tests.api.test_outgoing_invoices import customer
from tests.api.test_outgoing_invoices import owing as sale
from tests.api.test_outgoing_invoices import shown as state
from tests.api.test_settling import owing, shown
from tests.builders import Tenant, another_tenant
from tests.invariants import check_books
from tests.servers import Database

PATH = "/v1/same-companies"
Json = dict[str, Any]


@pytest.fixture
def tenant_(database: Database) -> Tenant:
    """Give each test a tenant of its own."""
    return another_tenant(database)


@pytest.fixture
def office(http: TestClient, tenant_: Tenant) -> Caller:
    """Give each test a caller of its own."""
    return caller(http, tenant_)


def tied(office: Caller, vendor_id: str, customer_id: str, **more: Any) -> Any:
    """Decide on a pair."""
    return office.post(PATH, {"vendor_id": vendor_id, "customer_id": customer_id, **more})


def item_of(office: Caller, ledger: str, intent_id: str) -> str:
    """The open item of an intent."""
    found = office.get("/v1/open-items", ledger=ledger).json()
    return next(str(each["open_item_id"]) for each in found if each["intent_id"] == intent_id)


def code(answer: Any) -> tuple[int, str]:
    """Status and code of a refusal."""
    return answer.status_code, answer.json()["code"]


def test_what_both_owe_is_cleared_and_opened_again(
    office: Caller, database: Database, tenant_: Tenant
) -> None:
    """1,200.00 against 120.00 leaves 1,080.00, once; the reversal opens both."""
    vendor_id, customer_id = vendor(office), customer(office)
    bill, sold = owing(office, vendor_id), sale(office, customer_id)
    pair = [
        (item_of(office, "payable", bill["intent_id"]), "120"),
        (item_of(office, "receivable", sold["intent_id"]), "120"),
    ]
    assert code(clear(office, *pair)) == (400, "CLEARING_MISMATCH")

    assert tied(office, vendor_id, customer_id, reason="Gegengeschäft").status_code == 201
    cleared = clear(office, *pair)

    assert cleared.status_code == 201, cleared.text
    assert shown(office, bill)[1] == 1080
    intent_id = cleared.json()["intent_id"]
    (row,) = office.get(f"/v1/journal/{intent_id}").json()["entries"]
    assert (row["account_debit"], row["account_credit"], row["amount"]) == ("3300", "2000", 120)
    (company,) = office.get(PATH).json()
    assert (company["payable"], company["is_same"]) == ("1080.00", True)
    check_books(database.engine, tenant_.id)

    back = office.post("/v1/journal/reverse", {"intent_id": intent_id})
    assert back.status_code in {200, 201}, back.text
    assert shown(office, bill)[1] == 1200
    assert state(office, sold)[0] == "open"
    check_books(database.engine, tenant_.id)


def test_a_tie_is_proposed_kept_and_taken_back(office: Caller) -> None:
    """By the same VAT id or IBAN; twice is once; untied, nothing is cleared any more."""
    iban = "AT611904300234573201"
    ids = {"vat_id": "ATU12345675", "iban": iban}
    vendor_id = office.post("/v1/vendors", {"name": "Papier GmbH", **ids}).json()["id"]
    customer_id = office.post("/v1/customers", {"name": "Papier Handel", **ids}).json()["id"]
    customer(office, name="Holz GmbH")

    (proposed,) = office.get(PATH).json()
    assert (proposed["is_same"], proposed["reasons"]) == (False, ["vat_id", "iban"])
    for _ in range(2):
        kept = tied(office, vendor_id, customer_id)
        assert (kept.status_code, kept.json()["is_same"]) == (201, True)
    taken = tied(office, vendor_id, customer_id, is_same=False)
    assert taken.json()["is_same"] is False
    unknown = "00000000-0000-0000-0000-000000000001"
    assert tied(office, unknown, customer_id).status_code == 404
    assert tied(office, vendor_id, unknown).status_code == 404
    bill, sold = owing(office, vendor_id), sale(office, customer_id)
    pair = [
        (item_of(office, "payable", bill["intent_id"]), "1"),
        (item_of(office, "receivable", sold["intent_id"]), "1"),
    ]
    assert code(clear(office, *pair)) == (400, "CLEARING_MISMATCH")


def test_what_is_cut_is_counted_and_who_is_out_of_use_is_not_proposed(
    office: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two pairs of which one is listed; one whose vendor is out of use is none, unless tied."""
    pairs = []
    for name, vat_id in (("Aal", "ATU12345675"), ("Bach", "ATU13585627"), ("Cent", "ATU62895905")):
        told = {"name": f"{name} GmbH", "vat_id": vat_id}
        made = [office.post(path, told).json()["id"] for path in ("/v1/vendors", "/v1/customers")]
        pairs.append(made)
    office.delete(f"/v1/vendors/{pairs[0][0]}")
    assert office.get(PATH).headers["X-Total-Count"] == "2"

    monkeypatch.setattr(same_company_views, "_MOST", 1)
    listed = office.get(PATH)
    assert [each["vendor_name"] for each in listed.json()] == ["Bach GmbH"]
    assert listed.headers["X-Total-Count"] == "2"

    assert tied(office, *pairs[0]).status_code == 201
    listed = office.get(PATH)
    assert [each["is_same"] for each in listed.json()] == [True]
    assert listed.headers["X-Total-Count"] == "3"


def test_a_third_partner_is_not_of_them(office: Caller) -> None:
    """Neither another vendor nor another customer comes in with a pair that is tied."""
    vendor_id, customer_id = vendor(office), customer(office)
    other = vendor(office, "Holz GmbH")
    assert tied(office, vendor_id, customer_id).status_code == 201
    sold = sale(office, customer_id)
    wanted = [(item_of(office, "receivable", sold["intent_id"]), "2")]
    for each, number in ((vendor_id, "RE-1"), (other, "RE-2")):
        bill = owing(office, each, number)
        wanted.append((item_of(office, "payable", bill["intent_id"]), "1"))
    assert code(clear(office, *wanted)) == (400, "CLEARING_MISMATCH")
