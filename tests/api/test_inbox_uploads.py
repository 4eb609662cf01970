"""Files that are sent to the inbox over HTTP go the way of a mail."""

import zipfile
from base64 import b64encode
from io import BytesIO
from typing import Any

import httpx

from deploy.stack.process import free_port
from tests.domain.formats.test_tnef import file as tnef_file
from tests.domain.formats.test_tnef import wrapped
from tests.e2e.front_door import FrontDoor, demo, letter
from workflows.shared.connection import TemporalServer, connect


async def upload(
    door: FrontDoor, *files: tuple[str, bytes], key: str | None = None
) -> httpx.Response:
    """Send files to the inbox."""
    return await door.http.post(
        "/v1/inbox",
        files=[("files", (name, content, "application/octet-stream")) for name, content in files],
        headers=door.headers() | ({"Idempotency-Key": key} if key else {}),
    )


def zipped(*members: tuple[str, bytes]) -> bytes:
    """Archive of files."""
    data = BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return data.getvalue()


async def test_each_file_has_a_row_and_its_document_a_case(door: FrontDoor) -> None:
    """An invoice waits in the inbox, a text waits to be seen, both in one answer."""
    answer = await upload(door, demo("xrechnung_meier.xml"), ("notiz.txt", b"Bitte zahlen"))

    assert answer.status_code == 202, answer.text
    invoice, note = answer.json()["documents"]
    assert (invoice["file"], invoice["outcome"]) == ("xrechnung_meier.xml", "accepted")
    assert note["outcome"] == "unsupported_type"
    assert note["detail"]
    items = {item["id"]: item for item in await door.waiting(2)}
    item = items.pop(invoice["inbox_id"])
    assert items[note["inbox_id"]]["unreadable_reason"] == note["detail"]
    assert item["ocr_extraction"]["total_gross"] == 14918.84
    assert item["source_email"] is None
    assert (await door.get(f"/v1/inbox/{item['id']}"))["review_case_id"]
    shown = await door.get(f"/v1/documents/{item['document_id']}")
    assert shown["inbox_id"] == item["id"]
    assert shown["inbox_status"] == "pending"
    assert shown["source"] == "upload"
    assert (shown["sha256"], shown["size_bytes"]) == (invoice["sha256"], invoice["size_bytes"])
    assert shown["intent_ids"] == shown["invoice_ids"] == []


async def test_archives_and_wrappers_are_opened(door: FrontDoor) -> None:
    """A ZIP in a ZIP, and `winmail.dat`: a row for every file inside."""
    name, xml = demo("xrechnung_meier.xml")
    pdf = demo("text_lieferant.pdf")[1]
    packed = zipped(("innen.zip", zipped((f"2026/{name}", xml))))
    wrapper = wrapped(tnef_file("r.pdf", pdf))

    answer = await upload(door, ("alle.zip", packed), ("winmail.dat", wrapper))

    rows = answer.json()["documents"]
    assert [(row["file"], row["original_name"], row["outcome"]) for row in rows] == [
        ("alle.zip", f"2026/{name}", "accepted"),
        ("winmail.dat", "r.pdf", "accepted"),
    ]


async def test_what_is_not_opened_waits_to_be_seen(door: FrontDoor) -> None:
    """A row and an inbox item with the reason; it can be closed, and read again it stays so."""
    damaged = wrapped(tnef_file("r.pdf", b"%PDF-"))[:-10]

    answer = await upload(door, ("winmail.dat", damaged))

    (row,) = answer.json()["documents"]
    (item,) = await door.waiting()
    assert (row["outcome"], row["inbox_id"]) == ("unsupported_type", item["id"])
    assert item["unreadable_reason"] == row["detail"] == "a wrapper that is cut off"
    shown = await door.get(f"/v1/inbox/{item['id']}")
    case = await door.get(f"/v1/invoice-review-cases/{shown['review_case_id']}")
    assert case["queue_state"] == "exception"
    file = await door.http.get(f"/v1/documents/{item['document_id']}/file", headers=door.headers())
    assert file.content == damaged
    assert file.headers["Content-Type"] == "application/octet-stream"
    rejected = await door.order("POST", f"/v1/inbox/{item['id']}/reject", {"reason": "leer"})
    assert rejected.status_code == 200, rejected.text


async def test_files_inside_an_e_invoice_are_shown_beside_it(door: FrontDoor) -> None:
    """The PDF of BG-24 is a document of its own that hangs on the item."""
    name, xml = demo("xrechnung_meier.xml")
    pdf = demo("text_lieferant.pdf")[1]
    reference = (
        '<cac:AdditionalDocumentReference xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:'
        'CommonAggregateComponents-2" xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:'
        'CommonBasicComponents-2"><cbc:ID>1</cbc:ID><cac:Attachment>'
        '<cbc:EmbeddedDocumentBinaryObject mimeCode="application/pdf" filename="Beilage.pdf">'
        f"{b64encode(pdf).decode()}</cbc:EmbeddedDocumentBinaryObject></cac:Attachment>"
        "</cac:AdditionalDocumentReference>"
    )
    at = xml.rindex(b"</")
    await upload(door, (name, xml[:at] + reference.encode() + xml[at:]))

    (item,) = await door.waiting()
    (attached,) = item["attachments"]
    assert (attached["original_name"], attached["size_bytes"]) == ("Beilage.pdf", len(pdf))
    file = await door.http.get(
        f"/v1/documents/{attached['document_id']}/file", headers=door.headers()
    )
    assert file.content == pdf
    shown = await door.get(f"/v1/documents/{attached['document_id']}")
    assert (shown["attached_to"], shown["inbox_id"]) == ([item["id"]], None)


async def test_the_same_call_again_is_the_same_call(door: FrontDoor) -> None:
    """By its key it gets the first answer; without one the file is a duplicate."""
    file = demo("xrechnung_meier.xml")
    first = await upload(door, file, key="eins")
    again = await upload(door, file, key="eins")
    other = await upload(door, file)

    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.json() == first.json()
    (row,) = other.json()["documents"]
    assert row["outcome"] == "duplicate"
    assert row["inbox_id"] == first.json()["documents"][0]["inbox_id"]


async def test_what_was_rejected_is_taken_up_again(door: FrontDoor) -> None:
    """Sent again it is told to be rejected; reopened it is read and can be decided."""
    file = demo("xrechnung_meier.xml")
    await upload(door, file)
    (item,) = await door.waiting()
    path = f"/v1/inbox/{item['id']}"
    early = await door.order("POST", f"{path}/reopen")
    assert (early.status_code, early.json()["code"]) == (409, "NOT_REJECTED")
    assert (await door.order("POST", f"{path}/reject", {"reason": "irrtum"})).status_code == 200
    reread = await door.order("POST", f"{path}/reread")
    assert (reread.status_code, reread.json()["code"]) == (409, "ALREADY_PROCESSED")

    (row,) = (await upload(door, file)).json()["documents"]
    assert row["outcome"] == "duplicate"
    assert "rejected before" in row["detail"]
    reopened = await door.order("POST", f"{path}/reopen", key="doch")
    again = await door.order("POST", f"{path}/reopen", key="doch")

    assert reopened.status_code == again.status_code == 202, reopened.text
    assert reopened.json() == {"reopened": True, "inbox_id": item["id"]}
    (back,) = await door.waiting()
    assert back["id"] == item["id"]
    shown = await door.get(path)
    assert shown["rejection_reason"] is None
    case = await door.get(f"/v1/invoice-review-cases/{shown['review_case_id']}")
    assert case["queue_state"] in {"approval", "correction", "exception"}
    assert (await door.order("POST", f"{path}/reject")).status_code == 200


async def test_a_document_is_read_again_when_asked(door: FrontDoor) -> None:
    """The answer does not wait; what is found replaces what was read."""
    await upload(door, demo("xrechnung_meier.xml"))
    (item,) = await door.waiting()

    answer = await door.order("POST", f"/v1/inbox/{item['id']}/reread")

    assert answer.status_code == 202, answer.text
    assert answer.json() == {"reread": True, "inbox_id": item["id"]}


async def test_open_shows_what_is_not_decided_with_its_age(door: FrontDoor) -> None:
    """Processing and pending, newest first; what is decided is gone."""
    await upload(door, demo("xrechnung_meier.xml"), demo("text_lieferant.pdf"))
    items = await door.waiting(2)

    found = await door.get("/v1/inbox", status="open")
    assert {each["id"] for each in found} == {each["id"] for each in items}
    assert all(0 <= each["age_seconds"] < 300 for each in found)
    assert all(each["received_at"] == each["created_at"] for each in found)
    await door.order("POST", f"/v1/inbox/{items[0]['id']}/reject")
    assert [each["id"] for each in await door.get("/v1/inbox", status="open")] == [items[1]["id"]]


async def test_nothing_and_too_much_are_refused(door: FrontDoor) -> None:
    """At least one file, at most twenty; and whoever may not write, cannot."""
    nothing = await door.http.post("/v1/inbox", headers=door.headers())
    many = await upload(door, *((f"{number}.pdf", b"%PDF-") for number in range(21)))

    for answer in (nothing, many):
        assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_INPUT")
    assert await door.get("/v1/payables/ingestion-log") == []


async def test_a_mail_sent_as_a_file_is_opened(door: FrontDoor) -> None:
    """An `.eml` is the mail that it is, with its sender."""
    raw = letter("Rechnung", demo("xrechnung_meier.xml")).as_bytes()
    (row,) = (await upload(door, ("rechnung.eml", raw))).json()["documents"]

    assert (row["original_name"], row["outcome"]) == ("xrechnung_meier.xml", "accepted")
    (item,) = await door.waiting()
    assert item["source_email"] == "re@lieferant.example"


async def test_a_file_is_kept_though_nobody_takes_it_apart(door: FrontDoor) -> None:
    """Without Temporal 503; its row says received, and the same call later files it."""
    app: Any = door.http._transport.app  # type: ignore[attr-defined]  # noqa: SLF001
    there = app.state.temporal
    app.state.temporal = await connect(TemporalServer(f"127.0.0.1:{free_port()}"), lazy=True)
    file = demo("xrechnung_meier.xml")
    try:
        away = await upload(door, file, key="later")
    finally:
        app.state.temporal = there

    assert (away.status_code, away.json()["code"]) == (503, "SERVICE_UNAVAILABLE")
    (row,) = await door.get("/v1/payables/ingestion-log", outcome="received")
    assert (row["original_name"], row["outcome"]) == (file[0], "received")
    assert await door.get("/v1/payables/ingestion-log") == [row]
    (done,) = (await upload(door, file, key="later")).json()["documents"]
    assert done["outcome"] == "accepted"
    assert await door.get("/v1/payables/ingestion-log", outcome="received") == []
