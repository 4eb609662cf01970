"""What the first page of a document looks like, in 64 bits: saved otherwise it is still the same.

Each bit says whether a field of the page, cut into eight rows of nine, is clearly brighter than the
one to its right. Runs inside the subprocess of `activities.recognition`.
"""

from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pypdfium2
from PIL import Image, ImageOps

from domain.reading.limits import Kind

_COLUMNS, _ROWS = 9, 8
_CLEARLY = 6  # of 256 steps of brightness: less is noise
_SIDE = 512
_LEAST_SIDE = 8


def picture_hash(path: Path, kind: Kind) -> str | None:
    """The first page's picture as 16 hexadecimal digits; None for one that cannot be drawn."""
    try:
        picture = _of_pdf(path) if kind is Kind.PDF else _of_picture(path)
    except (OSError, SyntaxError, ValueError, RuntimeError, Image.DecompressionBombError):
        return None
    if picture is None or min(picture.size) < _LEAST_SIDE:
        return None
    bits = _bits(picture)
    return f"{bits:016x}" if bits else None


def _of_pdf(path: Path) -> Image.Image | None:
    with closing(pypdfium2.PdfDocument(path)) as pdf:
        page = pdf[0]
        longest = max(page.get_size())
        if longest <= 0:
            return None
        bitmap = page.render(scale=_SIDE / longest, grayscale=True)
        drawn: Image.Image = bitmap.to_pil().convert("L")
        return drawn


def _of_picture(path: Path) -> Image.Image:
    with Image.open(path) as image:
        image.draft("L", (_SIDE, _SIDE))
        return ImageOps.exif_transpose(image).convert("L")


def _bits(picture: Image.Image) -> int:
    small = picture.resize((_COLUMNS, _ROWS), Image.Resampling.BOX)
    points = small.tobytes()
    bits = 0
    for row in range(_ROWS):
        line = points[row * _COLUMNS : (row + 1) * _COLUMNS]
        for left, right in pairwise(line):
            bits = bits << 1 | (left > right + _CLEARLY)
    return bits
