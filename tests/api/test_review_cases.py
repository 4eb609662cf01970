"""Review cases over HTTP: what blocks, blocks, and everybody knows what they approve."""

from typing import Any

import pytest
from sqlalchemy import Engine

from tests.corpus import DOCUMENTS
from tests.e2e.front_door import FrontDoor, demo, letter
from tests.plans import asked_of

CASES = "/v1/invoice-review-cases"
MERGE_PATCH = "application/merge-patch+json"


async def waiting_case(door: FrontDoor, *files: tuple[str, bytes]) -> str:
    """Path of the case of a document that has been read."""
    await door.send(letter("Rechnung", *files))
    (item,) = await door.waiting()
    shown = await door.get(f"/v1/inbox/{item['id']}")
    return f"{CASES}/{shown['review_case_id']}"


async def with_vendor(door: FrontDoor, path: str, iban: str | None = None) -> dict[str, Any]:
    """The case once its vendor is known, with a usual account."""
    seen = (await door.get(path))["normalized_invoice"]["vendor"]
    vendor = {"name": seen["name"], "iban": iban or seen["iban"], "default_account": "5000"}
    made = await door.order("POST", "/v1/vendors", vendor)
    assert made.status_code == 201, made.text
    changed = await door.order("PATCH", path, {"vendor_id": made.json()["id"]})
    assert changed.status_code == 200, changed.text
    found: dict[str, Any] = changed.json()
    return found


def blocking(case: dict[str, Any]) -> dict[str, str]:
    """Open findings that block, code by id."""
    return {
        each["id"]: each["code"]
        for each in case["findings"]
        if each["severity"] == "blocking" and each["answer"] is None
    }


async def accepted(door: FrontDoor, path: str, *names: str) -> dict[str, Any]:
    """The case once these findings are accepted."""
    answers = {name: {"accept": True, "reason": "am Telefon geklärt"} for name in names}
    answered = await door.order("PATCH", path, {"finding_answers": answers})
    assert answered.status_code == 200, answered.text
    found: dict[str, Any] = answered.json()
    return found


async def test_a_tampered_hybrid_is_not_approved_by_one_call(door: FrontDoor) -> None:
    """FINDINGS_OPEN with the list in words; each needs an answer, and the answers are kept."""
    file = DOCUMENTS / "tampered_hybrid.pdf"
    path = await waiting_case(door, (file.name, file.read_bytes()))
    case = await with_vendor(door, path)
    wanted = blocking(case)
    assert "PAGE_AND_XML_DIFFER" in wanted.values()

    refused = await door.order("POST", f"{path}/approve")

    assert (refused.status_code, refused.json()["code"]) == (409, "FINDINGS_OPEN")
    listed = refused.json()["context"]["findings"]
    assert {each["id"] for each in listed} == set(wanted)
    assert all(each["message"] and each["severity"] == "blocking" for each in listed)
    first, *others = wanted
    await accepted(door, path, *others)
    still = await door.order("POST", f"{path}/approve")
    assert [each["id"] for each in still.json()["context"]["findings"]] == [first]
    assert blocking(await accepted(door, path, first)) == {}
    posted = await door.order("POST", f"{path}/approve")
    assert posted.status_code == 200, posted.text
    kept = {each["id"]: each["answer"] for each in (await door.get(path))["findings"]}
    person = str(door.tenant.people["bookkeeper"].user_id)
    for name in wanted:
        assert kept[name]["kind"] == "accepted"
        assert kept[name]["reason"] == "am Telefon geklärt"
        assert kept[name]["answered_by"] == person


async def test_corrected_values_answer_their_findings(door: FrontDoor) -> None:
    """What the page says is typed in; an account number alone answers nothing."""
    file = DOCUMENTS / "tampered_hybrid.pdf"
    path = await waiting_case(door, (file.name, file.read_bytes()))
    case = await with_vendor(door, path)
    invoice = case["normalized_invoice"]
    before = blocking(case)
    for line in invoice["line_items"]:
        line["account_number"] = "5000"
    touched = await door.order("PATCH", path, {"normalized_invoice": invoice})
    assert set(blocking(touched.json())) == set(before)

    total = {"total_gross": 1020.00, "total_net": 850.00, "total_tax": 170.00}
    line = invoice["line_items"][0] | {"line_total": 1020.00, "tax_amount": 170.00}
    part = {**total, "amount_due": None, "line_items": [line]}
    changed = await door.order(
        "PATCH", path, {"normalized_invoice": part}, Content_Type=MERGE_PATCH
    )

    assert changed.status_code == 200, changed.text
    answers = {each["id"]: each["answer"] for each in changed.json()["findings"]}
    gross = [
        each["id"]
        for each in case["findings"]
        if each["code"] == "PAGE_AND_XML_DIFFER" and each["fields"] == ["total_gross"]
    ]
    assert [answers[name]["kind"] for name in gross] == ["changed"]


@pytest.mark.parametrize(
    ("answer", "pointer"),
    [
        ({"accept": True}, "/reason"),
        ({"accept": True, "reason": " "}, "/reason"),
        ({"accept": True, "reason": "x" * 501}, "/reason"),
        ({"accept": False, "reason": "x"}, "/accept"),
    ],
)
async def test_an_answer_says_why(door: FrontDoor, answer: dict[str, Any], pointer: str) -> None:
    """From 1 to 500 letters; and nothing else is an answer."""
    path = f"{CASES}/{door.tenant.id}"
    refused = await door.order("PATCH", path, {"finding_answers": {"a-1": answer}})

    assert (refused.status_code, refused.json()["code"]) == (400, "INVALID_INPUT")
    assert [each["pointer"] for each in refused.json()["errors"]] == [
        f"/finding_answers/a-1{pointer}"
    ]


async def test_nobody_approves_what_they_have_not_seen(door: FrontDoor) -> None:
    """Seen at one sum, changed to another: 412, by header or body; then with the new version."""
    path = await waiting_case(door, demo("xrechnung_meier.xml"))
    await with_vendor(door, path)
    shown = await door.http.get(path, headers=door.headers())
    seen, tag = shown.json()["version"], shown.headers["ETag"]
    assert tag == f'"{seen}"'
    part = {"reference_text": "geändert"}
    other = await door.order("PATCH", path, {"normalized_invoice": part}, Content_Type=MERGE_PATCH)
    assert other.headers["ETag"] == f'"{seen + 1}"'
    await door.answer(other.json())

    by_tag = await door.order("POST", f"{path}/approve", If_Match=tag)
    in_body = await door.order("POST", f"{path}/approve", {"version": seen})
    rejected = await door.order("POST", f"{path}/reject", {"version": seen})
    patched = await door.order("PATCH", path, {"vendor_id": None}, If_Match=tag)

    for refused in (by_tag, in_body, rejected, patched):
        assert (refused.status_code, refused.json()["code"]) == (412, "CASE_CHANGED")
        assert refused.json()["context"]["expected"] == seen
    now = (await door.get(path))["version"]
    both = await door.order("POST", f"{path}/approve", {"version": now}, If_Match=f'"{now + 1}"')
    assert (both.status_code, both.json()["code"]) == (400, "INVALID_INPUT")
    odd = await door.order("POST", f"{path}/approve", If_Match='"abc"')
    assert (odd.status_code, odd.json()["code"]) == (400, "INVALID_INPUT")
    posted = await door.order("POST", f"{path}/approve", If_Match=f'W/"{now}"')
    assert posted.status_code == 200, posted.text


async def test_parts_of_an_invoice_change_alone(door: FrontDoor) -> None:
    """RFC 7396: null clears, lists are replaced, the rest stays; the same key is the same call."""
    path = await waiting_case(door, demo("xrechnung_meier.xml"))
    before = (await door.get(path))["normalized_invoice"]

    part = {"vendor": {"address": None}, "invoice_number": "N-1", "currency": None}
    body = {"normalized_invoice": part}
    changed = await door.order("PATCH", path, body, key="k", Content_Type=MERGE_PATCH)
    again = await door.order("PATCH", path, body, key="k", Content_Type=MERGE_PATCH)
    whole = await door.order("PATCH", path, body, key="k")

    assert changed.status_code == 200, changed.text
    assert again.headers["ETag"] == changed.headers["ETag"] == f'"{changed.json()["version"]}"'
    after = changed.json()["normalized_invoice"]
    assert after == before | {
        "vendor": before["vendor"] | {"address": None},
        "invoice_number": "N-1",
        "currency": None,
    }
    assert again.json() == changed.json()
    assert (whole.status_code, whole.json()["code"]) == (409, "IDEMPOTENCY_KEY_REUSED")


async def test_orders_ask_as_few_statements_as_they_did(door: FrontDoor) -> None:
    """From the call to the answer, in the API and in the worker: who it is, one read, the step."""
    path = await waiting_case(door, demo("xrechnung_meier.xml"))
    await door.answer(await with_vendor(door, path))
    part = {"normalized_invoice": {"reference_text": "Nr. 7"}}
    for _ in range(2):  # the first one is told what the processes know afterwards
        with asked_of(Engine) as correcting:
            changed = await door.order("PATCH", path, part, Content_Type=MERGE_PATCH)
        assert changed.status_code == 200, changed.text
    with asked_of(Engine) as approving:
        done = await door.order("POST", f"{path}/approve")
    assert done.status_code == 200, done.text

    assert len(correcting) <= 32, correcting
    assert len(approving) <= 34, approving
