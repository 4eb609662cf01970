"""The words of a text layer as pdfplumber finds them: asked where pdfium's are not good enough.

It is many times slower, and knows more: where a PDF has no table of characters for a font, it reads
the one in the font itself. Runs inside the subprocess of `activities.recognition`.
"""

import logging
import re
import signal
import struct
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import pdfplumber
from pdfminer.pdfexceptions import PDFException
from pdfminer.psexceptions import PSException
from pdfplumber.page import Page
from pdfplumber.utils.exceptions import PdfminerException

from domain.reading.layout import SURE, UNIT, Box, Word

_MOST_WORDS, _LONGEST_WORD = 20_000, 200
_MOST_UNKNOWN = 0.05
_SAME_SIZE = 1  # points
SECONDS = 20.0
"""Of the processor for a page: a sound one takes a few."""
_UNKNOWN = re.compile(r"\(cid:|[\0-\x08\x0e-\x1f\ue000-\uf8ff\ufffd-\uffff]")
_DAMAGED = (
    PdfminerException, PDFException, PSException, ValueError, KeyError, TypeError, IndexError,
    AttributeError, AssertionError, ArithmeticError, NotImplementedError, RecursionError, OSError,
    struct.error, zlib.error,
)  # fmt: skip

logging.getLogger("pdfminer").setLevel(logging.CRITICAL)  # its warnings quote the document
Place = tuple[float, float, float, float]


def words_of(path: Path, number: int, size: tuple[float, float]) -> list[Word]:
    """Upright words of the page that is displayed in `size` points, in the order of its lines.

    None where most of its letters run in another direction, where its glyphs are as unknown as they
    were, where it is displayed in another size than this reader thinks, where it cannot be read, or
    not within SECONDS of the processor: the pixels are read then.
    """
    try:
        with _within(SECONDS), pdfplumber.open(path, pages=[number]) as pdf:
            return list(_words(pdf.pages[0], size))[:_MOST_WORDS]
    except _DAMAGED:
        return []


@contextmanager
def _within(seconds: float) -> Iterator[None]:
    """Raise TimeoutError once so much processor time is spent; only in a main thread."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGPROF, _spent)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _spent(_number: int, _frame: FrameType | None) -> None:
    raise TimeoutError("The page takes too long to parse.")


def _words(page: Page, size: tuple[float, float]) -> Iterator[Word]:
    place = _place(page, size)
    if place is None or not _is_known(page.chars):
        return
    upright = page.filter(_is_upright).dedupe_chars()
    if 2 * len(upright.chars) < len(page.chars):
        return
    for word in upright.extract_words(keep_blank_chars=False, use_text_flow=False):
        if not _is_unknown(word["text"]) and _is_on(word, place):
            yield Word(word["text"][:_LONGEST_WORD], _box(word, place), SURE)


def _place(page: Page, size: tuple[float, float]) -> Place | None:
    """Left, top, width and height of what is displayed; None if the two readers disagree."""
    left, top, right, bottom = (float(side) for side in page.cropbox)
    is_same = (
        abs(right - left - size[0]) <= _SAME_SIZE and abs(bottom - top - size[1]) <= _SAME_SIZE
    )
    is_cut = page.cropbox != page.mediabox
    return (left, top, *size) if is_same and not (page.rotation and is_cut) else None


def _is_known(chars: list[dict[str, Any]]) -> bool:
    """Whether nearly all of the glyphs are known letters."""
    unknown = sum(_is_unknown(char["text"]) for char in chars)
    return unknown <= _MOST_UNKNOWN * len(chars)


def _is_unknown(text: str) -> bool:
    return _UNKNOWN.search(text) is not None


def _is_upright(thing: dict[str, Any]) -> bool:
    """Whether it is a letter that runs from left to right and does not stand on its head."""
    return bool(thing["object_type"] == "char" and thing["upright"] and thing["matrix"][0] > 0)


def _is_on(word: dict[str, Any], place: Place) -> bool:
    """Whether its middle lies on the page."""
    left, top, width, height = place
    x, y = (word["x0"] + word["x1"]) / 2 - left, (word["top"] + word["bottom"]) / 2 - top
    return bool(0 <= x <= width and 0 <= y <= height)


def _box(word: dict[str, Any], place: Place) -> Box:
    left, top, width, height = place
    return Box(
        round((word["x0"] - left) * UNIT / width),
        round((word["top"] - top) * UNIT / height),
        round((word["x1"] - left) * UNIT / width),
        round((word["bottom"] - top) * UNIT / height),
    )
