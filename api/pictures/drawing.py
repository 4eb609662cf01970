"""Draws pages and finds their words. Runs in a process of `api.pictures.pool` alone.

Every library here reads bytes from strangers: what it breaks is that process, and what it takes
is bounded there. A box is left, top, width and height in ten-thousandths of the page as it is
drawn, turned as the document says (`/Rotate`, EXIF).
"""

import io
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import pi_heif
import pypdfium2
import pytesseract
from PIL import Image, ImageOps, ImageSequence

UNIT = 10_000
_MOST_PIXELS = 24_000_000
_MOST_PAGES = 500
_MOST_WORDS, _LONGEST_WORD = 20_000, 200
_LEAST_WORDS = 3
_OCR_WIDTH = 1900
_OCR_SECONDS = 30
_LEAST_SURE = 30
_QUALITY = 78
PDF = "application/pdf"
Edges = tuple[Any, Any, Any, Any]
"""Left, bottom, right and top in points, as the library tells them."""


class NothingToDraw(Exception):
    """The bytes are no document that can be drawn, or have no such page."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A page as WebP, its size in pixels, and how many pages there are."""

    content: bytes
    width: int
    height: int
    pages: int


@dataclass(frozen=True, slots=True)
class Words:
    """Words of a page with their boxes; `source` is text, ocr, or none where nothing was found."""

    source: str
    words: tuple[tuple[str, int, int, int, int], ...]


def draw(content: bytes, kind: str, number: int, width: int) -> Drawn:
    """One page, so wide that it has as many pixels as asked for; a picture is never enlarged."""
    picture, pages = _picture(content, kind, number, width)
    if picture.mode not in ("RGB", "L"):
        picture = _on_white(picture)
    packed = io.BytesIO()
    picture.save(packed, "WEBP", quality=_QUALITY, method=0)
    return Drawn(packed.getvalue(), *picture.size, pages)


def words(content: bytes, kind: str, number: int) -> Words:
    """The words of a page: of its text layer, else as text recognition sees them."""
    if kind == PDF:
        found = tuple(_text_words(content, number))
        if len(found) >= _LEAST_WORDS:
            return Words("text", found)
    picture, _ = _picture(content, kind, number, _OCR_WIDTH)
    seen = tuple(_seen_words(_on_white(picture).convert("L")))
    return Words("ocr" if seen else "none", seen)


def _picture(content: bytes, kind: str, number: int, width: int) -> tuple[Image.Image, int]:
    try:
        if kind == PDF:
            return _of_pdf(content, number, width)
        return _of_image(content, number, width)
    except (pypdfium2.PdfiumError, OSError, SyntaxError, ValueError, IndexError) as error:
        raise NothingToDraw from error
    except Image.DecompressionBombError as error:
        raise NothingToDraw from error


def _of_pdf(content: bytes, number: int, width: int) -> tuple[Image.Image, int]:
    with closing(pypdfium2.PdfDocument(content)) as pdf:
        pages = len(pdf)
        if not 1 <= number <= min(pages, _MOST_PAGES):
            raise NothingToDraw
        page = pdf[number - 1]
        wide, high = page.get_size()
        scale = min(width / max(wide, 1), (_MOST_PIXELS / max(wide * high, 1)) ** 0.5)
        drawn: Image.Image = page.render(scale=scale).to_pil()
        return drawn.convert("RGB"), pages


def _of_image(content: bytes, number: int, width: int) -> tuple[Image.Image, int]:
    pi_heif.register_heif_opener(thumbnails=False)
    with Image.open(io.BytesIO(content)) as image:
        pages = getattr(image, "n_frames", 1)
        if not 1 <= number <= min(pages, _MOST_PAGES):
            raise NothingToDraw
        if image.size[0] * image.size[1] > 4 * _MOST_PIXELS:
            raise NothingToDraw
        image.draft("RGB", (width, width * 3))
        frame = image if pages == 1 else ImageSequence.Iterator(image)[number - 1]
        upright = ImageOps.exif_transpose(frame.copy())
        if upright.size[0] > width:
            high = max(1, round(upright.size[1] * width / upright.size[0]))
            upright = _on_white(upright).resize((width, high), Image.Resampling.LANCZOS)
        return upright, pages


def _on_white(picture: Image.Image) -> Image.Image:
    """Paper is white where a picture lets through."""
    if picture.mode in ("RGB", "L"):
        return picture
    plain = picture.convert("RGBA")
    paper = Image.new("RGBA", plain.size, "white")
    return Image.alpha_composite(paper, plain).convert("RGB")


def _text_words(content: bytes, number: int) -> Iterator[tuple[str, int, int, int, int]]:
    try:
        with closing(pypdfium2.PdfDocument(content)) as pdf:
            if not 1 <= number <= len(pdf):
                return
            yield from _words_of(pdf[number - 1])
    except (pypdfium2.PdfiumError, ValueError):
        return


def _words_of(page: Any) -> Iterator[tuple[str, int, int, int, int]]:
    """Runs of characters between blanks, in the order of the page's own text."""
    wide, high = page.get_size()
    turn = page.get_rotation()
    text = page.get_textpage()
    run: list[str] = []
    box: list[Any] = []
    count = 0
    for index, letter in enumerate(text.get_text_range()):
        edges = None if letter.isspace() else _edges(text, index)
        if edges is None:
            if run:
                yield _word(run, box, (wide, high), turn)
                count += 1
                run = []
            if count >= _MOST_WORDS:
                return
            continue
        if run and _is_apart(box, edges):
            yield _word(run, box, (wide, high), turn)
            count += 1
            run = []
        box = list(edges) if not run else _around(box, edges)
        run.append(letter)
    if run:
        yield _word(run, box, (wide, high), turn)


def _edges(text: Any, index: int) -> Edges | None:
    try:
        left, bottom, right, top = text.get_charbox(index, loose=True)
    except (pypdfium2.PdfiumError, ValueError, IndexError):
        return None
    return (left, bottom, right, top) if right > left and top > bottom else None


def _is_apart(box: list[Any], edges: Edges) -> bool:
    """Whether a character stands on another line, or far from the word before it."""
    high = box[3] - box[1]
    overlap = min(box[3], edges[3]) - max(box[1], edges[1])
    is_other_line = bool(overlap < high / 3)
    return is_other_line or bool(edges[0] - box[2] > high / 4 or box[0] - edges[2] > high)


def _around(box: list[Any], edges: Edges) -> list[Any]:
    return [
        min(box[0], edges[0]),
        min(box[1], edges[1]),
        max(box[2], edges[2]),
        max(box[3], edges[3]),
    ]


def _word(
    run: list[str], box: list[Any], size: tuple[Any, Any], turn: int
) -> tuple[str, int, int, int, int]:
    """A word with its box as the page is drawn: from the top, and turned as it is."""
    wide, high = size
    left, bottom, right, top = box
    if turn in (90, 270):  # sizes are told as the page is drawn, characters as it was written
        wide, high = high, wide
    edges = [left / wide, 1 - top / high, right / wide, 1 - bottom / high]
    if turn == 90:  # noqa: PLR2004
        edges = [1 - edges[3], edges[0], 1 - edges[1], edges[2]]
    elif turn == 180:  # noqa: PLR2004
        edges = [1 - edges[2], 1 - edges[3], 1 - edges[0], 1 - edges[1]]
    elif turn == 270:  # noqa: PLR2004
        edges = [edges[1], 1 - edges[2], edges[3], 1 - edges[0]]
    units = [round(min(max(edge, 0), 1) * UNIT) for edge in edges]
    x, y = units[0], units[1]
    return "".join(run)[:_LONGEST_WORD], x, y, units[2] - x, units[3] - y


def _seen_words(picture: Image.Image) -> Iterator[tuple[str, int, int, int, int]]:
    wide, high = picture.size
    try:
        table = pytesseract.image_to_data(
            picture,
            lang="deu+eng",
            config="--psm 3",
            timeout=_OCR_SECONDS,
            output_type=pytesseract.Output.DICT,
        )
    except (pytesseract.TesseractNotFoundError, pytesseract.TesseractError, RuntimeError):
        return
    for at, word in enumerate(table["text"][:_MOST_WORDS]):
        if word.strip() and table["conf"][at] >= _LEAST_SURE:
            yield (
                word.strip()[:_LONGEST_WORD],
                round(table["left"][at] * UNIT / wide),
                round(table["top"][at] * UNIT / high),
                round(table["width"][at] * UNIT / wide),
                round(table["height"][at] * UNIT / high),
            )
