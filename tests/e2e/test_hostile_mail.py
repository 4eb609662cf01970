"""Mail that wants to do harm: each refused or filed with a reason, and the house still answers."""

import os
import zipfile
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from temporalio.client import Client

from tests.builders import another_tenant
from tests.e2e.front_door import DOMAIN, FrontDoor, demo, letter, opened
from tests.servers import Database

CORPUS = Path(os.environ.get("BELEGFLUSS_CORPUS", "../shared/corpus")) / "mail"

ENTITIES = b"""<?xml version="1.0"?>
<!DOCTYPE Invoice [<!ENTITY passwd SYSTEM "file:///etc/passwd">
<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2">
<ID>&passwd;&b;</ID></Invoice>
"""


@pytest.fixture(scope="module")
async def house(
    database: Database, temporal: Client, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[FrontDoor]:
    """Open one house for the attacks of this file."""
    folder = tmp_path_factory.mktemp("blobs")
    async with opened(database, temporal, another_tenant(database), folder) as door:
        yield door


@pytest.fixture
def door(house: FrontDoor, database: Database) -> FrontDoor:
    """Give each attack a tenant of its own."""
    return house.of(another_tenant(database))


def encrypted_pdf() -> bytes:
    """A PDF that wants a password."""
    with pikepdf.open(BytesIO(demo("text_lieferant.pdf")[1])) as pdf:
        data = BytesIO()
        pdf.save(data, encryption=pikepdf.Encryption(user="geheim", owner="geheim"))
        return data.getvalue()


def bomb_pdf() -> bytes:
    """A small PDF with a picture of 900 megapixels."""
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        picture = pikepdf.Stream(pdf, bytes(100_000_000))
        picture.Type, picture.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
        picture.Width, picture.Height = 30_000, 30_000
        picture.ColorSpace, picture.BitsPerComponent = pikepdf.Name.DeviceGray, 8
        page = pdf.pages[0]
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im=picture))
        page.Contents = pikepdf.Stream(pdf, b"q 595 0 0 842 0 0 cm /Im Do Q ")
        data = BytesIO()
        pdf.save(data, compress_streams=True)
        return data.getvalue()


def zip_named_pdf() -> bytes:
    """A zip with a bomb in it that claims to be a PDF."""
    data = BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("rechnung.pdf", b"%PDF-1.7" + bytes(200_000_000))
    return data.getvalue()


async def log(door: FrontDoor, count: int) -> list[dict[str, Any]]:
    """Rows of the ingestion log, once there are so many."""
    found: list[dict[str, Any]] = await door.until(
        "/v1/payables/ingestion-log", lambda rows: len(rows) >= count
    )
    return found


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("geschuetzt.pdf", encrypted_pdf(), "ENCRYPTED_DOCUMENT"),
        ("entities.xml", ENTITIES, "UNSUPPORTED_FORMAT"),
        ("leer.pdf", b"", "UNREADABLE_DOCUMENT"),
        ("kaputt.pdf", b"%PDF-1.7 und dann nichts mehr", "UNREADABLE_DOCUMENT"),
    ],
)
async def test_unreadable_documents_are_filed_with_the_reason(
    door: FrontDoor, name: str, content: bytes, reason: str
) -> None:
    """Pending with an empty extraction, a row in the log, a case that a person can close."""
    assert await door.send(letter("Rechnung", (name, content))) == 250
    (item,) = await door.waiting()
    rows = await log(door, 2)
    shown = await door.get(f"/v1/inbox/{item['id']}")
    case = await door.get(f"/v1/invoice-review-cases/{shown['review_case_id']}")

    assert {row["outcome"] for row in rows} == {"accepted", "extraction_failed"}
    (failed,) = [row for row in rows if row["outcome"] == "extraction_failed"]
    assert failed["detail"].startswith(reason)
    assert failed["inbox_id"] == item["id"]
    assert shown["ocr_extraction"]["total_gross"] is None
    assert case["queue_state"] == "exception"
    assert "root:" not in (shown["ocr_raw"] or "")
    rejected = await door.order("POST", f"/v1/inbox/{item['id']}/reject")
    assert rejected.status_code == 200


async def test_a_pdf_bomb_harms_nobody(door: FrontDoor) -> None:
    """Its reader refuses or dies; the document waits for a person, and the next one is read."""
    await door.send(letter("Bombe", ("bombe.pdf", bomb_pdf())))
    await door.send(letter("Rechnung", demo("xrechnung_meier.xml")))

    items = await door.waiting(2)

    read = {item["original_name"]: item["ocr_extraction"]["total_gross"] for item in items}
    assert read == {"bombe.pdf": None, "xrechnung_meier.xml": 14918.84}


async def test_a_zip_named_pdf_is_refused_with_a_reason(door: FrontDoor) -> None:
    """The bytes decide; the bomb inside is not unpacked; somebody sees it, and the rows say why."""
    assert await door.send(letter("Rechnung", ("rechnung.pdf", zip_named_pdf()))) == 250

    rows = await log(door, 3)

    assert {row["outcome"] for row in rows} == {"too_large", "unsupported_type", "no_attachment"}
    (item,) = await door.waiting()
    assert item["unreadable_reason"].startswith("an archive of which 1 files were not opened")


async def test_unknown_addresses_and_huge_messages_are_refused(door: FrontDoor) -> None:
    """550 and 552, told on the wire; the huge one has a row; the house still answers."""
    huge = (b"x" * 998 + b"\r\n") * 30_000

    assert await door.send(letter("?"), f"niemand@{DOMAIN}") == 550
    assert await door.send(huge) == 552

    assert [row["outcome"] for row in await log(door, 1)] == ["too_large"]
    assert (await door.http.get("/healthz")).status_code == 200


async def test_the_corpus_of_mails_is_digested(door: FrontDoor) -> None:
    """Every document of 23 tricky mails waits for a person in the end; none is stuck."""
    names = sorted(CORPUS.glob("*.eml"))
    if not names:
        pytest.skip(f"NO CORPUS at {CORPUS}: set BELEGFLUSS_CORPUS")
    for name in names:
        assert await door.send(name.read_bytes()) == 250, name

    # 23 mails bring 14 different documents; two more have none and must be seen.
    items = await door.until("/v1/inbox", lambda found: len(found) >= 16, limit=200)

    assert len(items) == 16
    assert await door.get("/v1/inbox", status="processing") == []
    cases = await door.get("/v1/invoice-review-cases", limit=200)
    assert len(cases) == len(items)
    twins = [case for case in cases if case["duplicate_hint"]]
    assert twins, "03 brings one invoice as PDF and as XML"
