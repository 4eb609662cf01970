"""Where a value is said to stand, it stands: the pixels of its box, read again, say it."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pypdfium2
import pytesseract
import pytest
from PIL import Image
from rapidfuzz import fuzz

from activities.recognition import Job, read
from domain.reading.origin import Origin
from tests.corpus import DOCUMENTS

_DPI, _MARGIN, _APART = 300, 12, 24
_ALIKE = 85
_LEAST = 8


def page_picture(path: Path) -> Image.Image:
    """The first page, as people see it."""
    if path.suffix != ".pdf":
        return Image.open(path).convert("L")
    with closing(pypdfium2.PdfDocument(path)) as pdf:
        picture: Image.Image = pdf[0].render(scale=_DPI / 72, grayscale=True).to_pil()
        return picture.convert("L")


def box_of(picture: Image.Image, origin: Origin) -> Image.Image:
    """The pixels of a box, with a little around them."""
    assert origin.box is not None
    left, top, right, bottom = (
        float(side) * size for side, size in zip(origin.box, picture.size * 2, strict=True)
    )
    return picture.crop((left - _MARGIN, top - 4, right + _MARGIN, bottom + 4))


def read_again(parts: Sequence[Image.Image]) -> str:
    """What recognition makes of these boxes alone, one below the other."""
    width = max(part.width for part in parts) + 2 * _APART
    sheet = Image.new("L", (width, sum(part.height + _APART for part in parts) + _APART), 255)
    top = _APART
    for part in parts:
        sheet.paste(part, (_APART, top))
        top += part.height + _APART
    text: str = pytesseract.image_to_string(sheet, lang="deu+eng", config=f"--psm 6 --dpi {_DPI}")
    return text


@pytest.mark.parametrize("name", ["text_507.pdf", "scan_kraxi.png"])
def test_the_pixels_of_a_box_say_its_value(name: str) -> None:
    """For every value that has a place and is more than a sign."""
    found = read(Job(DOCUMENTS / name), lambda number, count: None).extraction
    picture = page_picture(DOCUMENTS / name)
    placed = {
        field: origin
        for field, origin in found.origins.items()
        if origin.page == 1 and origin.box and bare(origin.raw_text or "")
    }

    seen = bare(read_again([box_of(picture, origin) for origin in placed.values()]))

    unlike = {
        field: origin.raw_text
        for field, origin in placed.items()
        if fuzz.partial_ratio(bare(origin.raw_text or ""), seen) < _ALIKE
    }
    assert len(placed) >= _LEAST
    assert unlike == {}, seen


def bare(text: str) -> str:
    """Letters and figures alone."""
    return "".join(sign for sign in text.lower() if sign.isalnum())
