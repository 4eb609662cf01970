"""Credits of vendors that are no credit note, taken from the transfers of a run."""

from typing import Any

import httpx
import pytest
from lxml import etree

from tests.api.pages.browsers import Plain
from tests.api.payables_http import Office
from tests.api.test_payment_runs import (
    RUNS,
    SOON,
    a_credit_note,
    a_report,
    body,
    codes,
    office,
    service,
    statement_of,
)
from tests.invariants import check_books
from tests.pain002 import Told, report

__all__ = ["office", "service"]
Json = dict[str, Any]


async def paid_twice(office: Office, vendor_id: str, amount: int = 30, number: str = "") -> Json:
    """Money that a vendor has without an invoice; the open item."""
    lines = [
        {"account_number": "3300", "debit": amount, "credit": 0, "partner_id": vendor_id},
        {"account_number": "2800", "debit": 0, "credit": amount},
    ]
    booked = {"booking_date": "2026-03-03", "description": "Doppelt", "lines": lines}
    named = {"external_reference": number} if number else {}
    made = await office.post("/v1/bookings", booked | named)
    assert made.status_code == 201, made.text
    return await item_of(office, vendor_id, made.json()["intent_id"])


async def item_of(office: Office, vendor_id: str, intent_id: str) -> Json:
    """The open item of an intent."""
    found: list[Json] = (await office.get("/v1/open-items", vendor_id=vendor_id)).json()
    return next(each for each in found if each["intent_id"] == intent_id)


def taking(*items: Json, **amounts: int) -> Json:
    """What is added to a run that takes credits."""
    return {"credits": [{"open_item_id": each["open_item_id"], **amounts} for each in items]}


async def approved(office: Office, run: Json) -> httpx.Response:
    """The answer to a second person."""
    return await office.post(f"{RUNS}/{run['id']}/approve", who="approver")


async def test_a_credit_lowers_the_transfer_that_names_it(office: Office) -> None:
    """120.00 less 30.00, once; a second person approves, and the file says 90.00."""
    account, vendor = await office.a_bank_account(), await office.a_vendor()
    invoice_id = await office.an_invoice(vendor, "RE-1")
    credit = await paid_twice(office, vendor, number="UEB-7")
    asked = body(account, [invoice_id], **taking(credit))

    run = (await office.post(RUNS, asked, key="k")).json()

    assert (run["total_amount"], run["invoice_count"], len(run["items"])) == ("90.00", 1, 1)
    (taken,) = run["credits"]
    assert (taken["name"], taken["amount"], taken["transfer"]) == ("UEB-7", "-30.00", 1)
    assert (run["items"][0]["vendor_credit"], run["items"][0]["vendor_credits"]) == ("0.00", [])
    assert (await office.post(RUNS, asked, key="k")).json()["id"] == run["id"]
    own = await office.post(f"{RUNS}/{run['id']}/approve")
    assert codes(own) == [(403, "SELF_APPROVAL_DENIED")]
    assert (await approved(office, run)).status_code == 200
    file = (await office.post(f"{RUNS}/{run['id']}/export")).json()
    (transfer,) = etree.fromstring(file["sepa_xml"].encode()).iterfind(".//{*}CdtTrfTxInf")
    assert transfer.findtext("{*}Amt/{*}InstdAmt") == "90.00"
    assert transfer.findtext("{*}RmtInf/{*}Ustrd") == "RE-1 UEB-7"
    reversed_ = await office.post("/v1/journal/reverse", {"intent_id": credit["intent_id"]})
    assert codes(reversed_) == [(409, "INVOICE_BEING_PAID")]


async def test_a_credit_that_another_run_takes_is_told_as_such(office: Office) -> None:
    """A draft takes the credit note and a payment; the next run names them, and says who does."""
    account, vendor = await office.a_bank_account(), await office.a_vendor()
    invoices = [await office.an_invoice(vendor, number) for number in ("RE-1", "RE-2")]
    note = await a_credit_note(office, vendor, "GS-1")
    credit = await paid_twice(office, vendor, number="UEB-7")
    first = body(account, invoices[:1], net_credit_notes=True, **taking(credit))
    taker = (await office.post(RUNS, first)).json()["id"]
    free = await paid_twice(office, vendor, number="UEB-8")

    run = (await office.post(RUNS, body(account, invoices[1:]))).json()

    told = {each["open_item_id"]: each["taken_by"] for each in run["items"][0]["vendor_credits"]}
    by_note = {each["invoice_id"]: each["taken_by"] for each in run["items"][0]["vendor_credits"]}
    assert (told[credit["open_item_id"]], told[free["open_item_id"]]) == (taker, None)
    assert (by_note[note], len(told)) == (taker, 3)
    assert (await office.post(f"{RUNS}/{taker}/cancel")).status_code == 200
    again = (await office.get(f"{RUNS}/{run['id']}")).json()["items"][0]["vendor_credits"]
    assert {each["taken_by"] for each in again} == {None}


async def test_a_vendor_that_owes_us_as_a_customer_is_told(office: Office) -> None:
    """50.00 less a credit of 20.00, once both are one company; another vendor owes nothing."""
    account, vendor = await office.a_bank_account(), await office.a_vendor()
    other = await office.a_vendor("Holz GmbH")
    invoices = [await office.an_invoice(each, f"RE-{each[:4]}") for each in (vendor, other)]
    made = await office.post("/v1/customers", {"name": "Papier Handel"})
    customer = made.json()["id"]
    for debit, credit in ((50, 0), (0, 20)):
        lines = [
            {"account_number": "2000", "debit": debit, "credit": credit, "partner_id": customer},
            {"account_number": "4000", "debit": credit, "credit": debit},
        ]
        sold = {"booking_date": "2026-03-03", "description": f"Verkauf {debit}", "lines": lines}
        assert (await office.post("/v1/bookings", sold)).status_code == 201
    run = (await office.post(RUNS, body(account, invoices))).json()
    assert [each["owes_us"] for each in run["items"]] == ["0.00", "0.00"]

    pair = {"vendor_id": vendor, "customer_id": customer, "is_same": True}
    tied = await office.post("/v1/same-companies", pair)

    assert tied.status_code == 201, tied.text
    told = (await office.get(f"{RUNS}/{run['id']}")).json()["items"]
    assert {each["vendor_id"]: each["owes_us"] for each in told} == {vendor: "30.00", other: "0.00"}
    browser = await Plain(office.http, office.tenant, "approver").sign_in("en")
    page = await browser.go(f"/payments/{run['id']}")
    assert page.text.count("As a customer the same company owes 30.00") == 1


async def test_the_statement_settles_the_invoice_and_the_credit(office: Office) -> None:
    """The text names both, so that both are proposed together; the books agree."""
    account, vendor = await office.a_bank_account(), await office.a_vendor()
    invoice_id = await office.an_invoice(vendor, "RE-2026-1")
    credit = await paid_twice(office, vendor, number="UEB-2026-7")
    run = (await office.post(RUNS, body(account, [invoice_id], **taking(credit)))).json()
    await approved(office, run)
    file = (await office.post(f"{RUNS}/{run['id']}/export")).json()
    sent = await office.http.post(
        "/v1/bank-transactions/import-file",
        files={"file": ("camt.xml", statement_of(file["sepa_xml"]))},
        headers={"Authorization": f"Bearer {office.tenant.people['bookkeeper'].api_key}"},
    )
    assert sent.json()["imported"] == 1, sent.text

    matched = await office.post("/v1/bank-transactions/auto-match", {"bank_account_id": account})

    assert matched.status_code in {200, 201}, matched.text
    assert (await office.get("/v1/open-items", vendor_id=vendor)).json() == []
    assert check_books(office.database.engine, office.tenant.id)
    shown = (await office.get(f"{RUNS}/{run['id']}")).json()
    assert shown["credits"][0]["amount"] == "-30.00"


async def test_no_more_is_taken_than_is_there_and_due(office: Office) -> None:
    """What is no such credit, another vendor's, more than is left, or leaves no transfer."""
    account, vendor = await office.a_bank_account(), await office.a_vendor()
    other = await office.a_vendor("Holz GmbH")
    invoice_id = await office.an_invoice(vendor, "RE-1")
    owed = (await office.get("/v1/open-items", vendor_id=vendor)).json()[0]
    small, large = await paid_twice(office, vendor), await paid_twice(office, vendor, 120)
    foreign = await paid_twice(office, other, 31)
    await a_credit_note(office, vendor, "GS-1")
    found = (await office.get("/v1/open-items", vendor_id=vendor)).json()
    note = next(each for each in found if each["document_number"] == "GS-1")

    wrong = [
        taking(owed), taking(note), taking(foreign), taking({"open_item_id": account}),
        taking(small, amount=31), taking(small, small),
    ]  # fmt: skip
    refused = [await office.post(RUNS, body(account, [invoice_id], **each)) for each in wrong]
    nothing = [
        await office.post(RUNS, body(account, [invoice_id], net_credit_notes=False, **each))
        for each in (taking(large), taking(large, small))
    ]

    assert {*codes(*refused)} == {(400, "INVALID_INPUT")}
    assert {*codes(*nothing)} == {(400, "INVOICE_NOT_ELIGIBLE")}
    assert (await office.get(RUNS)).json() == []
    part = await office.post(RUNS, body(account, [invoice_id], **taking(large, amount=50)))
    assert part.json()["total_amount"] == "46.00"


async def test_a_credit_is_in_one_run_and_still_there_when_it_is_approved(office: Office) -> None:
    """A second run is refused; cancelled, it is free; set off meanwhile, the run has changed."""
    account, vendor = await office.a_bank_account(), await office.a_vendor()
    invoices = [await office.an_invoice(vendor, f"RE-{n}") for n in (1, 2)]
    credit = await paid_twice(office, vendor)
    run = (await office.post(RUNS, body(account, invoices[:1], **taking(credit)))).json()
    second = body(account, invoices[1:], **taking(credit))

    assert codes(await office.post(RUNS, second)) == [(409, "INVOICE_ALREADY_IN_ACTIVE_RUN")]
    browser = await Plain(office.http, office.tenant, "bookkeeper").sign_in("en")
    page = (await browser.go(f"/payments/{run['id']}")).page.text_content()
    assert "Credit, set off" in page
    assert not (await browser.go("/payments")).page.xpath("//input[@name='credit']")
    await office.post(f"{RUNS}/{run['id']}/cancel")
    offered = (await browser.go("/payments")).page.xpath("//input[@name='credit']/@value")
    assert offered == [credit["open_item_id"]]
    run = (await office.post(RUNS, second)).json()
    assert run["total_amount"] == "90.00"
    owed = next(
        each
        for each in (await office.get("/v1/open-items", vendor_id=vendor)).json()
        if each["invoice_id"] == invoices[0]
    )
    cleared = {
        "booking_date": "2026-03-09",
        "items": [
            {"open_item_id": each["open_item_id"], "amount": "30"} for each in (owed, credit)
        ],
    }
    assert (await office.post("/v1/open-items/clear", cleared)).status_code == 201

    denied = await approved(office, run)

    assert codes(denied) == [(409, "INVOICE_CHANGED")]
    assert denied.json()["context"]["open_item_id"] == credit["open_item_id"]
    assert check_books(office.database.engine, office.tenant.id)


async def refused(office: Office, asked: Json, who: str = "bookkeeper") -> tuple[Json, str]:
    """A run of one transfer that has left the house and that a person says is refused; its file."""
    run = (await office.post(RUNS, asked)).json()
    assert (await approved(office, run)).status_code == 200
    file = (await office.post(f"{RUNS}/{run['id']}/export")).json()["sepa_xml"]
    shown: Json = (await office.get(f"{RUNS}/{run['id']}")).json()
    await told(office, shown, "RJCT", who)
    return shown, file


async def told(office: Office, run: Json, status: str, who: str = "bookkeeper") -> None:
    """A message of the bank on the first transfer of a run."""
    one = Told(run["items"][0]["end_to_end_id"], status)
    data = report(run["message_id"], [one], message_id=f"BANK-{status}")
    sent = await a_report(office, f"{RUNS}/status-reports", data, who)
    assert sent.status_code == 200, sent.text


@pytest.mark.parametrize("evidence", ["statement", "report"])
async def test_a_credit_that_was_taken_off_after_all_stops_the_next_run(
    office: Office, evidence: str
) -> None:
    """Refused, taken off another invoice, and then the bank has paid the first transfer."""
    account, vendor = await office.a_bank_account(), await office.a_vendor()
    invoices = [await office.an_invoice(vendor, f"RE-{n}") for n in (1, 2)]
    credit = await paid_twice(office, vendor, number="UEB-7")
    first, file = await refused(office, body(account, invoices[:1], **taking(credit)))
    second = (await office.post(RUNS, body(account, invoices[1:], **taking(credit)))).json()
    (before,) = second["credits"][0]["ordered_before"]
    assert (before["payment_run_id"], before["is_released"]) == (first["id"], True)
    assert (before["invoice_number"], before["amount"]) == ("UEB-7", "-30.00")
    step, who = "approve", "approver"
    if evidence == "report":
        await told(office, first, "RJCT", "approver")
        assert (await approved(office, second)).status_code == 200
        step, who = "export", "bookkeeper"
        await told(office, first, "ACSC")
    else:
        door = "/v1/bank-transactions/import-file"
        assert (await a_report(office, door, statement_of(file))).status_code == 200

    denied = await office.post(f"{RUNS}/{second['id']}/{step}", who=who)

    assert codes(denied) == [(409, "INVOICE_CHANGED")]
    assert denied.json()["context"]["open_item_id"] == credit["open_item_id"]
    assert check_books(office.database.engine, office.tenant.id)


async def test_who_frees_a_credit_does_not_approve_the_next_order(office: Office) -> None:
    """The refusal of the first order is the word of one person, who needs the other one."""
    account, vendor = await office.a_bank_account(), await office.a_vendor()
    invoices = [await office.an_invoice(vendor, f"RE-{n}") for n in (1, 2)]
    credit = await paid_twice(office, vendor)
    await refused(office, body(account, invoices[:1], **taking(credit)), who="approver")

    second = (await office.post(RUNS, body(account, invoices[1:], **taking(credit)))).json()

    assert codes(await approved(office, second)) == [(403, "SELF_APPROVAL_DENIED")]


async def test_the_credit_that_is_named_is_the_one_that_is_wrong(office: Office) -> None:
    """By its place in the order, whatever way the ids are sorted."""
    account, vendor = await office.a_bank_account(), await office.a_vendor()
    invoice_id = await office.an_invoice(vendor, "RE-1")
    credits_ = [await paid_twice(office, vendor, amount) for amount in (29, 30)]
    for is_descending in (True, False):
        ordered = sorted(credits_, key=lambda one: one["open_item_id"], reverse=is_descending)
        for wrong in (0, 1):
            asked = taking(*ordered)
            asked["credits"][wrong]["amount"] = 31
            denied = await office.post(RUNS, body(account, [invoice_id], **asked))
            assert codes(denied) == [(400, "INVALID_INPUT")]
            assert denied.json()["errors"][0]["pointer"] == f"/credits/{wrong}"


async def test_credits_that_were_ticked_are_ticked_after_a_refusal(office: Office) -> None:
    """Else what is sent again would pay more; one that was not ticked stays so."""
    await office.a_bank_account()
    vendor = await office.a_vendor()
    await office.an_invoice(vendor, "RE-1")
    ticked, _ = await paid_twice(office, vendor), await paid_twice(office, vendor, 31)
    browser = await Plain(office.http, office.tenant, "bookkeeper").sign_in("en")
    page = await browser.go("/payments")
    assert len(page.page.xpath("//input[@name='credit'][not(@checked)]")) == 2
    (invoice,) = page.page.xpath("//input[@name='invoice']/@value")

    await page.send("/payments", invoice=[invoice], credit=[ticked["open_item_id"]], day="x")

    assert page.answer.status_code == 409
    again = page.page.xpath("//input[@name='credit'][@checked]/@value")
    assert again == [ticked["open_item_id"]]
    await page.send("/payments", day=f"{SOON:%d.%m.%Y}")
    (run,) = (await office.get(RUNS)).json()
    assert run["total_amount"] == "90.00"
