"""What bytes are, told from the bytes: type of a file and size of a picture."""

import struct

PDF = "application/pdf"
JPEG = "image/jpeg"
PNG = "image/png"
TIFF = "image/tiff"
HEIC = "image/heic"
XML = "application/xml"
ZIP = "application/zip"
STATEMENT = "application/x-bank-statement"
"""A statement of a bank in any of its formats; it is none by its first bytes alone."""

EXTENSIONS = {
    PDF: ".pdf",
    JPEG: ".jpg",
    PNG: ".png",
    TIFF: ".tif",
    HEIC: ".heic",
    XML: ".xml",
}

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
# Brands of the ISO base media format (ISO/IEC 23008-12) that telephones write.
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1"})
# Where the width and the height of a picture stand, by its first bytes.
_SIZES = (
    (b"\x89PNG\r\n\x1a\n", 16, ">II"),
    (b"GIF87a", 6, "<HH"),
    (b"GIF89a", 6, "<HH"),
    (b"BM", 18, "<ii"),
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
    if is_heic(data):
        return HEIC
    if b"%PDF-" in data[:_PDF_PREAMBLE]:
        return PDF
    return XML if is_invoice_xml(data) else None


def is_heic(data: bytes) -> bool:
    """Whether the bytes are a picture in HEIF, as telephones take them.

    >>> is_heic(bytes.fromhex("00000018") + b"ftypheic")
    True
    """
    return data[4:8] == b"ftyp" and data[8:12] in _HEIC_BRANDS


def is_invoice_xml(data: bytes) -> bool:
    """Whether the head of the bytes names the vocabulary of an e-invoice."""
    head = _text(data[:_XML_HEAD]).lstrip("\ufeff \t\r\n")
    return head.startswith("<") and any(name in head for name in _INVOICE_NAMESPACES)


def pixels(data: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG, JPEG, GIF, BMP or WebP; None when the bytes do not say.

    >>> pixels(bytes.fromhex("89504e470d0a1a0a0000000d494844520000007900000028"))
    (121, 40)
    >>> pixels(b"GIF89a" + bytes.fromhex("79002800"))
    (121, 40)
    """
    for magic, place, form in _SIZES:
        if data.startswith(magic) and len(data) >= place + struct.calcsize(form):
            width, height = struct.unpack_from(form, data, place)
            return width, abs(height)
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return _webp_pixels(data[12:30])
    return _jpeg_pixels(data) if data.startswith(b"\xff\xd8\xff") else None


def _webp_pixels(head: bytes) -> tuple[int, int] | None:
    """Size in the first chunk of a WebP (RFC 9649): lossy, lossless or extended."""
    if len(head) < 18:  # noqa: PLR2004
        return None
    if head.startswith(b"VP8X"):
        sides = head[12:15], head[15:18]
        return int.from_bytes(sides[0], "little") + 1, int.from_bytes(sides[1], "little") + 1
    if head.startswith(b"VP8L"):
        bits = int.from_bytes(head[9:13], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if head.startswith(b"VP8 "):
        width, height = struct.unpack("<HH", head[14:18])
        return width & 0x3FFF, height & 0x3FFF
    return None


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
