"""Open items cleared over HTTP; the journal says so, and takes it back."""

from decimal import Decimal
from typing import Any

import pytest
from fastapi.testclient import TestClient

from domain.ledger.account import AccountRole
from domain.ledger.chart import Chart, role
from tests.api.callers import Caller, caller
from tests.api.test_invoices import vendor
from tests.api.test_settling import book, line, owing, shown
from tests.builders import Tenant, another_tenant
from tests.invariants import check_books
from tests.servers import Database

FX_GAIN, FX_LOSS = (role(Chart.AT_EKR, each) for each in (AccountRole.FX_GAIN, AccountRole.FX_LOSS))
PATH = "/v1/open-items/clear"
Json = dict[str, Any]


@pytest.fixture
def tenant_(database: Database) -> Tenant:
    """Give each test a tenant of its own."""
    return another_tenant(database)


@pytest.fixture
def office(http: TestClient, tenant_: Tenant) -> Caller:
    """Give each test a caller of its own."""
    return caller(http, tenant_)


def credit_of(office: Caller, vendor_id: str, amount: str) -> str:
    """A credit of a vendor in the books; the open item."""
    posted = book(office, line("3300", amount, partner_id=vendor_id), line("6815", f"-{amount}"))
    found = office.get("/v1/open-items", vendor_id=vendor_id, side="debit").json()
    intent = posted.json()["intent_id"]
    return next(str(each["open_item_id"]) for each in found if each["intent_id"] == intent)


def clear(office: Caller, *items: tuple[str, str], **more: Any) -> Any:
    """Clear amounts of items."""
    listed = [{"open_item_id": item, "amount": amount} for item, amount in items]
    return office.post(PATH, {"booking_date": "2026-03-09", "items": listed, **more})


def test_a_credit_is_set_off_and_the_journal_takes_it_back(
    office: Caller, database: Database, tenant_: Tenant
) -> None:
    """1,200.00 less 120.00 leaves 1,080.00; reversed, both are open again; no row is odd."""
    vendor_id = vendor(office)
    owed, credit = owing(office, vendor_id), credit_of(office, vendor_id, "120.00")

    cleared = clear(office, (owed["open_item_id"], "120"), (credit, "120"))

    assert cleared.status_code == 201, cleared.text
    assert shown(office, owed)[1] == 1080
    intent = office.get(f"/v1/journal/{cleared.json()['intent_id']}").json()
    sides = [(row["account_debit"], row["account_credit"]) for row in intent["entries"]]
    assert all(debit != credit_ for debit, credit_ in sides)
    check_books(database.engine, tenant_.id)
    twice = clear(office, (owed["open_item_id"], "120"), (credit, "120"))
    assert (twice.status_code, twice.json()["code"]) == (400, "SETTLEMENT_EXCEEDS_OPEN_AMOUNT")
    office.post("/v1/journal/reverse", {"intent_id": cleared.json()["intent_id"]})
    assert shown(office, owed)[1] == 1200
    assert clear(office, (owed["open_item_id"], "120"), (credit, "120")).status_code == 201
    check_books(database.engine, tenant_.id)


def test_several_on_each_side_are_cleared_at_once(
    office: Caller, database: Database, tenant_: Tenant
) -> None:
    """Two invoices against two credits and a small difference: all are closed."""
    vendor_id = vendor(office)
    first, second = owing(office, vendor_id, "RE-1", 100), owing(office, vendor_id, "RE-2", 50)
    one, two = credit_of(office, vendor_id, "80.00"), credit_of(office, vendor_id, "69.98")

    cleared = clear(
        office,
        (first["open_item_id"], "100"),
        (second["open_item_id"], "50"),
        (one, "80.00"),
        (two, "69.98"),
        adjustments=[{"account_number": "4900", "debit": 0, "credit": "0.02"}],
    )

    assert cleared.status_code == 201, cleared.text
    assert [shown(office, each)[0] for each in (first, second)] == ["paid", "paid"]
    assert office.get("/v1/open-items", vendor_id=vendor_id).json() == []
    check_books(database.engine, tenant_.id)


def test_a_discount_lowers_the_input_tax_by_its_rate(
    office: Caller, database: Database, tenant_: Tenant
) -> None:
    """24.00 of 1,200.00 at 20 %: 20.00 on the account for discounts, 4.00 of input tax."""
    owed = owing(office, vendor(office))
    item = owed["open_item_id"]

    cleared = clear(office, (item, "24"), discounts=[{"open_item_id": item, "amount": "24"}])

    assert cleared.status_code == 201, cleared.text
    intent = office.get(f"/v1/journal/{cleared.json()['intent_id']}").json()
    found = [(x["account_debit"], x["account_credit"], x["amount"]) for x in intent["entries"]]
    assert found == [("3300", "7880", 20), ("3300", "2500", 4)]
    assert shown(office, owed)[1] == 1176
    check_books(database.engine, tenant_.id)


def test_a_discount_on_a_margin_sale_lowers_the_margin(
    office: Caller, database: Database, tenant_: Tenant
) -> None:
    """Sold for 9,000.00, bought for 6,000.00, less 2 %: 30.00 of tax, not 10.00 (§ 24 UStG)."""
    customer_id = office.post("/v1/customers", {"name": "Sammler"}).json()["id"]
    book(
        office,
        line("2000", "9000", partner_id=customer_id),
        line("4000", "-3000", tax_code="UST20-DIFF"),
        line("4000", "-6000"),
    )
    (owed,) = office.get("/v1/open-items", ledger="receivable").json()
    item = owed["open_item_id"]

    cleared = clear(office, (item, "180"), discounts=[{"open_item_id": item, "amount": "180"}])

    assert cleared.status_code == 201, cleared.text
    intent = office.get(f"/v1/journal/{cleared.json()['intent_id']}").json()
    found = [(x["account_debit"], x["account_credit"], x["amount"]) for x in intent["entries"]]
    assert found == [("4400", "2000", 150), ("3500", "2000", 30)]
    again = clear(office, (item, "3000"), discounts=[{"open_item_id": item, "amount": "3000"}])
    assert _entries(office, again.json()["intent_id"]) == [
        ("3500", "2000", 470),  # of the 2,820.00 that are left of the margin
        ("4400", "2000", 180),
        ("4400", "2000", 2350),
    ]
    office.post("/v1/journal/reverse", {"intent_id": cleared.json()["intent_id"]})
    last = clear(office, (item, "200"), discounts=[{"open_item_id": item, "amount": "200"}])
    assert _entries(office, last.json()["intent_id"]) == [
        ("3500", "2000", 30),  # 180.00 are free again
        ("4400", "2000", 20),
        ("4400", "2000", 150),
    ]
    check_books(database.engine, tenant_.id)


def _entries(office: Caller, intent_id: str) -> list[tuple[str, str, float]]:
    intent = office.get(f"/v1/journal/{intent_id}").json()
    return sorted((x["account_debit"], x["account_credit"], x["amount"]) for x in intent["entries"])


def _item_of(office: Caller, posted: Any) -> str:
    intent = posted.json()["intent_id"]
    found = office.get("/v1/open-items", ledger="receivable").json()
    return next(str(each["open_item_id"]) for each in found if each["intent_id"] == intent)


@pytest.mark.parametrize("when", ["before", "together", "undone", "other codes", "money"])
def test_a_discount_is_of_what_credit_notes_have_left(
    office: Caller, database: Database, tenant_: Tenant, when: str
) -> None:
    """Of 1,200.00 at 20 % and 110.00 at 10 % the latter go back: 24.00 are of the 20 % alone."""
    customer_id = office.post("/v1/customers", {"name": "Kunde"}).json()["id"]
    of_both = line("4000", "-1200", tax_code="UST20"), line("4000", "-110", tax_code="UST10")
    owed = _item_of(office, book(office, line("2000", "1310", partner_id=customer_id), *of_both))
    back = line("4000", "110", tax_code="UST10")
    if when == "other codes":
        back = line("4000", "110", tax_code="UST13")
    if when == "money":
        back = line("2800", "110")
    credit = _item_of(office, book(office, line("2000", "-110", partner_id=customer_id), back))
    discount = {"discounts": [{"open_item_id": owed, "amount": "24"}]}

    if when == "together":
        cleared = clear(office, (owed, "134"), (credit, "110"), **discount)
    else:
        set_off = clear(office, (owed, "110"), (credit, "110"))
        assert set_off.status_code == 201, set_off.text
        if when == "undone":
            office.post("/v1/journal/reverse", {"intent_id": set_off.json()["intent_id"]})
        cleared = clear(office, (owed, "24"), **discount)

    assert cleared.status_code == 201, cleared.text
    found = _entries(office, cleared.json()["intent_id"])
    taxes = [amount for debit, _, amount in found if debit == "3500"]
    is_lowered = when in {"before", "together"}
    # Split over both rates 21.98 are of the 20 % (3.66) and 2.02 of the 10 % (0.18).
    assert sorted(taxes) == ([4] if is_lowered else [0.18, 3.66]), found
    check_books(database.engine, tenant_.id)


def test_what_cannot_be_cleared_is_refused(office: Caller) -> None:
    """Sides that differ, another vendor's item, and one that nobody knows."""
    vendor_id, other = vendor(office), vendor(office, "Toner")
    owed, credit = owing(office, vendor_id), credit_of(office, other, "120.00")
    item = owed["open_item_id"]
    for refused, status, code in (
        (clear(office, (item, "120")), 400, "CLEARING_MISMATCH"),
        (clear(office, (item, "120"), (credit, "120")), 400, "CLEARING_MISMATCH"),
        (clear(office, (vendor_id, "120")), 404, "OPEN_ITEM_NOT_FOUND"),
    ):
        assert (refused.status_code, refused.json()["code"]) == (status, code), refused.text
    assert shown(office, owed)[1] == 1200


def _in_dollars(office: Caller, vendor_id: str, sign: str, dollars: str, rate: str) -> Json:
    """A document in USD in the books, owed by us or (`-`) to us; its open item."""
    euro = Decimal(f"{sign}{dollars}") / Decimal(rate)
    fx = {"currency": "USD", "amount": dollars, "rate": rate, "rate_date": "2026-03-02"}
    posted = book(
        office,
        line("6815", f"{euro:.2f}"),
        line("3300", f"{-euro:.2f}", partner_id=vendor_id),
        fx=fx | {"rate_source": "manual"},
    )
    assert posted.status_code == 201, posted.text
    intent = posted.json()["intent_id"]
    found = office.get("/v1/open-items", vendor_id=vendor_id).json()
    return next(dict(each) for each in found if each["intent_id"] == intent)


def test_a_credit_in_dollars_takes_off_its_dollars(
    office: Caller, database: Database, tenant_: Tenant
) -> None:
    """1100 USD less 230 USD are 870 USD, whatever both were booked at; reversed, all is open."""
    vendor_id = vendor(office)
    owed = _in_dollars(office, vendor_id, "", "1100", "1.1")
    credit = _in_dollars(office, vendor_id, "-", "230", "1.15")
    bill = office.post(
        "/v1/invoices",
        {
            "vendor_id": vendor_id, "invoice_number": "US-1", "invoice_date": "2026-03-02",
            "total_net": "1100", "total_tax": "0", "total_gross": "1100", "currency": "USD",
            "intent_id": owed["intent_id"],
            "lines": [{
                "position": 1, "description": "Hosting", "quantity": 1, "unit_price": "1100",
                "tax_rate": 0, "tax_amount": "0", "line_total": "1100",
            }],
        },
    )  # fmt: skip
    assert bill.status_code == 201, bill.text
    path = f"/v1/invoices/{bill.json()['id']}"

    cleared = clear(office, (owed["open_item_id"], "200"), (credit["open_item_id"], "200"))

    assert cleared.status_code == 201, cleared.text
    assert office.get(path).json()["remaining_amount"] == 870
    assert _left(office, vendor_id) == {str(owed["open_item_id"]): Decimal("790.91")}
    check_books(database.engine, tenant_.id)
    office.post("/v1/journal/reverse", {"intent_id": cleared.json()["intent_id"]})
    assert office.get(path).json()["remaining_amount"] == 1100
    check_books(database.engine, tenant_.id)


def test_what_is_proposed_of_dollars_can_be_cleared(
    office: Caller, database: Database, tenant_: Tenant
) -> None:
    """230 of 1,100 USD by what each was booked at; both say what is left in their currency."""
    vendor_id = vendor(office)
    _in_dollars(office, vendor_id, "", "1100", "1.1")
    credit = _in_dollars(office, vendor_id, "-", "230", "1.15")
    (proposed,) = credit["suggested_matches"]
    assert (proposed["amount"], proposed["document_amount"]) == (209.09, 230)
    assert (credit["remaining_amount"], credit["remaining_document_amount"]) == (200, 230)

    cleared = clear(
        office,
        (credit["open_item_id"], str(credit["remaining_amount"])),
        (proposed["open_item_id"], str(proposed["amount"])),
    )

    assert cleared.status_code == 201, cleared.text
    (left,) = office.get("/v1/open-items", vendor_id=vendor_id).json()
    assert left["remaining_document_amount"] == 870
    check_books(database.engine, tenant_.id)


def _left(office: Caller, vendor_id: str) -> dict[str, Decimal]:
    """What is left of a vendor's items, in EUR."""
    found = office.get("/v1/open-items", vendor_id=vendor_id).json()
    return {each["open_item_id"]: Decimal(str(each["remaining_amount"])) for each in found}


@pytest.mark.parametrize(
    ("owed_rate", "credit_rate", "effect"),
    [("1.15", "1.09523810", "D 10"), ("1.09523810", "1.15", "C 10")],
)
def test_an_invoice_in_dollars_and_its_cancellation_close_each_other(
    office: Caller, database: Database, tenant_: Tenant,
    owed_rate: str, credit_rate: str, effect: str,
) -> None:  # fmt: skip
    """230 USD at 200 and at 210 EUR: nothing is left, 10 EUR are lost or won; reversed, all is."""
    vendor_id = vendor(office)
    owed = _in_dollars(office, vendor_id, "", "230", owed_rate)["open_item_id"]
    credit = _in_dollars(office, vendor_id, "-", "230", credit_rate)["open_item_id"]
    before = _left(office, vendor_id)
    assert set(before.values()) == {Decimal(200), Decimal(210)}

    cleared = clear(office, (owed, "200"), (credit, "200"))

    assert cleared.status_code == 201, cleared.text
    assert _left(office, vendor_id) == {}
    intent_id = cleared.json()["intent_id"]
    rows = office.get(f"/v1/journal/{intent_id}").json()["entries"]
    side, account = ("debit", FX_LOSS) if effect[0] == "D" else ("credit", FX_GAIN)
    effects = [row["amount"] for row in rows if row[f"account_{side}"] == account]
    assert [f"{effect[0]} {Decimal(str(each)):.0f}" for each in effects] == [effect]
    again = clear(office, (owed, "200"), (credit, "200"))
    assert again.status_code == 400, again.text
    check_books(database.engine, tenant_.id)
    office.post("/v1/journal/reverse", {"intent_id": intent_id})
    assert _left(office, vendor_id) == before
    check_books(database.engine, tenant_.id)


def test_what_an_exchange_made_beyond_the_limit_needs_a_person(
    office: Caller, database: Database, tenant_: Tenant
) -> None:
    """230 USD at 200 and at 287.50 EUR: refused, and cleared when somebody says so."""
    vendor_id = vendor(office)
    owed = _in_dollars(office, vendor_id, "", "230", "1.15")["open_item_id"]
    credit = _in_dollars(office, vendor_id, "-", "230", "0.8")["open_item_id"]

    refused = clear(office, (owed, "200"), (credit, "287.50"))

    assert (refused.status_code, refused.json()["code"]) == (422, "FX_DIFFERENCE_IMPLAUSIBLE")
    assert len(_left(office, vendor_id)) == 2
    taken = clear(office, (owed, "200"), (credit, "287.50"), close_in_full=True)
    assert taken.status_code == 201, taken.text
    assert _left(office, vendor_id) == {}
    check_books(database.engine, tenant_.id)
