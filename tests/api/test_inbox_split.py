"""Several invoices in one PDF: split at a person's word, each with a case of its own."""

import asyncio
import io
from collections.abc import Sequence
from typing import Any

from reportlab.pdfgen.canvas import Canvas

from tests.api.test_inbox_arrivals import STATEMENT
from tests.e2e.front_door import FrontDoor, demo, letter
from tests.servers import Database
from tests.unheard import forget_answers

PAGES = (
    ("Rechnung", "Rechnungsnummer: RE-2026-101", "Rechnungsdatum: 02.11.2026", "Seite 1 von 2"),
    ("Gesamtbetrag EUR 120,00", "Seite 2 von 2"),
    ("Rechnung", "Rechnungsnummer: RE-2026-102", "Rechnungsdatum: 03.11.2026", "Seite 1 von 1"),
)
PARTS = {"parts": [{"first_page": 1, "last_page": 2}, {"first_page": 3, "last_page": 3}]}


def scanned(*pages: Sequence[str]) -> bytes:
    """A PDF with a page for each list of lines."""
    out = io.BytesIO()
    canvas = Canvas(out)
    for lines in pages:
        for row, line in enumerate(("Papier Muster GmbH, Ring 1, 1010 Wien", *lines)):
            canvas.drawString(60, 760 - 20 * row, line)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


async def waiting(door: FrontDoor, name: str, content: bytes) -> dict[str, Any]:
    """The inbox item of a file that came by mail, with its case."""
    await door.send(letter("Rechnungen", (name, content)))
    (item,) = await door.waiting()
    shown: dict[str, Any] = await door.get(f"/v1/inbox/{item['id']}")
    return shown


async def test_each_part_becomes_a_document_with_its_case(door: FrontDoor) -> None:
    """It is proposed where the pages say so; the whole stays, closed, and says where they are."""
    item = await waiting(door, "scan.pdf", scanned(*PAGES))
    case = await door.get(f"/v1/invoice-review-cases/{item['review_case_id']}")
    said = [each["message"] for each in case["findings"] if each["code"] == "SEVERAL_DOCUMENTS"]
    assert len(said) == 1
    assert "page 3" in said[0]

    split = await door.order("POST", f"/v1/inbox/{item['id']}/split", PARTS, key="s")

    assert split.status_code == 202, split.text
    names = ["scan (pages 1-2).pdf", "scan (page 3).pdf"]
    assert [each["original_name"] for each in split.json()["documents"]] == names
    assert [each["outcome"] for each in split.json()["documents"]] == ["accepted"] * 2
    found = await door.waiting(2)
    numbers = {}
    for part in found:
        shown = await door.get(f"/v1/inbox/{part['id']}")
        opened_case = await door.get(f"/v1/invoice-review-cases/{shown['review_case_id']}")
        numbers[part["original_name"]] = opened_case["normalized_invoice"]["invoice_number"]
    assert numbers == dict(zip(names, ("RE-2026-101", "RE-2026-102"), strict=True))
    whole = await door.get(f"/v1/inbox/{item['id']}")
    assert whole["status"] == "rejected"
    assert whole["rejection_reason"] == ("The file was split into 2 documents: pages 1-2; page 3.")
    again = await door.order("POST", f"/v1/inbox/{item['id']}/split", PARTS, key="s")
    assert again.json() == split.json()
    late = await door.order("POST", f"/v1/inbox/{item['id']}/split", PARTS)
    assert (late.status_code, late.json()["code"]) == (409, "ALREADY_PROCESSED")


async def test_what_cannot_be_split_stays_as_it_is(door: FrontDoor) -> None:
    """No PDF, or parts that leave a page behind: nothing has happened."""
    item = await waiting(door, *demo("xrechnung_meier.xml"))
    no_pdf = await door.order("POST", f"/v1/inbox/{item['id']}/split", PARTS)
    assert (no_pdf.status_code, no_pdf.json()["code"]) == (400, "FILE_NOT_SPLITTABLE")

    await door.send(letter("Zweite", ("zwei.pdf", scanned(*PAGES))))
    items = await door.waiting(2)
    other = next(each for each in items if each["original_name"] == "zwei.pdf")
    lost = {"parts": [{"first_page": 1, "last_page": 1}, {"first_page": 3, "last_page": 3}]}
    refused = await door.order("POST", f"/v1/inbox/{other['id']}/split", lost)
    assert (refused.status_code, refused.json()["code"]) == (400, "INVALID_INPUT")
    assert [each["pointer"] for each in refused.json()["errors"]] == ["/left_out"]
    await asyncio.sleep(0.2)
    assert {each["status"] for each in await door.get("/v1/inbox", status="open")} == {"pending"}


async def test_who_did_not_hear_of_a_split_asks_again(door: FrontDoor, database: Database) -> None:
    """The API was killed before it kept its answer: the same order goes on where it was."""
    item = await waiting(door, "scan.pdf", scanned(*PAGES))
    path = f"/v1/inbox/{item['id']}/split"
    first = await door.order("POST", path, PARTS, key="s")
    lost = forget_answers(database, door.tenant.id, "POST /v1/inbox/{inbox_id}/split")

    again = await door.order("POST", path, PARTS, key="s")

    assert (first.status_code, lost, again.status_code) == (202, 1, 202), again.text
    names = [
        [each["original_name"] for each in told.json()["documents"]] for told in (first, again)
    ]
    assert names[0] == names[1]
    assert len(await door.waiting(2)) == 2


async def test_a_statement_has_no_pages(door: FrontDoor) -> None:
    """It says so."""
    await door.send(letter("Auszug", ("auszug.sta", STATEMENT.encode())))
    (item,) = await door.waiting()

    refused = await door.order("POST", f"/v1/inbox/{item['id']}/split", PARTS)

    assert (refused.status_code, refused.json()["code"]) == (409, "IS_STATEMENT"), refused.text
