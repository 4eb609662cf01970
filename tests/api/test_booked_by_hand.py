"""An invoice that is booked by hand and also comes as a document owes twice: it is told."""

from datetime import date
from typing import Any

from tests.api.invoice_cases import BUYERS, a_vendor, booked, case_of, changed
from tests.api.test_review_cases import accepted, blocking
from tests.e2e.front_door import FrontDoor
from tests.e_invoice_writer import EInvoice, Item, Party

SELLER = Party("Tischlerei Ahornweg GmbH", "AT", "ATU47110816")
DAY = "2026-03-02"


def document(number: str) -> EInvoice:
    """One of 120.00."""
    item = Item("Sessel", "100.00")
    day = date.fromisoformat(DAY)
    return EInvoice(number=number, seller=SELLER, buyer=BUYERS["AT"], items=(item,), day=day)


def lines_of(vendor_id: str) -> list[dict[str, Any]]:
    """The lines of a booking of 120.00 that owes to the vendor."""
    return [
        {"account_number": "5010", "debit": "120.00", "credit": "0", "tax_code": "VST20"},
        {"account_number": "3300", "debit": "0", "credit": "120.00", "partner_id": vendor_id},
    ]


async def by_hand(door: FrontDoor, vendor_id: str, **more: Any) -> dict[str, Any]:
    """The answer to a booking of 120.00 that owes to the vendor."""
    lines = lines_of(vendor_id)
    body = {"booking_date": DAY, "description": "Sessel", "lines": lines, **more}
    made = await door.order("POST", "/v1/bookings", body)
    assert made.status_code == 201, made.text
    found: dict[str, Any] = made.json()
    return found


def codes(case: dict[str, Any]) -> dict[str, str]:
    """Severity of what is said of bookings by hand, but for what a change has ended."""
    live = (e for e in case["findings"] if (e["answer"] or {}).get("kind") != "changed")
    found = (each for each in live if each["code"] == "BOOKED_BY_HAND")
    return {each["severity"]: each["message"] for each in found}


async def test_a_document_of_what_is_booked_by_hand_waits(door: FrontDoor) -> None:
    """Named by its entry, however the number is written; reversed, it is no more."""
    vendor_id = await a_vendor(door, SELLER, "5010")
    made = await by_hand(door, vendor_id, external_reference="re 2026-007")
    assert "warnings" not in made
    path, case = await case_of(door, document("RE-2026-07"))
    (entry, *_) = (await door.get(f"/v1/journal/{made['intent_id']}"))["entries"]
    assert f"Journal entry {entry['journal_number']} of {DAY}" in codes(case)["blocking"]
    stopped = await door.order("POST", f"{path}/approve")
    assert (stopped.status_code, stopped.json()["code"]) == (409, "FINDINGS_OPEN")

    body = {"intent_id": made["intent_id"], "posting_mode": "original_period"}
    undone = await door.order("POST", "/v1/journal/reverse", body)
    assert undone.status_code == 200, undone.text
    assert codes(await changed(door, path, {"booking_date": DAY})) == {}
    await booked(door, path)


async def test_a_person_may_say_why(door: FrontDoor) -> None:
    """Another number is another invoice; without a number the amount is told, and blocks not."""
    vendor_id = await a_vendor(door, SELLER, "5010")
    await by_hand(door, vendor_id, external_reference="RE-1")
    await by_hand(door, vendor_id, skip_duplicate_check=True)
    _, other = await case_of(door, document("RE-2"))
    assert list(codes(other)) == ["warning"]
    path, case = await case_of(door, document("RE-1"))
    assert set(codes(case)) == {"blocking", "warning"}
    await accepted(door, path, *blocking(case))
    await changed(door, path, {"booking_date": DAY, "duplicate_acknowledged": True})
    await booked(door, path)


async def test_a_booking_by_hand_of_a_document_is_told(door: FrontDoor) -> None:
    """It is posted, and names the case that waits, then the invoice."""
    vendor_id = await a_vendor(door, SELLER, "5010")
    path, case = await case_of(door, document("RE-9"))
    (waits,) = (await by_hand(door, vendor_id, external_reference="RE 9"))["warnings"]
    assert (waits["code"], waits["review_case_id"]) == ("SAME_INVOICE", case["id"])
    assert (waits["invoice_id"], waits["intent_id"]) == (None, None)

    await accepted(door, path, *blocking(await changed(door, path, {"booking_date": DAY})))
    done = await booked(door, path)
    more = {"external_reference": "RE 9", "skip_duplicate_check": True}
    (there,) = (await by_hand(door, vendor_id, **more))["warnings"]
    assert (there["invoice_id"], there["intent_id"]) == (done["invoice_id"], done["intent_id"])
    assert "warnings" not in await by_hand(door, vendor_id, external_reference="RE 10")


async def test_many_of_the_same_amount_hide_no_number(door: FrontDoor) -> None:
    """More of the amount than are looked at leave the one of the number, which blocks."""
    vendor_id = await a_vendor(door, SELLER, "5010")
    await by_hand(door, vendor_id, external_reference="RE-77", booking_date="2026-03-03")
    lines = lines_of(vendor_id)
    one = {"description": "Sessel", "lines": lines, "skip_duplicate_check": True}
    days = [f"2026-03-{day:02}" for day in (1, 2, 4) for _ in range(8)]
    made = await door.order(
        "POST", "/v1/bookings/batch", {"bookings": [one | {"booking_date": day} for day in days]}
    )
    assert made.status_code == 201, made.text
    _, case = await case_of(door, document("RE 77"))
    assert "2026-03-03" in codes(case)["blocking"]


async def test_each_of_a_batch_is_told_its_own(door: FrontDoor) -> None:
    """The warning stands at the booking that it concerns, and at no other."""
    vendor_id = await a_vendor(door, SELLER, "5010")
    _, case = await case_of(door, document("RE-9"))
    lines = lines_of(vendor_id)
    one = {"booking_date": DAY, "description": "Sessel", "lines": lines}
    numbers = ("RE 8", "RE 9", "RE 10")
    body = {"bookings": [one | {"external_reference": number} for number in numbers]}
    made = await door.order("POST", "/v1/bookings/batch", body)
    assert made.status_code == 201, made.text
    told = [each.get("warnings", []) for each in made.json()["results"]]
    assert [len(each) for each in told] == [0, 1, 0]
    assert told[1][0]["review_case_id"] == case["id"]


async def test_an_invoice_that_is_reversed_is_told_no_more(door: FrontDoor) -> None:
    """Booked by hand instead, it is owed once."""
    vendor_id = await a_vendor(door, SELLER, "5010")
    path, _ = await case_of(door, document("RE-9"))
    await changed(door, path, {"booking_date": DAY})
    done = await booked(door, path)
    body = {"intent_id": done["intent_id"], "posting_mode": "original_period"}
    undone = await door.order("POST", "/v1/journal/reverse", body)
    assert undone.status_code == 200, undone.text
    more = {"external_reference": "RE 9", "skip_duplicate_check": True}
    assert "warnings" not in await by_hand(door, vendor_id, **more)
