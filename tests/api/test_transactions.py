"""Transactions over HTTP: what is refused, settled, reversed, listed and summed up."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient

from domain.database.session import write_session
from domain.dates import local_day
from domain.ledger.chart import Chart
from tests.api.callers import caller, with_scopes
from tests.api.transactions_http import ABSENT, PATH, Office
from tests.builders import Tenant, another_tenant
from tests.invariants import check_books
from tests.payables import a_posted_invoice, a_vendor, an_invoice
from tests.servers import Database

EXPENSE = {
    "type": "expense",
    "amount": 120,
    "description": "Papier",
    "category": "office_supplies",
    "date": "2026-03-02",
    "vat_rate": 20,
}
INCOME = EXPENSE | {"type": "income", "description": "Beratung", "category": "revenue"}
TRANSFER = {
    "type": "transfer",
    "amount": 40,
    "description": "Umbuchung",
    "date": "2026-03-02",
    "from_account_id": "acc_bank01",
    "to_account_id": "acc_savings01",
}


@pytest.fixture
def who(database: Database) -> Tenant:
    """Give each test a tenant of its own."""
    return another_tenant(database)


@pytest.fixture
def office(http: TestClient, who: Tenant) -> Office:
    """Let the tenant have two bank accounts."""
    return Office(caller(http, who))


def lines(booked: dict[str, Any]) -> list[tuple[str, float, float]]:
    """Accounts and amounts of a booking."""
    return [(e["account_code"], e["debit"], e["credit"]) for e in booked["journal_entries"]]


def pointers(problem: dict[str, Any]) -> list[str]:
    """Fields that a refusal names."""
    return [each["pointer"] for each in problem.get("errors", [])]


@pytest.mark.parametrize("field", ["type", "amount", "description", "date"])
@pytest.mark.parametrize("value", [ABSENT, None])
def test_a_missing_field_is_named(office: Office, field: str, value: object) -> None:
    """Absent or null, it is MISSING_REQUIRED_FIELD."""
    refused = office.refuse(EXPENSE, **{field: value})
    assert (refused["code"], pointers(refused)) == ("MISSING_REQUIRED_FIELD", [f"/{field}"])


@pytest.mark.parametrize(
    ("sample", "changes", "code", "pointer"),
    [
        (EXPENSE, {"type": "gift"}, "INVALID_INPUT", "/type"),
        (EXPENSE, {"type": "reversal"}, "INVALID_INPUT", "/type"),
        (EXPENSE, {"amount": 0}, "INVALID_INPUT", "/amount"),
        (EXPENSE, {"amount": -1}, "INVALID_INPUT", "/amount"),
        (EXPENSE, {"amount": 1.005}, "INVALID_INPUT", "/amount"),
        (EXPENSE, {"amount": True}, "INVALID_INPUT", "/amount"),
        (EXPENSE, {"date": "2026-02-30"}, "INVALID_INPUT", "/date"),
        (EXPENSE, {"currency": "USD"}, "INVALID_INPUT", "/currency"),
        (EXPENSE, {"tags": "a"}, "INVALID_INPUT", "/tags"),
        (EXPENSE, {"tags": [None]}, "INVALID_INPUT", "/tags/0"),
        (EXPENSE, {"vat_deductible": "no"}, "INVALID_INPUT", "/vat_deductible"),
        (EXPENSE, {"vat_rat": 20}, "INVALID_INPUT", "/vat_rat"),
        (EXPENSE, {"vat_rat": None}, "INVALID_INPUT", "/vat_rat"),
        (EXPENSE, {"vat_rate": 19}, "INVALID_VAT_RATE", "/vat_rate"),
        (EXPENSE, {"vat_rate": 20.5}, "INVALID_VAT_RATE", "/vat_rate"),
        (EXPENSE, {"category": "Büro"}, "INVALID_CATEGORY", "/category"),
        (EXPENSE, {"category": ""}, "INVALID_CATEGORY", "/category"),
        (EXPENSE, {"category": "a" * 51}, "INVALID_CATEGORY", "/category"),
        (EXPENSE, {"category": "revenue"}, "INVALID_CATEGORY", "/category"),
        (INCOME, {"category": "rent"}, "INVALID_CATEGORY", "/category"),
        (TRANSFER, {"category": "rent"}, "INVALID_CATEGORY", "/category"),
        (TRANSFER, {"vat_rate": 20}, "INVALID_INPUT", "/vat_rate"),
        (TRANSFER, {"account_id": "acc_bank01"}, "INVALID_INPUT", "/account_id"),
        (EXPENSE, {"to_account_id": "acc_bank01"}, "INVALID_INPUT", "/from_account_id"),
        (EXPENSE, {"account_id": "acc_nobody"}, "INVALID_ACCOUNT", "/account_id"),
        (EXPENSE, {"account_id": str(uuid4())}, "INVALID_ACCOUNT", "/account_id"),
        (TRANSFER, {"to_account_id": "acc_bank01"}, "INVALID_ACCOUNT", "/to_account_id"),
        (TRANSFER, {"to_account_id": str(uuid4())}, "INVALID_ACCOUNT", "/to_account_id"),
        (TRANSFER, {"from_account_id": ABSENT}, "MISSING_REQUIRED_FIELD", "/from_account_id"),
        (TRANSFER, {"to_account_id": None}, "MISSING_REQUIRED_FIELD", "/to_account_id"),
        (EXPENSE, {"reference": {"id": "x"}}, "MISSING_REQUIRED_FIELD", "/reference/type"),
    ],
)
def test_what_is_wrong_is_refused_by_its_code(
    office: Office, sample: dict[str, Any], changes: dict[str, Any], code: str, pointer: str
) -> None:
    """And leaves nothing behind."""
    refused = office.refuse(sample, **changes)
    assert (refused["code"], pointers(refused)) == (code, [pointer])
    assert office.list() == []


def test_a_transfer_needs_the_money(office: Office, who: Tenant, database: Database) -> None:
    """The ledger balance of the source counts, to the cent."""
    office.journal("2800", "9800", 40, "EB")
    refused = office.refuse(TRANSFER, amount=40.01)
    assert (refused["code"], refused["context"]) == (
        "INSUFFICIENT_BALANCE",
        {"balance": "40.00"},
    )
    office.book(TRANSFER)
    assert office.refuse(TRANSFER, amount=0.01)["code"] == "INSUFFICIENT_BALANCE"
    check_books(database.engine, who.id)


def test_a_locked_period_is_an_invalid_date(office: Office) -> None:
    """Booking into it and reversing in it; the period is named."""
    today = local_day(datetime.now(UTC), "AT")
    booked = office.book(EXPENSE)
    for day in ("2026-03-02", today.isoformat()):
        period = day[:7]
        assert office.who.post(f"/v1/periods/{period}/soft-lock").status_code == 200
        refused = office.refuse(EXPENSE, date=day)
        assert (refused["code"], refused["context"]) == ("INVALID_DATE", {"period": period})
    refused = office.reverse(booked["id"]).json()
    assert (refused["code"], refused["context"]["period"]) == ("INVALID_DATE", period)
    assert office.show(booked["id"])["status"] == "booked"


def test_an_own_category_is_created_once(office: Office, http: TestClient, who: Tenant) -> None:
    """It is kept with its direction, and booked like what has no better name."""
    first = office.book(EXPENSE, category="kaffee_2026")
    assert (first["category"], lines(first)[0]) == ("kaffee_2026", ("6850", 100, 0))
    office.book(EXPENSE, category="kaffee_2026")
    assert office.refuse(INCOME, category="kaffee_2026")["code"] == "INVALID_CATEGORY"
    income = office.book(INCOME, category="provision")
    assert lines(income) == [("4900", 0, 100), ("3500", 0, 20), ("2800", 120, 0)]
    assert len(office.list(category="kaffee_2026")) == 2
    without = office.book(EXPENSE, category=None)
    assert (without["category"], lines(without)[0][0]) == ("other_expense", "6850")


def test_a_refused_transaction_creates_no_category(office: Office) -> None:
    """The name is free for the other direction afterwards."""
    assert office.who.post("/v1/periods/2026-03/soft-lock").status_code == 200
    assert office.refuse(EXPENSE, category="neu")["code"] == "INVALID_DATE"
    assert office.book(INCOME, category="neu", date="2026-04-01")["category"] == "neu"


@pytest.mark.parametrize(
    ("changes", "booked"),
    [
        ({"vat_rate": 10}, [("6815", 109.09, 0), ("2500", 10.91, 0), ("2800", 0, 120)]),
        ({"vat_rate": 13}, [("6815", 106.19, 0), ("2500", 13.81, 0), ("2800", 0, 120)]),
        ({"vat_rate": 0}, [("6815", 120, 0), ("2800", 0, 120)]),
        ({"vat_rate": None}, [("6815", 120, 0), ("2800", 0, 120)]),
        ({"vat_deductible": False}, [("6815", 120, 0), ("2800", 0, 120)]),
        ({"amount": 0.01}, [("6815", 0.01, 0), ("2800", 0, 0.01)]),
    ],
)
def test_vat_is_split_as_far_as_it_is_deductible(
    office: Office, changes: dict[str, Any], booked: list[tuple[str, float, float]]
) -> None:
    """Else the whole amount goes to the category account."""
    assert lines(office.book(EXPENSE, **changes)) == booked


@pytest.mark.parametrize("change", [{"rate": 19}, {"is_active": False}, {"vat_account": "2800"}])
def test_a_rate_is_booked_as_it_is_named(office: Office, change: dict[str, Any]) -> None:
    """Or not at all: the tenant may have changed the code behind it."""
    assert office.who.patch("/v1/tax-codes/VST20", change).status_code == 200
    refused = office.refuse(EXPENSE)
    assert (refused["code"], pointers(refused)) == ("INVALID_VAT_RATE", ["/vat_rate"])
    assert office.list() == []
    assert lines(office.book(EXPENSE, vat_deductible=False)) == [("6815", 120, 0), ("2800", 0, 120)]


@pytest.mark.parametrize(
    ("rate", "account"), [(20, "4000"), (10, "4010"), (13, "4020"), (None, "4000")]
)
def test_revenue_lies_on_the_account_of_its_rate(
    office: Office, rate: int | None, account: str
) -> None:
    """Within the range of the category."""
    assert lines(office.book(INCOME, vat_rate=rate))[0][0] == account


@pytest.mark.parametrize(
    ("chart", "expense", "income"),
    [
        (Chart.DE_SKR04, ["6815", "1406", "1800"], ["4400", "3806", "1800"]),
        (Chart.DE_SKR03, ["4930", "1576", "1200"], ["8400", "1776", "1200"]),
    ],
)
def test_german_tenants_book_on_their_own_chart(
    http: TestClient, database: Database, chart: Chart, expense: list[str], income: list[str]
) -> None:
    """With their own rates, and without any bank account on the chart's bank."""
    someone = caller(http, another_tenant(database, chart))
    for sample, accounts in ((EXPENSE, expense), (INCOME, income)):
        body = sample | {"vat_rate": 19, "amount": 119}
        booked = someone.post(PATH, body).json()["data"]
        assert [line[0] for line in lines(booked)] == accounts
        assert (booked["net_amount"], booked["account"]) == (100, None)
        refused = someone.post(PATH, body | {"vat_rate": 20})
        assert (refused.status_code, refused.json()["code"]) == (400, "INVALID_VAT_RATE")
    past = someone.post(PATH, EXPENSE | {"vat_rate": 19, "date": "2020-08-01"})
    assert past.json()["code"] == "INVALID_VAT_RATE"


def test_the_default_account_is_the_charts_bank(http: TestClient, database: Database) -> None:
    """Else the oldest one that is kept in EUR."""
    someone = Office.__new__(Office)
    someone.who, someone.ids = caller(http, another_tenant(database)), {}
    dollars = someone.open("Dollar", "2850", "AT611904300234573201", currency="USD")
    savings = someone.open("Spar", "2810", "AT021100000012345678")
    assert office_account(someone.book(EXPENSE)) == (savings, "2810")
    giro = someone.open("Giro", "2800", "AT483200000012345864")
    assert office_account(someone.book(EXPENSE)) == (giro, "2800")
    as_uuid = str(UUID(savings.removeprefix("acc_")))
    assert office_account(someone.book(EXPENSE, account_id=as_uuid)) == (savings, "2810")
    assert someone.refuse(EXPENSE, account_id=dollars)["code"] == "INVALID_ACCOUNT"


def office_account(booked: dict[str, Any]) -> tuple[str, str]:
    """Bank account and ledger account of a transaction."""
    return booked["account"]["id"], lines(booked)[-1][0]


def test_an_invoice_is_settled_in_parts(office: Office, who: Tenant, database: Database) -> None:
    """Up to what is open; then it is settled, and open again once a payment is reversed."""
    invoice = office.journal("2000", "4000", 100, "RE-7")
    reference = {"type": "invoice", "id": invoice}
    part = office.book(INCOME, amount=60, reference=reference, vat_rate=None)
    assert part["reconciled"] is False
    beyond = office.refuse(INCOME, amount=40.01, reference=reference)
    assert beyond["code"] == "SETTLEMENT_EXCEEDS_OPEN_AMOUNT"
    by_number = {"type": "invoice", "id": "inv_7", "number": "RE-7"}
    rest = office.book(INCOME, amount=40, reference=by_number)
    assert [office.show(each["id"])["reconciled"] for each in (part, rest)] == [True, True]
    assert len(office.list(reconciled=True)) == 2
    settled = office.refuse(INCOME, amount=1, reference=reference)
    assert settled["code"] == "ALREADY_RECONCILED"
    assert office.reverse(rest["id"]).status_code == 200
    assert [office.show(each["id"])["reconciled"] for each in (part, rest)] == [False, False]
    office.book(INCOME, amount=40, reference=reference)
    check_books(database.engine, who.id)


def test_a_payment_without_invoice_waits_on_receivables(
    office: Office, who: Tenant, database: Database
) -> None:
    """It is an open item of its own, on the credit side, under the invoice's number."""
    paid = office.book(INCOME, reference={"type": "invoice", "id": "inv_1", "number": "RE-9"})
    assert lines(paid) == [("2000", 0, 120), ("2800", 120, 0)]
    office.book(INCOME, reference={"type": "invoice", "id": "inv_1", "number": "RE-9"})
    check_books(database.engine, who.id)
    assert office.reverse(paid["id"]).status_code == 200
    check_books(database.engine, who.id)


def test_a_payment_on_account_is_paid_back(office: Office, who: Tenant, database: Database) -> None:
    """Whoever needs it afterwards keeps it from being reversed, until that is undone."""
    paid = office.book(INCOME, reference={"type": "invoice", "id": "inv_1"}, vat_rate=None)
    intent_id = str(UUID(paid["id"].removeprefix("txn_")))
    back = office.book(EXPENSE, reference={"type": "invoice", "id": intent_id})
    assert (lines(back), back["reconciled"]) == ([("2000", 120, 0), ("2800", 0, 120)], True)
    assert [one["id"] for one in office.list(reconciled=True)] == [back["id"], paid["id"]]
    refused = office.reverse(paid["id"])
    assert (refused.status_code, refused.json()["code"]) == (400, "CANNOT_REVERSE")
    assert office.reverse(back["id"]).status_code == 200
    assert office.show(paid["id"])["reconciled"] is False
    assert office.reverse(paid["id"]).status_code == 200
    check_books(database.engine, who.id)


def test_an_expense_pays_the_invoice_it_names(
    office: Office, who: Tenant, database: Database
) -> None:
    """Cost and VAT stand in the books already: what is owed is paid, and nothing twice."""
    with write_session(database.engine, who.id, who.actor) as session:
        invoice = a_posted_invoice(session, an_invoice(a_vendor(session), number="ER-1"))
    reference = {"type": "invoice", "id": str(invoice)}
    paid = office.book(EXPENSE, reference=reference)
    assert (lines(paid), paid["reconciled"]) == ([("3300", 120, 0), ("2800", 0, 120)], True)
    assert office.who.get(f"/v1/invoices/{invoice}").json()["status"] == "paid"
    assert office.refuse(EXPENSE, reference=reference)["code"] == "ALREADY_RECONCILED"
    unknown = office.book(EXPENSE, reference={"type": "invoice", "id": "inv_unknown"})
    assert lines(unknown)[0][0] == "6815"
    assert office.reverse(paid["id"]).status_code == 200
    assert office.who.get(f"/v1/invoices/{invoice}").json()["status"] != "paid"
    check_books(database.engine, who.id)


def matched(office: Office, booked: dict[str, Any], amount: int = -120) -> str:
    """Import the movement of a transaction, and reconcile it."""
    account_id = str(UUID(booked["account_id"].removeprefix("acc_")))
    movement = {"tx_date": "2026-03-03", "amount": amount}
    body = {"bank_account_id": account_id, "transactions": [movement]}
    assert office.who.post("/v1/bank-transactions", body).status_code == 201
    found = office.who.get("/v1/bank-transactions", status="unreconciled").json()
    name: str = found["transactions"][0]["id"]
    target = {
        "intent_id": str(UUID(booked["id"].removeprefix("txn_"))),
        "candidate_kind": "bank_booking",
    }
    tied = office.who.post(f"/v1/bank-transactions/{name}/reconcile", target)
    assert tied.status_code == 200, tied.text
    return name


def test_a_matched_transaction_is_not_reversed(office: Office) -> None:
    """Its movement is unmatched first; and its receipt is settled."""
    booked = office.book(EXPENSE, receipt_id="rec_1")
    again = EXPENSE | {"reference": {"type": "receipt", "id": "rec_1"}}
    office.book(again)
    movement = matched(office, booked)
    assert office.show(booked["id"])["reconciled"] is True
    assert [one["id"] for one in office.list(reconciled=True)] == [booked["id"]]
    refused = office.reverse(booked["id"])
    assert (refused.status_code, refused.json()["code"]) == (400, "ALREADY_RECONCILED")
    assert office.refuse(again)["code"] == "ALREADY_RECONCILED"
    unmatched = office.who.post(f"/v1/bank-transactions/{movement}/unmatch")
    assert unmatched.status_code == 200
    assert office.show(booked["id"])["reconciled"] is False
    assert office.list(reconciled=True) == []
    assert office.reverse(booked["id"]).status_code == 200


def test_the_journal_reverses_what_is_matched(office: Office) -> None:
    """Its movement is open again, and the transaction no longer reconciled."""
    booked = office.book(EXPENSE)
    matched(office, booked)
    intent_id = str(UUID(booked["id"].removeprefix("txn_")))
    assert office.who.post("/v1/journal/reverse", {"intent_id": intent_id}).status_code == 200
    shown = office.show(booked["id"])
    assert (shown["status"], shown["reconciled"]) == ("reversed", False)
    assert office.list(reconciled=True) == []


def test_a_reversal_is_refused_by_its_codes(office: Office) -> None:
    """Unknown, reversed already, itself a reversal, or without a reason."""
    booked = office.book(EXPENSE)
    assert office.reverse("txn_abc123").status_code == 404
    unknown = office.reverse("txn_" + uuid4().hex)
    assert (unknown.status_code, unknown.json()["code"]) == (404, "TRANSACTION_NOT_FOUND")
    path = f"{PATH}/{booked['id']}/reverse"
    missing = office.who.post(path, {})
    assert (missing.json()["code"], pointers(missing.json())) == (
        "MISSING_REQUIRED_FIELD",
        ["/reason"],
    )
    assert office.who.post(path, {"reason": ""}).json()["code"] == "INVALID_INPUT"
    reversal = office.reverse(booked["id"]).json()["data"]["reversal_transaction"]
    twice = office.reverse(booked["id"])
    assert (twice.status_code, twice.json()["code"]) == (400, "ALREADY_REVERSED")
    of_reversal = office.reverse(reversal["id"])
    assert (of_reversal.status_code, of_reversal.json()["code"]) == (400, "CANNOT_REVERSE")
    shown = office.show(reversal["id"])
    assert (shown["type"], shown["amount"], shown["status"]) == ("reversal", -120, "booked")
    assert (shown["vat_amount"], shown["category"]) == (-20, "office_supplies")


def test_a_transfer_is_reversed_once(office: Office, who: Tenant, database: Database) -> None:
    """The money is back where it came from, whatever has become of it meanwhile."""
    office.journal("2800", "9800", 40, "EB")
    moved = office.book(TRANSFER)
    office.book(EXPENSE, account_id="acc_savings01")
    undone = office.reverse(moved["id"]).json()["data"]["reversal_transaction"]
    assert (undone["amount"], lines(undone)) == (-40, [("2810", 0, 40), ("2800", 40, 0)])
    shown = office.show(undone["id"])
    assert (shown["from_account_id"], shown["account"]) == (moved["from_account_id"], None)
    assert office.reverse(moved["id"]).json()["code"] == "ALREADY_REVERSED"
    assert office.book(TRANSFER)["status"] == "booked"
    assert check_books(database.engine, who.id) == 6


def test_what_lies_in_a_locked_month_is_reversed_today(office: Office) -> None:
    """And counts in neither month."""
    today = local_day(datetime.now(UTC), "AT").isoformat()
    booked = office.book(EXPENSE, date="2025-01-31")
    kept = office.book(EXPENSE, date="2025-02-01")
    assert office.who.post("/v1/periods/2025-01/soft-lock").status_code == 200
    undone = office.reverse(booked["id"]).json()["data"]["reversal_transaction"]
    assert office.show(undone["id"])["date"] == today
    counts = [
        summary(office, from_date=day)["expenses"]["count"]
        for day in ("2025-01-01", "2025-01-31", "2025-02-01", "2025-02-02", today)
    ]
    assert counts == [0, 0, 1, 0, 0]
    assert office.show(kept["id"])["status"] == "booked"


def test_the_journal_reverses_a_transaction_as_well(office: Office) -> None:
    """And reversing that reversal lets the transaction hold again."""
    booked = office.book(EXPENSE)
    intent_id = str(UUID(booked["id"].removeprefix("txn_")))
    first = office.who.post("/v1/journal/reverse", {"intent_id": intent_id, "reason": "Falsch"})
    assert office.show(booked["id"])["status"] == "reversed"
    assert office.reverse(booked["id"]).json()["code"] == "ALREADY_REVERSED"
    reversal_id = first.json()["reversal_intent_id"]
    reversal = office.show("txn_" + UUID(reversal_id).hex)
    assert (reversal["amount"], reversal["description"]) == (-120, "Storno: Papier")
    assert summary(office)["expenses"]["count"] == 0
    assert office.who.post("/v1/journal/reverse", {"intent_id": reversal_id}).status_code == 200
    assert office.show(booked["id"])["status"] == "booked"
    assert office.show(reversal["id"])["status"] == "reversed"
    assert summary(office)["expenses"] == {
        "total": 120,
        "count": 1,
        "by_category": {"office_supplies": 120},
    }


def test_a_reversed_transaction_is_reversed_in_the_journal(office: Office) -> None:
    """Both doors see one ledger."""
    booked = office.book(EXPENSE)
    office.reverse(booked["id"])
    intent_id = str(UUID(booked["id"].removeprefix("txn_")))
    assert office.who.get(f"/v1/journal/{intent_id}").json()["summary"]["status"] == "reversed"
    again = office.who.post("/v1/journal/reverse", {"intent_id": intent_id})
    assert (again.status_code, again.json()["code"]) == (409, "ALREADY_REVERSED")


def summary(office: Office, **query: Any) -> dict[str, Any]:
    """The summary of a range."""
    asked = {"from_date": "2026-03-01"} | query
    found: dict[str, Any] = office.who.get(f"{PATH}/summary", **asked).json()["data"]
    return found


def test_a_summary_counts_what_may_be_deducted(office: Office) -> None:
    """Transfers, other days and what was reversed are left out."""
    office.journal("2800", "9800", 1000, "EB")
    office.book(EXPENSE)
    office.book(EXPENSE, vat_deductible=False, category="travel")
    office.book(EXPENSE, vat_rate=None)
    office.book(EXPENSE, date="2026-04-01")
    office.book(INCOME, amount=240)
    office.book(TRANSFER)
    office.reverse(office.book(INCOME)["id"])
    assert summary(office) == {
        "period": {"from": "2026-03-01", "to": "2026-03-31"},
        "income": {"total": 240, "count": 1, "by_category": {"revenue": 240}},
        "expenses": {
            "total": 360,
            "count": 3,
            "by_category": {"office_supplies": 240, "travel": 120},
        },
        "balance": -120,
        "vat": {"collected": 40, "paid": 20, "due": 20},
    }
    both = summary(office, from_date="2026-03-02", to_date="2026-04-01", period="day")
    assert both["period"] == {"from": "2026-03-02", "to": "2026-04-01"}
    assert both["expenses"]["count"] == 4
    weird = office.who.get(f"{PATH}/summary", from_date="2026-03-02", to_date="2026-03-01")
    assert (weird.status_code, weird.json()["code"]) == (400, "INVALID_INPUT")
    present = office.who.get(f"{PATH}/summary", period="week").json()["data"]["period"]
    monday = date.fromisoformat(present["from"])
    assert (monday.weekday(), date.fromisoformat(present["to"]) - monday) == (
        0,
        timedelta(days=6),
    )


def test_a_list_is_filtered_and_cut_into_pages(office: Office) -> None:
    """Latest first; every filter, alone and with others, counts what it shows."""
    office.journal("2800", "9800", 1000, "EB")
    for day in range(1, 6):
        office.book(EXPENSE, date=f"2026-03-0{day}", amount=day)
    office.book(INCOME, date="2026-03-03", amount=50)
    moved = office.book(TRANSFER, date="2026-03-03")
    savings = moved["to_account_id"]
    cases: list[tuple[dict[str, Any], int]] = [
        ({}, 7),
        ({"type": "expense"}, 5),
        ({"type": "expense", "from_date": "2026-03-02", "to_date": "2026-03-03"}, 2),
        ({"category": "revenue"}, 1),
        ({"category": "nothing"}, 0),
        ({"account_id": savings}, 1),
        ({"account_id": str(UUID(moved["from_account_id"].removeprefix("acc_")))}, 7),
        ({"min_amount": 4}, 4),
        ({"min_amount": 2, "max_amount": 4.5, "type": "expense"}, 3),
        ({"reconciled": True}, 0),
        ({"reconciled": False, "type": "income"}, 1),
    ]
    for query, count in cases:
        answer = office.who.get(PATH, **query).json()
        assert (len(answer["data"]), answer["pagination"]["total_count"]) == (count, count), query
    days = [(one["date"], one["created_at"]) for one in office.list()]
    assert days == sorted(days, reverse=True)
    pages = [office.list(per_page=3, page=page) for page in (1, 2, 3, 4)]
    assert [len(page) for page in pages] == [3, 3, 1, 0]
    assert [one for page in pages for one in page] == office.list()
    cut = office.who.get(PATH, per_page=500).json()["pagination"]
    assert cut == {"page": 1, "per_page": 100, "total_pages": 1, "total_count": 7}
    for query in ({"page": 0}, {"per_page": 0}, {"type": "reversal"}, {"from_date": "x"}):
        refused = office.who.get(PATH, **query)
        assert (refused.status_code, refused.json()["code"]) == (400, "INVALID_INPUT"), query
    nobody = office.who.get(PATH, account_id="acc_" + uuid4().hex)
    assert (nobody.status_code, nobody.json()["code"]) == (400, "INVALID_ACCOUNT")


def test_the_same_call_books_once(office: Office) -> None:
    """The key finds the first answer; another body is refused."""
    body = office.sent(EXPENSE)
    first, second = (office.who.post(PATH, body, key="k") for _ in range(2))
    assert first.json() == second.json()
    assert second.headers["Idempotent-Replayed"] == "true"
    assert office.who.post(PATH, body | {"amount": 1}, key="k").status_code == 409
    assert len(office.list()) == 1
    path = f"{PATH}/{first.json()['data']['id']}/reverse"
    undone = [office.who.post(path, {"reason": "x"}, key="r").json() for _ in range(2)]
    assert undone[0] == undone[1]
    assert len(office.list()) == 2


def test_scopes_and_tenants_are_kept_apart(
    office: Office, http: TestClient, database: Database, who: Tenant
) -> None:
    """Reading and writing need their own scope; another tenant's transaction does not exist."""
    booked = office.book(EXPENSE)
    reader = with_scopes(http, database, who, "transactions:read")
    writer = with_scopes(http, database, who, "transactions:write")
    assert reader.get(PATH).status_code == 200
    assert reader.post(PATH, EXPENSE).status_code == 403
    assert writer.get(PATH).status_code == 403
    assert writer.post(PATH, EXPENSE).status_code == 201
    stranger = Office(caller(http, another_tenant(database)))
    assert stranger.who.get(f"{PATH}/{booked['id']}").status_code == 404
    assert stranger.reverse(booked["id"]).status_code == 404
    foreign = stranger.refuse(EXPENSE, account_id=booked["account_id"])
    assert foreign["code"] == "INVALID_ACCOUNT"
    assert stranger.list() == []
