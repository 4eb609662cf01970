"""Incoming invoices over HTTP."""

from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from tests.api.callers import Caller, caller
from tests.builders import another_tenant
from tests.servers import Database

PATH = "/v1/invoices"


@pytest.fixture
def office(http: TestClient, database: Database) -> Caller:
    """Give each test a tenant of its own."""
    return caller(http, another_tenant(database))


def vendor(office: Caller, name: str = "Papier") -> str:
    """Make a vendor."""
    return str(office.post("/v1/vendors", {"name": name}).json()["id"])


def invoice(vendor_id: str, **changes: Any) -> dict[str, Any]:
    """An invoice of one line."""
    line = {
        "position": 1,
        "description": "Toner",
        "quantity": 2,
        "unit_price": 50.125,
        "tax_rate": 0.2,
        "tax_amount": 20,
        "line_total": 120.00,
    }
    return {
        "vendor_id": vendor_id,
        "invoice_number": "RE-1",
        "invoice_date": "2026-03-02",
        "due_date": "2026-04-01",
        "total_net": 100,
        "total_tax": "20.00",
        "total_gross": 120,
        "lines": [line],
        **changes,
    }


def booked(office: Caller, amount: int = 120) -> str:
    """Book payables."""
    lines = [
        {"account_number": "6815", "debit": amount, "credit": 0},
        {"account_number": "3300", "debit": 0, "credit": amount},
    ]
    body = {"booking_date": "2026-03-02", "description": "x", "lines": lines}
    answer = office.post("/v1/bookings", {**body, "skip_duplicate_check": True})
    return str(answer.json()["intent_id"])


def test_a_draft_becomes_open_and_shows_among_the_open_items(office: Caller) -> None:
    """Draft until an intent is set, which can be done once."""
    vendor_id = vendor(office)
    made = office.post(PATH, invoice(vendor_id))
    assert made.status_code == 201, made.text
    path = f"{PATH}/{made.json()['id']}"
    shown = office.get(path).json()
    assert (shown["status"], shown["remaining_amount"], shown["paid_amount"]) == ("draft", 120, 0)
    assert shown["lines"][0] | {"account_number": "6815"} == {
        "position": 1,
        "description": "Toner",
        "quantity": 2,
        "unit_price": 50.125,
        "tax_rate": 0.2,
        "tax_amount": 20,
        "line_total": 120,
        "account_number": "6815",
    }
    assert office.get(f"{PATH}/open-items").json() == []

    intent_id = booked(office)
    linked = office.patch(path, {"intent_id": intent_id, "due_date": None})
    assert (linked.json()["status"], linked.json()["intent_id"]) == ("open", intent_id)
    again = office.patch(path, {"intent_id": intent_id})
    assert (again.status_code, again.json()["code"]) == (409, "INTENT_ALREADY_SET")
    items = office.get(f"{PATH}/open-items").json()
    assert [(one["vendor_id"], one["total_open"]) for one in items] == [(vendor_id, 120)]
    assert office.get(f"/v1/vendors/{vendor_id}").json()["open_amount"] == 120
    blocked = office.delete(f"/v1/vendors/{vendor_id}")
    assert (blocked.status_code, blocked.json()["code"]) == (409, "HAS_OPEN_INVOICES")
    late = office.patch(path, {"due_date": "2026-03-10"}).json()
    assert late["status"] == "overdue"
    assert len(office.get(PATH, status="overdue", vendor_id=vendor_id).json()) == 1
    assert office.get(PATH, status="paid").headers["X-Total-Count"] == "0"
    assert len(office.get(PATH, start_date="2026-03-01", end_date="2026-03-31").json()) == 1
    assert office.get(PATH, start_date="2026-03-03").json() == []


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"vendor_id": str(uuid4())}, 404, "VENDOR_NOT_FOUND"),
        ({"intent_id": str(uuid4())}, 404, "INTENT_NOT_FOUND"),
        ({"document_id": str(uuid4())}, 404, "DOCUMENT_NOT_FOUND"),
        ({"total_gross": 121}, 400, "INVALID_INPUT"),
        ({"total_gross": 120.005}, 400, "INVALID_INPUT"),
        ({"lines": []}, 400, "INVALID_INPUT"),
        ({"invoice_number": "x" * 101}, 400, "INVALID_INPUT"),
        ({"surprise": 1}, 400, "INVALID_INPUT"),
        ({"currency": "eur"}, 400, "INVALID_INPUT"),
        ({"amount_due": 9999}, 400, "INVALID_INPUT"),
        ({"amount_due": -1}, 400, "INVALID_INPUT"),
        ({"amount_due": 30.01, "prepaid_amount": 90}, 400, "INVALID_INPUT"),
        ({"prepaid_amount": -1000}, 400, "INVALID_INPUT"),
        ({"prepaid_amount": 120.01}, 400, "INVALID_INPUT"),
        ({"total_net": 200, "total_tax": -80}, 400, "INVALID_INPUT"),
        ({"total_net": 120, "total_tax": 0}, 400, "INVALID_INPUT"),
    ],
)
def test_what_does_not_fit_is_refused(
    office: Caller, changes: dict[str, Any], status: int, code: str
) -> None:
    """Each with its code."""
    refused = office.post(PATH, invoice(vendor(office)) | changes)
    assert (refused.status_code, refused.json()["code"]) == (status, code)


@pytest.mark.parametrize(
    ("stated", "due"),
    [
        ({}, 120),
        ({"prepaid_amount": 20}, 100),
        ({"prepaid_amount": 120}, 0),
        ({"rounding_amount": 0.03}, 120.03),
        ({"prepaid_amount": 20, "rounding_amount": -0.03}, 99.97),
        ({"prepaid_amount": 20, "amount_due": 90}, 90),
    ],
)
def test_what_is_due_follows_from_the_totals(
    office: Caller, stated: dict[str, Any], due: float
) -> None:
    """BR-CO-16: who names what was paid before need not say again what is left of it."""
    made = office.post(PATH, invoice(vendor(office)) | stated).json()
    assert office.get(f"{PATH}/{made['id']}").json()["amount_due"] == due


@pytest.mark.parametrize(
    ("terms", "pointer"),
    [
        ([{"kind": "discount", "amount": -50}], "/payment_terms/0/amount"),
        ([{"kind": "discount", "amount": 120}], "/payment_terms/0/amount"),
        ([{"kind": "discount", "percent": 100}], "/payment_terms/0/percent"),
        ([{"kind": "net", "amount": 999}], "/payment_terms/0/amount"),
        (
            [{"kind": "instalment", "amount": each} for each in (-100, 220)],
            "/payment_terms/0/amount",
        ),
        ([{"kind": "instalment", "amount": 100}] * 2, "/payment_terms"),
        ([{"kind": "instalment", "percent": 80}] * 2, "/payment_terms"),
        ([{"kind": "discount", "percent": 2}, {"kind": "net"}], None),
        ([{"kind": "instalment", "amount": 60}] * 2, None),
    ],
)
def test_terms_leave_what_is_owed(
    office: Caller, terms: list[dict[str, Any]], pointer: str | None
) -> None:
    """A discount leaves something, and instalments come to no more than the whole."""
    given = [term | {"due_date": "2026-12-31"} for term in terms]
    answer = office.post(PATH, invoice(vendor(office)) | {"payment_terms": given})
    if pointer is None:
        assert answer.status_code == 201, answer.text
    else:
        assert answer.status_code == 400, answer.text
        assert [each["pointer"] for each in answer.json()["errors"]] == [pointer]


def test_a_number_is_unique_for_each_vendor(office: Caller) -> None:
    """Another vendor may use it, the same may not."""
    first, other = vendor(office), vendor(office, "Toner")
    assert office.post(PATH, invoice(first)).status_code == 201
    assert office.post(PATH, invoice(other)).status_code == 201
    refused = office.post(PATH, invoice(first))
    assert (refused.status_code, refused.json()["code"]) == (409, "DUPLICATE_INVOICE_NUMBER")
    told = invoice(first)
    spelled = told | {"invoice_number": f" {told['invoice_number'].lower().replace('-', ' ')}/"}
    for _ in range(2):
        refused = office.post(PATH, spelled)
        assert (refused.status_code, refused.json()["code"]) == (409, "DUPLICATE_INVOICE_NUMBER")
    assert office.post(PATH, spelled | {"invoice_date": "2026-03-09"}).status_code == 201
    assert (
        office.post(
            PATH,
            spelled
            | {"skip_duplicate_check": True, "invoice_number": f"{told['invoice_number']}."},
        ).status_code
        == 201
    )
    missing = office.patch(f"{PATH}/{uuid4()}", {"notes": "x"})
    assert (missing.status_code, missing.json()["code"]) == (404, "NOT_FOUND")


def test_a_number_that_looks_like_another_is_refused(office: Caller) -> None:
    """In full width, with a Cyrillic letter, with an l for a 1; the next of the series is taken."""
    vendor_id = vendor(office)
    first = invoice(vendor_id, invoice_number="RE-2026-100")
    assert office.post(PATH, first).status_code == 201
    for number in ("\uff32\uff25-2026-100", "R\u0415-2026-100", "RE-2026-l00", "RE-2026-1\u041e0"):
        for _ in range(2):
            refused = office.post(PATH, first | {"invoice_number": number})
            assert (refused.status_code, refused.json()["code"]) == (
                409,
                "DUPLICATE_INVOICE_NUMBER",
            ), number
    for number in ("RE-2026-101", "RE-2026-110", "RE-2026-10"):
        assert office.post(PATH, first | {"invoice_number": number}).status_code == 201
    other = first | {"invoice_number": "RE-2026-l00", "skip_duplicate_check": True}
    assert office.post(PATH, other).status_code == 201


def test_one_invoice_is_not_entered_at_two_vendors_of_one_account(office: Caller) -> None:
    """One company that is there twice; a factor's other client has another day or total."""
    account = {"iban": "DE89370400440532013000"}
    first, twin, other = (
        str(office.post("/v1/vendors", {"name": name, **more}).json()["id"])
        for name, more in (("Huber Bau GmbH", account), ("Huber Bau Gesellschaft", account),
                           ("Andere", {"iban": "AT611904300234573201"}))
    )  # fmt: skip
    assert office.post(PATH, invoice(first)).status_code == 201

    for number in ("RE-1", "re 1"):
        refused = office.post(PATH, invoice(twin, invoice_number=number))
        assert (refused.status_code, refused.json()["code"]) == (409, "DUPLICATE_INVOICE_NUMBER")
    assert office.post(PATH, invoice(other)).status_code == 201
    assert office.post(PATH, invoice(twin, invoice_date="2026-03-09")).status_code == 201
    looked = invoice(twin) | {"skip_duplicate_check": True, "invoice_number": "RE 1"}
    assert office.post(PATH, looked).status_code == 201


def test_an_intent_owes_its_amount_once(office: Caller) -> None:
    """120.00 are owed: invoices of 12,000 and 6,000 cannot make a run pay 18,120.00."""
    vendor_id, intent_id = vendor(office), booked(office)
    bank = [
        {"account_number": "2800", "debit": 6000, "credit": 0},
        {"account_number": "9000", "debit": 0, "credit": 6000},
    ]
    body = {"booking_date": "2026-03-02", "description": "x", "lines": bank}
    bare = office.post("/v1/bookings", body).json()["intent_id"]

    def linked(number: str, gross: int, intent: str) -> Any:
        line = invoice(vendor_id)["lines"][0]
        line |= {"tax_amount": 0, "tax_rate": 0, "line_total": gross}
        totals = {"total_net": gross, "total_tax": 0, "total_gross": gross, "lines": [line]}
        wanted = {"invoice_number": number, "intent_id": intent, **totals}
        return office.post(PATH, invoice(vendor_id, **wanted))

    assert linked("RE-1", 120, intent_id).status_code == 201
    for number, gross, intent, differs in (
        ("RE-2", 12_000, intent_id, "invoice"),
        ("RE-3", 6_000, bare, "payable"),
        ("RE-4", 121, booked(office, 120), "total_gross"),
    ):
        refused = linked(number, gross, intent)
        assert (refused.status_code, refused.json()["code"]) == (409, "INTENT_MISMATCH")
        assert refused.json()["context"]["differs"] == [differs]
        draft = office.post(PATH, invoice(vendor_id, invoice_number=number))
        patched = office.patch(f"{PATH}/{draft.json()['id']}", {"intent_id": bare})
        assert (patched.status_code, patched.json()["code"]) == (409, "INTENT_MISMATCH")
    eligible = office.get("/v1/payment-runs/eligible-invoices").json()
    assert [each["remaining_amount"] for each in eligible] == ["120.00"]
    owed = office.get("/v1/invoices/open-items").json()
    assert [each["total_open"] for each in owed] == [120]


def test_what_is_open_of_a_vendor_is_one_sum_in_every_view(office: Caller) -> None:
    """120 EUR and 120 USD that were booked at 100 EUR are 220 EUR, and never 240 of anything."""
    vendor_id = vendor(office)
    fx = {"currency": "USD", "amount": 120, "rate": 1.2, "rate_date": "2026-03-02"}
    lines = [
        {"account_number": "6815", "debit": 100, "credit": 0},
        {"account_number": "3300", "debit": 0, "credit": 100},
    ]
    abroad: dict[str, Any] = {"booking_date": "2026-03-02", "description": "x", "lines": lines}
    abroad |= {"fx": fx | {"rate_source": "manual"}, "skip_duplicate_check": True}
    foreign = office.post("/v1/bookings", abroad).json()["intent_id"]
    for number, currency, intent_id in (("RE-1", "EUR", booked(office)), ("RE-2", "USD", foreign)):
        facts = {"invoice_number": number, "currency": currency, "intent_id": intent_id}
        made = office.post(PATH, invoice(vendor_id, **facts))
        assert made.status_code == 201, made.text

    (group,) = office.get(f"{PATH}/open-items").json()
    left = {each["currency"]: each["remaining_amount"] for each in group["invoices"]}
    (listed,) = office.get("/v1/vendors").json()
    aged = office.get("/v1/reports", type="open_items_payable", endDate="2026-03-31").json()

    assert left == {"EUR": 120, "USD": 120}
    assert group["total_open"] == listed["open_amount"] == 220
    assert office.get(f"/v1/vendors/{vendor_id}").json()["open_amount"] == 220
    assert (aged["ageing"]["total"], aged["is_reconciled"]) == (220, True)
