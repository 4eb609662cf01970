"""Outgoing invoices over HTTP: tied, owed, paid by the bank, cleared, and kept apart."""

from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from tests.api.callers import Caller, caller, with_scopes
from tests.api.test_settling import book, line
from tests.builders import Tenant, another_tenant
from tests.invariants import check_books
from tests.servers import Database

PATH = "/v1/outgoing-invoices"
CLEAR = "/v1/open-items/clear"
Json = dict[str, Any]


@pytest.fixture
def tenant_(database: Database) -> Tenant:
    """Give each test a tenant of its own."""
    return another_tenant(database)


@pytest.fixture
def office(http: TestClient, tenant_: Tenant) -> Caller:
    """Give each test a caller of its own."""
    return caller(http, tenant_)


def customer(office: Caller, name: str = "Muster") -> str:
    """Make a customer."""
    return str(office.post("/v1/customers", {"name": name}).json()["id"])


def invoice(customer_id: str, gross: int = 120, **changes: Any) -> Json:
    """An invoice of one line at 20 %."""
    net = gross * 5 / 6
    one = {
        "position": 1,
        "description": "Beratung",
        "quantity": 1,
        "unit_price": net,
        "tax_rate": 0.2,
        "tax_amount": gross - net,
        "line_total": gross,
        "account_number": "4000",
    }
    return {
        "customer_id": customer_id,
        "type": "invoice",
        "invoice_number": f"AR-{uuid4().hex[:6]}",
        "invoice_date": "2026-03-02",
        "due_date": "2999-04-01",
        "total_net": net,
        "total_tax": gross - net,
        "total_gross": gross,
        "lines": [one],
        **changes,
    }


def sold(office: Caller, customer_id: str | None, gross: int = 120) -> str:
    """Book a sale, or a credit note below zero; the intent."""
    partner = {"partner_id": customer_id} if customer_id else {}
    posted = book(
        office, line("2000", f"{gross}", **partner), line("4000", f"{-gross}", tax_code="UST20")
    )
    assert posted.status_code == 201, posted.text
    return str(posted.json()["intent_id"])


def owing(office: Caller, customer_id: str, gross: int = 120, **changes: Any) -> Json:
    """An invoice or, below zero, a credit note in the books, as it is shown."""
    type_ = "invoice" if gross > 0 else "credit_note"
    intent_id = sold(office, customer_id, gross)
    body = invoice(customer_id, abs(gross), type=type_, intent_id=intent_id, **changes)
    made = office.post(PATH, body)
    assert made.status_code == 201, made.text
    return dict(office.get(f"{PATH}/{made.json()['id']}").json())


def shown(office: Caller, one: Json) -> tuple[str, Any]:
    """Status of an invoice now, and what remains."""
    found = office.get(f"{PATH}/{one['id']}").json()
    return found["status"], found["remaining_amount"]


def test_a_draft_becomes_open_and_shows_among_the_open_items(office: Caller) -> None:
    """Draft until an intent is set, which can be done once; then it is owed and blocks."""
    customer_id = customer(office)
    made = office.post(PATH, invoice(customer_id))
    assert made.status_code == 201, made.text
    path = f"{PATH}/{made.json()['id']}"
    draft = office.get(path).json()
    assert (draft["status"], draft["remaining_amount"], draft["paid_amount"]) == ("draft", 120, 0)
    assert office.get(f"{PATH}/open-items").json() == []

    intent_id = sold(office, None)
    linked = office.patch(path, {"intent_id": intent_id, "due_date": None}).json()
    assert (linked["status"], linked["intent_id"]) == ("open", intent_id)
    again = office.patch(path, {"intent_id": intent_id})
    assert (again.status_code, again.json()["code"]) == (409, "INTENT_ALREADY_SET")
    (owed,) = office.get(f"{PATH}/open-items").json()
    assert (owed["customer_id"], owed["total_open"], owed["net_open"]) == (customer_id, 120, 120)
    assert office.get(f"/v1/customers/{customer_id}").json()["open_amount"] == 120
    blocked = office.delete(f"/v1/customers/{customer_id}")
    assert (blocked.status_code, blocked.json()["code"]) == (409, "HAS_OPEN_INVOICES")
    report = office.get("/v1/reports", type="open_items_receivable").json()
    assert [each["partner_name"] for each in report["partners"]] == ["Muster"]


def test_lists_are_filtered(office: Caller) -> None:
    """By status, customer, type and days; the header says how many there are."""
    customer_id = customer(office)
    owed = owing(office, customer_id)
    late = office.patch(f"{PATH}/{owed['id']}", {"due_date": "2026-03-10", "notes": "x"}).json()
    assert (late["status"], late["notes"]) == ("overdue", "x")
    assert len(office.get(PATH, status="overdue", customer_id=customer_id).json()) == 1
    assert office.get(PATH, status="paid").headers["X-Total-Count"] == "0"
    assert len(office.get(PATH, start_date="2026-03-01", end_date="2026-03-31").json()) == 1
    assert office.get(PATH, start_date="2026-03-03").json() == []
    assert office.get(PATH, type="credit_note").json() == []
    for query in ({"limit": 501}, {"limit": 0}, {"offset": -1}, {"status": "x"}, {"type": "x"}):
        assert office.get(PATH, **query).json()["code"] == "INVALID_INPUT"


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"customer_id": str(uuid4())}, 404, "CUSTOMER_NOT_FOUND"),
        ({"intent_id": str(uuid4())}, 404, "INTENT_NOT_FOUND"),
        ({"document_id": str(uuid4())}, 404, "DOCUMENT_NOT_FOUND"),
        ({"total_gross": 121}, 400, "INVALID_INPUT"),
        ({"total_gross": 120.005}, 400, "INVALID_INPUT"),
        ({"total_gross": -120}, 400, "INVALID_INPUT"),
        ({"type": "bill"}, 400, "INVALID_INPUT"),
        ({"lines": []}, 400, "INVALID_INPUT"),
        ({"invoice_number": "x" * 101}, 400, "INVALID_INPUT"),
        ({"surprise": 1}, 400, "INVALID_INPUT"),
        ({"currency": "eur"}, 400, "INVALID_INPUT"),
        ({"currency": "XYZ"}, 400, "INVALID_INPUT"),
    ],
)
def test_what_does_not_fit_is_refused(
    office: Caller, changes: Json, status: int, code: str
) -> None:
    """Each with its code, and nothing is kept."""
    refused = office.post(PATH, invoice(customer(office)) | changes)
    assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert office.get(PATH).json() == []


def test_numbers_are_unique_for_each_customer_and_keys_are_kept(office: Caller) -> None:
    """Another customer may use a number, the same may not; the same key makes one invoice."""
    first, other = customer(office), customer(office, "Anderer")
    body = invoice(first, invoice_number="AR-1")
    made = office.post(PATH, body, key="k")
    assert office.post(PATH, body, key="k").json() == made.json()
    assert office.post(PATH, body | {"customer_id": other}).status_code == 201
    refused = office.post(PATH, body)
    assert (refused.status_code, refused.json()["code"]) == (409, "DUPLICATE_INVOICE_NUMBER")
    assert refused.json()["context"]["existing_id"] == made.json()["id"]
    path = f"{PATH}/{made.json()['id']}"
    assert office.patch(path, {}).json()["code"] == "NO_CHANGES"
    assert office.patch(path, {"intent_id": None}).json()["code"] == "INVALID_INPUT"
    assert office.patch(path, {"total_gross": 1}).json()["code"] == "INVALID_INPUT"
    for missing in (office.get(f"{PATH}/{uuid4()}"), office.patch(f"{PATH}/{uuid4()}", {})):
        assert (missing.status_code, missing.json()["code"]) == (404, "NOT_FOUND")


def test_an_intent_owes_its_amount_once(office: Caller) -> None:
    """A payable, another amount or customer, the wrong type and a taken intent are refused."""
    customer_id, other = customer(office), customer(office, "Anderer")
    owed = owing(office, customer_id)
    payable = book(office, line("6815", "120"), line("3300", "-120")).json()["intent_id"]
    for intent_id, type_, differs in (
        (owed["intent_id"], "invoice", ["invoice"]),
        (payable, "invoice", ["receivable"]),
        (sold(office, customer_id, 119), "invoice", ["total_gross"]),
        (sold(office, other), "invoice", ["customer_id"]),
        (sold(office, customer_id), "credit_note", ["side"]),
    ):
        body = invoice(customer_id, type=type_)
        refused = office.post(PATH, body | {"intent_id": intent_id})
        assert (refused.status_code, refused.json()["code"]) == (409, "INTENT_MISMATCH")
        assert refused.json()["context"]["differs"] == differs
        draft = office.post(PATH, body).json()["id"]
        patched = office.patch(f"{PATH}/{draft}", {"intent_id": intent_id})
        assert (patched.status_code, patched.json()["code"]) == (409, "INTENT_MISMATCH")
    assert office.get(f"/v1/customers/{customer_id}").json()["open_amount"] == 120


def test_a_credit_note_and_a_discount_are_cleared(
    office: Caller, database: Database, tenant_: Tenant
) -> None:
    """1,200.00 less a credit note of 120.00 and 2 % of discount; reversed, all is open again."""
    customer_id = customer(office)
    owed, credit = owing(office, customer_id, 1200), owing(office, customer_id, -120)
    assert shown(office, credit) == ("open", 120)
    (group,) = office.get(f"{PATH}/open-items").json()
    assert (group["credit_note_total"], group["net_open"]) == (120, 1080)
    listed = office.get("/v1/open-items", ledger="receivable", customer_id=customer_id).json()
    offered = {each["open_item_id"]: each["suggested_matches"] for each in listed}
    assert [x["open_item_id"] for x in offered[credit["open_item_id"]]] == [owed["open_item_id"]]
    assert office.get("/v1/open-items").json() == []

    items = [
        {"open_item_id": owed["open_item_id"], "amount": 144},
        {"open_item_id": credit["open_item_id"], "amount": 120},
    ]
    discounts = [{"open_item_id": owed["open_item_id"], "amount": 24}]
    body = {"booking_date": "2026-03-09", "items": items, "discounts": discounts}
    cleared = office.post(CLEAR, body)

    assert cleared.status_code == 201, cleared.text
    assert (shown(office, owed), shown(office, credit)) == (("partially_paid", 1056), ("paid", 0))
    entries = office.get(f"/v1/journal/{cleared.json()['intent_id']}").json()["entries"]
    moved = [(x["account_debit"], x["account_credit"], x["amount"]) for x in entries]
    assert ("4400", "2000", 20) in moved
    assert ("3500", "2000", 4) in moved
    check_books(database.engine, tenant_.id)
    office.post("/v1/journal/reverse", {"intent_id": cleared.json()["intent_id"]})
    assert (shown(office, owed), shown(office, credit)) == (("open", 1200), ("open", 120))
    check_books(database.engine, tenant_.id)


def test_money_in_settles_a_receivable(office: Caller) -> None:
    """Suggested by name and number, tied, and open again when it is unmatched."""
    customer_id = customer(office)
    owed = owing(office, customer_id)
    bank = {"name": "Giro", "iban": "AT611904300234573201", "account_number": "2800"}
    account = {"bank_account_id": office.post("/v1/bank-accounts", bank).json()["id"]}
    row = {
        "tx_date": "2026-03-04",
        "amount": 120,
        "counterparty_name": "Muster",
        "reference": f"Rechnung {owed['invoice_number']}",
    }
    imported = office.post("/v1/bank-transactions", {**account, "transactions": [row]})
    assert imported.json()["imported"] == 1, imported.text
    (best,) = office.get("/v1/bank-transactions/suggestions", **account).json()
    assert best["ledger_intent_id"] == owed["intent_id"]
    assert {"invoice_number", "counterparty_name"} <= set(best["match_reasons"])
    body = {
        "candidate_kind": best["candidate_kind"],
        "intent_id": owed["intent_id"],
        "open_item_account": "2000",
    }
    path = f"/v1/bank-transactions/{best['bank_transaction_id']}"
    tied = office.post(f"{path}/reconcile", body)
    assert tied.status_code == 200, tied.text
    assert shown(office, owed) == ("paid", 0)
    office.post(f"{path}/unmatch")
    assert shown(office, owed) == ("open", 120)


def test_one_payment_settles_two_invoices_at_once(office: Caller) -> None:
    """A customer pays 120.00 and 240.00 less a credit note of 60.00 with 300.00: all are closed."""
    customer_id = customer(office)
    owed = [owing(office, customer_id, gross) for gross in (120, 240)]
    credit = owing(office, customer_id, -60)
    bank = {"name": "Giro", "iban": "AT611904300234573201", "account_number": "2800"}
    account = {"bank_account_id": office.post("/v1/bank-accounts", bank).json()["id"]}
    rows = [{"tx_date": "2026-03-04", "amount": 300}]
    office.post("/v1/bank-transactions", {**account, "transactions": rows})
    (found,) = office.get("/v1/bank-transactions", **account).json()["transactions"]
    target = {"candidate_kind": "open_receivable", "open_item_account": "2000"}
    allocations = [
        {**target, "intent_id": one["intent_id"], "allocated_bank_amount": paid, **more}
        for one, paid, more in (
            (owed[0], 120, {}),
            (owed[1], 180, {"settled_document_amount": 240}),
        )
    ]
    set_off = {**target, "intent_id": credit["intent_id"], "amount": 60}
    body = {
        "bank_transaction_ids": [found["id"]],
        "allocations": allocations,
        "set_offs": [set_off],
    }
    group = office.post("/v1/bank-match-groups", body)
    assert group.status_code == 201, group.text
    assert [shown(office, one)[1] for one in (*owed, credit)] == [0, 0, 0]
    assert office.get(f"{PATH}/open-items").json() == []
    assert office.get(f"/v1/customers/{customer_id}").json()["open_amount"] == 0


def test_income_with_a_reference_settles_its_invoice(office: Caller) -> None:
    """The simple form of money in finds the receivable by the invoice's id."""
    owed = owing(office, customer(office))
    bank = {"name": "Giro", "iban": "AT611904300234573201", "account_number": "2800"}
    office.post("/v1/bank-accounts", bank)
    income = {
        "type": "income",
        "amount": 120,
        "description": "Zahlung",
        "date": "2026-03-05",
        "reference": {"type": "invoice", "id": owed["id"]},
    }
    made = office.post("/v1/transactions", income)
    assert made.status_code == 201, made.text
    assert shown(office, owed) == ("paid", 0)


def test_scopes_and_tenants_are_kept_apart(
    http: TestClient, database: Database, tenant_: Tenant, office: Caller
) -> None:
    """Each operation needs the scope of its ledger; another tenant's invoice is not there."""
    customer_id = customer(office)
    owed = owing(office, customer_id)
    stranger = caller(http, another_tenant(database))
    assert stranger.get(f"{PATH}/{owed['id']}").status_code == 404
    assert stranger.post(PATH, invoice(customer_id)).json()["code"] == "CUSTOMER_NOT_FOUND"
    vendors = with_scopes(http, database, tenant_, "kreditoren:read", "kreditoren:write")
    for refused in (
        vendors.get(PATH),
        vendors.post(PATH, invoice(customer_id)),
        vendors.get(f"{PATH}/open-items"),
        vendors.patch(f"{PATH}/{owed['id']}", {"notes": "x"}),
        vendors.get("/v1/open-items", ledger="receivable"),
        vendors.post(CLEAR, {"booking_date": "2026-03-09", "items": [_all_of(owed)]}),
    ):
        assert (refused.status_code, refused.json()["code"]) == (403, "INSUFFICIENT_SCOPE")
    reader = with_scopes(http, database, tenant_, "debitoren:read")
    assert reader.get("/v1/open-items", ledger="receivable").status_code == 200
    assert reader.get("/v1/open-items").status_code == 403


def _all_of(owed: Json) -> Json:
    return {"open_item_id": owed["open_item_id"], "amount": owed["remaining_amount"]}
