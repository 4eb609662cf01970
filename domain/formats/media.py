"""What bytes are, told from the bytes: type of a file and size of a picture."""

import struct

PDF = "application/pdf"
JPEG = "image/jpeg"
PNG = "image/png"
TIFF = "image/tiff"
XML = "application/xml"
ZIP = "application/zip"

EXTENSIONS = {PDF: ".pdf", JPEG: ".jpg", PNG: ".png", TIFF: ".tif", XML: ".xml"}

# What may stand before the header of a PDF and still be read by everyone.
_PDF_PREAMBLE = 1024
# Room for a byte order mark, comments and an XML declaration before the root element.
_XML_HEAD = 64 * 1024
_INVOICE_NAMESPACES = (
    "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2",
    "urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2",
    "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice",
    "urn:ferd:CrossIndustryDocument",
    "http://www.ebinterface.at/schema/",
)
_MAGIC = (
    (b"PK\x03\x04", ZIP),
    (b"PK\x05\x06", ZIP),
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"II*\x00", TIFF),
    (b"MM\x00*", TIFF),
)
_START_OF_FRAME = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_MARKERS = 4096


def sniff(data: bytes) -> str | None:
    """Media type of what this service reads or opens; None for everything else.

    XML counts only when it is an e-invoice (UBL, CII, ebInterface).

    >>> sniff(b"%PDF-1.7"), sniff(b"hello")
    ('application/pdf', None)
    """
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            return kind
    if b"%PDF-" in data[:_PDF_PREAMBLE]:
        return PDF
    return XML if is_invoice_xml(data) else None


def is_invoice_xml(data: bytes) -> bool:
    """Whether the head of the bytes names the vocabulary of an e-invoice."""
    head = _text(data[:_XML_HEAD]).lstrip("\ufeff \t\r\n")
    return head.startswith("<") and any(name in head for name in _INVOICE_NAMESPACES)


def pixels(data: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG or JPEG; None when the bytes do not say.

    >>> pixels(bytes.fromhex("89504e470d0a1a0a0000000d494844520000007900000028"))
    (121, 40)
    """
    if data.startswith(b"\x89PNG"):
        return struct.unpack(">II", data[16:24]) if len(data) >= 24 else None  # noqa: PLR2004
    return _jpeg_pixels(data) if data.startswith(b"\xff\xd8\xff") else None


def _jpeg_pixels(data: bytes) -> tuple[int, int] | None:
    """Walk the markers to the first frame header."""
    at = 2
    for _ in range(_MARKERS):
        segment = data[at : at + 9]
        if len(segment) < 9 or segment[0] != 0xFF:  # noqa: PLR2004
            return None
        if segment[1] in _START_OF_FRAME:
            height, width = struct.unpack(">HH", segment[5:9])
            return width, height
        at += 2 + int.from_bytes(segment[2:4], "big")
    return None


def _text(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", "replace")
    return head.decode("utf-8", "replace")
