"""An e-mailed invoice becomes a posting: over real SMTP and HTTP, through real processes."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from temporalio.client import Client

from tests.builders import another_tenant
from tests.e2e.front_door import FrontDoor, demo, letter, opened
from tests.servers import Database


@pytest.fixture(scope="module")
async def house(
    database: Database, temporal: Client, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[FrontDoor]:
    """Open one house for the stories of this file."""
    folder = tmp_path_factory.mktemp("blobs")
    async with opened(database, temporal, another_tenant(database), folder) as door:
        yield door


@pytest.fixture
def door(house: FrontDoor, database: Database) -> FrontDoor:
    """Give each story a tenant of its own."""
    return house.of(another_tenant(database))


async def ready(door: FrontDoor, case_id: str, tax_code: str = "VST20") -> dict[str, Any]:
    """Let the reviewer give a case what it lacks: a vendor, an account, a tax code."""
    case = await door.get(f"/v1/invoice-review-cases/{case_id}")
    invoice = case["normalized_invoice"]
    vendor = {"name": invoice["vendor"]["name"], "iban": "DE89370400440532013000"}
    made = await door.order("POST", "/v1/vendors", vendor)
    assert made.status_code == 201, made.text
    for line in invoice["line_items"]:
        line |= {"account_number": "5000", "tax_code": tax_code}
    body = {"vendor_id": made.json()["id"], "normalized_invoice": invoice}
    changed = await door.order("PATCH", f"/v1/invoice-review-cases/{case_id}", body)
    assert changed.status_code == 200, changed.text
    await door.answer(changed.json())
    found: dict[str, Any] = changed.json()
    return found


@pytest.mark.parametrize(
    ("name", "number", "gross", "source"),
    [
        ("zugferd_musterbetrieb.pdf", "210111", 4284.00, "xml"),
        ("xrechnung_meier.xml", "12345", 14918.84, "xml"),
        ("text_lieferant.pdf", "471102", 529.87, "text"),
        ("scan_bei_spiel.pdf", "RE-20150613/503", 406.82, "ocr"),
    ],
)
async def test_from_mail_to_posting(
    door: FrontDoor, name: str, number: str, gross: float, source: str
) -> None:
    """All ways of reading end in the books, and every step is to be seen."""
    assert await door.send(letter("Rechnung", demo(name))) == 250
    (item,) = await door.waiting()
    shown = await door.get(f"/v1/inbox/{item['id']}")
    case_id = shown["review_case_id"]
    assert shown["ocr_extraction"]["invoice_number"] == number
    assert shown["ocr_extraction"]["total_gross"] == gross
    assert shown["ocr_extraction"]["origins"]["total_gross"]["source"] == source
    assert shown["source_email"] == "re@lieferant.example"

    await ready(door, case_id)
    approved = await door.order("POST", f"/v1/invoice-review-cases/{case_id}/approve")

    assert approved.status_code == 200, approved.text
    answer = approved.json()
    assert answer["reviewCaseId"] == case_id
    assert (await door.get(f"/v1/inbox/{item['id']}"))["status"] == "confirmed"
    assert (await door.get(f"/v1/invoice-review-cases/{case_id}"))["queue_state"] == "approved"
    invoice = await door.get(f"/v1/invoices/{answer['invoiceId']}")
    assert (invoice["total_gross"], invoice["intent_id"]) == (gross, answer["intentId"])
    intent = await door.get(f"/v1/journal/{answer['intentId']}")
    assert intent["intent_id"] == answer["intentId"]
    (entry,) = await door.get("/v1/payables/ingestion-log")
    assert (entry["outcome"], entry["inbox_id"]) == ("accepted", item["id"])


async def test_thrice_sent_and_ten_times_approved_is_posted_once(door: FrontDoor) -> None:
    """ONCE: one document, one case, one posting, whatever is repeated."""
    made = letter("Rechnung", demo("xrechnung_meier.xml")).as_bytes()
    assert [await door.send(made) for _ in range(3)] == [250, 250, 250]
    (item,) = await door.waiting()
    case_id = (await door.get(f"/v1/inbox/{item['id']}"))["review_case_id"]
    await ready(door, case_id)
    path = f"/v1/invoice-review-cases/{case_id}/approve"

    answers = await asyncio.gather(*(door.order("POST", path) for _ in range(10)))

    codes = sorted(answer.status_code for answer in answers)
    assert codes == [200] + [409] * 9
    refused = {answer.json()["code"] for answer in answers if answer.status_code == 409}
    assert refused == {"ALREADY_APPROVED"}
    assert len({row["intent_id"] for row in (await door.get("/v1/journal"))["entries"]}) == 1
    assert len(await door.get("/v1/invoices")) == 1


async def test_ten_times_with_one_key_is_one_answer(door: FrontDoor) -> None:
    """The same Idempotency-Key gets the first answer, ten times at once and later."""
    await door.send(letter("Rechnung", demo("xrechnung_meier.xml")))
    (item,) = await door.waiting()
    case_id = (await door.get(f"/v1/inbox/{item['id']}"))["review_case_id"]
    await ready(door, case_id)
    path = f"/v1/invoice-review-cases/{case_id}/approve"

    answers = await asyncio.gather(*(door.order("POST", path, key="k1") for _ in range(10)))
    late = await door.order("POST", path, key="k1")

    assert [answer.status_code for answer in answers] == [200] * 10
    assert {answer.text for answer in answers} == {late.text}
    assert late.headers["Idempotent-Replayed"] == "true"


async def test_a_failed_posting_finds_its_way_back(door: FrontDoor) -> None:
    """PERIOD_LOCKED to the caller and in the case; corrected, approved again, posted."""
    await door.send(letter("Rechnung", demo("text_lieferant.pdf")))
    (item,) = await door.waiting()
    case_id = (await door.get(f"/v1/inbox/{item['id']}"))["review_case_id"]
    case = await ready(door, case_id, tax_code="GIBT-ES-NICHT")
    path = f"/v1/invoice-review-cases/{case_id}"

    refused = await door.order("POST", f"{path}/approve")
    failed = await door.get(path)
    invoice = case["normalized_invoice"]
    for line in invoice["line_items"]:
        line["tax_code"] = "VST20"
    corrected = await door.order("PATCH", path, {"normalized_invoice": invoice})
    await door.answer(await door.get(path))  # the supplier is German: its tax is none of VST20
    posted = await door.order("POST", f"{path}/approve")

    assert (refused.status_code, refused.json()["code"]) == (400, "INVALID_TAX_CODE")
    assert failed["queue_state"] == "posting_failed"
    assert failed["posting_error"]["code"] == "INVALID_TAX_CODE"
    assert corrected.json()["queue_state"] != "posting_failed"
    assert posted.status_code == 200, posted.text


async def test_reject_and_confirm(door: FrontDoor) -> None:
    """Each once; a reason stays in the database."""
    await door.send(
        letter("Rechnungen", demo("xrechnung_meier.xml"), demo("zugferd_musterbetrieb.pdf"))
    )
    first, second = await door.waiting(2)

    rejected = await door.order("POST", f"/v1/inbox/{first['id']}/reject", {"reason": "privat"})
    confirmed = await door.order("POST", f"/v1/inbox/{second['id']}/confirm")
    again = await door.order("POST", f"/v1/inbox/{second['id']}/confirm")

    assert rejected.json() == {"rejected": True, "inbox_id": first["id"]}
    assert confirmed.json() == {"confirmed": True, "inbox_id": second["id"]}
    assert (again.status_code, again.json()["code"]) == (409, "ALREADY_PROCESSED")
    assert (await door.get(f"/v1/inbox/{first['id']}"))["rejection_reason"] == "privat"
    cases = await door.get("/v1/invoice-review-cases", queue_state="rejected")
    assert len(cases) == 2


async def test_two_people_approve_where_the_policy_says_so(door: FrontDoor) -> None:
    """202 with the case until both have; the same key gets 202 again; then it is posted once."""
    bands = [{"above": 0, "approvals": 2}]
    policy = {"version": 0, "invoices": bands, "payment_runs": [{"above": 0}]}
    made = await door.http.put("/v1/approval-policy", json=policy, headers=door.headers("admin"))
    assert made.status_code == 200, made.text
    await door.send(letter("Rechnung", demo("xrechnung_meier.xml")))
    (item,) = await door.waiting()
    case_id = (await door.get(f"/v1/inbox/{item['id']}"))["review_case_id"]
    await ready(door, case_id)
    path = f"/v1/invoice-review-cases/{case_id}/approve"

    first, again = [await door.order("POST", path, key="k") for _ in range(2)]
    same = await door.order("POST", path)
    second = await door.http.post(path, headers=door.headers("approver"))

    assert [each.status_code for each in (first, again, same, second)] == [202, 202, 403, 200]
    assert first.json() == again.json()
    assert again.headers["Idempotent-Replayed"] == "true"
    given = {"given": 1, "needed": 2, "by": [str(door.tenant.people["bookkeeper"].user_id)]}
    assert first.json()["approvals"] == given
    assert same.json()["code"] == "SELF_APPROVAL_DENIED"
    assert second.json()["reviewCaseId"] == case_id
    assert (await door.get(f"/v1/invoice-review-cases/{case_id}"))["approvals"]["given"] == 2
