"""What is due, to whom, how and in which currency: from an e-invoice to the payment run."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.payments.business_day import next_business_day
from tests.api.test_review_cases import accepted, blocking, waiting_case
from tests.corpus import DOCUMENTS
from tests.e2e.front_door import FrontDoor

DUE = DOCUMENTS.parent / "due"
VENDOR_IBAN = "AT353400000000012345"
RATES = b"Date,USD,HUF,\n2026-11-20,1.1600,390.00,\n2026-11-19,1.1500,400.00,\n"


def changed(name: str, *changes: tuple[str, str]) -> tuple[str, bytes]:
    """A file of the cases in which some words are replaced."""
    text = (DUE / name).read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return name, text.encode()


async def case_of(door: FrontDoor, *file: tuple[str, bytes]) -> tuple[str, dict[str, Any]]:
    """Path and content of the case of a file whose vendor is known."""
    path = await waiting_case(door, *file)
    vendor = {
        "name": "Tischlerei Ahornweg GmbH",
        "vat_id": "ATU47110816",
        "iban": VENDOR_IBAN,
        "default_account": "5000",
    }
    made = await door.order("POST", "/v1/vendors", vendor)
    assert made.status_code in (201, 409), made.text
    vendor_id = (
        made.json()["id"] if made.status_code == 201 else made.json()["context"]["existing_id"]
    )
    answered = await door.order("PATCH", path, {"vendor_id": vendor_id})
    assert answered.status_code == 200, answered.text
    return path, answered.json()


async def approved(door: FrontDoor, path: str, case: dict[str, Any]) -> dict[str, Any]:
    """The invoice of a case whose blocking findings a person accepts."""
    if blocking(case):
        await accepted(door, path, *blocking(case))
    done = await door.order("POST", f"{path}/approve")
    assert done.status_code == 200, done.text
    found: dict[str, Any] = await door.get(f"/v1/invoices/{done.json()['invoiceId']}")
    return found


async def run_of(door: FrontDoor, *invoice_ids: str) -> Any:
    """The answer to a run that pays these invoices."""
    account = {"name": "Giro", "iban": "AT61 1904 3002 3457 3201", "account_number": "2800"}
    made = await door.order("POST", "/v1/bank-accounts", account)
    assert made.status_code == 201, made.text
    day = next_business_day((datetime.now(UTC) + timedelta(days=30)).date())
    body = {
        "bank_account_id": made.json()["id"],
        "execution_date": str(day),
        "invoice_ids": list(invoice_ids),
    }
    return await door.order("POST", "/v1/payment-runs", body)


async def test_a_run_orders_what_is_due(door: FrontDoor) -> None:
    """12,000.00 with 9,000.00 prepaid: answered, approved, and 3,000.00 is ordered."""
    path, case = await case_of(door, changed("ubl-prepaid.xml"))
    assert "AMOUNT_DUE_DIFFERS" in blocking(case).values()
    refused = await door.order("POST", f"{path}/approve")
    assert (refused.status_code, refused.json()["code"]) == (409, "FINDINGS_OPEN")

    invoice = await approved(door, path, case)
    (listed,) = await door.get("/v1/payment-runs/eligible-invoices")
    run = await run_of(door, invoice["id"])

    assert (invoice["amount_due"], invoice["prepaid_amount"]) == (3000.0, 9000.0)
    assert (invoice["remaining_amount"], invoice["payment_method"]) == (12000.0, "transfer")
    assert invoice["payment_terms"][-1]["due_date"] == "2026-12-20"
    assert (listed["payable_amount"], listed["remaining_amount"]) == ("3000.00", "12000.00")
    assert run.json()["total_amount"] == "3000.00", run.text


async def test_what_is_rounded_is_owed(door: FrontDoor) -> None:
    """99.97 and 0.03 of rounding (BT-114): 100.00 is owed and ordered; tax is that of 83.31."""
    path, case = await case_of(door, changed("ubl-rounding.xml"))
    assert list(blocking(case).values()) == ["AMOUNT_DUE_DIFFERS"]

    invoice = await approved(door, path, case)
    intent = await door.get(f"/v1/journal/{invoice['intent_id']}")
    run = await run_of(door, invoice["id"])

    assert (invoice["total_gross"], invoice["rounding_amount"]) == (99.97, 0.03)
    assert (invoice["remaining_amount"], invoice["amount_due"]) == (100.0, 100.0)
    assert (invoice["status"], invoice["paid_amount"]) in (("open", 0.0), ("overdue", 0.0))
    booked = {each["account_debit"]: each["amount"] for each in intent["entries"]}
    assert booked == {"5000": 83.31, "2500": 16.66, "6858": 0.03}
    assert {each["account_credit"] for each in intent["entries"]} == {"3300"}
    assert run.json()["total_amount"] == "100.00", run.text


@pytest.mark.parametrize(
    ("name", "method"), [("DD-59.xml", "direct_debit"), ("CARD-48.xml", "card")]
)
async def test_what_is_collected_is_never_ordered(door: FrontDoor, name: str, method: str) -> None:
    """Neither listed nor taken into a run."""
    path, case = await case_of(door, changed(name))
    invoice = await approved(door, path, case)
    run = await run_of(door, invoice["id"])

    assert invoice["payment_method"] == method
    assert await door.get("/v1/payment-runs/eligible-invoices") == []
    assert (run.status_code, run.json()["code"]) == (400, "INVOICE_NOT_ELIGIBLE")


async def test_a_payee_is_asked_once(door: FrontDoor) -> None:
    """Accepted it is paid in its own name, known next time, and another account is not it."""
    path, case = await case_of(door, changed("ubl-payee.xml"))
    assert "PAYEE_DIFFERS" in blocking(case).values()
    said = next(each["message"] for each in case["findings"] if each["code"] == "PAYEE_DIFFERS")
    assert "Alpen Factorbank AG" in said
    assert "Tischlerei Ahornweg GmbH" in said
    number = case["normalized_invoice"]["invoice_number"]
    invoice = await approved(door, path, case)
    run = (await run_of(door, invoice["id"])).json()

    (item,) = run["items"]
    assert (item["vendor_name"], item["vendor_iban"]) == (
        "Alpen Factorbank AG", "AT511200000000777777",
    )  # fmt: skip
    (decision,) = await door.get(f"/v1/vendors/{invoice['vendor_id']}/payees")
    assert (decision["name"], decision["is_accepted"]) == ("Alpen Factorbank AG", True)
    assert decision["decided_by"] is not None

    _, again = await case_of(door, changed("ubl-payee.xml", (number, "N-2")))
    assert "PAYEE_DIFFERS" not in blocking(again).values()


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("ubl-prepaid.xml", {"amount_due": None}),
        ("ubl-prepaid.xml", {"amount_due": 12000}),
        ("ubl-payee.xml", {"payee": None}),
        ("DD-59.xml", {"payment_method": "transfer"}),
    ],
)
async def test_nobody_alone_makes_an_e_invoice_ask_for_more(
    door: FrontDoor, name: str, change: dict[str, Any]
) -> None:
    """What one person clears or changes against the XML needs a reason before it is approved."""
    path, case = await case_of(door, changed(name))
    if blocking(case):
        await accepted(door, path, *blocking(case))
    patched = await door.order("PATCH", path, {"normalized_invoice": case_with(case, **change)})
    assert patched.status_code == 200, patched.text
    assert "DIFFERS_FROM_E_INVOICE" in blocking(patched.json()).values()
    refused = await door.order("POST", f"{path}/approve")
    assert (refused.status_code, refused.json()["code"]) == (409, "FINDINGS_OPEN")


async def test_another_account_of_a_payee_is_asked_again(door: FrontDoor) -> None:
    """A payee is its name and its account."""
    path, case = await case_of(door, changed("ubl-payee.xml"))
    number = case["normalized_invoice"]["invoice_number"]
    await approved(door, path, case)
    other = (("AT511200000000777777", "AT611904300234573201"), (number, "N-3"))
    _, again = await case_of(door, changed("ubl-payee.xml", *other))

    assert "PAYEE_DIFFERS" in blocking(again).values()


async def test_foreign_currency_waits_for_a_rate(door: FrontDoor) -> None:
    """Typed by a person it is posted in EUR; nothing of it is ordered."""
    path, case = await case_of(door, changed("DD-59.xml", ('"EUR"', '"HUF"'), (">EUR<", ">HUF<")))
    assert "CURRENCY_FOREIGN" in blocking(case).values()
    fx = {"rate": 400, "rate_date": "2026-11-19", "source": "manual"}
    patched = await door.order("PATCH", path, {"normalized_invoice": case_with(case, fx=fx)})
    assert patched.status_code == 200, patched.text
    assert "CURRENCY_FOREIGN" not in blocking(patched.json()).values()

    invoice = await approved(door, path, patched.json())
    intent = await door.get(f"/v1/journal/{invoice['intent_id']}")

    assert (invoice["currency"], invoice["total_gross"]) == ("HUF", 120.0)
    assert (invoice["fx"]["rate"], invoice["fx"]["source"]) == (400.0, "manual")
    amounts = [entry["amount"] for entry in intent["entries"] if entry["account_credit"] == "3300"]
    assert sum(amounts) == 0.3


async def test_an_imported_rate_is_proposed(door: FrontDoor) -> None:
    """The rate of the last day before the document, which a person can see."""
    sent = await door.http.post(
        "/v1/exchange-rates/import",
        files={"file": ("eurofxref-hist.csv", RATES, "text/csv")},
        headers=door.headers(),
    )
    assert sent.json() == {"imported": 4}, sent.text
    path, case = await case_of(
        door, changed("ubl-prepaid.xml", ('"EUR"', '"USD"'), (">EUR<", ">USD<"))
    )

    fx = case["normalized_invoice"]["fx"]
    assert (fx["rate"], fx["rate_date"], fx["source"]) == (1.15, "2026-11-19", "ECB")
    assert "CURRENCY_FOREIGN" not in blocking(case).values()
    for rate, source, is_told in ((1.17, "bank", False), (100, "bank", True), (1.17, "ECB", True)):
        fx = {"rate": rate, "rate_date": "2026-11-21", "source": source}  # a Saturday
        patched = await door.order("PATCH", path, {"normalized_invoice": case_with(case, fx=fx)})
        assert ("FX_RATE_DIFFERS" in blocking(patched.json()).values()) is is_told
        case = patched.json()


async def test_an_unknown_currency_is_never_eur(door: FrontDoor) -> None:
    """It blocks, and accepting it does not make it one."""
    path, case = await case_of(door, changed("xml-missing.xml"))
    assert case["normalized_invoice"]["currency"] is None
    assert "CURRENCY_UNKNOWN" in blocking(case).values()
    await accepted(door, path, *blocking(case))
    refused = await door.order("POST", f"{path}/approve")

    assert refused.status_code == 400, refused.text
    assert refused.json()["errors"][0]["pointer"] == "/normalized_invoice/currency"


def case_with(case: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The invoice of a case with some changes, as a person sends it."""
    return {**case["normalized_invoice"], **changes}


@pytest.mark.parametrize(
    ("payee", "is_named"),
    [
        ({"name": "Strohmann", "iban": "AT611904300234573201"}, False),
        ({"name": "Alpen Factorbank AG", "iban": "AT611904300234573201"}, False),
        ({"name": "Factorbank", "iban": "AT511200000000777777"}, True),
    ],
)
async def test_who_types_a_payee_does_not_accept_it(
    door: FrontDoor, payee: dict[str, str], *, is_named: bool
) -> None:
    """What the document does not name is one person's word, with whatever reason it was given."""
    path, case = await case_of(door, changed("ubl-payee.xml"))
    patched = await door.order("PATCH", path, {"normalized_invoice": case_with(case, payee=payee)})
    assert patched.status_code == 200, patched.text
    invoice = await approved(door, path, patched.json())

    run = (await run_of(door, invoice["id"])).json()
    approve = f"/v1/payment-runs/{run['id']}/approve"
    told = await door.http.post(approve, headers=door.headers("approver"))

    of_vendor = f"/v1/vendors/{invoice['vendor_id']}/payees"
    assert [each["is_accepted"] for each in await door.get(of_vendor)] == [True] * is_named
    if is_named:
        assert told.status_code == 200, told.text
        return
    assert (told.status_code, told.json()["code"]) == (409, "PAYEE_NOT_CONFIRMED")
    decision = payee | {"is_accepted": True, "reason": "am Telefon bestätigt"}
    own = await door.order("POST", of_vendor, decision)
    assert (own.status_code, own.json()["code"]) == (403, "SELF_APPROVAL_DENIED")


@pytest.mark.parametrize("is_named", [False, True])
async def test_who_accepted_a_payee_does_not_type_it_into_a_case(
    door: FrontDoor, *, is_named: bool
) -> None:
    """Its acceptance counts for what documents name, and not for what the same person types."""
    path, case = await case_of(door, changed("ubl-payee.xml"))
    payee = {"name": "Strohmann", "iban": "AT611904300234573201"}
    if is_named:
        payee = dict(case["normalized_invoice"]["payee"])
    decision = {each: payee[each] for each in ("name", "iban")}
    of_vendor = f"/v1/vendors/{case['vendor_id']}/payees"
    said = await door.order(
        "POST", of_vendor, decision | {"is_accepted": True, "reason": "am Telefon bestätigt"}
    )
    assert said.status_code == 201, said.text
    patched = await door.order("PATCH", path, {"normalized_invoice": case_with(case, payee=payee)})
    assert patched.status_code == 200, patched.text
    assert "PAYEE_DIFFERS" not in blocking(patched.json()).values()
    invoice = await approved(door, path, patched.json())

    run = (await run_of(door, invoice["id"])).json()

    approve = f"/v1/payment-runs/{run['id']}/approve"
    told = await door.http.post(approve, headers=door.headers("approver"))
    assert (told.status_code, told.json().get("code")) == (
        (200, None) if is_named else (409, "PAYEE_NOT_CONFIRMED")
    )


@pytest.mark.parametrize("has_document", [False, True])
async def test_a_document_beside_a_typed_invoice_accepts_no_payee(
    door: FrontDoor, *, has_document: bool
) -> None:
    """Who accepted the payee before and types the invoice then is one person all the same."""
    _, case = await case_of(door, changed("ubl-payee.xml"))
    vendor = {"name": "Holz Ahorn GmbH", "iban": "DE89370400440532013000"}
    vendor_id = (await door.order("POST", "/v1/vendors", vendor)).json()["id"]
    payee = {"name": "Strohmann", "iban": "AT611904300234573201"}
    decision = payee | {"is_accepted": True, "reason": "am Telefon bestätigt"}
    said = await door.order("POST", f"/v1/vendors/{vendor_id}/payees", decision)
    assert said.status_code == 201, said.text
    lines = [
        {"account_number": "6815", "debit": 120, "credit": 0},
        {"account_number": "3300", "debit": 0, "credit": 120, "partner_id": vendor_id},
    ]
    booking = {"booking_date": "2026-03-02", "description": "Holz", "lines": lines}
    booked = (await door.order("POST", "/v1/bookings", booking)).json()
    line = {"position": 1, "description": "Holz", "quantity": 1, "unit_price": 120}
    invoice = {
        "vendor_id": vendor_id,
        "invoice_number": "H-1",
        "invoice_date": "2026-03-02",
        "total_net": 120,
        "total_tax": 0,
        "total_gross": 120,
        "lines": [line | {"tax_rate": 0, "tax_amount": 0, "line_total": 120}],
        "intent_id": booked["intent_id"],
        "document_id": case["document_id"] if has_document else None,
        "payee": payee,
    }
    made = await door.order("POST", "/v1/invoices", invoice)
    assert made.status_code == 201, made.text

    run = (await run_of(door, made.json()["id"])).json()

    approve = f"/v1/payment-runs/{run['id']}/approve"
    told = await door.http.post(approve, headers=door.headers("approver"))
    assert (told.status_code, told.json()["code"]) == (409, "PAYEE_NOT_CONFIRMED")
