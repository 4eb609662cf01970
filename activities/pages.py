"""Bytes to layouts: text layers and pictures with pypdfium2 and Tesseract.

Runs inside the subprocess of `activities.recognition`, for every library here reads bytes from
strangers. Limits are checked before a page is rendered or a stream unpacked.
"""

import errno
import math
import os
import signal
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import pi_heif
import pikepdf
import pypdfium2
import pytesseract
from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from activities import second_engine, text_layer, words
from domain.formats import media
from domain.reading.layout import Layout, Page, Source
from domain.reading.limits import (
    DocumentTooLarge,
    EncryptedDocument,
    Kind,
    Limits,
    OcrFailed,
    ReaderInterrupted,
    UnreadableDocument,
)

os.environ["OMP_THREAD_LIMIT"] = "1"  # threads make Tesseract eight times slower on one page

LANGUAGES = "deu+eng"
POINTS_PER_INCH = 72
DPI = 300
_LEAST_DPI = 100
_MOST_PIXELS = 12_000_000  # an A4 page at 300 dpi has 8.7 million
_FULL = {errno.ENOSPC, errno.EDQUOT}
_HEAD = 64 * 1024

PageRead = Callable[[int, int], None]


def layout_of(path: Path, kind: Kind, limits: Limits, on_page: PageRead) -> Layout:
    """All pages of a document. `on_page` hears the page's number and how many there are."""
    if kind is Kind.PDF:
        return _pdf(path, limits, on_page)
    return _picture(path, limits, on_page)


def read_again(path: Path, kind: Kind, layout: Layout, limits: Limits) -> Layout:
    """The layout with its recognised pages read by the second engine, as many as allowed."""
    wanted = [page for page in layout.pages if page.source is Source.OCR][: limits.second_pages]
    again: dict[int, Page] = {}
    for page in wanted:
        with _scratch() as folder:
            target = folder / "page.png"
            if kind is Kind.PDF:
                _render(path, page.number, target, limits)
            else:
                _unpack(path, page.number, target, limits)
            again[page.number] = second_engine.page_of(target, page)
    return Layout(tuple(again.get(page.number, page) for page in layout.pages))


def embedded_files(path: Path, limits: Limits) -> Iterator[tuple[str, bytes]]:
    """Names and bytes of the XML files in a PDF, unpacked no further than allowed.

    A name that ends in `.xml` is enough, and so are bytes that begin as an e-invoice does.
    """
    with _pikepdf(path) as pdf:
        found = islice(_embedded_streams(pdf), limits.embedded_files)
        streams = {(name, stream.objgen): stream for name, stream in found}
        for (name, _), stream in streams.items():
            if name.lower().endswith(".xml") or _begins_as_invoice(stream):
                yield name, _unpacked(name, stream, limits)


def further_files(path: Path, limits: Limits) -> tuple[bool, tuple[str, ...]]:
    """Whether a PDF is a portfolio (a cover around files, ISO 32000-1, 12.3.5), and its files.

    E-invoices are not among them. No more names than files that are looked at.
    """
    with _pikepdf(path) as pdf:
        is_portfolio = isinstance(pdf.Root.get("/Collection"), pikepdf.Dictionary)
        found = islice(_embedded_streams(pdf), limits.embedded_files)
        streams = {stream.objgen: (name, stream) for name, stream in found}
        names = [
            name
            for name, stream in streams.values()
            if not (name.lower().endswith(".xml") or _begins_as_invoice(stream))
        ]
    return is_portfolio, tuple(names)


def _begins_as_invoice(stream: pikepdf.Stream) -> bool:
    """Whether the first bytes are those of an e-invoice, whatever the file is called."""
    raw = stream.read_raw_bytes()
    if _filters(stream) == ["/FlateDecode"]:
        try:
            raw = zlib.decompressobj().decompress(raw, _HEAD)
        except zlib.error:
            return False
    return media.is_invoice_xml(bytes(raw[:_HEAD]))


def _embedded_streams(pdf: pikepdf.Pdf) -> Iterator[tuple[str, pikepdf.Stream]]:
    """From the tree of names, and from the associated files when a tree is lost or wrong."""
    for name in pdf.attachments:
        stream = _stream(pdf.attachments[name].obj)
        if stream is not None:
            yield name, stream
    associated = pdf.Root.get("/AF")
    for specification in associated if isinstance(associated, pikepdf.Array) else ():
        stream = _stream(specification)
        if stream is not None:
            yield str(specification.get("/UF", specification.get("/F", ""))), stream


def check_pdf(path: Path, limits: Limits) -> int:
    """Number of pages; refuses what is encrypted, damaged or too long."""
    with _pikepdf(path) as pdf:
        pages = len(pdf.pages)
    limits.check_pages(pages)
    return pages


def _pdf(path: Path, limits: Limits, on_page: PageRead) -> Layout:
    count = check_pdf(path, limits)
    read: list[Page] = []
    recognised = 0
    for number in range(1, count + 1):
        page = text_layer.text_page(path, number)
        if page is None:
            recognised += 1
            limits.check_recognised(recognised)
            page = _rendered_page(path, number, limits)
        read.append(page)
        on_page(number, count)
    return Layout(tuple(read))


def _rendered_page(path: Path, number: int, limits: Limits) -> Page:
    with _scratch() as folder:
        target = folder / "page.png"
        dpi = _render(path, number, target, limits)
        return recognised_page(target, number, dpi)


def _render(path: Path, number: int, target: Path, limits: Limits) -> int:
    """Render a page no finer than the picture on it; returns the dots per inch."""
    try:
        with closing(pypdfium2.PdfDocument(path)) as pdf:
            page = pdf[number - 1]
            width, height = page.get_size()
            dpi = _dpi(page, width, height)
            scale = dpi / POINTS_PER_INCH
            limits.check_pixels(round(width * scale), round(height * scale))
            bitmap = page.render(scale=scale, grayscale=True)
            bitmap.to_pil().save(target, compress_level=1)
    except pypdfium2.PdfiumError as error:
        raise UnreadableDocument(f"Page {number} cannot be rendered.") from error
    return dpi


def _dpi(page: Any, width: Any, height: Any) -> int:
    """300, or what the picture that fills the page has; less for a page of poster size."""
    dpi = DPI
    for picture in page.get_objects(filter=(pypdfium2.raw.FPDF_PAGEOBJ_IMAGE,), max_depth=2):
        left, bottom, right, top = picture.get_bounds()
        if (right - left) * (top - bottom) > width * height * 8 / 10:
            pixels = max(picture.get_px_size())
            dpi = min(dpi, round(pixels * POINTS_PER_INCH / max(right - left, top - bottom)))
    at_most = int(math.sqrt(_MOST_PIXELS / max(width * height, 1)) * POINTS_PER_INCH)
    return max(1, min(max(dpi, _LEAST_DPI), at_most))


def _picture(path: Path, limits: Limits, on_page: PageRead) -> Layout:
    try:
        with _opened(path) as image:
            count = getattr(image, "n_frames", 1)
            limits.check_pages(count)
            limits.check_recognised(count)
            pages = []
            for number, frame in enumerate(ImageSequence.Iterator(image), 1):
                pages.append(_frame(frame, number, limits))
                on_page(number, count)
            return Layout(tuple(pages))
    except Image.DecompressionBombError as error:
        raise DocumentTooLarge("The picture has too many pixels.") from error
    except (UnidentifiedImageError, OSError, SyntaxError) as error:
        if isinstance(error, OSError) and error.errno in _FULL:
            raise ReaderInterrupted("There is no room for the picture of a page.") from error
        raise UnreadableDocument("The picture cannot be read.") from error


def _opened(path: Path) -> Image.Image:
    """A picture; HEIF as telephones take it is read by a library of its own (BSD, LGPL)."""
    pi_heif.register_heif_opener(thumbnails=False)
    return Image.open(path)


def _frame(frame: Image.Image, number: int, limits: Limits) -> Page:
    limits.check_pixels(*frame.size)
    dpi = round(frame.info.get("dpi", (0, 0))[0]) or DPI
    with _scratch() as folder:
        target = folder / "page.png"
        _save(frame, target)
        return recognised_page(target, number, min(max(dpi, _LEAST_DPI), 2 * DPI))


def _save(frame: Image.Image, target: Path) -> None:
    upright = ImageOps.exif_transpose(frame)
    upright.convert("L").save(target, compress_level=1)


def _unpack(path: Path, number: int, target: Path, limits: Limits) -> None:
    """One picture of a file that was read before."""
    with _opened(path) as image:
        frame = next(islice(ImageSequence.Iterator(image), number - 1, None))
        limits.check_pixels(*frame.size)
        _save(frame, target)


def recognised_page(picture: Path, number: int, dpi: int) -> Page:
    """The words Tesseract sees; turned and skewed pages come out upright and straight.

    Its time is limited as that of this process is, by the seconds of the processor.
    """
    try:
        table = pytesseract.image_to_data(
            str(picture),
            lang=LANGUAGES,
            config=f"--psm 1 --dpi {dpi}",
        )
    except pytesseract.TesseractNotFoundError as error:
        raise OcrFailed("Tesseract is not installed.") from error
    except pytesseract.TesseractError as error:
        if "Too few characters" in error.message or "Empty page" in error.message:
            return Page(number, (), Source.OCR)
        if error.status == -signal.SIGXCPU:
            message = f"Text recognition of page {number} needs too much processor time."
            raise OcrFailed(message) from error
        if error.status in (-signal.SIGKILL, -signal.SIGTERM):
            raise ReaderInterrupted("Text recognition was ended from outside.") from error
        raise OcrFailed(f"Text recognition failed on page {number}.") from error
    return words.page_of(table, number)


def _unpacked(name: str, stream: pikepdf.Stream, limits: Limits) -> bytes:
    """The bytes of an embedded file, never more than allowed in memory."""
    raw = stream.read_raw_bytes()
    limits.check_embedded(name, len(raw))
    filters = _filters(stream)
    if not filters:
        return bytes(raw)
    if filters != ["/FlateDecode"]:
        raise UnreadableDocument(f"The embedded file {name[:80]} is packed in an unusual way.")
    machine = zlib.decompressobj()
    try:
        data = machine.decompress(raw, limits.embedded_size + 1)
    except zlib.error as error:
        raise UnreadableDocument(f"The embedded file {name[:80]} is damaged.") from error
    limits.check_embedded(name, len(data))
    return data


def _filters(stream: pikepdf.Stream) -> list[str]:
    found = stream.get("/Filter")
    if found is None:
        return []
    names = found if isinstance(found, pikepdf.Array) else [found]
    return [str(name) for name in names]


def _stream(specification: Any) -> pikepdf.Stream | None:
    """The stream of a file specification, None for a reference to a file elsewhere."""
    if not isinstance(specification, pikepdf.Dictionary):
        return None
    files = specification.get("/EF")
    if not isinstance(files, pikepdf.Dictionary):
        return None
    stream = files.get("/F", files.get("/UF"))
    return stream if isinstance(stream, pikepdf.Stream) else None


@contextmanager
def _pikepdf(path: Path) -> Iterator[pikepdf.Pdf]:
    try:
        with pikepdf.open(path) as pdf:
            yield pdf
    except pikepdf.PasswordError as error:
        raise EncryptedDocument("The PDF is protected with a password.") from error
    except pikepdf.PdfError as error:
        raise UnreadableDocument("The PDF is damaged.") from error


@contextmanager
def _scratch() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="belegfluss-") as folder:
        yield Path(folder)
