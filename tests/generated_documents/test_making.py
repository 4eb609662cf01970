"""Documents as they are printed and scanned: what the truth says stands in its boxes."""

import io
import json
from contextlib import closing
from pathlib import Path
from random import Random

import pypdfium2
import pytest
from PIL import Image, ImageDraw, ImageStat

from deploy.bench.truth import HEADER, truths
from tests.generated_documents import degrading
from tests.generated_documents.family import Split
from tests.generated_documents.making import Order, make
from tests.generated_documents.printing import Seen

SQUARE = (0.6, 0.3, 0.7, 0.36)


@pytest.mark.parametrize("split", list(Split))
def test_values_stand_in_their_boxes(tmp_path: Path, split: Split) -> None:
    """As the text layer has them; the same seed makes the same truth."""
    for name, order in (("once", Order(split, texts=2)), ("twice", Order(split, texts=2))):
        make(tmp_path / name, order)

    known = json.loads((tmp_path / "once" / "truth.json").read_text())
    assert known == json.loads((tmp_path / "twice" / "truth.json").read_text())
    assert all(found.line_items for found in truths(tmp_path / "once"))
    for file, entry in known.items():
        words = texts(tmp_path / "once" / file, entry)
        number = entry["invoice_number"]
        assert any(number in text for text in words["invoice_number"])
        assert entry["vendor_name"].replace(" ", "") in "".join(words["vendor_name"])
        assert {name for name in HEADER if entry[name]} - {"currency"} <= set(words)


def texts(
    path: Path, entry: dict[str, dict[str, dict[str, list[dict[str, list[float]]]]]]
) -> dict[str, list[str]]:
    """What the text layer has in each box, without blanks where there are several."""
    found: dict[str, list[str]] = {}
    with closing(pypdfium2.PdfDocument(path)) as pdf:
        for name, boxes in entry["_meta"]["boxes"].items():
            for each in boxes:
                page = pdf[int(each["page"]) - 1]  # type: ignore[call-overload]
                width, height = page.get_size()
                left, top, right, bottom = each["box"]
                sides = (
                    left * width,
                    height - bottom * height,
                    right * width,
                    height - top * height,
                )
                text = page.get_textpage().get_text_bounded(*sides)
                found.setdefault(name, []).append(
                    text if name != "vendor_name" else text.replace(" ", "")
                )
    return found


@pytest.mark.parametrize("kind", degrading.KINDS)
def test_boxes_follow_the_page_under_the_scanner(kind: str) -> None:
    """What was black at a place is dark where the scan has it, skewed, turned or photographed."""
    page = Image.new("RGB", (850, 1100), "white")
    left, top, right, bottom = SQUARE
    corners = (left * 850, top * 1100, right * 850, bottom * 1100)
    ImageDraw.Draw(page).rectangle(corners, fill="black")
    data = io.BytesIO()
    page.save(data, "PDF", resolution=300)

    scan = degrading.scanned(data.getvalue(), Random(1), kind)

    moved = scan.moved(Seen("square", "", 1, SQUARE))
    assert moved is not None
    picture = scan.leaves[0].picture.convert("L")
    sides = [side * size for side, size in zip(moved.box, picture.size * 2, strict=True)]
    x, y = (sides[0] + sides[2]) / 2, (sides[1] + sides[3]) / 2
    inside = picture.crop((int(x) - 15, int(y) - 15, int(x) + 15, int(y) + 15))
    (darkness,) = ImageStat.Stat(inside).mean
    assert darkness < 110
