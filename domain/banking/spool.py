"""A statement file read once, in flat memory: evidence and rows wait in temporary files.

What an entry is can be decided only when its statement has been read to the end; until then its
rows lie on disk, each as the line that COPY takes.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from tempfile import TemporaryFile
from types import TracebackType
from typing import IO, NamedTuple, Self
from zlib import crc32

import orjson

from domain.banking.identity import Evidence, stated
from domain.banking.spooled_evidence import EvidenceFile, SpooledEvidence
from domain.formats.statement import (
    AMOUNT_CODES,
    Entry,
    FileNote,
    LeftOut,
    Part,
    RowError,
    StatementEnd,
    StatementHead,
    StatementLine,
    StatusFile,
)
from domain.money import written

COLUMNS = (
    "position", "tx_date", "value_date", "amount", "currency", "counterparty_name",
    "counterparty_iban", "reference", "bank_reference", "tx_type", "end_to_end_id",
    "batch_reference", "details",
)  # fmt: skip
"""Columns of a row that waits, in the order of its line."""

_NUL = b"\\u0000"
_NULL = "\\N"
_ESCAPES = {0: "", 9: "\\t", 10: "\\n", 13: "\\r", 92: "\\\\"}
_BREAKS = re.compile(r"[\x00\n\r]").search
_ESCAPED = re.compile(r"\\(.)")
_UNESCAPES = {"t": "\t", "n": "\n", "r": "\r", "\\": "\\"}
_EVERY = 2000
_BUFFER = 1024 * 1024
# Sizes of entries are bytes; the rare larger ones are kept aside.
_BYTE = 255


@dataclass(slots=True)
class Spooled:
    """One statement: what stands at its ends, its entries as evidence, where its rows lie."""

    head: StatementHead
    offset: int
    entries: SpooledEvidence
    end: StatementEnd = field(default_factory=lambda: StatementEnd(None, None))
    sizes: bytearray = field(default_factory=bytearray)
    long: dict[int, int] = field(default_factory=dict)
    errors: list[RowError] = field(default_factory=list)
    unsplit: list[int] = field(default_factory=list)
    rows: int = 0
    currency: str | None = None
    is_broken: bool = False

    @property
    def is_unreadable(self) -> bool:
        """Whether an amount is unknown, so that the statement cannot add up."""
        return self.is_broken or any(error.code in AMOUNT_CODES for error in self.errors)

    def lines_of(self, at: int) -> int:
        """Number of rows of an entry, by its place from 0."""
        return self.long.get(at) or self.sizes[at]


class SpooledEntry(NamedTuple):
    """An entry with its rows as lines of COPY, without their ends."""

    at: int
    rows: tuple[bytes, ...]


class Spool:
    """The statements of one file; to be closed."""

    def __init__(self) -> None:
        self.statements: list[Spooled] = []
        self.notes: list[str] = []
        self.reports: list[StatusFile] = []
        self.left_out: list[LeftOut] = []
        # Closed by `__exit__`.
        self._file: IO[bytes] = TemporaryFile(buffering=_BUFFER)  # noqa: SIM115
        self._evidence_file: IO[bytes] = TemporaryFile()  # noqa: SIM115
        self._evidence = EvidenceFile(self._evidence_file)
        self._size = 0

    def __enter__(self) -> Self:
        """Keep the file open."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let the files go."""
        self._file.close()
        self._evidence_file.close()

    @property
    def rows(self) -> int:
        """Rows that were read, without those that could not be."""
        return sum(each.rows for each in self.statements)

    def take(self, parts: Iterable[Part], tell: Callable[[int], None] = lambda _: None) -> None:
        """Read a file to its end; `tell` hears the number of rows now and then."""
        for count, part in enumerate(parts):
            if isinstance(part, Entry):
                self._keep(self.statements[-1], part)
            else:
                self._put(part)
            if count % _EVERY == 0:
                tell(count)
        self._end_evidence()
        self._file.flush()

    def read(self, statement: Spooled, start: int = 0) -> Iterator[SpooledEntry]:
        """The entries of a statement from the one at `start`."""
        self._file.seek(statement.offset)
        for at in range(len(statement.entries)):
            rows = tuple(self._file.readline()[:-1] for _ in range(statement.lines_of(at)))
            if at >= start:
                yield SpooledEntry(at, rows)

    def _end_evidence(self) -> None:
        """The entries of a statement end where the next one begins."""
        if self.statements:
            self.statements[-1].entries.end()

    def _put(self, part: Part) -> None:
        """Take what stands around the entries."""
        match part:
            case StatementHead():
                self._end_evidence()
                entries = SpooledEvidence(self._evidence)
                found = Spooled(part, self._size, entries, currency=part.currency)
                self.statements.append(found)
            case RowError():
                self.statements[-1].errors.append(part)
            case StatementEnd():
                self.statements[-1].end = part
            case FileNote():
                self._note(part)
            case StatusFile():
                self.reports.append(part)
            case LeftOut():
                self.left_out.append(part)

    def _keep(self, statement: Spooled, entry: Entry) -> None:
        lines = entry.lines
        size = len(lines)
        if size > _BYTE:
            statement.long[len(statement.sizes)] = size
        statement.sizes.append(min(size, _BYTE))
        for number, line in enumerate(lines):
            row = _row(line, entry.position + number)
            self._file.write(row)
            self._size += len(row)
        first = lines[0]
        text = fingerprint(first.remittance_information)
        references = stated(entry.references)
        said = Evidence(first.booking_date, entry.amount, references, text)
        statement.entries.append(said)
        statement.rows += size
        if statement.currency is None:
            statement.currency = first.currency
        if entry.note:
            statement.unsplit.append(entry.position)

    def _note(self, note: FileNote) -> None:
        self.notes.append(note.message)
        if note.broken and self.statements:
            self.statements[-1].is_broken = True


def fingerprint(text: str | None) -> str:
    """A short stand-in for a text, to choose among equal entries; never identity.

    >>> fingerprint("Karte") == fingerprint("Karte"), fingerprint(None)
    (True, '')
    """
    return f"{crc32(text.encode()):x}" if text else ""


def line_of(values: Sequence[str | None]) -> bytes:
    r"""A line as COPY takes it, with its end; NUL, which no column takes, is left out.

    >>> line_of(["a\tb", None, "\\N"])
    b'a\\tb\t\\N\t\\\\N\n'
    >>> line_of(["a", None, "\\N"]), line_of(["a\nb"]), line_of(["a\x00b"])
    (b'a\t\\N\t\\\\N\n', b'a\\nb\n', b'ab\n')
    """
    fields = [_NULL if each is None else each for each in values]
    line = "\t".join(fields)
    # Looked at as a whole, for most lines have nothing that is written otherwise.
    if (
        line.count("\\") != values.count(None)
        or line.count("\t") != len(fields) - 1
        or _BREAKS(line)
    ):
        line = "\t".join([_NULL if each is None else each.translate(_ESCAPES) for each in values])
    return f"{line}\n".encode()


def values_of(line: bytes) -> list[str | None]:
    r"""What a line of COPY holds, without its end.

    >>> values_of(line_of(["a\tb", None, "\\N", ""])[:-1])
    ['a\tb', None, '\\N', '']
    """
    fields = line.decode().split("\t")
    return [
        None if each == _NULL else _ESCAPED.sub(lambda found: _UNESCAPES[found[1]], each)
        for each in fields
    ]


def _row(line: StatementLine, position: int) -> bytes:
    """A row as it is stored, without what only the decision gives."""
    return line_of(
        (
            str(position),
            line.booking_date.isoformat(),
            line.value_date.isoformat() if line.value_date else None,
            written(line.amount),
            line.currency,
            line.counterparty_name,
            line.counterparty_iban,
            line.remittance_information,
            line.bank_reference,
            line.kind,
            line.end_to_end_id,
            line.batch_reference,
            _json(dict(line.details)) if line.details else None,
        )
    )


def _json(details: dict[str, str]) -> str:
    return orjson.dumps(details).replace(_NUL, b"").decode()


def days_of(statement: Spooled) -> tuple[date, date] | None:
    """First and last day of a statement: those of its entries, else those that it names."""
    if statement.entries:
        return statement.entries.moved[:2]
    last = statement.end.last_day or statement.end.first_day
    return (statement.end.first_day or last, last) if last else None
