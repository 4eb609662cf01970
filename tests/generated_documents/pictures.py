"""Pages with what was read drawn on them: `python -m tests.generated_documents.pictures IN PNG`.

Green boxes hold values that are right, red ones wrong values, grey ones what no truth knows.
"""

import argparse
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pypdfium2
from PIL import Image, ImageDraw, ImageOps

from activities.recognition import Job, read
from deploy.bench.truth import HEADER, Truth, is_same, truths
from domain.intake.extraction import Extraction

_SCALE = 2
_SIZE = (1000, 1414)
_ACROSS = 5
_FONT = 18
_RIGHT, _WRONG, _UNKNOWN = (0, 130, 60), (200, 20, 20), (120, 120, 120)


def main() -> None:
    """Draw the first pages of some PDFs side by side."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="documents with their truth.json")
    parser.add_argument("picture", type=Path, help="where the picture goes")
    parser.add_argument("--pages", type=int, default=10)
    given = parser.parse_args()
    chosen = list(_chosen(truths(given.folder), given.pages))
    _beside([_drawn(truth) for truth in chosen]).save(given.picture, optimize=True)


def _chosen(known: Sequence[Truth], count: int) -> Iterator[Truth]:
    """One PDF of each family, spread over all of them."""
    first = {truth.meta.get("family"): truth for truth in reversed(known) if _is_pdf(truth)}
    found = sorted(first.values(), key=lambda truth: truth.file)
    yield from found[:: max(1, len(found) // count)][:count]


def _is_pdf(truth: Truth) -> bool:
    return truth.path.suffix == ".pdf" and "scan" not in truth.meta


def _drawn(truth: Truth) -> Image.Image:
    with closing(pypdfium2.PdfDocument(truth.path)) as pdf:
        picture: Image.Image = pdf[0].render(scale=_SCALE).to_pil().convert("RGB")
    found = read(Job(truth.path), lambda number, count: None).extraction
    draw = ImageDraw.Draw(picture)
    for name, origin in found.origins.items():
        if origin.page == 1 and origin.box is not None:
            color = _color(truth, found, name)
            left, top, right, bottom = (
                float(side) * size for side, size in zip(origin.box, picture.size * 2, strict=True)
            )
            draw.rectangle((left - 2, top - 2, right + 2, bottom + 2), outline=color, width=3)
            draw.text((left, top - _FONT - 2), name, fill=color, font_size=_FONT)
    return ImageOps.pad(picture, _SIZE, color=(235, 235, 235))


def _color(truth: Truth, found: Extraction, name: str) -> tuple[int, int, int]:
    expected = truth.on_page().get(name) if name in HEADER else None
    if expected is None:
        return _UNKNOWN
    return _RIGHT if is_same(name, expected, str(getattr(found, name))) else _WRONG


def _beside(pages: Sequence[Image.Image]) -> Image.Image:
    rows = -(-len(pages) // _ACROSS)
    width, height = _SIZE
    sheet = Image.new("RGB", (width * _ACROSS, height * rows), "white")
    for at, page in enumerate(pages):
        sheet.paste(page, (width * (at % _ACROSS), height * (at // _ACROSS)))
    sheet.thumbnail((2500, 2500))
    return sheet.quantize(32)


if __name__ == "__main__":
    main()
