"""Files that want to hurt their reader."""

import io
import zipfile
import zlib
from collections.abc import Mapping
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
    return with_embedded_files({name: data}, page)


def with_embedded_files(files: Mapping[str, bytes], page: str = _SENTENCE) -> bytes:
    """A PDF that carries files."""
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(text_pdf(page))) as pdf:
        for name, data in files.items():
            pdf.attachments[name] = pikepdf.AttachedFileSpec(
                pdf, data, description="", filename=name, mime_type="text/xml", creation_date="",
                mod_date="",
            )  # fmt: skip
        pdf.save(buffer, compress_streams=True, recompress_flate=True)
    return buffer.getvalue()


def portfolio(files: Mapping[str, bytes]) -> bytes:
    """A PDF that is a cover around files, as Acrobat makes them."""
    buffer = io.BytesIO()
    cover = "Diese Mappe mit einem neueren Programm ansehen"
    with pikepdf.open(io.BytesIO(with_embedded_files(files, cover))) as pdf:
        pdf.Root.Collection = pikepdf.Dictionary(Type=pikepdf.Name.Collection)
        pdf.save(buffer, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return buffer.getvalue()


def blank_pdf(width: float = 595, height: float = 842) -> bytes:
    """A PDF with one page on which there is nothing."""
    buffer = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(width, height))
        pdf.save(buffer)
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


def crowded_pdf(words: int) -> bytes:
    """A small PDF with very many words on its page: packed, each is a fraction of a byte."""
    said = b"".join(b"(wort%d ) Tj\n" % (number % 97) for number in range(words))
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(text_pdf("klein"))) as pdf:
        content = pikepdf.Stream(pdf, b"BT /F1 6 Tf 1 0 0 1 10 800 Tm 7 TL\n" + said + b"ET")
        pdf.pages[0].Contents = pdf.make_indirect(content)
        pdf.save(buffer, compress_streams=True)
    return buffer.getvalue()


def nested_forms(depth: int, width: int) -> bytes:
    """A PDF of some kilobytes that draws a word `width` to the power of `depth` times."""
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(text_pdf("klein"))) as pdf:
        page = pdf.pages[0]
        resources: dict[str, object] = {"/Font": page.Resources.Font}
        content = b"BT /F1 8 Tf 10 10 Td (Rechnung 17) Tj ET"
        for _ in range(depth + 1):
            form = pdf.make_indirect(pikepdf.Stream(pdf, content))
            form.Type, form.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
            form.BBox = pikepdf.Array([0, 0, 595, 842])
            form.Resources = pikepdf.Dictionary(resources)
            resources, content = {"/XObject": pikepdf.Dictionary(X=form)}, b"/X Do " * width
        page.Resources.XObject = resources["/XObject"]
        page.Contents = pdf.make_indirect(pikepdf.Stream(pdf, b"/X Do"))
        pdf.save(buffer, compress_streams=True)
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
