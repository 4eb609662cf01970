"""What is read at all: kinds of documents by their first bytes, limits, and the refusals beyond.

Every limit is checked before the thing is touched (BOUNDED).
"""

from dataclasses import dataclass
from enum import StrEnum

from domain.errors import Failed, Unprocessable
from domain.formats import media

MEBIBYTE = 1024 * 1024
_MAGIC_WITHIN = 1024


class UnreadableDocument(Unprocessable):
    """The bytes are damaged, cut off or not what their first bytes promise."""


class UnsupportedDocument(Unprocessable):
    """The bytes are of no kind that is read here, whatever the file is called."""


class EncryptedDocument(Unprocessable):
    """The document wants a password."""


class NothingToRead(Unprocessable):
    """No page of the document has words: it is blank, or shows pictures only."""


class DocumentTooLarge(Unprocessable):
    """The document has more bytes, pages or pixels than are read."""


class EmbeddedFileTooLarge(Unprocessable):
    """A file inside the document is, unpacked, larger than is read."""


class OcrFailed(Failed):
    """Reading broke down over the document: out of processor time or memory, or a crash."""


class ReaderInterrupted(Exception):
    """The clock or the machine ended a reader; this says nothing about its document."""


READING_UNFINISHED = "READING_UNFINISHED"
"""Kept for a document whose reader was interrupted again and again."""


class Kind(StrEnum):
    """Kinds of documents, by their mime type."""

    PDF = "application/pdf"
    XML = "application/xml"
    JPEG = "image/jpeg"
    PNG = "image/png"
    TIFF = "image/tiff"
    HEIC = "image/heic"


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits for one document; memory in bytes of address space.

    `seconds` are of processor time, which a busy machine does not use up; `patience` are seconds
    by the clock, after which a reader is taken for stuck and the document is tried again.
    The second engine reads the first `second_pages` of the pages that had to be recognised.
    """

    size: int = 20 * MEBIBYTE
    pages: int = 100
    recognised_pages: int = 30
    second_pages: int = 6
    pixels: int = 60_000_000
    embedded_size: int = 16 * MEBIBYTE
    embedded_files: int = 50
    memory: int = 2048 * MEBIBYTE
    seconds: int = 180
    patience: int = 600

    def check_size(self, size: int) -> None:
        """Refuse an empty document and one with too many bytes."""
        if size == 0:
            raise UnreadableDocument("The document is empty.")
        if size > self.size:
            raise DocumentTooLarge(f"The document has {size} bytes; {self.size} are read.")

    def check_pages(self, pages: int) -> None:
        """Refuse a document without pages and one with too many."""
        if pages == 0:
            raise UnreadableDocument("The document has no pages.")
        if pages > self.pages:
            raise DocumentTooLarge(f"The document has {pages} pages; {self.pages} are read.")

    def check_recognised(self, pages: int) -> None:
        """Refuse to recognise the text of too many pages."""
        if pages > self.recognised_pages:
            raise DocumentTooLarge(
                f"More than {self.recognised_pages} pages are pictures without text."
            )

    def check_pixels(self, width: int, height: int) -> None:
        """Refuse a picture that has too many pixels, or none."""
        if width < 1 or height < 1:
            raise UnreadableDocument("The picture has no pixels.")
        if width * height > self.pixels:
            raise DocumentTooLarge(
                f"The picture has {width} x {height} pixels; {self.pixels} in all are read."
            )

    def check_embedded(self, name: str, size: int) -> None:
        """Refuse an embedded file that is too large unpacked."""
        if size > self.embedded_size:
            raise EmbeddedFileTooLarge(
                f"The embedded file {name[:80]} has more than {self.embedded_size} bytes."
            )


_ARCHIVE = b"PK"
_MAGIC = {
    b"\xff\xd8\xff": Kind.JPEG,
    b"\x89PNG\r\n\x1a\n": Kind.PNG,
    b"II*\x00": Kind.TIFF,
    b"MM\x00*": Kind.TIFF,
}


def kind_of(data: bytes) -> Kind:
    """The kind of a document by its first bytes; its name and claimed type count for nothing.

    >>> kind_of(b"%PDF-1.7")
    <Kind.PDF: 'application/pdf'>
    """
    head = data[:_MAGIC_WITHIN]
    for magic, kind in _MAGIC.items():
        if head.startswith(magic):
            return kind
    if media.is_heic(head):
        return Kind.HEIC
    if _looks_like_xml(head):
        return Kind.XML
    if b"%PDF-" in head and not head.startswith(_ARCHIVE):
        return Kind.PDF  # readers allow anything before the header
    raise UnsupportedDocument("Neither PDF, XML invoice, JPEG, PNG, TIFF nor HEIC.")


def _looks_like_xml(head: bytes) -> bool:
    plain = head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return plain.startswith(b"<") and not plain[:15].lower().startswith(
        (b"<!doctype html", b"<html")
    )
