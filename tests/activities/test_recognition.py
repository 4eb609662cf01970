"""A document read in a process of its own."""

import os
import re
import signal
import tempfile
import threading
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from activities import recognition
from activities.recognition import RecognisedDocument, recognise
from domain.errors import DomainError
from domain.formats.e_invoice import UnknownInvoiceFormat
from domain.formats.xml import UnsafeXml
from domain.intake.extraction import normalized
from domain.intake.two_readings import SecondEngine
from domain.reading.finding import Severity
from domain.reading.layout import Source
from domain.reading.limits import (
    DocumentTooLarge,
    EncryptedDocument,
    Limits,
    NothingToRead,
    OcrFailed,
    ReaderInterrupted,
    UnreadableDocument,
    UnsupportedDocument,
)
from tests.activities import hostile
from tests.corpus import DOCUMENTS

MEBIBYTE = 1024 * 1024
DEMO = Path(__file__).parents[2] / "tests" / "data" / "received"


@pytest.mark.parametrize(
    ("name", "source", "least"),
    [
        ("xrechnung_01.01a_ubl.xml", Source.XML, "1"),
        ("zugferd_507.pdf", Source.XML, "1"),
        ("text_507.pdf", Source.TEXT, "0.9"),
        ("scan_kraxi.png", Source.OCR, "0.8"),
        ("photo_kraxi.heic", Source.OCR, "0.8"),
    ],
    ids=["XML", "hybrid", "text layer", "scan", "photo"],
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
def test_received_documents_can_be_approved(
    name: str, vendor: str, number: str, gross: str
) -> None:
    """Each with somebody who can be paid: the vendor, or the holder of the account it names."""
    invoice = normalized(recognise(DEMO / name).extraction)

    assert (invoice.vendor.name, invoice.invoice_number) == (vendor, number)
    assert invoice.total_gross == Decimal(gross)
    paid = invoice.payee.iban if invoice.payee else invoice.vendor.iban
    assert paid
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


@pytest.mark.parametrize("second", [SecondEngine.NEVER, SecondEngine.UNSURE])
@pytest.mark.parametrize(
    "data",
    [hostile.blank_pdf(), hostile.blank_pdf(595, 3), hostile.picture(400, 560)],
    ids=["page", "strip", "picture"],
)
def test_pages_without_a_word_are_unreadable(data: bytes, second: SecondEngine) -> None:
    """Nobody is shown an empty invoice as if it had been read."""
    with pytest.raises(NothingToRead):
        recognise(data, second=second)


def test_a_portfolio_says_that_only_its_cover_was_read() -> None:
    """Its files are what counts: a person has to take them out."""
    found = recognise(hostile.portfolio({"a.pdf": hostile.text_pdf("Rechnung"), "b.pdf": b"%PDF"}))

    (finding,) = [each for each in found.findings if each.code == "PDF_PORTFOLIO"]
    assert finding.severity is Severity.BLOCKING
    assert "2 files; only its cover was read: a.pdf, b.pdf." in finding.message


def test_files_beside_an_invoice_are_a_hint() -> None:
    """As many as there are, the first by name; its XML is no such file."""
    files = {f"{number}\n.pdf": b"%PDF" for number in range(7)}
    xml = (DOCUMENTS / "xrechnung_01.01a_cii.xml").read_bytes()

    found = recognise(hostile.with_embedded_files({**files, "factur-x.xml": xml}))

    (finding,) = [each for each in found.findings if each.code == "FILES_IN_PDF"]
    assert finding.severity is Severity.HINT
    assert finding.message.startswith("The PDF carries 7 files that were not read: 0.pdf, 1.pdf")
    assert finding.message.endswith("4.pdf, ....")
    assert "FILES_IN_PDF" not in {each.code for each in recognise(hostile.text_pdf("x y")).findings}


def test_a_truncated_pdf_is_refused_or_read_without_harm() -> None:
    """Some readers can mend it; nobody may crash over it."""
    try:
        found = recognise(hostile.truncated_pdf())
    except UnreadableDocument:
        return
    assert found.pages >= 1


def test_a_poster_is_read_coarsely() -> None:
    """Five metres at 300 dpi would be three and a half thousand million pixels."""
    heard: list[int] = []

    with pytest.raises(NothingToRead):
        recognise(hostile.poster_pdf(), on_page=lambda number, count: heard.append(number))

    assert heard == [1]


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


@pytest.mark.parametrize("name", ["factur-x", "Anhang 1", "rechnung.dat"])
def test_an_embedded_invoice_is_found_by_its_bytes(name: str) -> None:
    """Whatever it is called; what only happens to be in the file is none."""
    xml = (DOCUMENTS / "xrechnung_01.01a_cii.xml").read_bytes()

    found = recognise(hostile.with_embedded(name, xml))

    assert found.extraction.origins["total_gross"].source is Source.XML
    other = recognise(hostile.with_embedded(name, b"<html>kein Beleg</html>"))
    assert "EMBEDDED_XML_UNREADABLE" not in {finding.code for finding in other.findings}


def test_a_second_embedded_invoice_is_told() -> None:
    """One is proposed; that there is another, a person must answer. The same twice is one."""
    one = (DOCUMENTS / "xrechnung_01.01a_cii.xml").read_bytes()
    other = one.replace(b"123456XX", b"123457XX")
    assert other != one

    def told(second: bytes) -> set[str]:
        files = {"factur-x.xml": one, "b.xml": second}
        found = recognise(hostile.with_embedded_files(files))
        return {finding.code for finding in found.findings}

    assert "FURTHER_EMBEDDED_INVOICE" in told(other)
    assert "FURTHER_EMBEDDED_INVOICE" not in told(one)


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


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_a_day_at_the_end_of_all_days_is_unknown(day: str) -> None:
    """With terms that count from it: the invoice is read, and the day is asked for."""
    data = (DOCUMENTS / "xrechnung_01.01a_ubl.xml").read_text()
    terms = "#SKONTO#TAGE=14#PROZENT=2.25#\n</cbc:Note>"
    data = re.sub(r"20\d\d-\d\d-\d\d", day, data).replace("</cbc:Note>", terms)
    found = recognise(data.encode())

    assert found.extraction.invoice_date is None
    assert found.extraction.total_gross is not None
    assert "UNREADABLE_VALUE" in {finding.code for finding in found.findings}


def test_a_small_file_with_very_many_words_is_refused_early() -> None:
    """Before its words are looked at: a few seconds of the processor, and the reason by name."""
    document = hostile.crowded_pdf(60_000)
    assert len(document) < 26 * 1024
    with pytest.raises(DocumentTooLarge, match=r"has \d+ letters; 60000 are read"):
        recognise(document, limits=Limits(seconds=20))


def test_a_small_file_that_draws_itself_again_and_again_ends_early() -> None:
    """At the limit of memory, long before that of time; the next document is read."""
    document = hostile.nested_forms(depth=8, width=10)
    assert len(document) < 4 * 1024
    with pytest.raises(OcrFailed, match="crashed over the document"):
        recognise(document, limits=Limits(seconds=30, memory=700 * MEBIBYTE))

    assert recognise(DOCUMENTS / "xrechnung_01.01a_ubl.xml").extraction.is_read


def test_a_reader_that_spends_its_budget_is_that_documents_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the reason, however busy the machine; no picture of an invoice is left behind."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for document in (DOCUMENTS / "scan_kraxi.png", hostile.content_bomb(40)):
        with pytest.raises(OcrFailed, match="processor time"):
            recognise(document, limits=Limits(seconds=1))

    assert list(tmp_path.iterdir()) == []


def test_a_reader_that_stands_still_for_a_while_ends_well() -> None:
    """Longer than its budget, which counts what the processor did and not the clock."""
    stopped: list[int] = []

    def stand_still(number: int, count: int) -> None:
        (reader,) = readers()
        os.kill(reader, signal.SIGSTOP)
        stopped.append(reader)
        time.sleep(4)
        os.kill(reader, signal.SIGCONT)

    found = recognise(hostile.text_pdf("Rechnung"), limits=Limits(seconds=3), on_page=stand_still)

    assert (found.pages, len(stopped)) == (1, 1)


@pytest.mark.parametrize("end", [signal.SIGSTOP, signal.SIGKILL])
def test_a_reader_that_is_interrupted_is_no_documents_failure(
    end: signal.Signals, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped beyond all patience or killed from outside, it is no refusal; nothing is left."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def interrupt(number: int, count: int) -> None:
        for reader in readers():
            os.kill(reader, end)

    data = hostile.text_pdf("Rechnung", pages=3)
    with pytest.raises(ReaderInterrupted):
        recognise(data, limits=Limits(patience=4), on_page=interrupt)

    assert readers() == []
    assert list(tmp_path.iterdir()) == []


def test_a_reader_that_cannot_start_is_no_documents_failure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A release that is half installed says nothing about a document."""
    monkeypatch.setattr(recognition, "_MODULE", "activities.not_there")
    with pytest.raises(ReaderInterrupted):
        recognise(DOCUMENTS / "xrechnung_01.01a_ubl.xml")


def readers() -> list[int]:
    """Readers that this process has started and that are not at their end."""
    children = Path(f"/proc/self/task/{threading.get_native_id()}/children").read_text().split()
    commands = {int(each): Path(f"/proc/{each}/cmdline").read_bytes() for each in children}
    return [each for each, command in commands.items() if b"activities.recognition" in command]


def test_a_listener_that_gives_up_stops_the_reader() -> None:
    """A cancelled activity raises in its heartbeat."""

    class Cancelled(Exception):
        pass

    def give_up(number: int, count: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        recognise(DOCUMENTS / "text_507.pdf", on_page=give_up)
