"""Movements and open items settled together, over HTTP, and taken apart again."""

from collections import Counter
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from domain.database.session import write_session
from tests.api.callers import Caller, caller
from tests.api.test_bank import ACCOUNTS, TRANSACTIONS, account, imported, movement
from tests.api.test_invoices import vendor
from tests.api.test_outgoing_invoices import customer
from tests.api.test_outgoing_invoices import owing as sale
from tests.api.test_outgoing_invoices import shown as state
from tests.api.test_settling import book, line, owing, shown
from tests.builders import Tenant, another_tenant
from tests.invariants import check_books
from tests.servers import Database

PATH = "/v1/bank-match-groups"
Json = dict[str, Any]


@pytest.fixture
def tenant_(database: Database) -> Tenant:
    """Give each test a tenant of its own."""
    return another_tenant(database)


@pytest.fixture
def office(http: TestClient, tenant_: Tenant) -> Caller:
    """Give each test a caller of its own."""
    return caller(http, tenant_)


def moved(office: Caller, account_id: str, *amounts: Any, **changes: Any) -> list[str]:
    """Ids of new movements, in the order of their amounts."""
    rows = [movement(amount, reference=f"{amount}", **changes) for amount in amounts]
    imported(office, account_id, *rows)
    found = office.get(TRANSACTIONS, bank_account_id=account_id).json()["transactions"]
    of = {each["reference"]: str(each["id"]) for each in found}
    return [of[f"{amount}"] for amount in amounts]


def part(owed: Json, bank: Any, **more: Any) -> Json:
    """An allocation to an invoice."""
    return {
        "intent_id": owed["intent_id"],
        "candidate_kind": "open_liability",
        "open_item_account": "3300",
        "allocated_bank_amount": bank,
        **more,
    }


def group(office: Caller, movements: list[str], *parts: Json, **more: Any) -> Any:
    """Settle together."""
    body = {"bank_transaction_ids": movements, "allocations": list(parts), **more}
    return office.post(PATH, body)


def code(answer: Any) -> tuple[int, str]:
    """Status and code of a refusal."""
    return answer.status_code, answer.json()["code"]


def entries(office: Caller, intent_id: str) -> list[tuple[str, str, Any]]:
    """Rows of an intent: debit, credit, amount."""
    found = office.get(f"/v1/journal/{intent_id}").json()["entries"]
    return [(row["account_debit"], row["account_credit"], row["amount"]) for row in found]


def foreign(office: Caller, amount: Any = 1000, eur: Any = 900) -> Json:
    """A payable in dollars in the books."""
    rate = {
        "currency": "USD",
        "amount": amount,
        "rate": round(amount / eur, 10),
        "rate_date": "2026-03-01",
    }
    lines = [line("6815", f"{eur}"), line("3300", f"-{eur}")]
    body = {"booking_date": "2026-03-02", "description": "x", "lines": lines}
    made = office.post("/v1/bookings", {**body, "fx": rate | {"rate_source": "manual"}})
    assert made.status_code == 201, made.text
    return {"intent_id": made.json()["intent_id"]}


def test_two_movements_pay_three_invoices_and_come_apart(
    office: Caller, database: Database, tenant_: Tenant
) -> None:
    """One intent; by the group or by one of its movements all of it opens again, once."""
    vendor_id, account_id = vendor(office), account(office)
    owed = [owing(office, vendor_id, f"RE-{n}", gross) for n, gross in ((1, 100), (2, 50), (3, 30))]
    movements = moved(office, account_id, -120, -60)
    parts = [part(each, each["total_gross"]) for each in owed]

    made = group(office, movements, *parts)

    assert made.status_code == 201, made.text
    told = made.json()
    assert (told["ok"], told["mode"]) == (True, "settlement")
    assert [shown(office, each)[0] for each in owed] == ["paid"] * 3
    rows = [office.get(f"{TRANSACTIONS}/{each}").json()["transaction"] for each in movements]
    assert {row["match_group_id"] for row in rows} == {told["match_group_id"]}
    assert {row["ledger_intent_id"] for row in rows} == {told["intent_id"]}
    assert code(group(office, movements, *parts)) == (409, "TX_ALREADY_HANDLED")
    check_books(database.engine, tenant_.id)


def test_a_group_is_undone_from_wherever_it_is_asked(
    office: Caller, database: Database, tenant_: Tenant
) -> None:
    """By the group, once; by one of its movements; by the reversal of its intent."""
    vendor_id, account_id = vendor(office), account(office)
    owed = [owing(office, vendor_id, f"RE-{n}", gross) for n, gross in ((1, 100), (2, 50), (3, 30))]
    movements = moved(office, account_id, -120, -60)
    parts = [part(each, each["total_gross"]) for each in owed]
    told = group(office, movements, *parts).json()

    undone = office.post(f"{PATH}/{told['match_group_id']}/unmatch", {})
    assert undone.status_code == 200, undone.text
    assert [shown(office, each)[1] for each in owed] == [100, 50, 30]
    assert code(office.post(f"{PATH}/{told['match_group_id']}/unmatch", {})) == (
        409,
        "ALREADY_REVERSED",
    )
    again = group(office, movements, *parts)
    assert again.status_code == 201, again.text
    single = office.post(f"{TRANSACTIONS}/{movements[1]}/unmatch", {}).json()
    assert single["match_group_id"] == again.json()["match_group_id"]
    assert office.get(f"{TRANSACTIONS}/unreconciled-count").json() == {"count": 2}
    assert [shown(office, each)[1] for each in owed] == [100, 50, 30]
    third = group(office, movements, *parts).json()
    office.post("/v1/journal/reverse", {"intent_id": third["intent_id"]})
    assert office.get(f"{TRANSACTIONS}/unreconciled-count").json() == {"count": 2}
    check_books(database.engine, tenant_.id)


def test_discount_fee_credit_note_and_overpayment_in_one_group(
    office: Caller, database: Database, tenant_: Tenant
) -> None:
    """1,200 less 24 of discount and 100 of credit note, 30 too much, a fee of 4: 1,110 moved."""
    vendor_id = vendor(office)
    owed, _, made = of_all_kinds(office, vendor_id)

    rows = entries(office, made["intent_id"])
    assert all(debit != credit for debit, credit, _ in rows)
    assert ("3300", "2500", 4) in rows  # the input tax of the discount
    assert shown(office, owed) == ("paid", 0)
    left = office.get("/v1/open-items", vendor_id=vendor_id).json()
    assert [(each["side"], each["remaining_amount"]) for each in left] == [("debit", 30)]
    check_books(database.engine, tenant_.id)


def test_a_payment_that_comes_back_takes_all_of_it_back(
    office: Caller, database: Database, tenant_: Tenant
) -> None:
    """Discount, tax, credit note and what was too much, once, and the fee of the bank beside."""
    vendor_id = vendor(office)
    owed, moved_id, made = of_all_kinds(office, vendor_id)
    account_id = office.get("/v1/bank-accounts").json()[0]["id"]
    back_id, twice = moved(office, account_id, 1107.5, 1110)
    door = f"{TRANSACTIONS}/{back_id}/return"
    told = {"original_transaction_id": moved_id}
    refused = office.post(door, told)
    assert (code(refused), refused.json()["context"]["difference"]) == (
        (409, "RETURN_MISMATCH"), "2.50"
    )  # fmt: skip

    back = office.post(door, {**told, "fee": "2.50"})

    assert back.status_code == 200, back.text
    mirrored = cents_on(office, back.json()["intent_id"])
    before = cents_on(office, made["intent_id"])
    assert {name: cents + before.get(name, 0) for name, cents in mirrored.items()} == {
        "2800": -250, "7300": 250, **dict.fromkeys(set(before) - {"2800", "7300"}, 0)
    }  # fmt: skip
    assert shown(office, owed)[1] == 1200
    left = office.get("/v1/open-items", vendor_id=vendor_id).json()
    assert sorted((each["side"], each["remaining_amount"]) for each in left) == [
        ("credit", 1200), ("debit", 100)
    ]  # fmt: skip
    again = office.post(f"{TRANSACTIONS}/{twice}/return", told)
    assert code(again) == (409, "RETURN_MISMATCH")
    check_books(database.engine, tenant_.id)
    assert office.post(f"{TRANSACTIONS}/{back_id}/unmatch").status_code == 200
    assert shown(office, owed) == ("paid", 0)
    check_books(database.engine, tenant_.id)


def test_one_of_several_movements_of_a_booking_does_not_take_all_of_it_back(
    office: Caller, database: Database, tenant_: Tenant
) -> None:
    """300.00 are booked by hand and 100.00 of them are on the statement: 100.00 come back."""
    vendor_id, account_id = vendor(office), account(office)
    owed = owing(office, vendor_id)
    settles = [{"open_item_id": owed["open_item_id"], "amount": 300}]
    paid = book(office, line("3300", "300", settles=settles), line("2800", "-300")).json()
    moved_id, back_id = moved(office, account_id, -100, 100)
    target = {"intent_id": paid["intent_id"], "candidate_kind": "bank_booking"}
    tied = office.post(f"{TRANSACTIONS}/{moved_id}/reconcile", target)
    assert tied.status_code == 200, tied.text

    back = office.post(f"{TRANSACTIONS}/{back_id}/return", {"original_transaction_id": moved_id})

    assert code(back) == (409, "RETURN_MISMATCH")
    assert shown(office, owed)[1] == 900
    check_books(database.engine, tenant_.id)


def test_a_foreign_payment_that_comes_back_takes_its_difference_back(
    office: Caller, database: Database, tenant_: Tenant
) -> None:
    """1,000 dollars of 900 EUR were paid with 905: 905 come back, and the item is whole again."""
    account_id, owed = account(office), foreign(office)
    paid, back = moved(office, account_id, -905, 905)
    target = {"candidate_kind": "open_liability", "open_item_account": "3300"}
    tied = office.post(f"{TRANSACTIONS}/{paid}/reconcile", owed | target)
    assert tied.status_code == 200, tied.text

    booked = office.post(f"{TRANSACTIONS}/{back}/return", {"original_transaction_id": paid})

    assert booked.status_code == 200, booked.text
    (item,) = office.get("/v1/open-items").json()
    assert (item["remaining_amount"], item["remaining_document_amount"]) == (900, 1000)
    check_books(database.engine, tenant_.id)


def of_all_kinds(office: Caller, vendor_id: str) -> tuple[Json, str, Json]:
    """An invoice, the movement that pays it, and the group of both, with a bit of everything."""
    account_id = account(office)
    owed = owing(office, vendor_id)
    note = book(office, line("3300", "100", partner_id=vendor_id), line("6815", "-100"))
    (moved_id,) = moved(office, account_id, -1110)
    item = {"candidate_kind": "open_liability", "open_item_account": "3300"}

    made = group(
        office,
        [moved_id],
        part(owed, 1176, discount_amount=24),
        set_offs=[item | {"intent_id": note.json()["intent_id"], "amount": 100}],
        adjustments=[
            {"account_number": "3300", "posting_side": "debit", "amount": 30},
            {"account_number": "7300", "posting_side": "debit", "amount": 4},
        ],
    )

    assert made.status_code == 201, made.text
    return owed, moved_id, made.json()


def cents_on(office: Caller, intent_id: str) -> dict[str, int]:
    """What an intent moved on each account, debit above zero."""
    found: Counter[str] = Counter()
    for debit, credit, amount in entries(office, intent_id):
        found[debit] += round(amount * 100)
        found[credit] -= round(amount * 100)
    return {account: cents for account, cents in found.items() if cents}


def test_a_payout_of_a_provider_is_its_sales_less_its_fee(
    office: Caller, database: Database, tenant_: Tenant
) -> None:
    """211.30 came of sales over 216.00: to the cent or not at all, once, and undone as one.

    The provider keeps 2.60, 1.30 and 0.80: what it paid of each sale closes all of it.
    """
    account_id = account(office)
    sales = [sale(office, customer(office, f"Kunde {n}"), n) for n in (120, 60, 36)]
    (payout,) = moved(office, account_id, 211.3)
    parts = [
        part(sale_, net, settled_document_amount=sale_["remaining_amount"])
        | {"candidate_kind": "open_receivable", "open_item_account": "2000"}
        for sale_, net in zip(sales, (117.4, 58.7, 35.2), strict=True)
    ]
    fee = {
        "account_number": "7300",
        "posting_side": "debit",
        "amount": 4.7,
        "description": "Entgelt",
    }

    short = group(office, [payout], *parts, adjustments=[{**fee, "amount": 4.69}])
    made, again = (group(office, [payout], *parts, adjustments=[fee]) for _ in range(2))

    assert code(short) == (400, "GROUP_NOT_BALANCED")
    assert made.status_code == 201, made.text
    assert code(again) == (409, "TX_ALREADY_HANDLED")
    assert [state(office, each) for each in sales] == [("paid", 0)] * 3
    rows = entries(office, made.json()["intent_id"])
    assert sum(amount for debit, _, amount in rows if debit == "7300") == 4.7
    assert sum(amount for debit, _, amount in rows if debit == "2800") == 211.3
    check_books(database.engine, tenant_.id)
    undone = office.post(f"{PATH}/{made.json()['match_group_id']}/unmatch", {})
    assert undone.status_code == 200, undone.text
    assert [state(office, each) for each in sales] == [("open", 120), ("open", 60), ("open", 36)]
    check_books(database.engine, tenant_.id)

    # 4.70 with tax is 2.40 from home (2.00 and 0.40) and 2.30 from abroad, owed on top (0.46).
    taxed = group(
        office,
        [payout],
        *parts,
        adjustments=[
            {**fee, "amount": 2.4, "tax_code": "VST20"},
            {**fee, "amount": 2.3, "tax_code": "VST-RC20"},
        ],
    )
    assert taxed.status_code == 201, taxed.text
    assert cents_on(office, taxed.json()["intent_id"]) == {
        "2800": 21130, "7300": 430, "2500": 40, "2510": 46, "3510": -46, "2000": -21600,
    }  # fmt: skip
    check_books(database.engine, tenant_.id)


def test_a_write_off_in_the_same_currency(office: Caller) -> None:
    """The example of the contract: 98.00 and 2.00 of discount on 100.00."""
    account_id = account(office)
    owed = owing(office, vendor(office), gross=100)
    (moved_id,) = moved(office, account_id, -98)
    two = {"account_number": "7880", "posting_side": "credit", "amount": 2}
    short = group(office, [moved_id], part(owed, 98, settled_document_amount=100))
    assert code(short) == (400, "GROUP_NOT_BALANCED")
    assert short.json()["context"]["difference"] == "2.00"
    made = group(office, [moved_id], part(owed, 98, settled_document_amount=100), adjustments=[two])
    assert made.status_code == 201, made.text
    assert shown(office, owed) == ("paid", 0)


def test_an_instalment_in_dollars_closes_its_share(
    office: Caller, database: Database, tenant_: Tenant
) -> None:
    """300 of 1,000 USD close 270 of 900 EUR; 281 paid are a loss of 11; the rest is the rest."""
    account_id, owed = account(office), foreign(office)
    first, second, slip = moved(office, account_id, -281, -640, -90)
    assert code(group(office, [first], part(owed, 281))) == (
        400,
        "SETTLED_DOCUMENT_AMOUNT_REQUIRED",
    )
    implausible = group(office, [slip], part(owed, 90, settled_document_amount=1000))
    assert code(implausible) == (422, "FX_DIFFERENCE_IMPLAUSIBLE")
    made = group(office, [first], part(owed, 281, settled_document_amount=300))
    assert made.json()["mode"] == "fx_settlement", made.text
    assert sum(row[2] for row in entries(office, made.json()["intent_id"])) == 281
    assert ("7860", "2800", 11) in entries(office, made.json()["intent_id"])
    beyond = group(office, [second], part(owed, 640, settled_document_amount=701))
    assert code(beyond) == (400, "SETTLEMENT_EXCEEDS_OPEN_AMOUNT")
    rest = group(office, [second], part(owed, 640, settled_document_amount=700))
    assert rest.status_code == 201, rest.text
    assert ("7860", "2800", 10) in entries(office, rest.json()["intent_id"])
    assert office.get("/v1/open-items").json() == []
    undone = office.post(f"{PATH}/{made.json()['match_group_id']}/unmatch", {})
    assert undone.status_code == 200, undone.text
    (left,) = office.get("/v1/open-items").json()
    assert left["remaining_amount"] == 270
    check_books(database.engine, tenant_.id)


def test_reconciling_one_movement_in_foreign_currency(office: Caller) -> None:
    """Part of it, all of it within the limit, all of it beyond only if that is said."""
    account_id, owed = account(office), foreign(office)
    target = {
        "intent_id": owed["intent_id"],
        "candidate_kind": "open_liability",
        "open_item_account": "3300",
    }
    part_of, little = moved(office, account_id, -275, -300)
    paid = office.post(
        f"{TRANSACTIONS}/{part_of}/reconcile", {**target, "settled_document_amount": 300}
    )
    assert paid.json()["mode"] == "fx_settlement", paid.text
    assert office.get("/v1/open-items").json()[0]["remaining_amount"] == 630
    refused = office.post(f"{TRANSACTIONS}/{little}/reconcile", target)
    assert code(refused) == (422, "FX_DIFFERENCE_IMPLAUSIBLE")
    assert refused.json()["context"]["booking_value"] == "630.00"
    closed = office.post(f"{TRANSACTIONS}/{little}/reconcile", {**target, "close_in_full": True})
    assert closed.status_code == 200, closed.text
    assert office.get("/v1/open-items").json() == []


def test_dollars_settle_dollars(office: Caller, database: Database, tenant_: Tenant) -> None:
    """By the rate of the day; without one nothing is booked."""
    account_id = account(office, currency="USD")
    owed = foreign(office)
    (moved_id,) = moved(office, account_id, -500, currency="USD")
    assert code(group(office, [moved_id], part(owed, 500))) == (422, "EXCHANGE_RATE_UNKNOWN")
    with write_session(database.engine, tenant_.id, tenant_.actor) as session:
        session.execute(
            text(
                "INSERT INTO exchange_rate (tenant_id, currency, rate_date, rate, source)"
                " VALUES (:tenant, 'USD', '2026-03-09', 1.25, 'ECB')"
            ),
            {"tenant": tenant_.id},
        )
    made = group(office, [moved_id], part(owed, 500))
    assert made.status_code == 201, made.text
    # 500 USD are worth 400 EUR on the day and were booked at 450.
    assert set(entries(office, made.json()["intent_id"])) == {
        ("3300", "2800", 400),
        ("3300", "4860", 50),
    }
    assert office.get("/v1/open-items").json()[0]["remaining_amount"] == 450
    view = office.get(f"{ACCOUNTS}/{account_id}/reconciliation").json()
    (row,) = view["ledger"]
    assert (row["amount"], row["currency"], row["base_amount"]) == (-500, "USD", -400)
    assert view["difference"] == 0
    history = office.get(f"{ACCOUNTS}/balance-history", days=365).json()
    assert (history["currentBalance"], history["unknown_currencies"]) == (-400, [])
    check_books(database.engine, tenant_.id)


def test_what_does_not_fit_together_is_refused(office: Caller) -> None:
    """Accounts, directions, currencies, kinds, accounts of lines; nothing is changed by it."""
    vendor_id, account_id = vendor(office), account(office)
    other = account(office, iban="AT021100000012345678", account_number="2810")
    owed, dollars = owing(office, vendor_id, gross=100), foreign(office)
    out, into = moved(office, account_id, -100, 100)
    (elsewhere,) = moved(office, other, -99)
    fee = {"account_number": "99999999", "posting_side": "debit", "amount": 1}
    bank = {"account_number": "2800", "posting_side": "debit", "amount": 1}
    nothing = "00000000-0000-4000-8000-000000000000"
    for refused, expected in (
        (group(office, [out, elsewhere], part(owed, 100)), (400, "BANK_TX_MIXED_BANK_ACCOUNTS")),
        (group(office, [out, into], part(owed, 100)), (400, "DIRECTION_MISMATCH")),
        (group(office, [into], part(owed, 100)), (400, "DIRECTION_MISMATCH")),
        (
            group(office, [out], part(owed, 50), part(dollars, 50, settled_document_amount=55)),
            (400, "MIXED_SETTLEMENT_CURRENCY"),
        ),
        (group(office, [out], part(owed, 101)), (400, "GROUP_NOT_BALANCED")),
        (group(office, [out], part(owed, 90)), (400, "GROUP_NOT_BALANCED")),
        (
            group(office, [out], part(owed, 100, settled_document_amount=101)),
            (400, "SETTLEMENT_EXCEEDS_OPEN_AMOUNT"),
        ),
        (
            group(office, [out], part(owed, 100, candidate_kind="bank_booking")),
            (400, "TARGET_KIND_UNSUPPORTED"),
        ),
        (
            group(office, [out], part(owed, 100), adjustments=[fee]),
            (404, "ADJUSTMENT_ACCOUNT_NOT_FOUND"),
        ),
        (group(office, [out], part(owed, 100), adjustments=[bank]), (400, "INVALID_INPUT")),
        (group(office, [nothing], part(owed, 100)), (404, "NOT_FOUND")),
        (
            group(office, [out], part(owed | {"intent_id": nothing}, 100)),
            (404, "TARGET_NOT_FOUND"),
        ),
        (group(office, [out], part(owed, 60), part(owed, 40)), (400, "INVALID_INPUT")),
        (office.post(f"{PATH}/{nothing}/unmatch", {}), (404, "NOT_FOUND")),
    ):
        assert code(refused) == expected, refused.text
    assert office.get(f"{TRANSACTIONS}/unreconciled-count").json() == {"count": 3}
    assert shown(office, owed)[1] == 100


def test_a_small_difference_is_written_off_within_the_limit(
    office: Caller, database: Database, tenant_: Tenant
) -> None:
    """Without a limit nothing is; 0.05 too little paid to a vendor are a gain."""
    account_id, owed = account(office), owing(office, vendor(office), gross=100)
    (moved_id,) = moved(office, account_id, "-99.95")
    body = {
        "intent_id": owed["intent_id"],
        "candidate_kind": "open_liability",
        "open_item_account": "3300",
        "write_off_difference": True,
    }
    path = f"{TRANSACTIONS}/{moved_id}/reconcile"
    assert code(office.post(path, body)) == (400, "DIFFERENCE_EXCEEDS_LIMIT")
    with write_session(database.engine, tenant_.id, tenant_.actor) as session:
        session.execute(text("UPDATE tenant SET small_difference_limit = 0.05"))
    made = office.post(path, body)
    assert made.status_code == 200, made.text
    assert ("3300", "4880", 0.05) in entries(office, made.json()["intent_id"])
    assert shown(office, owed) == ("paid", 0)


def test_bank_and_ledger_stand_side_by_side(office: Caller) -> None:
    """Tied and open on either side; what differs is the difference."""
    account_id, owed = account(office), owing(office, vendor(office), gross=100)
    paid, _ = moved(office, account_id, -100, 7)
    made = group(office, [paid], part(owed, 100)).json()
    loose = book(office, line("2800", "5"), line("4900", "-5")).json()["intent_id"]
    later = owing(office, vendor(office, "Toner"), "T-1", 40)
    view = office.get(f"{ACCOUNTS}/{account_id}/reconciliation").json()
    assert view["open"] == {"count": 1, "amount": 7}
    assert view["reconciled"] == {"count": 1, "amount": -100}
    assert view["difference"] == 2
    assert [row["amount"] for row in view["unmatched_bank"]] == [7]
    tied = {row["intent_id"]: row["bank_transaction_ids"] for row in view["ledger"]}
    assert tied == {made["intent_id"]: [paid], loose: []}
    waiting = {(row["candidate_kind"], row["intent_id"], row["amount"])
               for row in view["unmatched_ledger"]}  # fmt: skip
    assert waiting == {("bank_booking", loose, 5), ("open_liability", later["intent_id"], -40)}
    assert view["totals"] == {
        "bank": 2, "ledger": 2, "unmatched_bank": 1, "unmatched_ledger": 2
    }  # fmt: skip
    short = office.get(f"{ACCOUNTS}/{account_id}/reconciliation", limit=1).json()
    assert (len(short["bank"]), short["totals"]["bank"]) == (1, 2)


def test_the_balance_of_each_day(office: Caller) -> None:
    """From the balance before the first day to today, over all accounts."""
    account_id = account(office)
    imported(
        office,
        account_id,
        movement(100, tx_date="2020-01-01"),
        movement(-30, tx_date="2020-01-02"),
    )
    found = office.get(f"{ACCOUNTS}/balance-history", days=3).json()
    assert [point["balance"] for point in found["history"]] == [70, 70, 70]
    assert (found["startBalance"], found["currentBalance"]) == (70, 70)
    assert len(office.get(f"{ACCOUNTS}/balance-history").json()["history"]) == 90
    for days in (0, 366, "x"):
        refused = office.get(f"{ACCOUNTS}/balance-history", days=days)
        assert code(refused) == (400, "INVALID_INPUT")


def test_a_credit_of_one_vendor_pays_no_other(
    office: Caller, database: Database, tenant_: Tenant
) -> None:
    """One movement may pay both; what is set off is taken from what its own vendor is paid."""
    account_id = account(office)
    one, other = (vendor(office, f"Lieferant {n}") for n in "AB")
    first, second = owing(office, one, "RE-1", 240), owing(office, other, "RE-2", 240)
    note = book(office, line("3300", "120", partner_id=one), line("6815", "-120")).json()
    item = {"candidate_kind": "open_liability", "open_item_account": "3300"}
    takes = [item | {"intent_id": note["intent_id"], "amount": 120}]
    (moved_id,) = moved(office, account_id, -120)
    closed = part(second, 120, settled_document_amount=240)
    small = part(first, 40, settled_document_amount=100)

    for parts in ([closed], [small, part(second, 80)], [closed, small]):
        refused = group(office, [moved_id], *parts, set_offs=takes)
        assert code(refused) == (400, "INVALID_INPUT"), parts
        assert refused.json()["errors"][0]["pointer"] == "/set_offs/0"
    made = group(
        office,
        [moved_id],
        part(first, 100, settled_document_amount=220),
        part(second, 20),
        set_offs=takes,
    )

    assert made.status_code == 201, made.text
    assert [shown(office, each)[1] for each in (first, second)] == [20, 220]
    check_books(database.engine, tenant_.id)
