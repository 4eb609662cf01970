"""The samples of the transactions API, to the letter: requests, answers, accounts, amounts."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.api.callers import caller
from tests.api.transactions_http import PATH, Office
from tests.builders import another_tenant
from tests.servers import Database

INCOME = {
    "type": "income",
    "amount": 900.00,
    "description": "Zahlungseingang Kunde Musterfirma",
    "category": "revenue",
    "account_id": "acc_bank01",
    "date": "2026-01-09",
    "reference": {"type": "invoice", "id": "inv_def456"},
    "payment_method": "bank_transfer",
}
EXPENSE = {
    "type": "expense",
    "amount": 250.00,
    "description": "Büromaterial",
    "category": "office_supplies",
    "account_id": "acc_bank01",
    "date": "2026-01-08",
    "vat_rate": 20,
    "vat_deductible": True,
    "receipt_id": "rec_xyz789",
}
TRANSFER = {
    "type": "transfer",
    "amount": 5000.00,
    "description": "Umbuchung auf Sparkonto",
    "from_account_id": "acc_bank01",
    "to_account_id": "acc_savings01",
    "date": "2026-01-09",
}
BOOKED_EXPENSE = {
    "type": "expense",
    "amount": 250.00,
    "currency": "EUR",
    "description": "Büromaterial",
    "category": "office_supplies",
    "date": "2026-01-08",
    "vat_rate": 20,
    "vat_amount": 41.67,
    "net_amount": 208.33,
    "vat_deductible": True,
    "journal_entries": [
        {"account_code": "6815", "account_name": "Bürobedarf", "debit": 208.33, "credit": 0},
        {"account_code": "2500", "account_name": "Vorsteuer", "debit": 41.67, "credit": 0},
        {"account_code": "2800", "account_name": "Bank", "debit": 0, "credit": 250.00},
    ],
    "reconciled": False,
}
LISTED_INCOME: dict[str, Any] = {
    "type": "income",
    "amount": 1560.00,
    "currency": "EUR",
    "description": "Zahlungseingang RE-2026-0001",
    "category": "revenue",
    "account": {"id": "acc_bank01", "name": "Geschäftskonto"},
    "reference": {"type": "invoice", "id": "inv_abc123", "number": "RE-2026-0001"},
    "date": "2026-01-09",
    "reconciled": True,
    "journal_entries": [
        {"account_code": "2000", "account_name": "Forderungen", "debit": 0, "credit": 1560.00},
        {"account_code": "2800", "account_name": "Bank", "debit": 1560.00, "credit": 0},
    ],
}
REVERSAL = {
    "type": "reversal",
    "amount": -1560.00,
    "description": "Storno: Zahlungseingang RE-2026-0001",
    "reason": "Doppelte Buchung korrigiert",
    "journal_entries": [
        {"account_code": "2800", "account_name": "Bank", "debit": 0, "credit": 1560.00},
        {"account_code": "2000", "account_name": "Forderungen", "debit": 1560.00, "credit": 0},
    ],
}
SUMMARY: dict[str, Any] = {
    "period": {"from": "2026-01-01", "to": "2026-01-31"},
    "income": {
        "total": 15420.00,
        "count": 23,
        "by_category": {"revenue": 14500.00, "interest": 120.00, "other_income": 800.00},
    },
    "expenses": {
        "total": 4250.00,
        "count": 45,
        "by_category": {
            "office_supplies": 350.00,
            "software": 1200.00,
            "rent": 1500.00,
            "utilities": 450.00,
            "other_expense": 750.00,
        },
    },
    "balance": 11170.00,
    "vat": {"collected": 2570.00, "paid": 708.33, "due": 1861.67},
}
CATEGORIES = {
    "income": {
        "revenue": "4000",
        "interest": "8100",
        "other_income": "4900",
        "grants": "4700",
        "refunds": "4600",
    },
    "expense": {
        "office_supplies": "6815",
        "travel": "6700",
        "rent": "6200",
        "utilities": "6300",
        "insurance": "6400",
        "professional_services": "6600",
        "marketing": "6800",
        "software": "6840",
        "telecommunications": "6820",
        "bank_fees": "7300",
        "other_expense": "6850",
    },
}


@pytest.fixture
def office(http: TestClient, database: Database) -> Office:
    """Give each test a tenant of its own."""
    return Office(caller(http, another_tenant(database)))


def differences(sample: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    """Fields of a sample that an answer says otherwise."""
    return {name: answer.get(name) for name, value in sample.items() if answer.get(name) != value}


def test_an_expense_is_booked_as_in_the_sample(office: Office) -> None:
    """250.00 at 20 % are 208.33 and 41.67, on 6815 and 2500 against 2800."""
    booked = office.book(EXPENSE)
    assert differences(BOOKED_EXPENSE, booked) == {}
    assert booked["id"].startswith("txn_")
    assert (booked["receipt_id"], booked["status"]) == ("rec_xyz789", "booked")
    assert office.who.get(f"{PATH}/{booked['id']}").json() == {"data": booked}


def test_the_vat_of_the_sample_stands_in_the_return(office: Office) -> None:
    """The entries carry the tax code, not only the account."""
    booked = office.book(EXPENSE)
    intent_id = booked["id"].removeprefix("txn_")
    entries = office.who.get(f"/v1/journal/{intent_id}").json()["entries"]
    assert [(each["account_debit"], each["tax_code"]) for each in entries] == [
        ("6815", "VST20"),
        ("2500", "VST20"),
    ]


def test_an_income_with_an_invoice_is_booked_as_in_the_sample(office: Office) -> None:
    """Bank against receivables, whatever the books know of the invoice."""
    booked = office.book(INCOME)
    assert booked["journal_entries"] == [
        {"account_code": "2000", "account_name": "Forderungen", "debit": 0, "credit": 900.00},
        {"account_code": "2800", "account_name": "Bank", "debit": 900.00, "credit": 0},
    ]
    assert (booked["type"], booked["amount"], booked["category"]) == ("income", 900, "revenue")
    assert booked["reference"] == {"type": "invoice", "id": "inv_def456", "number": None}
    assert booked["payment_method"] == "bank_transfer"
    assert (booked["vat_rate"], booked["vat_amount"], booked["reconciled"]) == (None, None, False)


def test_a_transfer_is_booked_as_in_the_sample(office: Office) -> None:
    """Target against source; both accounts are shown."""
    office.journal("2800", "9800", 6000, "EB")
    booked = office.book(TRANSFER)
    sent = office.sent(TRANSFER)
    assert (booked["from_account_id"], booked["to_account_id"]) == (
        sent["from_account_id"],
        sent["to_account_id"],
    )
    assert [
        (line["account_code"], line["debit"], line["credit"]) for line in booked["journal_entries"]
    ] == [("2810", 5000, 0), ("2800", 0, 5000)]
    assert (booked["account"], booked["account_id"], booked["category"]) == (None, None, None)


def test_a_list_answers_as_in_the_sample(office: Office) -> None:
    """A paid invoice is reconciled; pages are counted."""
    office.journal("2000", "4000", 1560, "RE-2026-0001")
    office.book(EXPENSE)
    office.book(INCOME | LISTED_SENT)
    answer = office.who.get(PATH, type="income", from_date="2026-01-01").json()
    (listed,) = answer["data"]
    account = office.sent(LISTED_INCOME["account"])
    assert differences(LISTED_INCOME | {"account": account}, listed) == {}
    assert listed["account_id"] == account["id"]
    assert answer["pagination"] == {
        "page": 1,
        "per_page": 20,
        "total_pages": 1,
        "total_count": 1,
    }


LISTED_SENT = {
    name: LISTED_INCOME[name] for name in ("amount", "description", "category", "reference")
}


def test_a_reversal_answers_as_in_the_sample(office: Office) -> None:
    """Though the original is reconciled by its invoice."""
    office.journal("2000", "4000", 1560, "RE-2026-0001")
    booked = office.book(INCOME | LISTED_SENT)
    assert booked["reconciled"] is True
    answer = office.who.post(
        f"{PATH}/{booked['id']}/reverse", {"reason": "Doppelte Buchung korrigiert"}
    )
    assert answer.status_code == 200, answer.text
    both = answer.json()["data"]
    assert both["original_transaction"] == {"id": booked["id"], "status": "reversed"}
    assert differences(REVERSAL, both["reversal_transaction"]) == {}
    assert set(both["reversal_transaction"]) == {*REVERSAL, "id", "created_at"}


def test_a_summary_answers_as_in_the_sample(office: Office) -> None:
    """Its figures fit 20 % on every transaction, rounded as each transaction is."""
    for direction, kind in (("income", "income"), ("expenses", "expense")):
        part = SUMMARY[direction]
        spare = part["count"] - len(part["by_category"])
        for number, (category, total) in enumerate(part["by_category"].items()):
            parts = spare + 1 if not number else 1
            for amount in _split(total, parts):
                office.book(
                    {
                        "type": kind,
                        "amount": amount,
                        "description": category,
                        "category": category,
                        "date": "2026-01-31",
                        "vat_rate": 20,
                    }
                )
    answer = office.who.get(f"{PATH}/summary", period="month", from_date="2026-01-01").json()
    assert answer == {"data": SUMMARY}


def _split(total: float, parts: int) -> list[float]:
    """Amounts of whole sixths, whose tax has no fraction of a cent, and the rest."""
    return [6.0] * (parts - 1) + [total - 6.0 * (parts - 1)]


@pytest.mark.parametrize("kind", list(CATEGORIES))
def test_categories_book_the_accounts_of_the_list(office: Office, kind: str) -> None:
    """Each category on its account."""
    found = {}
    for category in CATEGORIES[kind]:
        body = {
            "type": kind,
            "amount": 12,
            "description": category,
            "category": category,
            "date": "2026-01-08",
        }
        booked = office.book(body)
        (line,) = [each for each in booked["journal_entries"] if each["account_code"] != "2800"]
        found[category] = line["account_code"]
    assert found == CATEGORIES[kind]
