"""VAT return, open items and cash flow over HTTP."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.api.callers import Caller, booking, caller, with_scopes
from tests.builders import Tenant, another_tenant
from tests.servers import Database

PATH = "/v1/reports"
MARCH = {"startDate": "2026-03-01", "endDate": "2026-03-31"}
TYPES = ("vat_return", "open_items_payable", "open_items_receivable", "cash_flow")


@pytest.fixture
def tenant(database: Database) -> Tenant:
    """Give each test a tenant of its own."""
    return another_tenant(database)


@pytest.fixture
def office(http: TestClient, tenant: Tenant) -> Caller:
    """Let the admin call."""
    return caller(http, tenant)


def owe(office: Caller, **changes: Any) -> str:
    """Book office supplies for 100.00 and 20 % tax that are still to be paid."""
    lines = [
        {"account_number": "6815", "debit": 120, "credit": 0, "tax_code": "VST20"},
        {"account_number": "3300", "debit": 0, "credit": 120},
    ]
    answer = office.post("/v1/bookings", booking(lines=lines, **changes))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["intent_id"])


def report(office: Caller, kind: str, **query: Any) -> Any:
    """A report of March."""
    answer = office.get(PATH, type=kind, **{**MARCH, **query})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_the_return_states_every_box_and_what_it_agrees_with(office: Caller) -> None:
    """The form in order, the result, and the VAT accounts beside it."""
    owe(office)

    found = report(office, "vat_return")

    assert (found["form"], found["result_box"], found["result"]) == ("U30", "095", -20.0)
    boxes = {box["box"]: box for box in found["boxes"]}
    assert next(iter(boxes)) == "000"
    assert boxes["060"] | {"label": "", "section": ""} == {
        "box": "060",
        "label": "",
        "section": "",
        "content": "tax",
        "amount": 20.0,
        "booked": 20.0,
        "rate": None,
        "tax": 20.0,
        "effect": -1,
        "entries": 1,
    }
    assert "124" not in boxes
    assert found["reconciliation"] == {
        "is_reconciled": True,
        "ledger": -20.0,
        "result": -20.0,
        "rounding": 0.0,
        "transfers": 0.0,
        "outside": 0.0,
        "difference": 0.0,
        "lines": [
            {
                "account": "2500",
                "tax_code": "VST20",
                "ledger": -20.0,
                "reported": -20.0,
                "difference": 0.0,
                "reason": "none",
            }
        ],
    }
    assert found["made_of"]["state"] == "preliminary"
    assert found["made_of"]["end_date"] == "2026-03-31"


def test_a_german_return_has_the_german_form(http: TestClient, german_tenant: Tenant) -> None:
    """UStVA, with its result in 83."""
    found = report(caller(http, german_tenant), "vat_return")

    assert (found["form"], found["result_box"]) == ("UStVA", "83")


def test_a_box_leads_to_its_entries(office: Caller) -> None:
    """With the intent, so that everything else can be looked up."""
    intent_id = owe(office)

    answer = office.get(f"{PATH}/entries", type="vat_return", line="060", **MARCH)

    assert answer.status_code == 200, answer.text
    (entry,) = answer.json()["entries"]
    assert (entry["intent_id"], entry["debit"], entry["credit"]) == (intent_id, 20.0, 0.0)
    assert (answer.json()["amount"], answer.json()["sign"]) == (20.0, 1)


@pytest.mark.parametrize(
    ("kind", "line"), [("vat_return", "124"), ("vat_return", "81"), ("cash_flow", "bank")]
)
def test_a_line_that_there_is_not_is_not_found(office: Caller, kind: str, line: str) -> None:
    """Another country's box, or a box of a later form."""
    answer = office.get(f"{PATH}/entries", type=kind, line=line, **MARCH)

    assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")


def test_open_items_stand_by_partner_with_their_age(office: Caller) -> None:
    """And beside the balance of their account."""
    intent_id = owe(office, external_reference="RE-7")

    found = report(office, "open_items_payable", endDate="2026-04-01")

    assert found["ageing"]["total"] == found["ageing"]["overdue_1_30"] == 120.0
    assert found["is_reconciled"] is True
    (item,) = found["partners"][0]["items"]
    assert (item["intent_id"], item["document_number"]) == (intent_id, "RE-7")
    assert (item["days_overdue"], item["bucket"]) == (30, "overdue_1_30")
    assert (item["currency"], item["remaining_amount"]) == ("EUR", 120.0)
    (control,) = found["controls"]
    assert (control["account"], control["ledger"], control["difference"]) == ("3300", 120.0, 0.0)
    assert report(office, "open_items_receivable")["partners"] == []


def test_the_cash_flow_agrees_with_the_bank(office: Caller) -> None:
    """Every heading, in order, and both ends."""
    office.post("/v1/bookings", booking())

    found = report(office, "cash_flow")

    assert [found[name] for name in ("opening", "operating", "change", "closing")] == [
        0.0, -100.0, -100.0, -100.0,
    ]  # fmt: skip
    assert found["difference"] == 0.0
    assert [line["line"] for line in found["lines"]][:2] == ["customers", "suppliers"]
    assert found["accounts"] == [
        {"number": "2800", "name": "Bank", "opening": 0.0, "closing": -100.0}
    ]


@pytest.mark.parametrize("kind", TYPES)
def test_a_report_of_nothing_is_a_report(office: Caller, kind: str) -> None:
    """And says what it was made of."""
    answer = office.get(PATH, type=kind, **MARCH)

    assert answer.status_code == 200, answer.text
    assert answer.json()["made_of"]["last_entry"] == 0
    assert answer.headers["X-Report-State"] == "preliminary"


@pytest.mark.parametrize("kind", TYPES)
def test_the_instant_counts(office: Caller, kind: str) -> None:
    """Nothing was posted by the end of March that was posted today."""
    before = office.get(PATH, type=kind, as_of="2020-03-31", **MARCH).json()
    owe(office)
    office.post("/v1/bookings", booking())
    after = office.get(PATH, type=kind, as_of="2020-03-31", **MARCH).json()

    assert before | {"made_of": {}} == after | {"made_of": {}}


@pytest.mark.parametrize("kind", TYPES)
def test_reports_need_their_scope(
    http: TestClient, database: Database, tenant: Tenant, kind: str
) -> None:
    """Whoever may write the journal may not yet read reports."""
    clerk = with_scopes(http, database, tenant, "journal:read", "journal:write")

    answer = clerk.get(PATH, type=kind, **MARCH)

    assert (answer.status_code, answer.json()["code"]) == (403, "INSUFFICIENT_SCOPE")


@pytest.mark.parametrize("kind", TYPES)
def test_nobody_sees_the_figures_of_another(
    http: TestClient, database: Database, office: Caller, kind: str
) -> None:
    """A stranger's report is as empty as it was."""
    stranger = caller(http, another_tenant(database))
    before = report(stranger, kind) | {"made_of": {}}
    owe(office)
    office.post("/v1/bookings", booking())

    assert report(stranger, kind) | {"made_of": {}} == before
