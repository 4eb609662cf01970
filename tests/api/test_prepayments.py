"""Final invoices that are set off against prepayments, from the e-mail to the payment and back.

Figures are those of the worked examples of payments: 10,000.00 net in all, 5,000.00 and 2,500.00
of it paid before with their tax; only the difference is owed and deducted.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from tests.api.invoice_cases import BUYERS, a_vendor, booked, case_of, changed
from tests.api.pages.browsers import Plain
from tests.api.test_review_cases import MERGE_PATCH, accepted, blocking
from tests.api.test_vat_examples import CHARTS, DAY, boxes, exported, moved
from tests.builders import another_tenant
from tests.e2e.front_door import FrontDoor
from tests.e_invoice_writer import EInvoice, Item, Party
from tests.servers import Database


@dataclass(frozen=True, slots=True)
class Plan:
    """A country's vendor, rate, accounts and box."""

    seller: Party
    rate: str
    advances: str
    cost: str
    tax: str
    bank: str
    box: str

    @property
    def share(self) -> Decimal:
        """Gross of one euro net."""
        return 1 + Decimal(self.rate) / 100


PLANS = {
    "AT": Plan(
        Party("Tischlerei Ahornweg GmbH", "AT", "ATU47110816"),
        "20", "1800", "5010", "2500", "2800", "060",
    ),
    "DE": Plan(
        Party("Holzbau Rhein GmbH", "DE", "DE812345673"),
        "19", "1186", "5400", "1406", "1800", "66",
    ),
}  # fmt: skip


def written(country: str, number: str, net: str, **more: Any) -> EInvoice:
    """A document of the country's vendor with one line."""
    plan = PLANS[country]
    item = Item("Maschine", net, plan.rate)
    return EInvoice(
        number=number, seller=plan.seller, buyer=BUYERS[country], items=(item,), day=DAY, **more
    )


async def on_account(door: FrontDoor, country: str, number: str, net: str) -> str:
    """Intent of an invoice for a prepayment, proposed on the account for payments on account."""
    path, case = await case_of(door, written(country, number, net, type_code="386"))
    lines = case["normalized_invoice"]["line_items"]
    assert {each["account_number"] for each in lines} == {PLANS[country].advances}
    await changed(door, path, {"booking_date": str(DAY)})
    return str((await booked(door, path))["intent_id"])


async def taken_off(
    door: FrontDoor, country: str, *lines: tuple[str, str], number: str = "SR-1"
) -> tuple[str, dict[str, Any]]:
    """Path and case of a final invoice that takes prepayments off in lines: words, net amount."""
    plan = PLANS[country]
    less = (Item(said, net, plan.rate) for said, net in lines)
    items = (Item("Maschine", "10000.00", plan.rate), *less)
    document = EInvoice(
        number=number, seller=plan.seller, buyer=BUYERS[country], items=items, day=DAY
    )
    path, _ = await case_of(door, document)
    return path, await changed(door, path, {"booking_date": str(DAY)})


def codes(case: dict[str, Any]) -> set[str]:
    """What is found of prepayments, but for what a change has ended."""
    live = (e for e in case["findings"] if (e["answer"] or {}).get("kind") != "changed")
    found = {each["code"] for each in live}
    return {each for each in found if each.startswith("PREPAYMENT")}


async def final(
    door: FrontDoor, country: str, number: str = "SR-1", prepaid: str | None = None
) -> tuple[str, dict[str, Any]]:
    """Path and case of the final invoice."""
    before = prepaid or f"{7500 * PLANS[country].share:.2f}"
    path, _ = await case_of(door, written(country, number, "10000.00", prepaid=before))
    return path, await changed(door, path, {"booking_date": str(DAY)})


def chosen(case: dict[str, Any]) -> list[dict[str, Any]]:
    """What is proposed, as a person takes it."""
    return [
        {
            "open_item_id": each["open_item_id"],
            "intent_id": each["intent_id"],
            "amount": each["proposed_amount"],
        }
        for each in case["prepayments"]
        if each["proposed_amount"] is not None
    ]


async def clearing_of(door: FrontDoor, case: dict[str, Any]) -> str:
    """The intent that set the invoice of a case off."""
    (link,) = (await door.get(f"/v1/journal/{case['intent_id']}"))["linked_intents"]["settled_by"]
    return str(link["intent_id"])


async def reversed_(door: FrontDoor, intent_id: str) -> Any:
    """The answer to a reversal into the period of the intent."""
    body = {"intent_id": intent_id, "posting_mode": "original_period"}
    return await door.order("POST", "/v1/journal/reverse", body)


async def payable(door: FrontDoor, invoice_id: str) -> list[Decimal]:
    """What a run would pay of an invoice; nothing where it is not eligible."""
    found = await door.get("/v1/payment-runs/eligible-invoices")
    return [Decimal(each["payable_amount"]) for each in found if invoice_id in each.values()]


async def refused(door: FrontDoor, path: str, *set_offs: dict[str, Any]) -> dict[str, Any]:
    """What is said of a set-off that nobody can make."""
    body = {"normalized_invoice": {"set_offs": list(set_offs)}}
    answer = await door.order("PATCH", path, body, Content_Type=MERGE_PATCH)
    assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_INPUT"), answer.text
    found: dict[str, Any] = answer.json()["errors"][0]
    return found


@pytest.mark.parametrize("country", PLANS)
async def test_a_case_is_set_off_against_its_prepayments(
    house: FrontDoor, database: Database, country: str
) -> None:
    """Proposed, taken, posted in one go as worked out, and undone as a whole."""
    door, plan = house.of(another_tenant(database, CHARTS[country])), PLANS[country]
    await a_vendor(door, plan.seller, plan.cost)
    first = await on_account(door, country, "AR-1", "5000.00")
    await on_account(door, country, "AR-2", "2500.00")
    path, case = await final(door, country)
    assert "AMOUNT_DUE_DIFFERS" in blocking(case).values()
    assert [each["document_number"] for each in case["prepayments"]] == ["AR-1", "AR-2"]
    assert amounts(case) == [5000 * plan.share, 2500 * plan.share]
    stopped = await door.order("POST", f"{path}/approve")
    assert (stopped.status_code, stopped.json()["code"]) == (409, "FINDINGS_OPEN")

    case = await changed(door, path, {"set_offs": chosen(case)})
    assert blocking(case) == {}
    shown = (await door.get(f"{path}/posting-preview"))["lines"]
    done = await booked(door, path)

    clearing = await clearing_of(door, done)
    assert _sums(shown) == await moved(door, done["intent_id"], clearing)
    await check_posted(door, country, done)
    kept = await reversed_(door, first)
    assert (kept.status_code, kept.json()["code"]) == (409, "HAS_SETTLEMENTS")
    await check_undone(door, country, done, first)


async def check_posted(door: FrontDoor, country: str, done: dict[str, Any]) -> None:
    """Only what is left is owed and paid, and only its tax is deducted, here and in DATEV."""
    plan = PLANS[country]
    left, whole = 2500 * plan.share, 10000 * plan.share
    assert await moved(door, done["intent_id"], await clearing_of(door, done)) == {
        plan.cost: Decimal(10000),
        plan.advances: Decimal(-7500),
        plan.tax: 2500 * (plan.share - 1),
        "3300": -left,
    }
    assert await remaining(door, done) == left
    assert await payable(door, done["invoice_id"]) == [left]
    assert await boxes(door) == {plan.box: 10000 * (plan.share - 1)}
    assert await exported(door, CHARTS[country]) == {
        plan.cost: Decimal(10000),
        plan.tax: 10000 * (plan.share - 1),
        "3300": -whole,
    }


async def check_undone(
    door: FrontDoor, country: str, done: dict[str, Any], prepayment: str
) -> None:
    """The invoice is open again, the prepayments are free, and no more is paid than is due."""
    plan = PLANS[country]
    undone = await reversed_(door, await clearing_of(door, done))
    assert undone.status_code == 200, undone.text
    assert await remaining(door, done) == 10000 * plan.share
    assert await payable(door, done["invoice_id"]) == [2500 * plan.share]
    _, again = await final(door, country, "SR-2")
    assert amounts(again) == [5000 * plan.share, 2500 * plan.share]
    freed = await reversed_(door, prepayment)
    assert freed.status_code == 200, freed.text
    # What it gave back is no more: the set-off cannot hold again.
    revived = await reversed_(door, undone.json()["reversal_intent_id"])
    assert (revived.status_code, revived.json()["code"]) == (409, "HAS_SETTLEMENTS"), revived.text


def amounts(case: dict[str, Any]) -> list[Decimal]:
    """What is proposed of each prepayment."""
    return [Decimal(str(each["amount"])) for each in chosen(case)]


async def remaining(door: FrontDoor, done: dict[str, Any]) -> Decimal:
    """What is open of the invoice of a case."""
    invoice = await door.get(f"/v1/invoices/{done['invoice_id']}")
    return Decimal(str(invoice["remaining_amount"]))


def _sums(lines: list[dict[str, Any]]) -> dict[str, Decimal]:
    """Debit less credit of each account of a preview."""
    found: dict[str, Decimal] = {}
    for line in lines:
        amount = Decimal(str(line["amount"])) * (1 if line["side"] == "debit" else -1)
        found[line["account_number"]] = found.get(line["account_number"], Decimal()) + amount
    return {number: amount for number, amount in found.items() if amount}


async def a_payment(door: FrontDoor, vendor_id: str, amount: str) -> str:
    """The open item of money that went to a vendor without an invoice."""
    lines = [
        {"account_number": "3300", "debit": amount, "credit": "0", "partner_id": vendor_id},
        {"account_number": "2800", "debit": "0", "credit": amount},
    ]
    body = {"booking_date": str(DAY), "description": "Anzahlung", "lines": lines}
    made = await door.order("POST", "/v1/bookings", body)
    assert made.status_code == 201, made.text
    items = await door.get("/v1/open-items", vendor_id=vendor_id, side="debit")
    return str(items[-1]["open_item_id"])


async def test_money_without_an_invoice_is_set_off(door: FrontDoor) -> None:
    """No tax was deducted of it, so the whole tax of the final invoice is; 3,000.00 is left."""
    vendor_id = await a_vendor(door, PLANS["AT"].seller, "5010")
    item = await a_payment(door, vendor_id, "9000.00")
    path, case = await final(door, "AT")
    (offered,) = case["prepayments"]
    assert (offered["open_item_id"], offered["proposed_amount"]) == (item, 9000.0)

    await changed(door, path, {"set_offs": chosen(case), "booking_date": "2026-11-27"})
    done = await booked(door, path)

    clearing = await clearing_of(door, done)
    assert await moved(door, done["intent_id"], clearing) == {
        "5010": Decimal(10000),
        "2500": Decimal(2000),
        "3300": Decimal(-12000),
    }
    # It was set off after the day of the invoice, and is what was prepaid all the same.
    assert await payable(door, done["invoice_id"]) == [Decimal(3000)]
    assert await door.get("/v1/open-items", vendor_id=vendor_id, side="debit") == []


async def test_what_does_not_fit_is_not_proposed(door: FrontDoor) -> None:
    """Two of the same amount: a person has to say which."""
    vendor_id = await a_vendor(door, PLANS["AT"].seller, "5010")
    await a_payment(door, vendor_id, "9000.00")
    await on_account(door, "AT", "AR-1", "7500.00")
    _, case = await final(door, "AT")

    assert [each["left_amount"] for each in case["prepayments"]] == [9000.0, 9000.0]
    assert chosen(case) == []


async def test_what_cannot_be_set_off_is_refused(door: FrontDoor) -> None:
    """Of somebody else, too much, twice, both at once, unknown: named, and nothing changes."""
    vendor_id = await a_vendor(door, PLANS["AT"].seller, "5010")
    item = await a_payment(door, vendor_id, "6000.00")
    other = await a_vendor(door, Party("Anders GmbH", "AT"), "5010")
    foreign = await a_payment(door, other, "9000.00")
    path, before = await final(door, "AT")
    place = "/normalized_invoice/set_offs"

    wrong: list[tuple[list[dict[str, Any]], str]] = [
        ([{"open_item_id": foreign, "amount": 9000}], f"{place}/0/open_item_id"),
        ([{"intent_id": str(uuid4()), "amount": 9000}], f"{place}/0/intent_id"),
        ([{"open_item_id": item, "amount": 6000.01}], f"{place}/0/amount"),
        ([{"open_item_id": item, "amount": 3000}] * 2, f"{place}/1/open_item_id"),
        ([{"open_item_id": item, "amount": 0}], f"{place}/0/amount"),
        ([{"amount": 6000}], f"{place}/0"),
        ([{"open_item_id": item, "intent_id": item, "amount": 6000}], f"{place}/0"),
    ]
    for set_offs, pointer in wrong:
        assert (await refused(door, path, *set_offs))["pointer"] == pointer, set_offs
    assert (await door.get(path))["version"] == before["version"]


async def test_a_part_is_set_off_and_the_rest_explained(door: FrontDoor) -> None:
    """6,000.00 of the 9,000.00 are known: the difference still needs an answer."""
    vendor_id = await a_vendor(door, PLANS["AT"].seller, "5010")
    item = await a_payment(door, vendor_id, "6000.00")
    path, case = await final(door, "AT")
    assert chosen(case) == []

    part = {"set_offs": [{"open_item_id": item, "amount": 6000}]}
    case = await changed(door, path, part)
    assert list(blocking(case).values()) == ["AMOUNT_DUE_DIFFERS"]
    await accepted(door, path, *blocking(case))
    done = await booked(door, path)

    invoice = await door.get(f"/v1/invoices/{done['invoice_id']}")
    assert invoice["remaining_amount"] == 6000.0
    assert await payable(door, done["invoice_id"]) == [Decimal(3000)]


async def test_a_prepayment_is_used_once(door: FrontDoor) -> None:
    """Of two final invoices the second finds that nothing is left, whoever was first."""
    await a_vendor(door, PLANS["AT"].seller, "5010")
    await on_account(door, "AT", "AR-1", "7500.00")
    paths = [await final(door, "AT", number) for number in ("SR-1", "SR-2")]
    for path, case in paths:
        await changed(door, path, {"set_offs": chosen(case)})
    await booked(door, paths[0][0])

    second = await door.order("POST", f"{paths[1][0]}/approve")
    assert (second.status_code, second.json()["code"]) == (409, "FINDINGS_OPEN"), second.text
    assert [each["code"] for each in second.json()["context"]["findings"]] == ["PREPAYMENT_GONE"]
    again = await door.order("POST", f"{paths[0][0]}/approve")
    assert (again.status_code, again.json()["code"]) == (409, "ALREADY_APPROVED")
    assert (await moved(door, await clearing_of(door, await door.get(paths[0][0])))) == {
        "3300": Decimal(9000),
        "1800": Decimal(-7500),
        "2500": Decimal(-1500),
    }


async def test_a_case_is_set_off_on_its_page(door: FrontDoor) -> None:
    """Too much is told at its field; the proposal is one click, and what was typed another."""
    await a_vendor(door, PLANS["AT"].seller, "5010")
    first = await on_account(door, "AT", "AR-1", "5000.00")
    second = await on_account(door, "AT", "AR-2", "2500.00")
    path, case = await final(door, "AT")
    page = await (await Plain(door.http, door.tenant).sign_in()).go(f"/cases/{case['id']}")

    await page.send("fields", "save", **{f"set-off-{first}": "6.000,01"})
    assert page.answer.status_code == 422
    assert "So viel ist davon nicht mehr übrig." in page.text
    await page.send("fields", "save", **{f"set-off-{first}": "x"})
    assert "Das ist kein Betrag." in page.text

    page = await page.go(f"/cases/{case['id']}")
    await page.send("fields", "set-off")
    assert page.value(f"set-off-{second}") == "3.000,00"
    await page.send("fields", "save", **{f"set-off-{second}": ""})
    set_offs = (await door.get(path))["normalized_invoice"]["set_offs"]
    assert [(each["intent_id"], each["amount"]) for each in set_offs] == [(first, 6000.0)]
    await page.send("fields", "save", **{f"set-off-{second}": "3000"})
    await page.send("fields", "approve")

    done = await door.get(path)
    assert done["queue_state"] == "approved", page.text
    assert await remaining(door, done) == 3000


@pytest.mark.parametrize("country", PLANS)
async def test_lines_that_take_prepayments_off_use_them_up(
    house: FrontDoor, database: Database, country: str
) -> None:
    """Base and tax are given back once, here and in DATEV; the reversal frees the prepayments."""
    door, plan = house.of(another_tenant(database, CHARTS[country])), PLANS[country]
    await a_vendor(door, plan.seller, plan.cost)
    first = await on_account(door, country, "AR-1", "5000.00")
    await on_account(door, country, "AR-2", "2500.00")
    lines = ("abzüglich Anzahlungsrechnung AR-1", "-5000.00"), ("Rechnung AR-2", "-2500.00")
    path, case = await taken_off(door, country, *lines)
    assert (codes(case), blocking(case)) == ({"PREPAYMENT_SET_OFF"}, {})
    taken = [(each["position"], each["amount"]) for each in case["normalized_invoice"]["set_offs"]]
    assert taken == [(2, float(5000 * plan.share)), (3, float(2500 * plan.share))]

    shown = (await door.get(f"{path}/posting-preview"))["lines"]
    done = await booked(door, path)

    left = 2500 * plan.share
    entries = await moved(door, done["intent_id"])
    assert entries == {
        plan.cost: Decimal(10000),
        plan.advances: Decimal(-7500),
        plan.tax: 2500 * (plan.share - 1),
        "3300": -left,
    }
    assert _sums(shown) == entries
    assert await remaining(door, done) == left
    assert await payable(door, done["invoice_id"]) == [left]
    assert await boxes(door) == {plan.box: 10000 * (plan.share - 1)}
    kept = await reversed_(door, first)
    assert (kept.status_code, kept.json()["code"]) == (409, "HAS_SETTLEMENTS")
    await check_not_twice(door, country, done, lines)


async def check_not_twice(
    door: FrontDoor, country: str, done: dict[str, Any], lines: tuple[tuple[str, str], ...]
) -> None:
    """The same lines again find nothing that is left, until the first invoice is taken back."""
    path, second = await taken_off(door, country, *lines, number="SR-2")
    assert (set(blocking(second).values()), second["prepayments"]) == ({"PREPAYMENT_LINE"}, [])
    undone = await reversed_(door, done["intent_id"])
    assert undone.status_code == 200, undone.text
    again = await changed(door, path, {"duplicate_acknowledged": True})
    assert (blocking(again), codes(again)) == ({}, {"PREPAYMENT_SET_OFF"})
    await booked(door, path)
    revived = await reversed_(door, undone.json()["reversal_intent_id"])
    assert (revived.status_code, revived.json()["code"]) == (409, "HAS_SETTLEMENTS"), revived.text


async def test_a_line_over_money_without_an_invoice_is_asked(door: FrontDoor) -> None:
    """Nobody has deducted its tax: a person says why; then the money is used up all the same."""
    vendor_id = await a_vendor(door, PLANS["AT"].seller, "5010")
    item = await a_payment(door, vendor_id, "9000.00")
    path, case = await taken_off(door, "AT", ("Anzahlung vom März", "-7500.00"))
    (taken,) = case["normalized_invoice"]["set_offs"]
    assert (taken["open_item_id"], taken["amount"], taken["position"]) == (item, 9000.0, 2)
    assert list(blocking(case).values()) == ["PREPAYMENT_TAX_DIFFERS"]

    await accepted(door, path, *blocking(case))
    done = await booked(door, path)

    assert await moved(door, done["intent_id"]) == {
        "5010": Decimal(10000),
        "2500": Decimal(2000),
        "3300": Decimal(-12000),
    }
    assert await remaining(door, done) == 3000
    assert await door.get("/v1/open-items", vendor_id=vendor_id, side="debit") == []


async def test_a_line_whose_prepayment_is_not_plain_is_asked(door: FrontDoor) -> None:
    """Two have its amount: offered, chosen without naming the line, and posted; too much is not."""
    await a_vendor(door, PLANS["AT"].seller, "5010")
    first = await on_account(door, "AT", "AR-1", "2500.00")
    await on_account(door, "AT", "AR-2", "2500.00")
    path, case = await taken_off(door, "AT", ("abzüglich Anzahlung", "-2500.00"))
    assert list(blocking(case).values()) == ["PREPAYMENT_LINE"]
    assert [each["left_amount"] for each in case["prepayments"]] == [3000.0, 3000.0]
    place = "/normalized_invoice/set_offs/0"
    over = {"intent_id": first, "amount": 3000, "position": 1}
    assert (await refused(door, path, over))["pointer"] == f"{place}/position"

    case = await changed(door, path, {"set_offs": [{"intent_id": first, "amount": 3000}]})
    assert (blocking(case), codes(case)) == ({}, {"PREPAYMENT_SET_OFF"})
    assert [each["position"] for each in case["normalized_invoice"]["set_offs"]] == [2]
    done = await booked(door, path)

    assert await moved(door, done["intent_id"]) == {
        "5010": Decimal(10000),
        "1800": Decimal(-2500),
        "2500": Decimal(1500),
        "3300": Decimal(-9000),
    }


async def test_who_takes_a_proposal_out_is_asked(door: FrontDoor) -> None:
    """Nothing is proposed any more, whatever else is changed; what was chosen instead holds."""
    await a_vendor(door, PLANS["AT"].seller, "5010")
    first = await on_account(door, "AT", "AR-1", "2500.00")
    second = await on_account(door, "AT", "AR-2", "1000.00")
    lines = ("abzüglich AR-1", "-2500.00"), ("abzüglich AR-2", "-1000.00")
    path, case = await taken_off(door, "AT", *lines)
    assert (codes(case), blocking(case)) == ({"PREPAYMENT_SET_OFF"}, {})

    part = {"intent_id": second, "amount": 1200, "position": 3}
    for set_offs in ([part], []):
        case = await changed(door, path, {"set_offs": set_offs})
        assert "PREPAYMENT_LINE" in blocking(case).values()
        case = await changed(door, path, {"reference_text": f"{len(set_offs)}"})
        kept = [e["intent_id"] for e in case["normalized_invoice"]["set_offs"]]
        assert (kept, len(blocking(case))) == ([second] * len(set_offs), 2 - len(set_offs))
    whole = [{"intent_id": first, "amount": 3000, "position": 2}, part]
    case = await changed(door, path, {"set_offs": whole})
    assert blocking(case) == {}
    await booked(door, path)
    again = await door.order("POST", f"{path}/approve")
    assert again.status_code == 409, again.text
