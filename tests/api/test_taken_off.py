"""Lines by which a final invoice takes prepayments off, from the e-mail to the journal."""

from decimal import Decimal
from typing import Any

import pytest

from tests.api.invoice_cases import BUYERS, a_vendor, booked, case_of, changed
from tests.api.pages.browsers import Plain
from tests.api.test_prepayments import (
    PLANS,
    a_payment,
    codes,
    on_account,
    payable,
    refused,
    remaining,
    reversed_,
    taken_off,
)
from tests.api.test_review_cases import MERGE_PATCH, accepted, blocking
from tests.api.test_vat_examples import CHARTS, DAY, boxes, exported, moved
from tests.builders import another_tenant
from tests.e2e.front_door import FrontDoor
from tests.e_invoice_writer import EInvoice, Item
from tests.servers import Database


async def read(
    door: FrontDoor, *items: tuple[str, str], number: str = "SR-1", **more: Any
) -> tuple[str, dict[str, Any]]:
    """Path and case of a document with these lines: words, net amount."""
    lines = tuple(Item(*each, PLANS["AT"].rate) for each in items)
    seller, buyer = PLANS["AT"].seller, BUYERS["AT"]
    document = EInvoice(number=number, seller=seller, buyer=buyer, items=lines, day=DAY, **more)
    path, _ = await case_of(door, document)
    return path, await changed(door, path, {"booking_date": str(DAY)})


def set_offs(case: dict[str, Any]) -> list[tuple[Any, Any, Any]]:
    """Prepayment, amount and line of all that is set off."""
    return [
        (each["open_item_id"] or each["intent_id"], each["amount"], each["position"])
        for each in case["normalized_invoice"]["set_offs"]
    ]


async def test_a_rebate_gives_no_prepayment_back(door: FrontDoor) -> None:
    """Nothing of it is set off or asked; the prepayment is left as it was."""
    await a_vendor(door, PLANS["AT"].seller, "5010")
    await on_account(door, "AT", "AR-1", "1000.00")
    rebates = [
        ("Mengenabschlag", "-59.50"),
        ("Preisabschlag wegen Mangel", "-59.50"),
        ("Rabatt Vorauszahlung", "-59.50"),
        ("Skonto bei Vorauszahlung 2 %", "-59.50"),
    ]
    path, case = await taken_off(door, "AT", *rebates)

    assert (set_offs(case), codes(case), blocking(case)) == ([], set(), {})
    done = await booked(door, path)
    assert (await moved(door, done["intent_id"]))["5010"] == Decimal("9762.00")


@pytest.mark.parametrize(
    "said", ["abzgl. 1. Abschlag inkl. 19 % MwSt", "Abschlagsrechnung Nr. 4 (30 %)"]
)
async def test_a_part_of_what_was_agreed_is_no_rebate(door: FrontDoor, said: str) -> None:
    """It is set off where it is clear, else asked, and the document is no prepayment itself."""
    await a_vendor(door, PLANS["AT"].seller, "5010")
    first = await on_account(door, "AT", "AR-1", "2500.00")

    _, clear = await taken_off(door, "AT", (said, "-2500.00"))
    assert (set_offs(clear), codes(clear)) == ([(first, 3000.0, 2)], {"PREPAYMENT_SET_OFF"})
    assert clear["normalized_invoice"]["line_items"][0]["account_number"] is None
    _, other = await taken_off(door, "AT", (said, "-2400.00"), number="SR-2")
    assert (set_offs(other), codes(other)) == ([], {"PREPAYMENT_LINE"})


async def test_who_declines_is_asked_until_they_answer(door: FrontDoor) -> None:
    """Though nothing was proposed yet: not by what is posted later, a change, or a new reading."""
    await a_vendor(door, PLANS["AT"].seller, "5010")
    path, case = await taken_off(door, "AT", ("abzüglich Anzahlung", "-2500.00"))
    assert codes(case) == {"PREPAYMENT_LINE"}
    await changed(door, path, {"set_offs": []})
    await on_account(door, "AT", "AR-1", "2500.00")

    case = await changed(door, path, {"reference_text": "x"})
    assert (set_offs(case), codes(case)) == ([], {"PREPAYMENT_LINE"})
    again = await door.order("POST", f"/v1/inbox/{case['inbox_id']}/reread")
    assert again.status_code in (200, 202), again.text
    case = await door.until(path, lambda found: found["version"] > case["version"])
    assert (set_offs(case), codes(case)) == ([], {"PREPAYMENT_LINE"})
    (offered,) = case["prepayments"]
    assert offered["proposed_amount"] == 3000.0


async def test_a_set_off_does_not_outlive_what_it_needs(door: FrontDoor) -> None:
    """No other currency and no credit note; an amount that no longer fits is asked."""
    await a_vendor(door, PLANS["AT"].seller, "5010")
    first = await on_account(door, "AT", "AR-1", "2500.00")
    path, _ = await taken_off(door, "AT", ("abzüglich AR-1", "-2500.00"))
    chosen = [{"intent_id": first, "amount": 3000, "position": 2}]
    await changed(door, path, {"set_offs": chosen})

    for part in ({"currency": "USD"}, {"document_type": "credit_note"}):
        body = {"normalized_invoice": part}
        answer = await door.order("PATCH", path, body, Content_Type=MERGE_PATCH)
        assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_INPUT"), part
    lines = (await door.get(path))["normalized_invoice"]["line_items"]
    less = {**lines[1], "line_total": -1200, "tax_amount": -200}
    case = await changed(door, path, {"line_items": [lines[0], less]})
    assert "PREPAYMENT_GONE" in blocking(case).values()
    # Its line gone, nothing of it is left.
    case = await changed(door, path, {"line_items": [lines[0]]})
    assert set_offs(case) == []


async def test_a_line_gone_takes_its_set_off_along(door: FrontDoor) -> None:
    """The line that comes into its place has nothing to do with it."""
    await a_vendor(door, PLANS["AT"].seller, "5010")
    first = await on_account(door, "AT", "AR-1", "1000.00")
    second = await on_account(door, "AT", "AR-2", "1000.00")
    lines = ("abzüglich AR-1", "-1000.00"), ("abzüglich AR-2", "-1000.00")
    path, case = await taken_off(door, "AT", *lines)
    chosen = [
        {"intent_id": first, "amount": 1200, "position": 2},
        {"intent_id": second, "amount": 1200, "position": 3},
    ]
    case = await changed(door, path, {"set_offs": chosen})

    items = case["normalized_invoice"]["line_items"]
    case = await changed(door, path, {"line_items": [items[0], items[2]]})
    assert set_offs(case) == [(second, 1200.0, 2)]


async def test_what_a_line_takes_off_is_not_taken_off_the_total_as_well(door: FrontDoor) -> None:
    """It is laid upon the line that names it; what no line bears is refused: all is due."""
    await a_vendor(door, PLANS["AT"].seller, "5010")
    first = await on_account(door, "AT", "AR-1", "1000.00")
    second = await on_account(door, "AT", "AR-2", "1000.00")
    path, _ = await taken_off(door, "AT", ("laut AR-2", "-1000.00"), ("laut AR-1", "-1000.00"))

    case = await changed(door, path, {"set_offs": [{"intent_id": first, "amount": 1200}]})
    assert set_offs(case) == [(first, 1200.0, 3)]
    both = [{"intent_id": each, "amount": 1200} for each in (first, second)]
    over = [{**both[0], "position": 3}, {**both[1], "position": 2}, both[0]]
    assert (await refused(door, path, *over[:2], both[0]))["pointer"].endswith("set_offs")
    other, _ = await taken_off(door, "AT", ("Gutschein", "-10.00"), number="SR-2")
    assert (await refused(door, other, both[0]))["pointer"].endswith("set_offs")


async def test_what_is_proposed_is_shown_and_keeps_its_line_on_the_page(door: FrontDoor) -> None:
    """Offered although it is taken; changed, taken out, and moved with its line."""
    await a_vendor(door, PLANS["AT"].seller, "5010")
    first = await on_account(door, "AT", "AR-1", "1000.00")
    second = await on_account(door, "AT", "AR-2", "1000.00")
    lines = ("laut AR-1", "-1000.00"), ("laut AR-2", "-1000.00")
    path, case = await taken_off(door, "AT", *lines)
    shown = [(each["left_amount"], each["proposed_amount"]) for each in case["prepayments"]]
    assert shown == [(1200.0, 1200.0)] * 2
    page = await (await Plain(door.http, door.tenant).sign_in()).go(f"/cases/{case['id']}")
    assert "nicht mehr verfügbar" not in page.text
    assert page.value(f"set-off-{first}-2") == "1.200,00"

    await page.send("fields", "save", **{f"set-off-{first}-2": ""})
    assert set_offs(await door.get(path)) == [(second, 1200.0, 3)]
    page = await page.go(f"/cases/{case['id']}")
    assert "nicht mehr verfügbar" not in page.text
    await page.send("fields", "save", **{f"set-off-{first}": "1.200,00"})
    assert set_offs(await door.get(path)) == [(second, 1200.0, 3), (first, 1200.0, 2)]
    page = await page.go(f"/cases/{case['id']}")
    await page.send("fields", "save", **{"line-0-drop": "1"})
    assert set_offs(await door.get(path)) == [(second, 1200.0, 2), (first, 1200.0, 1)]


async def test_a_final_invoice_below_zero_is_asked(door: FrontDoor) -> None:
    """It is a credit note; what a person sets off gives back base and tax, and the rest is owed."""
    await a_vendor(door, PLANS["AT"].seller, "5010")
    first = await on_account(door, "AT", "AR-1", "2500.00")
    path, case = await read(door, ("Maschine", "1000.00"), ("abzüglich AR-1", "-2500.00"))
    assert case["normalized_invoice"]["document_type"] == "credit_note"
    assert (set_offs(case), codes(case)) == ([], {"PREPAYMENT_LINE"})
    assert [each["intent_id"] for each in case["prepayments"]] == [first]

    case = await changed(door, path, {"set_offs": [{"intent_id": first, "amount": 3000}]})
    assert (set_offs(case), blocking(case)) == ([(first, 3000.0, 2)], {})
    done = await booked(door, path)

    assert await moved(door, done["intent_id"]) == {
        "5010": Decimal(1000),
        "1800": Decimal(-2500),
        "2500": Decimal(-300),
        "3300": Decimal(1800),
    }
    assert await boxes(door) == {PLANS["AT"].box: Decimal(200)}
    assert await remaining(door, done) == -1800
    again, second = await read(
        door, ("Maschine", "1000.00"), ("abzüglich AR-1", "-2500.00"), number="SR-2"
    )
    assert second["prepayments"] == []
    assert (await refused(door, again, {"intent_id": first, "amount": 3000, "position": 2}))[
        "pointer"
    ].endswith("amount")


@pytest.mark.parametrize("country", PLANS)
async def test_a_final_invoice_that_was_prepaid_in_full_is_posted(
    house: FrontDoor, database: Database, country: str
) -> None:
    """Nothing is owed, no tax is deducted twice; entries, boxes, DATEV. Reversed, all is free."""
    door, plan = house.of(another_tenant(database, CHARTS[country])), PLANS[country]
    vendor_id = await a_vendor(door, plan.seller, plan.cost)
    await on_account(door, country, "AR-1", "6000.00")
    await on_account(door, country, "AR-2", "4000.00")
    lines = ("abzüglich AR-1", "-6000.00"), ("abzüglich AR-2", "-4000.00")
    path, case = await taken_off(door, country, *lines)
    assert (codes(case), blocking(case)) == ({"PREPAYMENT_SET_OFF"}, {})
    done = await booked(door, path)

    assert await moved(door, done["intent_id"]) == {
        plan.cost: Decimal(10000),
        plan.advances: Decimal(-10000),
    }
    assert await boxes(door) == {plan.box: 10000 * (plan.share - 1)}
    assert await exported(door, CHARTS[country]) == {
        plan.cost: Decimal(10000),
        plan.tax: 10000 * (plan.share - 1),
        "3300": -10000 * plan.share,
    }
    invoice = await door.get(f"/v1/invoices/{done['invoice_id']}")
    told = [invoice[name] for name in ("status", "remaining_amount", "intent_id", "open_item_id")]
    assert told == ["paid", 0.0, done["intent_id"], None]
    assert await payable(door, done["invoice_id"]) == []
    assert await listed(door, vendor_id) == {
        "paid": ["SR-1"],
        "draft": [],
        "open": ["AR-1", "AR-2"],
    }
    undone = await reversed_(door, done["intent_id"])
    assert undone.status_code == 200, undone.text
    assert await listed(door, vendor_id) == {
        "paid": [],
        "draft": ["SR-1"],
        "open": ["AR-1", "AR-2"],
    }
    _, again = await taken_off(door, country, *lines, number="SR-2")
    assert codes(again) == {"PREPAYMENT_SET_OFF"}


async def listed(door: FrontDoor, vendor_id: str) -> dict[str, list[str]]:
    """Numbers of invoices by status, in whatever order; asked for with and without a vendor."""
    found = {}
    for status in ("paid", "draft", "open"):
        pages = [
            await door.get("/v1/invoices", status=status, **more)
            for more in ({}, {"vendor_id": vendor_id})
        ]
        numbers = [sorted(each["invoice_number"] for each in page) for page in pages]
        assert numbers[0] == numbers[1], status
        found[status] = numbers[0]
    return found


async def test_money_that_pays_a_final_invoice_in_full_is_used_up(door: FrontDoor) -> None:
    """Nobody has deducted its tax: with a reason all tax of the final invoice is."""
    vendor_id = await a_vendor(door, PLANS["AT"].seller, "5010")
    await a_payment(door, vendor_id, "12000.00")
    path, case = await taken_off(door, "AT", ("Anzahlung vom März", "-10000.00"))
    assert list(blocking(case).values()) == ["PREPAYMENT_TAX_DIFFERS"]
    await accepted(door, path, *blocking(case))
    done = await booked(door, path)

    assert await moved(door, done["intent_id"]) == {
        "5010": Decimal(10000),
        "2500": Decimal(2000),
        "3300": Decimal(-12000),
    }
    assert await door.get("/v1/open-items", vendor_id=vendor_id) == []


async def test_import_tax_on_the_tax_account_alone_is_posted(door: FrontDoor) -> None:
    """An assessment that asks for nothing else, in whatever order its lines are."""
    await a_vendor(door, PLANS["AT"].seller, "5010")
    path, case = await read(door, ("Gegenbuchung", "-100.00"), ("Abgabe", "100.00"))
    assert list(blocking(case).values()) == ["NOTHING_TO_POST"]
    (asked,) = blocking(case)
    body = {"finding_answers": {asked: {"accept": True, "reason": "egal"}}}
    waved = await door.order("PATCH", path, body)
    assert (waved.status_code, waved.json()["code"]) == (400, "INVALID_INPUT"), waved.text

    lines = case["normalized_invoice"]["line_items"]
    plain = {"tax_rate": 0, "tax_amount": 0, "tax_code": "VST-EUST-ACC"}
    ends = ("3515", -120), ("2515", 120)
    parts = zip(lines, ends, strict=True)
    changes = [{**e, **plain, "account_number": a, "line_total": n} for e, (a, n) in parts]
    case = await changed(door, path, {"line_items": changes})
    assert "NOTHING_TO_POST" not in blocking(case).values()
    if blocking(case):
        await accepted(door, path, *blocking(case))
    done = await booked(door, path)

    assert await moved(door, done["intent_id"]) == {"2515": Decimal(120), "3515": Decimal(-120)}
    assert await boxes(door) == {"083": Decimal(120)}
