"""A document in a subprocess of its own, with limits on memory and time and a pulse per page.

Whatever a document does to its reader, it does it to that process only: a crash and a spent budget
are this document's failure (`OcrFailed`), never the worker's. What the clock or the machine did is
neither's (`ReaderInterrupted`). Run as `python -m activities.recognition`,
the module is that process: it takes a job on standard input and answers with lines of JSON.
"""

import errno
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Any

from pydantic import Base64Bytes, TypeAdapter

from activities import priority, validation
from domain.errors import DomainError, refusals
from domain.formats import e_invoice
from domain.formats.invoice_record import InvoiceRecord
from domain.formats.xml import UnsafeXml
from domain.intake.extraction import Extraction
from domain.intake.from_document import extraction_of
from domain.intake.official_rules import validated
from domain.intake.two_readings import SecondEngine, combined
from domain.reading.document_type import DocumentType
from domain.reading.finding import Finding, Severity
from domain.reading.layout import Layout, Source
from domain.reading.limits import (
    DocumentTooLarge,
    EmbeddedFileTooLarge,
    Kind,
    Limits,
    NothingToRead,
    OcrFailed,
    ReaderInterrupted,
    UnreadableDocument,
    kind_of,
)
from domain.reading.origin import OwnParty

PageRead = Callable[[int, int], None]

_MODULE = "activities.recognition"
_ROOT = Path(__file__).resolve().parents[1]
_NAMED = 5
_LONGEST_ANSWER = 64 * 1024 * 1024
_CRASHES = {
    signal.SIGABRT, signal.SIGBUS, signal.SIGFPE, signal.SIGILL, signal.SIGSEGV, signal.SIGSYS,
    signal.SIGTRAP,
}  # fmt: skip
_SHORTAGES = {errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE, errno.EAGAIN}
_DAMAGED_XML = (UnsafeXml, e_invoice.UnknownInvoiceFormat, EmbeddedFileTooLarge, UnreadableDocument)


@dataclass(frozen=True, slots=True)
class RecognisedDocument:
    """What came out: kind of the bytes, number of pages, and all that was read.

    `structured` are the bytes of the structured invoice, empty without one.
    """

    mime_type: str
    pages: int
    extraction: Extraction
    structured: Base64Bytes = b""

    @property
    def document_type(self) -> DocumentType:
        """What the document is."""
        return self.extraction.document_type

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is wrong with it."""
        return self.extraction.findings

    def to_json(self) -> dict[str, Any]:
        """The document as it is stored."""
        stored: dict[str, Any] = _DOCUMENT.dump_python(self, mode="json")
        return stored

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "RecognisedDocument":
        """The document again."""
        return _DOCUMENT.validate_python(stored)


@dataclass(frozen=True, slots=True)
class Job:
    """One document for the subprocess."""

    path: Path
    own: OwnParty = field(default_factory=OwnParty)
    limits: Limits = field(default_factory=Limits)
    second: SecondEngine = SecondEngine.NEVER


_DOCUMENT = TypeAdapter(RecognisedDocument)
_JOB = TypeAdapter(Job)


def recognise(
    source: Path | bytes,
    mime_type: str | None = None,
    own: OwnParty | None = None,
    limits: Limits | None = None,
    second: SecondEngine = SecondEngine.NEVER,
    on_page: PageRead = lambda number, count: None,
) -> RecognisedDocument:
    """Read one document in a subprocess. Blocks; `on_page` is called after every page.

    `mime_type` is what somebody claims; the first bytes decide. Raises the refusals of
    `domain.reading.limits`, UnsafeXml, UnknownInvoiceFormat, OcrFailed for a reader that its
    document has ended, and ReaderInterrupted, which is no refusal, for one that anything else has.
    """
    limits = limits or Limits()
    with _as_file(source) as path:
        limits.check_size(path.stat().st_size)
        with path.open("rb") as file:
            kind_of(file.read(1024))
        return _validated(_read_apart(Job(path, own or OwnParty(), limits, second), on_page))


def _validated(document: RecognisedDocument) -> RecognisedDocument:
    """With what the official rules say of its structured invoice, if it has one."""
    if not document.structured:
        return document
    found = validation.shared().check(document.structured)
    return replace(document, extraction=validated(document.extraction, found))


def read(job: Job, on_page: PageRead) -> RecognisedDocument:
    """Read one document in this process. For the subprocess, and for tests of what it reads."""
    job.limits.check_size(job.path.stat().st_size)
    kind = kind_of(job.path.read_bytes()[:1024])
    if kind is Kind.XML:
        data = job.path.read_bytes()
        stated = extraction_of(e_invoice.read(data), None, job.own)
        return RecognisedDocument(kind.value, 0, stated, data)
    from activities import page_picture, pages  # noqa: PLC0415  XML needs none of these libraries

    count, (embedded, data, findings) = 0, _embedded(())
    if kind is Kind.PDF:
        count = pages.check_pdf(job.path, job.limits)
        embedded, data, findings = _embedded(pages.embedded_files(job.path, job.limits))
        findings += tuple(_further_files(*pages.further_files(job.path, job.limits)))
    try:
        layout = pages.layout_of(job.path, kind, job.limits, on_page)
    except (DocumentTooLarge, UnreadableDocument, OcrFailed) as error:
        if embedded is None:
            raise
        unseen = (*findings, _page_unseen(error))
        stated = extraction_of(embedded, None, job.own, unseen)
        return RecognisedDocument(kind.value, count, stated, data)
    findings += tuple(_hidden(layout))
    extraction = extraction_of(embedded, layout, job.own, findings)
    if embedded is None:
        extraction = _seen_again(job, kind, layout, extraction, findings)
        _check_words(layout, extraction)
    hashed = replace(extraction, page_hash=page_picture.picture_hash(job.path, kind))
    return RecognisedDocument(kind.value, len(layout.pages), hashed, data)


def _seen_again(
    job: Job, kind: Kind, layout: Layout, first: Extraction, findings: tuple[Finding, ...]
) -> Extraction:
    """What two engines say of recognised pages, if a second one is wanted and there."""
    from activities import pages, second_engine  # noqa: PLC0415  only pages need them

    is_recognised = any(page.source is Source.OCR for page in layout.pages)
    if not (is_recognised and job.second.looks_at(first) and second_engine.is_installed()):
        return first
    again = pages.read_again(job.path, kind, layout, job.limits)
    return combined(first, extraction_of(None, again, job.own, findings))


def _check_words(layout: Layout, extraction: Extraction) -> None:
    """Refuse pages on which nobody sees a word: an empty invoice would say that they were read."""
    is_seen = any(origin.page is not None for origin in extraction.origins.values())
    if not is_seen and not any(page.words for page in layout.pages):
        raise NothingToRead("There are no words on the pages: they are blank, or pictures only.")


def _further_files(is_portfolio: bool, names: Sequence[str]) -> Iterator[Finding]:  # noqa: FBT001
    """Files inside the PDF that are no e-invoice: of a portfolio they are all that counts."""
    if not names:
        return
    named = ", ".join("".join(filter(str.isprintable, name))[:80] for name in names[:_NAMED])
    named += ", ..." if len(names) > _NAMED else ""
    if is_portfolio:
        said = (
            f"The PDF is a portfolio of {len(names)} files; only its cover was read: {named}."
            " Take the files out and send each of them."
        )
        yield Finding("PDF_PORTFOLIO", said, Severity.BLOCKING)
    else:
        said = f"The PDF carries {len(names)} files that were not read: {named}."
        yield Finding("FILES_IN_PDF", said, Severity.HINT)


def _hidden(layout: Layout) -> Iterator[Finding]:
    """Words that are in the file and not on the page: programs read them, people do not."""
    count = sum(page.hidden for page in layout.pages)
    if count:
        yield Finding(
            "HIDDEN_TEXT",
            f"{count} words of the text layer cannot be seen on the page and were not read.",
            Severity.WARNING,
        )


def _page_unseen(error: DomainError) -> Finding:
    """The XML is good, but nobody has compared it with the page: a person must."""
    return Finding(
        "PAGE_UNREADABLE",
        f"The pages could not be compared with the XML: {error.message}",
        Severity.BLOCKING,
        basis=error.code,
    )


def _embedded(
    files: Iterable[tuple[str, bytes]],
) -> tuple[InvoiceRecord | None, bytes, tuple[Finding, ...]]:
    """The best structured invoice among the embedded files; what is wrong with the others."""
    records: list[tuple[str, InvoiceRecord, bytes]] = []
    findings: list[Finding] = []
    try:
        for name, data in files:
            try:
                records.append((name.lower(), e_invoice.read(data), data))
            except _DAMAGED_XML as error:
                findings.append(_damaged(name, error))
    except _DAMAGED_XML as error:
        findings.append(_damaged("", error))
    records.sort(key=lambda each: _rank(each[0]))
    if not records:
        return None, b"", tuple(findings)
    _, best, data = records[0]
    findings += [_further(name) for name, record, _ in records[1:] if record != best]
    return best, data, tuple(findings)


def _rank(name: str) -> int:
    """How well a name is known, with or without its ending."""
    names = [each for known in e_invoice.EMBEDDED_NAMES for each in (known, known[:-4])]
    return names.index(name) if name in names else len(names)


def _further(name: str) -> Finding:
    """A second invoice in the same file: only one is proposed, and a person must look."""
    return Finding(
        "FURTHER_EMBEDDED_INVOICE",
        f"The embedded file {name[:80]} is another invoice; only the first is proposed.",
        Severity.BLOCKING,
    )


def _damaged(name: str, error: DomainError) -> Finding:
    """An embedded invoice that cannot be read: the page alone is read, and a person must look."""
    return Finding(
        "EMBEDDED_XML_UNREADABLE",
        f"The embedded file {name[:80]} cannot be read: {error.message}",
        Severity.BLOCKING,
        basis=error.code,
    )


def _read_apart(job: Job, on_page: PageRead) -> RecognisedDocument:
    """Start the reader, follow it, and leave nothing behind: no process and no file."""
    with tempfile.TemporaryDirectory(prefix="belegfluss-") as scratch:
        process = _started(Path(scratch))
        is_late = threading.Event()
        timer = threading.Timer(job.limits.patience, _end_late, (process, is_late))
        timer.start()
        with process:
            try:
                answer = _answer(process, job, on_page)
                if answer is None:
                    raise _end_of(process, job.limits, is_late=is_late.is_set())
                return answer
            finally:
                timer.cancel()
                _kill(process)


def _started(scratch: Path) -> "subprocess.Popen[bytes]":
    """The reader, in a process group of its own; its pictures go to the scratch folder."""
    folders = os.pathsep.join([str(_ROOT), *filter(None, sys.path)])
    return subprocess.Popen(  # noqa: S603  our own module, no shell
        [sys.executable, "-m", _MODULE],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": folders, "TMPDIR": str(scratch)},
        start_new_session=True,
    )


def _answer(
    process: "subprocess.Popen[bytes]", job: Job, on_page: PageRead
) -> RecognisedDocument | None:
    """Follow the process line by line until it answers or refuses; None when it dies."""
    if process.stdin is None or process.stdout is None:
        raise ReaderInterrupted("The reader did not start.")
    _send(process.stdin, _JOB.dump_json(job))
    for line in iter(lambda: _line(process.stdout), b""):
        message = json.loads(line)
        if "page" in message:
            on_page(message["page"], message["of"])
        elif "refusal" in message:
            raise _refusal(message["refusal"])
        elif "interrupted" in message:
            raise ReaderInterrupted(message["interrupted"])
        else:
            return RecognisedDocument.from_json(message["document"])
    return None


def _end_late(process: "subprocess.Popen[bytes]", is_late: threading.Event) -> None:
    is_late.set()
    _kill(process)


def _end_of(process: "subprocess.Popen[bytes]", limits: Limits, *, is_late: bool) -> Exception:
    """What a reader without an answer died of: its document, or something outside of it."""
    _kill(process)
    code = process.wait()
    if is_late:
        return ReaderInterrupted(f"The reader did not end within {limits.patience} seconds.")
    if code == -signal.SIGXCPU:
        return OcrFailed(_too_long(limits))
    if -code in _CRASHES:
        return OcrFailed(f"The reader crashed over the document ({signal.Signals(-code).name}).")
    return ReaderInterrupted(f"The reader ended with code {code} and without an answer.")


def _too_long(limits: Limits) -> str:
    return f"The document needs more than {limits.seconds} seconds of processor time."


def _line(stream: IO[bytes] | None) -> bytes:
    """One line of the process; half a line is what a dying one leaves behind."""
    line = stream.readline(_LONGEST_ANSWER) if stream is not None else b""
    if len(line) == _LONGEST_ANSWER:
        raise OcrFailed(f"What was read has more than {_LONGEST_ANSWER} bytes.")
    return line if line.endswith(b"\n") else b""


def _send(stream: IO[bytes], data: bytes) -> None:
    try:
        stream.write(data)
        stream.close()
    except BrokenPipeError as error:
        raise ReaderInterrupted("The reader did not start.") from error


def _kill(process: "subprocess.Popen[bytes]") -> None:
    """End the process and what it started, dead or alive; nobody has waited for it yet."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _refusal(stated: dict[str, Any]) -> DomainError:
    for kind in refusals():
        if kind.code == stated["code"] and kind.__name__ == stated["name"]:
            return kind.restored(stated["message"], (), stated["context"])
    return OcrFailed(stated["message"])


@contextmanager
def _as_file(source: Path | bytes) -> Iterator[Path]:
    if isinstance(source, Path):
        yield source
        return
    with tempfile.NamedTemporaryFile(prefix="belegfluss-") as file:
        file.write(source)
        file.flush()
        yield Path(file.name)


def _limit(limits: Limits) -> None:
    """What this process may use, and when, and its children; the parent ends it by the clock.

    The hard limit comes later: it kills without a word of why.
    """
    priority.give_way()
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.seconds, limits.seconds + 5))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _check_time(limits: Limits) -> None:
    """Refuse a document whose pages, with all processes together, have used up its budget."""
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    if sum(each.ru_utime + each.ru_stime for each in spent) > limits.seconds:
        raise OcrFailed(_too_long(limits))


def _say(answers: IO[str], message: dict[str, Any]) -> None:
    answers.write(json.dumps(message) + "\n")
    answers.flush()


def _main() -> None:
    """Read the job on standard input; nothing but answers may reach standard output."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    job = _JOB.validate_json(sys.stdin.buffer.read())
    _limit(job.limits)

    def on_page(number: int, count: int) -> None:
        _say(answers, {"page": number, "of": count})
        _check_time(job.limits)

    try:
        document = read(job, on_page)
    except DomainError as error:
        stated = {"code": error.code, "name": type(error).__name__, "message": error.message}
        _say(answers, {"refusal": {**stated, "context": error.context}})
    except MemoryError:
        _say(answers, _failure("The document needs more memory than a reader may have."))
    except ReaderInterrupted as error:
        _say(answers, {"interrupted": str(error)})
    except Exception as error:  # noqa: BLE001  whatever a document does is that document's failure
        if isinstance(error, OSError) and error.errno in _SHORTAGES:
            _say(answers, {"interrupted": f"The machine is short of something: {_place(error)}."})
        else:
            _say(answers, _failure(f"The reader broke down: {_place(error)}."))
    else:
        _say(answers, {"document": document.to_json()})


def _failure(message: str) -> dict[str, Any]:
    stated = {"code": OcrFailed.code, "name": OcrFailed.__name__, "message": message}
    return {"refusal": {**stated, "context": {}}}


def _place(error: Exception) -> str:
    """Kind of an error and where it came up, without a word of the document."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {Path(frame.filename).name}:{frame.lineno}"


if __name__ == "__main__":
    _main()
