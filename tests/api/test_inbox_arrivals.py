"""What comes by mail and is no usual invoice: each is told, and nothing is read for nothing."""

from typing import Any
from uuid import UUID

import pytest

from api.v1.intake_orders import IntakeOrders
from deploy.stack.people import AUSTRIAN
from domain.intake.inbox import AlreadyProcessed, InboxStatus
from tests.activities.hostile import blank_pdf, portfolio, text_pdf
from tests.builders import another_tenant
from tests.e2e.front_door import FrontDoor, letter
from tests.servers import Database
from tests.workflows.running import command

STATEMENT = (
    ":20:X\n:25:AT611904300234573201\n:28C:1/1\n:60F:C260101EUR100,00\n"
    ":61:2601020102D10,00NTRFNONREF//A\n:86:116?00UEBERWEISUNG\n:62F:C260102EUR90,00\n-\n"
)
INVOICE = (
    "Papier Muster GmbH, Ring 1, 1010 Wien",
    "",
    "Bauer AG",
    "Hauptstrasse 5",
    "4020 Linz",
    "",
    "Rechnung Nr. RE-2026-77 vom 02.11.2026",
    "Papier A4 10 Pakete 100,00",
    "Netto 100,00",
    "20 % USt 20,00",
    "Gesamtbetrag EUR 120,00",
)


async def test_a_page_to_somebody_else_is_told(door: FrontDoor, database: Database) -> None:
    """As an e-invoice would be; made out to the company itself it has no such finding."""
    other = await found_in(door, text_pdf(*INVOICE))
    own = await found_in(
        door.of(another_tenant(database)),
        text_pdf(*(line.replace("Bauer AG", AUSTRIAN.company_name) for line in INVOICE)),
    )

    assert [(each["severity"], each["message"]) for each in other] == [
        ("blocking", "The invoice is made out to Bauer AG.")
    ]
    assert own == []


async def case_of(door: FrontDoor, inbox_id: str) -> dict[str, Any]:
    """The case of an inbox item."""
    shown = await door.get(f"/v1/inbox/{inbox_id}")
    case: dict[str, Any] = await door.get(f"/v1/invoice-review-cases/{shown['review_case_id']}")
    return case


async def found_in(door: FrontDoor, content: bytes) -> list[dict[str, Any]]:
    """What is found about the recipient of a page that comes by mail."""
    await door.send(letter("Rechnung", ("r.pdf", content)))
    (item,) = await door.waiting()
    case = await case_of(door, item["id"])
    return [each for each in case["findings"] if each["code"] == "OTHER_RECIPIENT"]


async def test_a_mail_that_is_the_invoice_waits_to_be_seen(door: FrontDoor) -> None:
    """With the mail as its file; closed it stays closed, and sent again it comes back to nobody."""
    made = letter("Ihre Fahrt")
    made.set_content("Rechnung R-77: 49,00 EUR inkl. 10 % USt")
    assert await door.send(made) == 250
    (item,) = await door.waiting()

    case = await case_of(door, item["id"])
    file = await door.http.get(f"/v1/documents/{item['document_id']}/file", headers=door.headers())
    (row,) = await door.get("/v1/payables/ingestion-log")

    assert (item["original_name"], row["outcome"]) == ("Ihre Fahrt.eml", "no_attachment")
    assert (row["inbox_id"], row["detail"]) == (item["id"], item["unreadable_reason"])
    assert case["queue_state"] == "exception"
    assert b"R-77" in file.content
    assert file.headers["Content-Type"] == "application/octet-stream"
    path = f"/v1/inbox/{item['id']}/confirm"
    assert (await door.order("POST", path)).status_code == 200
    assert await door.send(made) == 250
    await door.until("/v1/payables/ingestion-log", lambda rows: len(rows) == 2)
    assert (await door.get(f"/v1/inbox/{item['id']}"))["status"] == "confirmed"


async def test_kinds_that_are_not_read_wait_and_logos_do_not(door: FrontDoor) -> None:
    """Nothing of it goes to a reader: no row says that a reading failed."""
    page, logo = (b"GIF89a" + size + bytes(99) for size in (b"\xb0\x04\x40\x06", b"\x50\0\x20\0"))
    files = (("seite.gif", page), ("logo.gif", logo), ("r.html", b"<b>Rechnung</b>"))
    assert await door.send(letter("Rechnung", *files)) == 250

    items = await door.waiting(2)
    rows = await door.get("/v1/payables/ingestion-log")

    assert {item["original_name"] for item in items} == {"seite.gif", "r.html"}
    reasons = {row["original_name"]: row["detail"] for row in rows}
    assert all(item["unreadable_reason"] == reasons[item["original_name"]] for item in items)
    assert {row["outcome"] for row in rows} == {"unsupported_type", "no_attachment"}


async def test_a_blank_page_and_a_portfolio_say_so(door: FrontDoor) -> None:
    """The one is unreadable with a reason, of the other the files must be taken out."""
    files = (("leer.pdf", blank_pdf()), ("mappe.pdf", portfolio({"r.pdf": text_pdf(*INVOICE)})))
    await door.send(letter("Rechnung", *files))

    items = {item["original_name"]: item for item in await door.waiting(2)}
    blank, cover = [await case_of(door, items[name]["id"]) for name, _ in files]

    assert items["leer.pdf"]["unreadable_reason"].startswith("NOTHING_TO_READ: ")
    assert blank["queue_state"] == "exception"
    assert "PDF_PORTFOLIO" in {each["code"] for each in cover["findings"]}


async def test_who_did_not_hear_that_a_statement_was_decided_asks_again(
    door: FrontDoor, database: Database
) -> None:
    """The decision stands though its answer was lost: the same order hears of it, no other does."""
    await door.send(letter("Auszug", ("auszug.sta", STATEMENT.encode())))
    (item,) = await door.waiting()
    clerk = door.tenant.people["bookkeeper"].user_id

    def orders(key: str) -> IntakeOrders:
        nobody: Any = None
        order = command(door.tenant.id, clerk, "reject", key)
        return IntakeOrders(nobody, order, nobody, database.engine, nobody)

    for _ in range(2):
        await orders("k").on_statement(UUID(item["id"]), InboxStatus.REJECTED, {"reason": "alt"})
    with pytest.raises(AlreadyProcessed):
        await orders("other").on_statement(UUID(item["id"]), InboxStatus.REJECTED)

    shown = await door.get(f"/v1/inbox/{item['id']}")
    assert (item["kind"], shown["status"], shown["rejection_reason"]) == (
        *("statement", "rejected"),
        "alt",
    )
