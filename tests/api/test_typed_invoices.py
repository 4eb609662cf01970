"""An invoice that somebody types is held against the documents that are there."""

from datetime import date
from typing import Any

from tests.api.invoice_cases import BUYERS, a_vendor, booked, case_of
from tests.api.test_invoices import invoice
from tests.e2e.front_door import FrontDoor, letter
from tests.e_invoice_writer import EInvoice, Item, Party, ubl

SELLER = Party("Tischlerei Ahornweg GmbH", "AT", "ATU47110816")
DAY = date(2026, 3, 2)


def document(number: str, type_code: str = "380") -> EInvoice:
    """One of 120.00."""
    return EInvoice(
        number=number,
        seller=SELLER,
        buyer=BUYERS["AT"],
        items=(Item("Sessel", "100.00"),),
        day=DAY,
        type_code=type_code,
    )


def typed(vendor_id: str, number: str, **more: Any) -> dict[str, Any]:
    """The body of one of 120.00."""
    return invoice(
        vendor_id,
        invoice_number=number,
        invoice_date=DAY.isoformat(),
        due_date="2026-04-01",
        **more,
    )


async def entered(door: FrontDoor, vendor_id: str, number: str, **more: Any) -> tuple[int, Any]:
    """Status and body of an invoice that is typed."""
    made = await door.order("POST", "/v1/invoices", typed(vendor_id, number, **more))
    return made.status_code, made.json()


async def test_what_waits_in_a_case_is_not_typed_beside_it(door: FrontDoor) -> None:
    """However its number is written; told with the case, and entered where somebody has looked."""
    vendor_id = await a_vendor(door, SELLER, "5010")
    path, case = await case_of(door, document("RE-2026-07"))

    for number in ("RE-2026-07", "re 2026/7"):
        status, told = await entered(door, vendor_id, number)
        assert (status, told["code"]) == (409, "INVOICE_MAY_BE_KNOWN"), told
        assert told["context"]["review_case_id"] == case["id"]
    assert (await entered(door, vendor_id, "RE-2026-08"))[0] == 201
    other = await a_vendor(door, Party("Andere GmbH", "AT", "ATU13585627"), "5010")
    assert (await entered(door, other, "RE-2026-07"))[0] == 201
    assert (await entered(door, vendor_id, "re 2026/7", skip_duplicate_check=True))[0] == 201
    assert path


async def test_a_rejected_case_is_no_invoice_and_one_in_the_books_is(door: FrontDoor) -> None:
    """What was rejected waits no more; what was approved is the vendor's invoice of that number."""
    vendor_id = await a_vendor(door, SELLER, "5010")
    path, _ = await case_of(door, document("RE-1"))
    gone = await door.order("POST", f"{path}/reject", {"reason": "zweimal gekommen"})
    assert gone.status_code == 200, gone.text
    assert (await entered(door, vendor_id, "RE-1"))[0] == 201

    path, _ = await case_of(door, document("RE-2"))
    await booked(door, path)
    status, told = await entered(door, vendor_id, "RE-2")
    assert (status, told["code"]) == (409, "DUPLICATE_INVOICE_NUMBER")


async def test_what_a_document_corrects_is_not_typed_after_it(door: FrontDoor) -> None:
    """The corrected invoice takes its place: both would be paid."""
    vendor_id = await a_vendor(door, SELLER, "5010")
    seller = b"<cac:AccountingSupplierParty>"
    names = (
        b"<cac:BillingReference><cac:InvoiceDocumentReference><cbc:ID>RE-5</cbc:ID>"
        b"</cac:InvoiceDocumentReference></cac:BillingReference>"
    )
    written = ubl(document("RE-9", "384"))
    assert seller in written
    await door.send(letter("Korrektur", ("RE-9.xml", written.replace(seller, names + seller, 1))))
    (item,) = await door.until("/v1/inbox", lambda found: len(found) == 1)
    case_id = (await door.get(f"/v1/inbox/{item['id']}"))["review_case_id"]

    status, told = await entered(door, vendor_id, "RE-5")

    assert (status, told["code"]) == (409, "INVOICE_MAY_BE_KNOWN"), told
    assert told["context"]["review_case_id"] == case_id
    assert (await entered(door, vendor_id, "RE-5", skip_duplicate_check=True))[0] == 201
