"""Pictures of first pages: saved otherwise they agree, another page does not."""

from collections.abc import Callable
from contextlib import closing
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PIL import Image, ImageFilter

from activities.page_picture import picture_hash
from activities.recognition import Job, read
from domain.reading.limits import Kind
from tests.corpus import DOCUMENTS

PDF, SCAN = DOCUMENTS / "text_507.pdf", DOCUMENTS / "scan_kraxi.png"
NEAR = 6


def away(one: str | None, two: str | None) -> int:
    """How many bits differ."""
    assert one is not None
    assert two is not None
    return (int(one, 16) ^ int(two, 16)).bit_count()


def drawn(scale: float) -> Image.Image:
    """The first page of the PDF as a picture."""
    with closing(pypdfium2.PdfDocument(PDF)) as pdf:
        page: Any = pdf[0]
        picture: Image.Image = page.render(scale=scale).to_pil().convert("RGB")
        return picture


@pytest.mark.parametrize("change", ["small", "jpeg", "skewed"])
def test_the_same_page_saved_otherwise_is_near(tmp_path: Path, change: str) -> None:
    """Another resolution, a lossy format, a scan that is not quite straight."""
    page = drawn(2)
    changes: dict[str, Callable[[], Image.Image]] = {
        "small": lambda: page.resize((page.width // 3, page.height // 3)),
        "jpeg": lambda: Image.open(_as_jpeg(page)),
        "skewed": lambda: page.rotate(0.7, fillcolor="white").filter(ImageFilter.GaussianBlur(1)),
    }
    made = changes[change]()
    made.save(tmp_path / "page.png")

    assert away(picture_hash(PDF, Kind.PDF), picture_hash(tmp_path / "page.png", Kind.PNG)) <= NEAR


def test_another_page_is_far() -> None:
    """By more than is allowed for the same one."""
    assert away(picture_hash(PDF, Kind.PDF), picture_hash(SCAN, Kind.PNG)) > NEAR


def test_what_cannot_be_drawn_has_no_hash(tmp_path: Path) -> None:
    """A blank page is like every other, and broken bytes are no picture."""
    Image.new("L", (600, 800), 255).save(tmp_path / "blank.png")
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.4 nothing")

    assert picture_hash(tmp_path / "blank.png", Kind.PNG) is None
    assert picture_hash(tmp_path / "broken.pdf", Kind.PDF) is None


def test_it_is_kept_with_the_reading() -> None:
    """What reads a document says what it looks like."""
    found = read(Job(PDF), lambda number, count: None)

    assert found.extraction.page_hash == picture_hash(PDF, Kind.PDF)


def _as_jpeg(page: Image.Image) -> BytesIO:
    saved = BytesIO()
    page.save(saved, "JPEG", quality=40)
    saved.seek(0)
    return saved
