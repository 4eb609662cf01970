"""The case as a page: what is seen, typed, approved, refused; without any script."""

from io import BytesIO
from typing import Any
from uuid import uuid4

import pikepdf
import pytest

from tests.api.pages.browsers import Plain
from tests.api.test_review_cases import MERGE_PATCH
from tests.builders import another_tenant
from tests.corpus import DOCUMENTS
from tests.e2e.front_door import FrontDoor, letter
from tests.servers import Database

CASES = "/v1/invoice-review-cases"
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)> GmbH"


async def case_of(door: FrontDoor, name: str, *, as_: str | None = None) -> dict[str, Any]:
    """The case of a document that has been read."""
    await door.send(letter("Rechnung", (as_ or name, (DOCUMENTS / name).read_bytes())))
    (item,) = await door.waiting()
    shown = await door.get(f"/v1/inbox/{item['id']}")
    found: dict[str, Any] = await door.get(f"{CASES}/{shown['review_case_id']}")
    return found


@pytest.fixture(scope="module")
async def seen(house: FrontDoor) -> tuple[FrontDoor, dict[str, Any]]:
    """A case that is only looked at, and its house."""
    return house, await case_of(house, "text_507.pdf", as_="<b onclick=alert(1)>x</b>.pdf")


async def reviewer(door: FrontDoor, who: str = "bookkeeper", language: str = "de") -> Plain:
    """One of the people before the pages."""
    return await Plain(door.http, door.tenant, who).sign_in(language)


async def test_a_case_is_corrected_and_approved_without_a_script(door: FrontDoor) -> None:
    """A new vendor of the document, an account, and it is in the books; twice is once."""
    case = await case_of(door, "text_507.pdf")
    page = await (await reviewer(door)).go(f"/cases/{case['id']}")
    assert "Der Lieferant" not in page.text  # said at the field, not as a list
    (vendor,) = page.page.xpath("//input[@name='vendor_name']")
    assert vendor.get("aria-invalid") == "true"
    (why,) = page.page.xpath(f"//*[@id='{vendor.get('aria-describedby').split()[0]}']")
    assert "Noch kein Lieferant gewählt" in why.text_content()
    assert page.value("invoice_number") == case["normalized_invoice"]["invoice_number"]
    gross = page.value("total_gross")
    assert "," in gross

    typed = {"vendor_id": "new", "new_account": "5000 Handelswareneinsatz"}
    await page.send("fields", "approve", **typed)

    now = await door.get(f"{CASES}/{case['id']}")
    if now["queue_state"] != "approved":  # what the change brought up is looked at first
        assert "noch nicht freigegeben" in page.text or "warten auf" in page.text
        for each in [f for f in now["findings"] if f["answer"] is None]:
            if each["severity"] == "blocking":
                await page.send("fields", f"accept:{each['id']}", **{f"reason-{each['id']}": "gut"})
        await page.send("fields", "approve")
        now = await door.get(f"{CASES}/{case['id']}")
    assert now["queue_state"] == "approved", page.text
    assert "Freigegeben und gebucht" in page.text
    invoice = await door.get(f"/v1/invoices/{now['invoice_id']}")
    assert invoice["vendor_id"] == now["vendor_id"]
    assert now["decided_by"] == str(door.tenant.people["bookkeeper"].user_id)


async def test_the_same_form_sent_twice_is_one_approval(door: FrontDoor) -> None:
    """A double click posts once, and the second answer is no error."""
    case = await case_of(door, "text_507.pdf")
    vendor = {"name": "Kraxi GmbH", "default_account": "5000"}
    made = await door.order("POST", "/v1/vendors", vendor)
    await door.order("PATCH", f"{CASES}/{case['id']}", {"vendor_id": made.json()["id"]})
    await door.answer(await door.get(f"{CASES}/{case['id']}"))
    page = await (await reviewer(door)).go(f"/cases/{case['id']}")
    before = page.page
    await page.send("fields", "approve")
    assert "Freigegeben und gebucht" in page.text
    page.page = before
    await page.send("fields", "approve")
    assert page.answer.status_code == 200
    invoices = await door.get("/v1/invoices")
    assert len(invoices) == 1


async def test_what_has_no_account_is_not_called_ready(door: FrontDoor) -> None:
    """The queue says that nothing blocks; the page does not, as long as it cannot be posted."""
    case = await case_of(door, "text_507.pdf")
    made = await door.order("POST", "/v1/vendors", {"name": "Kraxi GmbH"})
    await door.order("PATCH", f"{CASES}/{case['id']}", {"vendor_id": made.json()["id"]})
    await door.answer(await door.get(f"{CASES}/{case['id']}"))
    assert (await door.get(f"{CASES}/{case['id']}"))["queue_state"] == "approval"

    page = await (await reviewer(door)).go(f"/cases/{case['id']}")
    stands = "//*[@id='stands' or @id='open-findings']"
    told = [each.text_content().strip() for each in page.page.xpath(stands)]
    await door.order(
        "PUT", f"/v1/vendors/{made.json()['id']}", {"default_account": "5000"}, key="account"
    )
    await page.go(f"/cases/{case['id']}")
    after = [each.text_content().strip() for each in page.page.xpath(stands)]

    assert told == ["so nicht buchbar", "so nicht buchbar"]
    assert after == ["Freigabe", "Kein Befund blockiert"]


async def test_two_clicks_on_save_make_one_vendor(door: FrontDoor) -> None:
    """The vendor of a form is the same vendor when the form comes again."""
    case = await case_of(door, "text_507.pdf")
    page = await (await reviewer(door)).go(f"/cases/{case['id']}")
    before = page.page
    await page.send("fields", "save", vendor_id="new", new_account="5000")
    page.page = before
    await page.send("fields", "save", vendor_id="new", new_account="5000")
    assert len(await door.get("/v1/vendors")) == 1


async def test_more_than_can_be_rejected_at_once_is_refused_as_a_whole(door: FrontDoor) -> None:
    """Nothing that is marked is left out in silence, and nothing of it is done."""
    case = await case_of(door, "text_507.pdf")
    page = await (await reviewer(door)).go("/inbox")
    csrf = page.page.xpath("//input[@name='csrf']/@value")[0]
    marked = [case["id"], *(str(uuid4()) for _ in range(200))]

    sent = {"csrf": csrf, "key": "k", "case": marked, "reason": "Werbung"}
    refused = await door.http.post("/inbox/several", data=sent)

    assert refused.status_code == 400, refused.text
    now = await door.get(f"{CASES}/{case['id']}")
    assert now["queue_state"] == case["queue_state"] != "rejected"


async def test_an_address_that_a_stranger_made_says_nothing(door: FrontDoor) -> None:
    """What was done is told by this login alone; a crafted link cannot claim it."""
    case = await case_of(door, "text_507.pdf")
    page = await reviewer(door)
    for address in (f"/cases/{case['id']}", "/inbox"):
        await page.go(f"{address}?done=approved:Kraxi%20GmbH%20paid")
        assert page.answer.status_code == 200
        assert "Freigegeben und gebucht" not in page.text
        assert "Kraxi GmbH paid" not in page.text


async def test_what_others_changed_is_shown_and_not_overwritten(door: FrontDoor) -> None:
    """Both values stand at the field; what only one changed is kept."""
    case = await case_of(door, "text_507.pdf")
    page = await (await reviewer(door)).go(f"/cases/{case['id']}")
    theirs = {"invoice_number": "VON-ANDEREN-1", "currency": "USD"}
    invoice = case["normalized_invoice"] | theirs
    invoice["line_items"][0]["description"] = "von anderen"
    assert "→" not in await _looked(door, page, case["id"])
    changed = await door.order("PATCH", f"{CASES}/{case['id']}", {"normalized_invoice": invoice})
    assert changed.status_code == 200, changed.text
    assert "VON-ANDEREN-1" in await _looked(door, page, case["id"])

    await page.send("fields", "save", invoice_number="VON-MIR-2", reference_text="mein Bezug")

    assert page.answer.status_code == 409
    assert page.value("currency") == "USD", "what I did not touch is theirs"
    told = ("Währung: EUR → USD", "vorher stand hier: EUR", "Zeile 1, Bezeichnung")
    assert all(each in page.text for each in told)
    assert page.value("line-0-description") == "von anderen"
    assert page.value("invoice_number") == "VON-MIR-2"
    assert page.value("reference_text") == "mein Bezug"
    assert "Inzwischen steht hier: VON-ANDEREN-1" in page.text
    stored = (await door.get(f"{CASES}/{case['id']}"))["normalized_invoice"]
    assert stored["invoice_number"] == "VON-ANDEREN-1"

    await page.send("fields", "save")
    stored = (await door.get(f"{CASES}/{case['id']}"))["normalized_invoice"]
    assert (stored["invoice_number"], stored["reference_text"]) == ("VON-MIR-2", "mein Bezug")
    assert (stored["currency"], stored["line_items"][0]["description"]) == ("USD", "von anderen")


async def _looked(door: FrontDoor, page: Plain, case_id: str) -> str:
    """What an open page is told by itself, with what stands in its fields."""
    (form,) = page.page.xpath("//form[@id='fields']")
    body = dict(form.form_values())
    answer = await door.http.post(f"/cases/{case_id}/presence", data=body)
    assert answer.status_code == 200, answer.text
    return answer.text


async def test_what_is_no_value_is_told_at_its_field(door: FrontDoor) -> None:
    """And nothing else of the form is lost or stored."""
    case = await case_of(door, "text_507.pdf")
    page = await (await reviewer(door)).go(f"/cases/{case['id']}")

    await page.send("fields", "save", total_gross="viel", due_date="morgen", reference_text="X-1")

    assert page.answer.status_code == 422
    assert "Das ist kein Betrag." in page.text
    assert "Das ist kein Tag." in page.text
    assert page.value("reference_text") == "X-1"
    assert (await door.get(f"{CASES}/{case['id']}"))["version"] == case["version"]


async def test_a_finding_is_accepted_with_a_reason_and_taken_back(door: FrontDoor) -> None:
    """Beside its field, in the words of the language, and without English on a German page."""
    case = await case_of(door, "tampered_hybrid.pdf")
    page = await (await reviewer(door)).go(f"/cases/{case['id']}")
    blocking = [f for f in case["findings"] if f["severity"] == "blocking"]
    first = next(f for f in blocking if f["code"] == "PAGE_AND_XML_DIFFER")
    assert "Seite und XML sagen Verschiedenes." in page.text
    assert "which the page does not show" not in page.text

    await page.send("fields", f"accept:{first['id']}", **{f"reason-{first['id']}": "angerufen"})

    assert "Angenommen von bookkeeper: angerufen" in page.text
    await page.send("fields", f"withdraw:{first['id']}")
    now = await door.get(f"{CASES}/{case['id']}")
    assert {f["id"]: f["answer"] for f in now["findings"]}[first["id"]] is None

    await page.send("fields", "approve")
    assert page.answer.status_code == 409
    assert (await door.get(f"{CASES}/{case['id']}"))["queue_state"] != "approved"


async def test_lines_are_changed_added_and_removed(door: FrontDoor) -> None:
    """The whole table is sent, and what was not touched stays as it is."""
    case = await case_of(door, "text_507.pdf")
    page = await (await reviewer(door)).go(f"/cases/{case['id']}")
    lines = case["normalized_invoice"]["line_items"]
    count = len(lines)

    new = {f"line-{count}-description": "Porto", f"line-{count}-line_total": "12,00",
           f"line-{count}-tax_rate": "20", f"line-{count}-account_number": "5000 Waren",
           "line-0-account_number": "6815"}  # fmt: skip
    await page.send("fields", "save", **new)

    now = (await door.get(f"{CASES}/{case['id']}"))["normalized_invoice"]["line_items"]
    assert len(now) == count + 1
    assert now[0]["account_number"] == "6815"
    assert now[0]["line_total"] == lines[0]["line_total"]
    assert (now[-1]["description"], now[-1]["line_total"]) == ("Porto", 12.0)
    assert (now[-1]["tax_amount"], now[-1]["account_number"]) == (2.0, "5000")
    await page.send("fields", "save", **{f"line-{count}-drop": "1"})
    now = (await door.get(f"{CASES}/{case['id']}"))["normalized_invoice"]["line_items"]
    assert len(now) == count


async def test_discounts_and_instalments_are_changed_added_and_removed(door: FrontDoor) -> None:
    """What a finding asks for can be typed; the day on which all is due stays."""
    case = await case_of(door, "text_507.pdf")
    path = f"{CASES}/{case['id']}"
    discount = {"kind": "discount", "due_date": "2026-12-04", "percent": 3}
    patch = {"terms": [discount], "due_date": "2026-12-20"}
    body = {"normalized_invoice": patch}
    assert (await door.order("PATCH", path, body, Content_Type=MERGE_PATCH)).status_code == 200
    page = await (await reviewer(door)).go(f"/cases/{case['id']}")

    await page.send("fields", "save", **{"term-0-amount": "18,00"})
    now = (await door.get(path))["normalized_invoice"]
    assert [(each["amount"], each["percent"]) for each in now["terms"]] == [(18.0, 3.0)]

    new = {"term-1-kind": "discount", "term-1-due_date": "10.12.2026", "term-1-percent": "2,5"}
    await page.send("fields", "save", **new)
    now = (await door.get(path))["normalized_invoice"]
    assert [each["percent"] for each in now["terms"]] == [3.0, 2.5]
    assert now["due_date"] == "2026-12-20"

    await page.send("fields", "save", **{"term-0-amount": "viel"})
    assert page.answer.status_code == 422
    assert "Das ist kein Betrag." in page.text
    empty = dict.fromkeys(("term-0-due_date", "term-0-percent", "term-0-amount"), "")
    await page.send("fields", "save", **empty)
    now = (await door.get(path))["normalized_invoice"]
    assert [(each["kind"], each["due_date"]) for each in now["terms"]] == [
        ("discount", "2026-12-10")
    ]


async def test_the_posting_is_shown_before_it_is_made(
    seen: tuple[FrontDoor, dict[str, Any]],
) -> None:
    """With what stands in the form; nothing is stored by looking."""
    door, case = seen
    page = await (await reviewer(door)).go(f"/cases/{case['id']}")
    (form,) = page.page.xpath("//form[@id='fields']")
    body = dict(form.form_values()) | {"vendor_id": "new", "new_account": "5000 Waren"}
    answer = await door.http.post(f"/cases/{case['id']}/preview", data=body)
    assert answer.status_code == 200
    assert "5000" in answer.text
    assert "3300" in answer.text
    shown = await door.get(f"{CASES}/{case['id']}/posting-preview")
    assert shown["refusal"]["code"] == "ACCOUNT_NOT_FOUND"


async def test_a_case_is_rejected_with_its_reason(door: FrontDoor) -> None:
    """From the inbox, where several can be marked; approving several does not exist."""
    case = await case_of(door, "text_507.pdf")
    page = await (await reviewer(door)).go("/inbox")
    assert case["normalized_invoice"]["invoice_number"] in page.text
    assert not page.page.xpath("//form[@id='several']//button[contains(., 'reigeben')]")
    await page.send("several", "reject", case=case["id"], reason="nicht für uns")
    assert "1 Beleg abgelehnt." in page.text
    now = await door.get(f"{CASES}/{case['id']}")
    assert (now["queue_state"], now["rejection_reason"]) == ("rejected", "nicht für uns")
    await page.go(f"/cases/{case['id']}")
    assert "nicht für uns" in page.text
    assert not page.page.xpath("//button[@id='approve']")


async def test_markup_of_strangers_stays_text(seen: tuple[FrontDoor, dict[str, Any]]) -> None:
    """In names of files and vendors, on every page where they stand."""
    door, case = seen
    invoice = case["normalized_invoice"]
    invoice["vendor"]["name"] = HOSTILE
    invoice["invoice_number"] = "<i>1</i>"
    await door.order("PATCH", f"{CASES}/{case['id']}", {"normalized_invoice": invoice})
    page = await reviewer(door)
    for address in ("/", "/inbox", f"/cases/{case['id']}"):
        await page.go(address)
        for found in page.page.xpath("//script | //img | //*[@onclick or @onerror]"):
            assert (found.get("src") or "x").startswith(("/static/", f"/cases/{case['id']}/"))
            assert found.get("onclick") is None
            assert found.get("onerror") is None
        assert not page.page.xpath("//i[text()='1']")
    assert page.value("vendor_name") == HOSTILE


async def test_pages_and_words_of_a_document(seen: tuple[FrontDoor, dict[str, Any]]) -> None:
    """A picture with its tag, and the words with their boxes, for those who may see it."""
    door, case = seen
    path = f"/v1/documents/{case['document_id']}/pages"
    headers = door.headers()
    picture = await door.http.get(f"{path}/1?width=700", headers=headers)
    assert picture.headers["content-type"] == "image/webp"
    assert picture.headers["x-page-count"] == "1"
    assert picture.content[8:12] == b"WEBP"
    tagged = headers | {"If-None-Match": picture.headers["etag"]}
    assert (await door.http.get(f"{path}/1?width=700", headers=tagged)).status_code == 304
    missing = await door.http.get(f"{path}/9", headers=headers)
    assert (missing.status_code, missing.json()["code"]) == (404, "PAGE_NOT_FOUND")

    words = await door.get(f"{path}/1/words")
    assert words["source"] == "text"
    found = [word for word in words["words"] if word["text"] == "RE-20190610/507"]
    assert found
    assert all(0 <= found[0][side] <= 1 for side in ("left", "top", "width", "height"))


async def test_data_without_a_page_are_shown_in_words(door: FrontDoor) -> None:
    """An XRechnung is read by people, too."""
    case = await case_of(door, "xrechnung_01.01a_ubl.xml")
    page = await (await reviewer(door)).go(f"/cases/{case['id']}")
    assert page.page.xpath("//article[contains(@class, 'record')]")
    name = case["normalized_invoice"]["vendor"]["name"]
    assert name in page.text
    answer = await door.http.get(
        f"/v1/documents/{case['document_id']}/pages/1", headers=door.headers()
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "NOT_DRAWABLE")


async def test_a_case_of_others_is_not_found(
    seen: tuple[FrontDoor, dict[str, Any]], database: Database
) -> None:
    """Neither the page nor its picture."""
    door, case = seen
    other = await Plain(door.http, another_tenant(database)).sign_in()
    for part in ("", "/pages/1", "/words/1"):
        assert (await other.go(f"/cases/{case['id']}{part}")).answer.status_code == 404


async def test_many_pages_have_small_pictures_that_lead_to_them(door: FrontDoor) -> None:
    """One for each page, drawn by the same endpoint; none where there is one page."""
    with pikepdf.open(DOCUMENTS / "text_507.pdf") as pdf:
        for _ in range(2):
            pdf.pages.append(pdf.pages[0])
        data = BytesIO()
        pdf.save(data)
    await door.send(letter("Rechnung", ("drei.pdf", data.getvalue())))
    (item,) = await door.waiting()
    case_id = (await door.get(f"/v1/inbox/{item['id']}"))["review_case_id"]
    page = await (await reviewer(door)).go(f"/cases/{case_id}")
    strip = "//nav[contains(@class, 'thumbs')]"
    for link, image in zip(page.page.xpath(f"{strip}/a/@href"), _drawn(page, strip), strict=True):
        assert page.page.xpath(f"//*[@id='{link[1:]}']"), link
        assert (await door.http.get(image)).headers["content-type"] == "image/webp"
    assert len(_drawn(page, strip)) == 3


def _drawn(page: Plain, where: str) -> list[str]:
    """Addresses of pictures."""
    return [str(each) for each in page.page.xpath(f"{where}//img/@src")]


async def test_what_earlier_invoices_were_booked_on_stands_beside_the_case(
    door: FrontDoor,
) -> None:
    """Accounts and tax codes as the journal has them, and a door to the entry."""
    case = await case_of(door, "text_507.pdf")
    made = await door.order("POST", "/v1/vendors", {"name": "Kraxi GmbH"})
    vendor = made.json()["id"]
    await door.order("PATCH", f"{CASES}/{case['id']}", {"vendor_id": vendor}, key="vendor")
    lines = [
        {"account_number": "6815", "debit": 120, "credit": 0, "tax_code": "VST20"},
        {"account_number": "6816", "debit": 12, "credit": 0, "tax_code": "VST20"},
        {"account_number": "3300", "debit": 0, "credit": 132, "partner_id": vendor},
    ]
    body = {"booking_date": "2026-03-02", "description": "März", "lines": lines}
    booked = (await door.order("POST", "/v1/bookings", body, key="booking")).json()["intent_id"]
    line = {"position": 1, "description": "Papier", "quantity": 1, "unit_price": 110,
            "tax_rate": 0.2, "tax_amount": 22, "line_total": 132}  # fmt: skip
    invoice = {"vendor_id": vendor, "invoice_number": "M-3", "invoice_date": "2026-03-02",
               "total_net": 110, "total_tax": 22, "total_gross": 132, "intent_id": booked,
               "lines": [line]}  # fmt: skip
    stored = await door.order("POST", "/v1/invoices", invoice, key="invoice")
    assert stored.is_success, stored.text

    page = await (await reviewer(door)).go(f"/cases/{case['id']}")

    (row,) = page.page.xpath("//section[@aria-labelledby='h-hist']//tbody/tr")
    told = [" ".join(each.text_content().split()) for each in row.xpath("./td")]
    assert told[1:5] == ["M-3", "6815, 6816", "VST20", "132,00"]
    assert row.xpath(".//a/@href") == [f"/journal/{booked}"]
    assert page.page.xpath(f"//section[@aria-labelledby='h-hist']//a[@href='/vendors/{vendor}']")
