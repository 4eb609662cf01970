"""A document read in a process of its own."""

import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from activities.recognition import RecognisedDocument, recognise
from domain.errors import DomainError
from domain.formats.e_invoice import UnknownInvoiceFormat
from domain.formats.xml import UnsafeXml
from domain.intake.extraction import normalized
from domain.reading.layout import Source
from domain.reading.limits import (
    DocumentTooLarge,
    EncryptedDocument,
    Limits,
    OcrFailed,
    UnreadableDocument,
    UnsupportedDocument,
)
from tests.activities import hostile
from tests.corpus import DOCUMENTS

MEBIBYTE = 1024 * 1024
DEMO = Path(__file__).parents[2] / "deploy" / "stack" / "demo_data"


@pytest.mark.parametrize(
    ("name", "source", "least"),
    [
        ("xrechnung_01.01a_ubl.xml", Source.XML, "1"),
        ("zugferd_507.pdf", Source.XML, "1"),
        ("text_507.pdf", Source.TEXT, "0.9"),
        ("scan_kraxi.png", Source.OCR, "0.8"),
    ],
    ids=["XML", "hybrid", "text layer", "scan"],
)
def test_every_way_of_reading_gives_an_invoice(name: str, source: Source, least: str) -> None:
    """XML alone, XML in a PDF, text layer, recognition: complete, consistent, explained."""
    found = recognise(DOCUMENTS / name)
    invoice = normalized(found.extraction)

    assert invoice.adds_up
    assert invoice.invoice_number
    assert invoice.invoice_date
    assert invoice.vendor.name
    assert found.extraction.origins["total_gross"].source is source
    assert found.extraction.confidence.overall >= Decimal(least)
    assert RecognisedDocument.from_json(found.to_json()) == found


@pytest.mark.parametrize(
    ("name", "vendor", "number", "gross"),
    [
        ("zugferd_musterbetrieb.pdf", "Musterbetrieb AG Demodaten", "210111", "4284.00"),
        ("xrechnung_meier.xml", "M. Meier Handwerk GbR", "12345", "14918.84"),
        ("text_lieferant.pdf", "Lieferant GmbH", "471102", "529.87"),
        ("scan_bei_spiel.pdf", "Bei Spiel GmbH", "RE-20150613/503", "406.82"),
    ],
)
def test_the_demos_documents_can_be_approved(
    name: str, vendor: str, number: str, gross: str
) -> None:
    """Each with a vendor that can be paid."""
    invoice = normalized(recognise(DEMO / name).extraction)

    assert (invoice.vendor.name, invoice.invoice_number) == (vendor, number)
    assert invoice.total_gross == Decimal(gross)
    assert invoice.vendor.iban
    assert invoice.adds_up


def test_every_page_gives_a_sign_of_life() -> None:
    """The worker passes it on as a heartbeat."""
    heard: list[tuple[int, int]] = []
    recognise(
        hostile.text_pdf("Rechnung 17 ist eine lange Zeile", pages=3),
        on_page=lambda number, count: heard.append((number, count)),
    )

    assert heard == [(1, 3), (2, 3), (3, 3)]


@pytest.mark.parametrize(
    ("make", "refusal"),
    [
        (lambda: b"", UnreadableDocument),
        (hostile.archive, UnsupportedDocument),
        (hostile.encrypted_pdf, EncryptedDocument),
        (lambda: b"%PDF-1.7\n" + os.urandom(2000), UnreadableDocument),
        (lambda: hostile.text_pdf("x", pages=4), DocumentTooLarge),
        (lambda: b"%PDF-" + bytes(3 * MEBIBYTE), DocumentTooLarge),
        (lambda: hostile.picture(4000, 4000), DocumentTooLarge),
        (lambda: hostile.picture(400, 400)[:80], UnreadableDocument),
        (lambda: b"\xff\xd8\xff\xe0" + bytes(100), UnreadableDocument),
        (lambda: hostile.external_entity(Path("/etc/passwd")), UnsafeXml),
        (hostile.laughing_entities, UnsafeXml),
        (lambda: b"<Document/>", UnknownInvoiceFormat),
    ],
    ids=[
        "empty", "archive", "encrypted", "noise", "pages", "bytes", "pixels", "cut picture",
        "no jpeg", "external entity", "entities", "other xml",
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_by_name(
    make: Callable[[], bytes], refusal: type[DomainError]
) -> None:
    """Each with a code of its own, whatever its name and claimed type."""
    limits = Limits(size=2 * MEBIBYTE, pages=3, pixels=9_000_000)
    with pytest.raises(refusal):
        recognise(make(), "application/pdf", limits=limits)


def test_a_truncated_pdf_is_refused_or_read_without_harm() -> None:
    """Some readers can mend it; nobody may crash over it."""
    try:
        found = recognise(hostile.truncated_pdf())
    except UnreadableDocument:
        return
    assert found.pages >= 1


def test_a_poster_is_read_coarsely() -> None:
    """Five metres at 300 dpi would be three and a half thousand million pixels."""
    assert recognise(hostile.poster_pdf()).pages == 1


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("factur-x.xml", b"<not closed"),
        ("factur-x.xml", hostile.laughing_entities()),
        ("factur-x.xml", b"<a>" + b" " * (17 * MEBIBYTE) + b"</a>"),
        ("zugferd-invoice.xml", b"<Document/>"),
    ],
    ids=["broken", "entities", "bomb", "other"],
)
def test_a_bad_embedded_file_is_a_finding_not_a_failure(name: str, data: bytes) -> None:
    """The page is still read, and a person has to look."""
    found = recognise(hostile.with_embedded(name, data))

    assert "EMBEDDED_XML_UNREADABLE" in {finding.code for finding in found.findings}
    assert found.pages == 1


def test_good_xml_is_kept_when_the_pages_are_too_much() -> None:
    """The invoice is read, and a person is told that nobody compared."""
    data = (DOCUMENTS / "xrechnung_01.01a_cii.xml").read_bytes()
    limits = Limits(recognised_pages=0)
    found = recognise(hostile.with_embedded("factur-x.xml", data, page=""), limits=limits)

    assert found.extraction.invoice_number == "123456XX"
    assert "PAGE_UNREADABLE" in {finding.code for finding in found.findings}


def test_a_reader_out_of_memory_is_that_documents_failure() -> None:
    """The next document is read as if nothing had happened."""
    limits = Limits(memory=700 * MEBIBYTE)
    with pytest.raises(OcrFailed):
        recognise(hostile.content_bomb(400), limits=limits)

    assert recognise(DOCUMENTS / "xrechnung_01.01a_ubl.xml").extraction.is_read


def test_a_reader_out_of_time_is_killed_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither a process behind the back of the worker nor the picture of an invoice."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    started = time.monotonic()
    with pytest.raises(OcrFailed):
        recognise(DOCUMENTS / "scan_kraxi.png", limits=replace(Limits(), seconds=1))

    assert time.monotonic() - started < 5
    assert list(tmp_path.iterdir()) == []


def test_a_listener_that_gives_up_stops_the_reader() -> None:
    """A cancelled activity raises in its heartbeat."""

    class Cancelled(Exception):
        pass

    def give_up(number: int, count: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        recognise(DOCUMENTS / "text_507.pdf", on_page=give_up)
