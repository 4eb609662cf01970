"""Files that want to hurt their reader."""

import io
import zipfile
import zlib
from pathlib import Path

import pikepdf
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from tests.corpus import DOCUMENTS

_SENTENCE = "Rechnung 17, siehe die Anlage zu diesem Blatt"


def text_pdf(*lines: str, pages: int = 1) -> bytes:
    """A PDF with some lines of text on each page."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(595, 842), pageCompression=1)
    for _ in range(pages):
        for number, line in enumerate(lines):
            canvas.drawString(60, 780 - 16 * number, line)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def with_embedded(name: str, data: bytes, page: str = _SENTENCE) -> bytes:
    """A PDF that carries a file."""
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(text_pdf(page))) as pdf:
        pdf.attachments[name] = pikepdf.AttachedFileSpec(
            pdf, data, description="", filename=name, mime_type="text/xml", creation_date="",
            mod_date="",
        )  # fmt: skip
        pdf.save(buffer, compress_streams=True, recompress_flate=True)
    return buffer.getvalue()


def encrypted_pdf() -> bytes:
    """A PDF that wants a password."""
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(text_pdf("geheim"))) as pdf:
        pdf.save(buffer, encryption=pikepdf.Encryption(owner="a", user="b"))
    return buffer.getvalue()


def truncated_pdf() -> bytes:
    """The first third of a PDF."""
    data = (DOCUMENTS / "text_507.pdf").read_bytes()
    return data[: len(data) // 3]


def content_bomb(megabytes: int) -> bytes:
    """A small PDF whose page unpacks to very much."""
    chunk = b"(x) Tj\n" * 150_000
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(chunk) for _ in range(megabytes)) + packer.flush()
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(text_pdf("klein"))) as pdf:
        stream = pikepdf.Stream(pdf, b"")
        stream.write(packed, filter=pikepdf.Name.FlateDecode)
        pdf.pages[0].Contents = pdf.make_indirect(stream)
        pdf.save(buffer, compress_streams=False)
    return buffer.getvalue()


def poster_pdf() -> bytes:
    """A page of five by five metres with nothing on it that is text."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(14_400, 14_400))
    canvas.rect(10, 10, 100, 100)
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def archive() -> bytes:
    """A ZIP archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("rechnung.pdf", text_pdf("Rechnung"))
    return buffer.getvalue()


def picture(width: int, height: int, kind: str = "PNG") -> bytes:
    """A white picture; a large one is small as a file."""
    buffer = io.BytesIO()
    Image.new("1", (width, height), 1).convert("L").save(buffer, kind)
    return buffer.getvalue()


def external_entity(path: Path) -> bytes:
    """An invoice that asks for a file of its reader's machine."""
    return (
        f'<?xml version="1.0"?><!DOCTYPE Invoice [<!ENTITY x SYSTEM "file://{path}">]>'
        '<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2">'
        "<ID>&x;</ID></Invoice>"
    ).encode()


def laughing_entities() -> bytes:
    """An invoice that grows a thousandfold at every level."""
    levels = "".join(f'<!ENTITY l{level} "{f"&l{level - 1};" * 10}">' for level in range(1, 10))
    return (
        f'<?xml version="1.0"?><!DOCTYPE Invoice [<!ENTITY l0 "ha">{levels}]>'
        '<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2">'
        "<ID>&l9;</ID></Invoice>"
    ).encode()
