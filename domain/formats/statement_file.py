"""Statement files of every format, recognised by what is in them; ZIP archives of many."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from io import BytesIO
from typing import BinaryIO

from domain.errors import Invalid
from domain.formats import bank_csv, bank_json, camt, mt940, pain002, xml
from domain.formats.archive import ArchiveUnreadable, members
from domain.formats.bank_csv_profile import Profile
from domain.formats.statement import (
    Entry,
    FileNote,
    Part,
    RowError,
    StatusFile,
    UnsupportedFormat,
)

LIMIT = 256 * 1024 * 1024
"""Bytes of a statement file, packed or not."""

_HEAD = 4096
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_MT940 = re.compile(rb"^(?:\{.*\{4:)?:(?:20|25|28C?|60[FM]|61|86|940):", re.MULTILINE)


def parts(source: BinaryIO, own: Sequence[Profile] = ()) -> Iterator[Part]:
    """Read a file as a stream; `own` are the tenant's CSV layouts. Raises UnsupportedFormat.

    The source can be wound back.
    """
    head = source.read(_HEAD)
    source.seek(0)
    if head.startswith(b"PK\x03\x04"):
        yield from _of_archive(source.read(LIMIT + 1), own)
    else:
        yield from _of_file(head, source, own)


def looks_like_statement(data: bytes) -> bool:
    r"""Say whether bytes are worth reading as a statement, without reading them all.

    A CSV is one only when its layout is one of the built-in ones: any table has columns.

    >>> looks_like_statement(b":20:X\n:25:AT61\n"), looks_like_statement(b"%PDF-1.7")
    (True, False)
    """
    head = data[:_HEAD]
    if head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        return b"BkToCstmr" in head or pain002.looks_like_status_report(head)
    if _MT940.search(head.replace(b"\r", b"")) is not None:
        return True
    return _is_table(head) and bank_csv.is_known(head)


def _of_file(head: bytes, source: BinaryIO, own: Sequence[Profile]) -> Iterator[Part]:
    plain = head.replace(b"\0", b"")
    for mark in _BOMS:
        plain = plain.removeprefix(mark)
    plain = plain.lstrip()
    if pain002.looks_like_status_report(plain):
        yield StatusFile(source.read(xml.LIMIT + 1))
    elif plain.startswith(b"<"):
        yield from camt.parts(source)
    elif plain.startswith((b'{"', b"[", b"{ ", b"{\n", b"{\r")):
        yield from bank_json.parts(source)
    elif _MT940.search(head.replace(b"\r", b"")):
        yield from mt940.parts(source)
    elif _is_table(head):
        yield from bank_csv.parts(source, own)
    else:
        raise UnsupportedFormat("The file is none of the known statement formats.")


def _is_table(head: bytes) -> bool:
    """Whether at least two lines, or the only one, have a delimiter; a PDF or picture has zeros."""
    encoding = bank_csv.encoding_of(head)
    if encoding not in {"utf-16", "utf-16-le"} and b"\0" in head:
        return False
    text = head.decode(encoding, "replace")
    return bank_csv.delimiter_of(text) in text and not text.startswith("%PDF")


def _of_archive(data: bytes, own: Sequence[Profile]) -> Iterator[Part]:
    """Statements of all files in an archive; what is none is told, and rows are numbered on."""
    try:
        found = list(members(data, limit=LIMIT))
    except ArchiveUnreadable as error:
        raise UnsupportedFormat("The archive cannot be read.", reason=str(error)) from error
    read, last = 0, 0
    for member in found:
        if member.fault:
            yield FileNote(f"{member.name}: {member.fault}.")
            continue
        try:
            first = last
            for part in _of_file(member.content[:_HEAD], BytesIO(member.content), own):
                yield _moved(part, first, member.name)
                last = max(last, _last_row(part) + first)
            read += 1
        except Invalid as error:
            yield FileNote(f"{member.name}: {error.message}", broken=True)
    if not read:
        raise UnsupportedFormat("The archive holds no statement.")


def _moved(part: Part, by: int, name: str) -> Part:
    match part:
        case StatusFile():
            return replace(part, name=name)
        case Entry():
            return part._replace(position=part.position + by)
        case RowError():
            return replace(part, row=part.row + by)
        case _:
            return part


def _last_row(part: Part) -> int:
    match part:
        case Entry():
            return part.position + len(part.lines) - 1
        case RowError():
            return part.row
        case _:
            return 0
