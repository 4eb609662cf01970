"""A document in a subprocess of its own, with limits on memory and time and a pulse per page.

Whatever a document does to its reader, it does it to that process only: its death is this
document's failure (`OcrFailed`), never the worker's. Run as `python -m activities.recognition`,
the module is that process: it takes a job on standard input and answers with lines of JSON.
"""

import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from pydantic import TypeAdapter

from domain.errors import DomainError, refusals
from domain.formats import e_invoice
from domain.formats.invoice_record import InvoiceRecord
from domain.formats.xml import UnsafeXml
from domain.intake.extraction import Extraction
from domain.intake.reading import extraction_of
from domain.reading.document_type import DocumentType
from domain.reading.finding import Finding, Severity
from domain.reading.limits import (
    DocumentTooLarge,
    EmbeddedFileTooLarge,
    Kind,
    Limits,
    OcrFailed,
    UnreadableDocument,
    kind_of,
)
from domain.reading.origin import OwnParty

PageRead = Callable[[int, int], None]

_MODULE = "activities.recognition"
_ROOT = Path(__file__).resolve().parents[1]
_LONGEST_ANSWER = 64 * 1024 * 1024
_DAMAGED_XML = (UnsafeXml, e_invoice.UnknownInvoiceFormat, EmbeddedFileTooLarge, UnreadableDocument)


@dataclass(frozen=True, slots=True)
class RecognisedDocument:
    """What came out: kind of the bytes, number of pages, and all that was read."""

    mime_type: str
    pages: int
    extraction: Extraction

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


_DOCUMENT = TypeAdapter(RecognisedDocument)
_JOB = TypeAdapter(Job)


def recognise(
    source: Path | bytes,
    mime_type: str | None = None,
    own: OwnParty | None = None,
    limits: Limits | None = None,
    on_page: PageRead = lambda number, count: None,
) -> RecognisedDocument:
    """Read one document in a subprocess. Blocks; `on_page` is called after every page.

    `mime_type` is what somebody claims; the first bytes decide. Raises the refusals of
    `domain.reading.limits`, UnsafeXml, UnknownInvoiceFormat, and OcrFailed for a dead reader.
    """
    limits = limits or Limits()
    with _stored(source) as path:
        limits.check_size(path.stat().st_size)
        with path.open("rb") as file:
            kind_of(file.read(1024))
        return _read_apart(Job(path, own or OwnParty(), limits), on_page)


def read(job: Job, on_page: PageRead) -> RecognisedDocument:
    """Read one document in this process. For the subprocess, and for tests of what it reads."""
    job.limits.check_size(job.path.stat().st_size)
    kind = kind_of(job.path.read_bytes()[:1024])
    if kind is Kind.XML:
        record = e_invoice.read(job.path.read_bytes())
        return RecognisedDocument(kind.value, 0, extraction_of(record, None, job.own))
    from activities import pages  # noqa: PLC0415  an XML invoice needs none of these libraries

    files: Iterable[tuple[str, bytes]] = ()
    count = 0
    if kind is Kind.PDF:
        count = pages.check_pdf(job.path, job.limits)
        files = pages.embedded_files(job.path, job.limits)
    embedded, findings = _embedded(files)
    try:
        layout = pages.layout_of(job.path, kind, job.limits, on_page)
    except (DocumentTooLarge, UnreadableDocument, OcrFailed) as error:
        if embedded is None:
            raise
        unseen = (*findings, _page_unseen(error))
        return RecognisedDocument(kind.value, count, extraction_of(embedded, None, job.own, unseen))
    extraction = extraction_of(embedded, layout, job.own, findings)
    return RecognisedDocument(kind.value, len(layout.pages), extraction)


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
) -> tuple[InvoiceRecord | None, tuple[Finding, ...]]:
    """The best structured invoice among the embedded files; what is wrong with the others."""
    records: dict[str, InvoiceRecord] = {}
    findings: list[Finding] = []
    try:
        for name, data in files:
            try:
                records[name.lower()] = e_invoice.read(data)
            except _DAMAGED_XML as error:
                findings.append(_damaged(name, error))
    except _DAMAGED_XML as error:
        findings.append(_damaged("", error))
    best = min(records, key=_rank, default=None)
    return (records[best] if best is not None else None), tuple(findings)


def _rank(name: str) -> int:
    names = e_invoice.EMBEDDED_NAMES
    return names.index(name) if name in names else len(names)


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
        timer = threading.Timer(job.limits.seconds, _kill, (process,))
        timer.start()
        with process:
            try:
                return _answer(process, job, on_page)
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


def _answer(process: "subprocess.Popen[bytes]", job: Job, on_page: PageRead) -> RecognisedDocument:
    """Follow the process line by line until it answers, refuses or dies."""
    if process.stdin is None or process.stdout is None:
        raise OcrFailed("The reader did not start.")
    _send(process.stdin, _JOB.dump_json(job))
    for line in iter(lambda: _line(process.stdout), b""):
        message = json.loads(line)
        if "page" in message:
            on_page(message["page"], message["of"])
        elif "refusal" in message:
            raise _refusal(message["refusal"])
        else:
            return RecognisedDocument.from_json(message["document"])
    raise OcrFailed("The reader of the document died: out of time or memory.")


def _line(stream: IO[bytes] | None) -> bytes:
    """One line of the process; half a line is what a dying one leaves behind."""
    line = stream.readline(_LONGEST_ANSWER) if stream is not None else b""
    return line if line.endswith(b"\n") else b""


def _send(stream: IO[bytes], data: bytes) -> None:
    try:
        stream.write(data)
        stream.close()
    except BrokenPipeError as error:
        raise OcrFailed("The reader of the document did not start.") from error


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
def _stored(source: Path | bytes) -> Iterator[Path]:
    if isinstance(source, Path):
        yield source
        return
    with tempfile.NamedTemporaryFile(prefix="belegfluss-") as file:
        file.write(source)
        file.flush()
        yield Path(file.name)


def _limit(limits: Limits) -> None:
    """What this process and its children may use; the parent ends it by the clock."""
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.seconds, limits.seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _say(answers: IO[str], message: dict[str, Any]) -> None:
    answers.write(json.dumps(message) + "\n")
    answers.flush()


def _main() -> None:
    """Read the job on standard input; nothing but answers may reach standard output."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    job = _JOB.validate_json(sys.stdin.buffer.read())
    _limit(job.limits)
    try:
        document = read(job, lambda number, count: _say(answers, {"page": number, "of": count}))
    except DomainError as error:
        stated = {"code": error.code, "name": type(error).__name__, "message": error.message}
        _say(answers, {"refusal": {**stated, "context": error.context}})
    except MemoryError:
        _say(answers, _failure("The document needs more memory than a reader may have."))
    except Exception as error:  # noqa: BLE001  whatever a document does is that document's failure
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
