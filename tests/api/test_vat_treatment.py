"""How a vendor is usually treated in VAT: taught by approvals, settled by what people say."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from tests.api.invoice_cases import BUYERS, a_vendor, booked, case_of, changed
from tests.api.test_review_cases import blocking
from tests.e2e.front_door import FrontDoor
from tests.e_invoice_writer import EInvoice, Item, Party

SELLER = Party("Kölner Softwarehaus GmbH", "DE", "DE812345673", "Köln", "50667")
FIRST = EInvoice(
    number="RC-1",
    seller=SELLER,
    buyer=BUYERS["AT"],
    items=(Item("Position 1", "1000.00", "0", "AE"),),
    day=date(2026, 11, 16),
)


def path_of(vendor_id: str) -> str:
    """Where the treatment of a vendor is."""
    return f"/v1/vendors/{vendor_id}/vat-treatment"


def said(case: dict[str, Any]) -> set[str]:
    """Codes of all that is found."""
    return {each["code"] for each in case["findings"]}


async def taught(door: FrontDoor) -> tuple[str, dict[str, Any]]:
    """Vendor and case of a first document, of which a person said that it was a service."""
    vendor_id = await a_vendor(door, SELLER, "6841")
    path, case = await case_of(door, FIRST)
    assert list(blocking(case).values()) == ["VAT_KIND_UNKNOWN"]
    assert (await door.get(path_of(vendor_id)))["in_force"] is None
    lines = case["normalized_invoice"]["line_items"]
    part = {"line_items": [line | {"supply_kind": "service"} for line in lines]}
    await changed(door, path, part)
    return vendor_id, await booked(door, path)


async def test_what_was_approved_is_not_asked_again(door: FrontDoor) -> None:
    """Goods or service: a person says it once, and the next invoice is booked as before."""
    vendor_id, case = await taught(door)

    kept = (await door.get(path_of(vendor_id)))["in_force"]
    assert (kept["source"], kept["version"], kept["undoes"]) == ("document", 1, None)
    assert (kept["country"], kept["category"]) == ("DE", "AE")
    assert (kept["tax_code"], kept["supply_kind"]) == ("VST-RC20", "service")
    assert kept["document_id"] == case["document_id"]
    assert kept["decided_by"] == str(door.tenant.people["bookkeeper"].user_id)
    _, again = await case_of(door, replace(FIRST, number="RC-2"))
    assert blocking(again) == {}
    assert "VAT_AS_BEFORE" in said(again)
    assert [each["code"] for each in again["tax_proposals"]] == ["VST-RC20"]


async def test_what_is_undone_is_asked_again(door: FrontDoor) -> None:
    """The version that was taught is taken back, and both stay to be seen."""
    vendor_id, _ = await taught(door)

    undone = await door.order("POST", f"{path_of(vendor_id)}/undo", {"version": 1})

    assert undone.status_code == 200, undone.text
    in_force, before = undone.json()["versions"]
    assert undone.json()["in_force"] == in_force
    assert (in_force["undoes"], in_force["tax_code"], before["version"]) == (1, None, 1)
    _, third = await case_of(door, replace(FIRST, number="RC-3"))
    assert list(blocking(third).values()) == ["VAT_KIND_UNKNOWN"]


async def test_a_person_settles_it_before_the_first_document(door: FrontDoor) -> None:
    """Nothing is asked, and documents teach nothing any more; what differs is told."""
    vendor_id = await a_vendor(door, SELLER, "6841")
    treatment = {"country": "DE", "category": "AE", "tax_code": "vst-rc20", "reason": "Hosting"}
    put = await door.order("PUT", path_of(vendor_id), treatment)
    assert put.status_code == 200, put.text
    assert put.json()["in_force"]["tax_code"] == "VST-RC20"
    assert put.json()["in_force"]["source"] == "person"

    path, case = await case_of(door, FIRST)
    assert blocking(case) == {}
    await booked(door, path)
    assert len((await door.get(path_of(vendor_id)))["versions"]) == 1

    goods = replace(FIRST, number="RC-4", items=(Item("Handelsware", "100.00", "0", "K"),))
    _, other = await case_of(door, goods)
    assert "VAT_TREATMENT_DIFFERS" in said(other)
    assert [each["code"] for each in other["tax_proposals"]] == ["VST-IGE20"]


async def test_versions_are_undone_one_by_one(door: FrontDoor) -> None:
    """Back to nothing; a stale order is refused, and so is one that finds nothing to undo."""
    vendor_id = await a_vendor(door, SELLER, "6841")
    for category in ("AE", "K"):
        put = await door.order("PUT", path_of(vendor_id), {"category": category})
        assert put.status_code == 200, put.text
    undo = f"{path_of(vendor_id)}/undo"

    stale = await door.order("POST", undo, {"version": 1})
    first = await door.order("POST", undo, {"version": 2, "reason": "Irrtum"}, key="u")
    again = await door.order("POST", undo, {"version": 2, "reason": "Irrtum"}, key="u")
    second = await door.order("POST", undo, {"version": 3})
    nothing = await door.order("POST", undo, {"version": 4})

    assert (stale.status_code, stale.json()["code"]) == (412, "TREATMENT_CHANGED")
    assert first.json()["in_force"]["category"] == "AE"
    assert first.json()["in_force"]["reason"] == "Irrtum"
    assert again.json() == first.json()
    assert second.json()["in_force"]["category"] is None
    assert (nothing.status_code, nothing.json()["code"]) == (409, "INVALID_STATE_TRANSITION")
    shown = await door.get(path_of(vendor_id))
    assert [each["version"] for each in shown["versions"]] == [4, 3, 2, 1]


@pytest.mark.parametrize(
    ("treatment", "code", "pointer"),
    [
        ({}, "NO_CHANGES", None),
        ({"tax_code": "VST99"}, "INVALID_TAX_CODE", "/tax_code"),
        ({"tax_code": "UST20"}, "INVALID_TAX_CODE", "/tax_code"),
        ({"category": "X"}, "INVALID_INPUT", "/category"),
        ({"supply_kind": "sevrice"}, "INVALID_INPUT", "/supply_kind"),
        ({"country": "AT"}, "INVALID_INPUT", "/country"),
        ({"small_business_until": "2026-12-31"}, "INVALID_INPUT", "/small_business_until"),
        ({"kategorie": "S"}, "INVALID_INPUT", "/kategorie"),
    ],
)
async def test_what_cannot_be_is_refused(
    door: FrontDoor, treatment: dict[str, Any], code: str, pointer: str | None
) -> None:
    """By the field that is wrong; nothing is kept."""
    body = {"name": "Haus GmbH", "address": {"country": "Deutschland"}}
    made = await door.order("POST", "/v1/vendors", body)
    refused = await door.order("PUT", path_of(made.json()["id"]), treatment)

    assert (refused.status_code, refused.json()["code"]) == (400, code)
    pointers = [each["pointer"] for each in refused.json().get("errors", [])]
    assert pointers == ([pointer] if pointer else [])
    assert (await door.get(path_of(made.json()["id"])))["versions"] == []


async def test_a_vendor_of_nobody_has_none(door: FrontDoor) -> None:
    """Neither shown nor changed."""
    path = path_of(str(uuid4()))
    shown = await door.http.get(path, headers=door.headers())
    put = await door.order("PUT", path, {"category": "S"})
    undone = await door.order("POST", f"{path}/undo", {"version": 1})

    assert [each.status_code for each in (shown, put, undone)] == [404, 404, 404]
