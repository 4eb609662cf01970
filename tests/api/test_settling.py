"""Payments, discounts and set-offs that are booked by hand clear what they settle."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from tests.api.callers import Caller, caller
from tests.api.test_invoices import PATH, invoice, vendor
from tests.builders import Tenant, another_tenant
from tests.invariants import check_books
from tests.servers import Database

DAY = "2026-03-02"
SET_OFF = "3790"
Json = dict[str, Any]


@pytest.fixture
def tenant_(database: Database) -> Tenant:
    """Give each test a tenant of its own."""
    return another_tenant(database)


@pytest.fixture
def office(http: TestClient, tenant_: Tenant) -> Caller:
    """Give each test a caller of its own."""
    return caller(http, tenant_)


def line(account: str, amount: str, **more: Any) -> Json:
    """A debit, or a credit where the amount is below zero."""
    value = Decimal(amount)
    return {
        "account_number": account,
        "debit": str(max(value, Decimal(0))),
        "credit": str(max(-value, Decimal(0))),
        **more,
    }


def book(office: Caller, *lines: Json, **more: Any) -> Any:
    """Post a booking."""
    body = {
        "booking_date": DAY,
        "description": "x",
        "lines": lines,
        "skip_duplicate_check": True,
        **more,
    }
    return office.post("/v1/bookings", body)


def owing(office: Caller, vendor_id: str, number: str = "RE-1", gross: int = 1200) -> Json:
    """An invoice of a vendor in the books, as it is shown."""
    posted = book(
        office,
        line("6815", f"{gross}", tax_code="VST20"),
        line("3300", f"-{gross}", partner_id=vendor_id),
    )
    first = invoice(vendor_id)["lines"][0] | {"tax_amount": 0, "tax_rate": 0, "line_total": gross}
    totals = {"total_net": gross, "total_tax": 0, "total_gross": gross, "lines": [first]}
    wanted = {"invoice_number": number, "intent_id": posted.json()["intent_id"], **totals}
    made = office.post(PATH, invoice(vendor_id, **wanted))
    return dict(office.get(f"{PATH}/{made.json()['id']}").json())


def shown(office: Caller, one: Json) -> tuple[str, Any]:
    """Status of an invoice now, and what remains."""
    found = office.get(f"{PATH}/{one['id']}").json()
    return found["status"], found["remaining_amount"]


def test_a_discount_by_hand_closes_the_invoice(
    office: Caller, database: Database, tenant_: Tenant
) -> None:
    """1,176.00 and 24.00 of discount on 1,200.00: nothing stays open, nothing is paid again."""
    owed = owing(office, vendor(office))
    settles = [{"open_item_id": owed["open_item_id"], "amount": "1200.00"}]

    paid = book(
        office,
        line("3300", "1200.00", settles=settles),
        line("2800", "-1176.00"),
        line("5800", "-24.00", tax_code="VST20"),
    )

    assert paid.status_code == 201, paid.text
    assert shown(office, owed) == ("paid", 0)
    assert office.get("/v1/payment-runs/eligible-invoices").json() == []
    assert office.get("/v1/invoices/open-items").json() == []
    check_books(database.engine, tenant_.id)
    undone = office.post("/v1/journal/reverse", {"intent_id": paid.json()["intent_id"]})
    assert undone.status_code == 200, undone.text
    assert shown(office, owed)[1] == 1200
    check_books(database.engine, tenant_.id)


def test_what_is_paid_too_much_stays_as_a_credit(
    office: Caller, database: Database, tenant_: Tenant
) -> None:
    """1,300.00 on 1,200.00: the vendor owes 100.00, which the next invoice is proposed for."""
    vendor_id = vendor(office)
    owed = owing(office, vendor_id)
    settles = [{"open_item_id": owed["open_item_id"], "amount": 1200}]

    paid = book(office, line("3300", "1300.00", settles=settles), line("2800", "-1300.00"))

    assert paid.status_code == 201, paid.text
    assert shown(office, owed) == ("paid", 0)
    second = owing(office, vendor_id, "RE-2", 500)
    credit, left = office.get("/v1/open-items", vendor_id=vendor_id).json()
    assert (credit["side"], credit["remaining_amount"], credit["invoice_id"]) == (
        "debit",
        100,
        None,
    )
    assert (left["side"], left["invoice_id"]) == ("credit", second["id"])
    assert credit["suggested_matches"] == [
        {
            "open_item_id": second["open_item_id"],
            "amount": 100,
            "document_amount": None,
            "reasons": ["partner"],
        }
    ]
    assert office.get("/v1/open-items", side="credit").json() == [left]
    check_books(database.engine, tenant_.id)


def test_nothing_is_set_off_by_hand_before_it_is_there(office: Caller) -> None:
    """As by a clearing: an invoice of the 2nd and a credit of the 10th, not on the 5th."""
    vendor_id = vendor(office)
    owed = owing(office, vendor_id)
    paid = book(
        office,
        line("3300", "100.00", partner_id=vendor_id),
        line("2800", "-100.00"),
        booking_date="2026-03-10",
    )
    assert paid.status_code == 201, paid.text
    (credit,) = office.get("/v1/open-items", vendor_id=vendor_id, side="debit").json()
    lines = [
        line("3300", "100.00", settles=[{"open_item_id": owed["open_item_id"], "amount": 100}]),
        line(SET_OFF, "-100.00"),
        line(SET_OFF, "100.00"),
        line("3300", "-100.00", settles=[{"open_item_id": credit["open_item_id"], "amount": 100}]),
    ]

    early = book(office, *lines, booking_date="2026-03-05")

    assert (early.status_code, early.json()["code"]) == (400, "INVALID_INPUT")
    assert "2026-03-10" in early.text
    assert book(office, *lines, booking_date="2026-03-10").status_code == 201


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"amount": 1201}, 400, "INVALID_INPUT"),
        ({"amount": 0}, 400, "INVALID_INPUT"),
        ({"open_item_id": str(uuid4())}, 404, "OPEN_ITEM_NOT_FOUND"),
    ],
)
def test_what_cannot_be_settled_is_refused(
    office: Caller, change: Json, status: int, code: str
) -> None:
    """Each with its code, and nothing is stored."""
    owed = owing(office, vendor(office))
    settles = [{"open_item_id": owed["open_item_id"], "amount": 1200} | change]

    refused = book(office, line("3300", "1200.00", settles=settles), line("2800", "-1200.00"))

    assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert shown(office, owed)[1] == 1200


def test_an_item_is_settled_by_its_account_and_partner_alone(office: Caller) -> None:
    """Another account, side or vendor is told; so is more than is open, and where in a batch."""
    owed = owing(office, vendor(office))
    other = vendor(office, "Toner")
    settles = [{"open_item_id": owed["open_item_id"], "amount": 1200}]
    for lines, differs in (
        ((line("2800", "1200", settles=settles), line("3300", "-1200")), ["account_number"]),
        ((line("3300", "-1200", settles=settles), line("2800", "1200")), ["side"]),
        (
            (line("3300", "1200", settles=settles, partner_id=other), line("2800", "-1200")),
            ["partner_id"],
        ),
    ):
        refused = book(office, *lines)
        assert (refused.status_code, refused.json()["code"]) == (400, "SETTLEMENT_MISMATCH")
        assert refused.json()["context"]["differs"] == differs
    unknown = book(office, line("3300", "1", partner_id=str(uuid4())), line("2800", "-1"))
    assert unknown.json()["errors"][0]["pointer"] == "/lines/0/partner_id"

    body = {"booking_date": DAY, "description": "x", "skip_duplicate_check": True}
    good = body | {"lines": [line("3300", "1200", settles=settles), line("2800", "-1200")]}
    wrong = body | {"lines": [line("2800", "1200", settles=settles), line("3300", "-1200")]}
    refused = office.post("/v1/bookings/batch", {"bookings": [good, wrong]})
    assert refused.json()["errors"][0]["pointer"].startswith("/bookings/1/lines/0/settles")
    twice = office.post("/v1/bookings/batch", {"bookings": [good, good]})
    assert (twice.status_code, twice.json()["code"]) == (400, "SETTLEMENT_EXCEEDS_OPEN_AMOUNT")
    assert shown(office, owed)[1] == 1200
