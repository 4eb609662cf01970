"""Inbox, review cases and recognition over HTTP, where the stories do not look."""

import asyncio
import subprocess
from typing import Any
from uuid import uuid4

import pytest

from tests.builders import another_tenant
from tests.e2e.front_door import DOMAIN, FrontDoor, demo, letter
from tests.servers import Database


async def test_the_address_takes_mail(door: FrontDoor) -> None:
    """The address that is shown is the one that works."""
    address = (await door.get("/v1/inbox/address"))["inbox_address"]

    assert address.endswith(f"@{DOMAIN}")
    assert await door.send(letter("Hallo"), address) == 250


async def test_a_stored_document_is_read_when_asked(door: FrontDoor) -> None:
    """By id or with the file; the result is kept, and no intake is started."""
    name, content = demo("zugferd_musterbetrieb.pdf")
    stored = await door.http.post(
        "/v1/documents",
        files={"file": (name, content, "application/pdf")},
        headers=door.headers(),
    )
    document_id = stored.json()["id"]

    by_id = await door.order("POST", "/v1/ocr/extract", {"document_id": document_id})
    with_file = await door.http.post(
        "/v1/ocr/extract",
        files={"file": (name, content, "application/pdf")},
        headers=door.headers(),
    )

    assert by_id.status_code == with_file.status_code == 200, by_id.text
    assert by_id.json() == with_file.json()
    assert by_id.json()["document_id"] == document_id
    assert by_id.json()["total_gross"] == 4284.00
    assert by_id.json()["confidence"]["overall"] == 1
    assert "Musterbetrieb" in by_id.json()["raw_markdown"]
    for status in ("pending", "processing"):
        assert await door.get("/v1/inbox", status=status) == []


async def test_an_interrupted_reader_is_started_again(
    door: FrontDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed from outside in its first attempt, a mailed invoice is read in the second."""
    started: list[int] = []
    start = subprocess.Popen

    def killed_once(command: Any, *args: Any, **options: Any) -> Any:
        process = start(command, *args, **options)
        if command[-1] == "activities.recognition":
            started.append(process.pid)
            if len(started) == 1:
                process.kill()
        return process

    monkeypatch.setattr(subprocess, "Popen", killed_once)
    await door.send(letter("Rechnung", demo("zugferd_musterbetrieb.pdf")))
    (item,) = await door.waiting()

    assert len(started) == 2
    assert item["ocr_extraction"]["total_gross"] == 4284.00


async def test_what_cannot_be_read_is_told(door: FrontDoor) -> None:
    """OCR_FAILED with the reason; 404 for nothing; 400 for no document at all."""
    broken = await door.http.post(
        "/v1/ocr/extract",
        files={"file": ("x.pdf", b"%PDF-1.7 nichts", "application/pdf")},
        headers=door.headers(),
    )
    unknown = await door.order("POST", "/v1/ocr/extract", {"document_id": str(uuid4())})
    nothing = await door.order("POST", "/v1/ocr/extract", {})

    assert (broken.status_code, broken.json()["code"]) == (500, "OCR_FAILED")
    assert broken.json()["context"]["reason"] == "UNREADABLE_DOCUMENT"
    assert (unknown.status_code, unknown.json()["code"]) == (404, "NOT_FOUND")
    assert (nothing.status_code, nothing.json()["code"]) == (400, "INVALID_INPUT")


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/v1/inbox", {"limit": 201}),
        ("/v1/inbox", {"status": "lost"}),
        ("/v1/invoice-review-cases", {"limit": 0}),
        ("/v1/invoice-review-cases", {"queue_state": "open"}),
        ("/v1/payables/ingestion-log", {"outcome": "eaten"}),
        ("/v1/inbox/not-an-id", {}),
    ],
)
async def test_wrong_questions_are_refused(
    door: FrontDoor, path: str, query: dict[str, str | int]
) -> None:
    """INVALID_INPUT; nothing is silently cut."""
    answer = await door.http.get(path, params=query, headers=door.headers())

    assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_INPUT")


async def test_nothing_of_another_tenant(door: FrontDoor, database: Database) -> None:
    """404 for reading and for orders."""
    await door.send(letter("Rechnung", demo("xrechnung_meier.xml")))
    (item,) = await door.waiting()
    case_id = (await door.get(f"/v1/inbox/{item['id']}"))["review_case_id"]
    stranger = door.of(another_tenant(database))

    for method, path in (
        ("GET", f"/v1/inbox/{item['id']}"),
        ("POST", f"/v1/inbox/{item['id']}/confirm"),
        ("POST", f"/v1/inbox/{item['id']}/reject"),
        ("GET", f"/v1/invoice-review-cases/{case_id}"),
        ("POST", f"/v1/invoice-review-cases/{case_id}/approve"),
        ("POST", f"/v1/invoice-review-cases/{case_id}/reject"),
    ):
        answer = await stranger.order(method, path)
        assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND"), path
    assert await stranger.get("/v1/inbox") == []


async def test_corrections_are_checked(door: FrontDoor) -> None:
    """A misspelt field, an empty body and an unknown vendor are refused by name."""
    await door.send(letter("Rechnung", demo("xrechnung_meier.xml")))
    (item,) = await door.waiting()
    case_id = (await door.get(f"/v1/inbox/{item['id']}"))["review_case_id"]
    path = f"/v1/invoice-review-cases/{case_id}"

    empty = await door.order("PATCH", path, {})
    misspelt = await door.order("PATCH", path, {"normalized_invoice": {"tax_cod": "VST20"}})
    unknown = await door.order("PATCH", path, {"vendor_id": str(uuid4())})
    needs_vendor = await door.order("POST", f"{path}/approve")

    assert (empty.status_code, empty.json()["code"]) == (400, "NO_CHANGES")
    assert misspelt.json()["errors"][0]["pointer"] == "/normalized_invoice/tax_cod"
    assert (unknown.status_code, unknown.json()["code"]) == (404, "VENDOR_NOT_FOUND")
    assert (needs_vendor.status_code, needs_vendor.json()["code"]) == (400, "VENDOR_REQUIRED")


async def test_a_key_never_brings_words_back_that_were_refused(door: FrontDoor) -> None:
    """What a refused call said is not what the next call with its key says."""
    await door.send(letter("Rechnung", demo("xrechnung_meier.xml")))
    (item,) = await door.waiting()
    shown = await door.get(f"/v1/inbox/{item['id']}")
    path = f"/v1/invoice-review-cases/{shown['review_case_id']}"
    invoice = (await door.get(path))["normalized_invoice"] | {"invoice_number": "NEU-1"}

    refused = await door.order("PATCH", path, {"vendor_id": str(uuid4())}, key="same")
    changed = await door.order("PATCH", path, {"normalized_invoice": invoice}, key="same")

    assert (refused.status_code, refused.json()["code"]) == (404, "VENDOR_NOT_FOUND")
    assert changed.status_code == 200, changed.text
    assert changed.json()["normalized_invoice"]["invoice_number"] == "NEU-1"


async def test_the_same_correction_many_times_at_once(door: FrontDoor) -> None:
    """One key, one change; whoever comes too early is told to come again, nobody gets a 500."""
    await door.send(letter("Rechnung", demo("xrechnung_meier.xml")))
    (item,) = await door.waiting()
    shown = await door.get(f"/v1/inbox/{item['id']}")
    path = f"/v1/invoice-review-cases/{shown['review_case_id']}"
    body = {"normalized_invoice": (await door.get(path))["normalized_invoice"]}

    answers = await asyncio.gather(
        *(door.order("PATCH", path, body, key="at-once") for _ in range(10))
    )

    assert {answer.status_code for answer in answers} == {200}


async def test_lists_carry_their_length(door: FrontDoor) -> None:
    """X-Total-Count, with a page of one."""
    await door.send(letter("Rechnungen", demo("xrechnung_meier.xml"), ("leer.pdf", b"")))
    await door.waiting(2)

    answer = await door.http.get("/v1/inbox", params={"limit": 1}, headers=door.headers())

    assert (len(answer.json()), answer.headers["X-Total-Count"]) == (1, "2")
