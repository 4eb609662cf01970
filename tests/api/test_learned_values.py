"""What a reviewer corrects is read there on the vendor's next document, and can be undone."""

import io
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from reportlab.pdfgen.canvas import Canvas
from temporalio.client import Client

from tests.api.invoice_cases import BUYERS, a_vendor, booked, changed
from tests.api.invoice_cases import case_of as e_invoice
from tests.api.test_review_cases import CASES
from tests.builders import another_tenant
from tests.e2e.front_door import FrontDoor, letter, opened
from tests.e_invoice_writer import EInvoice, Item, Party
from tests.layouts import INVOICE
from tests.servers import Database

IBAN = "AT02 2011 1000 0001 2345"  # of no page: somebody types it


@pytest.fixture(scope="module")
async def door(
    database: Database, temporal: Client, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[FrontDoor]:
    """Open one house for this file."""
    folder = tmp_path_factory.mktemp("blobs")
    async with opened(database, temporal, another_tenant(database), folder) as house:
        yield house


def page(number: str, sign: str) -> bytes:
    """The invoice as a PDF with a text layer; another number stands behind "Unser Zeichen"."""
    text = INVOICE.replace("Rechnung      ", f"Unser Zeichen {sign}", 1).replace("2026-17", number)
    written = io.BytesIO()
    canvas = Canvas(written)
    canvas.setFont("Courier", 9)
    for row, line in enumerate(text.splitlines()):
        canvas.drawString(30, 800 - 14 * row, line)
    canvas.save()
    return written.getvalue()


async def case_of(door: FrontDoor, number: str, sign: str) -> tuple[str, dict[str, Any]]:
    """Path and content of the case of such a page, with what was read."""
    name = f"{number}.pdf"
    await door.send(letter("Rechnung", (name, page(number, sign))))
    items = await door.until(
        "/v1/inbox", lambda found: name in {each["original_name"] for each in found}
    )
    (own,) = (each for each in items if each["original_name"] == name)
    shown = await door.get(f"/v1/inbox/{own['id']}")
    path = f"{CASES}/{shown['review_case_id']}"
    return path, await door.get(path) | {"ocr_extraction": shown["ocr_extraction"]}


def source_of(case: dict[str, Any]) -> str:
    """Where the number of a case comes from."""
    return str(case["ocr_extraction"]["origins"]["invoice_number"]["source"])


async def taught(door: FrontDoor) -> tuple[str, dict[str, Any]]:
    """Where what is learned of the vendor is listed, and the case that taught it."""
    made = await door.order(
        "POST",
        "/v1/vendors",
        {"name": "Muster Handel GmbH", "vat_id": "ATU13585627", "default_account": "6841"},
    )
    assert made.status_code == 201, made.text
    learned = f"/v1/vendors/{made.json()['id']}/learned-values"
    path, case = await case_of(door, "2026-17", "2026-05")
    assert (case["normalized_invoice"]["invoice_number"], source_of(case)) == ("2026-17", "text")
    vendor = case["normalized_invoice"]["vendor"] | {"iban": IBAN}
    await changed(door, path, {"invoice_number": "2026-05", "vendor": vendor})
    await door.answer(await door.get(path))
    await booked(door, path)
    return learned, case


async def test_a_correction_is_learned_listed_and_undone(door: FrontDoor) -> None:
    """Corrected once, read so; a stale order is refused; given twice it is one; then as before."""
    learned, case = await taught(door)

    (kept,) = await door.get(learned)
    assert (kept["subject"], kept["in_force"]) == ("place:invoice_number", True)
    assert kept["explanation"] == "invoice_number is read behind the words 'unser zeichen'."
    assert kept["document_id"] == case["document_id"]
    _, second = await case_of(door, "2026-18", "2026-06")
    assert (second["normalized_invoice"]["invoice_number"], source_of(second)) == (
        "2026-06",
        "learned",
    )
    assert "LEARNED_VALUE" in {each["code"] for each in second["findings"]}

    undo = {"subject": "place:invoice_number", "version": 1}
    stale = await door.order("POST", f"{learned}/undo", undo | {"version": 7})
    undone = await door.order("POST", f"{learned}/undo", undo, key="u")
    again = await door.order("POST", f"{learned}/undo", undo, key="u")
    nothing = await door.order("POST", f"{learned}/undo", undo | {"version": 2})

    assert (stale.status_code, stale.json()["code"]) == (412, "LEARNED_VALUE_CHANGED")
    assert (undone.json()["version"], undone.json()["value"]) == (2, None)
    assert again.json() == undone.json()
    assert [each["in_force"] for each in await door.get(learned)] == [False, False]
    assert (nothing.status_code, nothing.json()["code"]) == (409, "INVALID_STATE_TRANSITION")
    _, third = await case_of(door, "2026-19", "2026-07")
    assert (third["normalized_invoice"]["invoice_number"], source_of(third)) == ("2026-19", "text")


async def test_accounts_are_learned_by_the_words_of_a_line(
    database: Database, door: FrontDoor
) -> None:
    """Of several words, with signs of their own; the next document is proposed so."""
    own = door.of(another_tenant(database))
    seller = Party("Kontor Huber GmbH", "AT", "ATU47110816")
    items = Item("Papier, weiß (A4)", "100.00"), Item("Fachbuch: Steuer & Recht", "50.00", "10")
    sent = EInvoice(
        number="B-1",
        seller=seller,
        buyer=BUYERS["AT"],
        items=items,
        day=datetime.now(UTC).date(),
    )
    vendor_id = await a_vendor(own, seller, "5000")
    path, case = await e_invoice(own, sent)
    first, second = case["normalized_invoice"]["line_items"]
    booked_as = [first | {"account_number": "5000"}, second | {"account_number": "5010"}]
    await changed(own, path, {"line_items": booked_as})
    await own.answer(await own.get(path))
    await booked(own, path)

    (kept,) = await own.get(f"/v1/vendors/{vendor_id}/learned-values")
    _, following = await e_invoice(own, replace(sent, number="B-2"))

    pairs = [["papier, weiss", "5000"], ["fachbuch: steuer & recht", "5010"]]
    assert kept["value"] == {"by_text": pairs}
    lines = following["normalized_invoice"]["line_items"]
    assert [each["account_number"] for each in lines] == ["5000", "5010"]


async def test_another_name_at_a_known_account_is_asked_once(
    database: Database, door: FrontDoor
) -> None:
    """A person gives the document to the vendor; the next one is its own, until that is undone."""
    own = door.of(another_tenant(database))
    made = await own.order(
        "POST",
        "/v1/vendors",
        {"name": "Ahorn Teile GmbH", "iban": "AT353400000000012345", "default_account": "5000"},
    )
    vendor_id = str(made.json()["id"])
    sent = EInvoice(
        number="C-1",
        seller=Party("Cedern Kunststoff AG", "AT", "ATU47110816"),
        buyer=BUYERS["AT"],
        items=(Item("Platten", "100.00"),),
        day=datetime.now(UTC).date(),
    )
    path, case = await e_invoice(own, sent)
    assert case["vendor_id"] is None
    given = await own.order("PATCH", path, {"vendor_id": vendor_id})
    assert given.status_code == 200, given.text
    await own.answer(await own.get(path))
    await booked(own, path)

    (kept,) = await own.get(f"/v1/vendors/{vendor_id}/learned-values")
    _, second = await e_invoice(own, replace(sent, number="C-2"))
    undone = await own.order(
        "POST", f"/v1/vendors/{vendor_id}/learned-values/undo", {"subject": "alias", "version": 1}
    )
    _, third = await e_invoice(own, replace(sent, number="C-3"))

    assert (kept["subject"], kept["value"]) == ("alias", {"names": ["Cedern Kunststoff AG"]})
    assert kept["explanation"].startswith("Documents of Cedern Kunststoff AG")
    assert second["vendor_id"] == vendor_id
    assert undone.status_code == 200, undone.text
    assert third["vendor_id"] is None
