"""Files that an e-invoice carries inside its XML: BG-24 with BT-125 of EN 16931, within limits.

They explain the invoice and are shown beside it; what is due is never read from them.
"""

import re
from base64 import b64decode
from binascii import Error
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from lxml import etree

from domain.formats.envelope import letters_of
from domain.formats.tree import attribute, nodes, text
from domain.formats.xml import UnsafeXml, local_name, parse
from domain.ids import sha256_hex

FILES = 20
FILE_BYTES = 10 * 1024 * 1024
_UBL = "AdditionalDocumentReference"
_CII = "SupplyChainTradeTransaction/ApplicableHeaderTradeAgreement/AdditionalReferencedDocument"
TAKEN = {
    "application/pdf": ".pdf",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "text/csv": ".csv",
    "text/xml": ".xml",
    "application/xml": ".xml",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.oasis.opendocument.spreadsheet": ".ods",
}
"""The media types that EN 16931 allows, and XML, which XRechnung allows besides."""
_PDF_HEAD = 1024
_BEGINS = {
    "application/pdf": b"%PDF-",
    "image/png": b"\x89PNG\r\n",
    "image/jpeg": b"\xff\xd8\xff",
}


@dataclass(frozen=True, slots=True)
class XmlAttachment:
    """One file, by the name and type that the invoice states; `fault` when it was not taken."""

    name: str
    mime_type: str
    content: bytes = field(repr=False)
    fault: str | None = None

    @property
    def sha256(self) -> str:
        """Name of the bytes."""
        return sha256_hex(self.content)


def attachments(data: bytes) -> tuple[XmlAttachment, ...]:
    """Files inside an e-invoice, in its order; none where the XML cannot be read."""
    try:
        letters = letters_of(parse(data))
    except UnsafeXml:
        return ()
    return tuple(islice(_each(letters[0]), FILES + 1)) if len(letters) == 1 else ()


def _each(root: etree._Element) -> Iterator[XmlAttachment]:
    for number, (reference, holder) in enumerate(_holders(root), 1):
        if number > FILES:
            fault = f"beyond {FILES} files in one invoice; the rest was not taken out"
            yield XmlAttachment("", "application/octet-stream", b"", fault)
            return
        yield _taken(reference, holder, number)


def _holders(root: etree._Element) -> Iterator[tuple[etree._Element, etree._Element]]:
    """Each reference that holds bytes, and the element that they stand in."""
    is_cii = local_name(root).startswith("CrossIndustry")
    path = _CII if is_cii else _UBL
    inside = "AttachmentBinaryObject" if is_cii else "Attachment/EmbeddedDocumentBinaryObject"
    for reference in nodes(root, path):
        for holder in nodes(reference, inside):
            yield reference, holder


def _taken(reference: etree._Element, holder: etree._Element, number: int) -> XmlAttachment:
    mime_type = (attribute(holder, "mimeCode") or "").strip().lower()
    given = attribute(holder, "filename") or text(reference, "ID|IssuerAssignedID") or ""
    name = given.strip() or f"attachment-{number}{TAKEN.get(mime_type, '')}"
    stated = mime_type if mime_type in TAKEN else "application/octet-stream"
    try:
        content = b64decode(re.sub(r"\s+", "", holder.text or ""), validate=True)
    except (Error, ValueError):
        return XmlAttachment(name, stated, b"", "its base64 is damaged")
    if not content:
        return XmlAttachment(name, stated, b"", "it is empty")
    if len(content) > FILE_BYTES:
        return XmlAttachment(name, stated, b"", f"larger than {FILE_BYTES} bytes")
    shown = _type_of(content) or mime_type
    if shown not in TAKEN:
        return XmlAttachment(name, stated, b"", "not of a type that is shown")
    if shown == mime_type and shown in _BEGINS and _type_of(content) is None:
        return XmlAttachment(name, stated, b"", f"it does not begin as {shown} does")
    return XmlAttachment(name, shown, content)


def _type_of(content: bytes) -> str | None:
    """What the first bytes say, whatever type is stated: senders call a PDF an octet stream."""
    if _BEGINS["application/pdf"] in content[:_PDF_HEAD]:  # readers of PDF take what stands before
        return "application/pdf"
    return next((name for name, begin in _BEGINS.items() if content.startswith(begin)), None)
