"""RapidOCR: a second pair of eyes for pages that Tesseract has read.

Its package brings the models (PP-OCRv6, Apache-2.0); without it everything works, with one pair of
eyes. Runs inside the subprocess of `activities.recognition`, on one thread.
"""

import logging
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from PIL import Image

from activities.words import straightened
from domain.reading.layout import UNIT, Box, Page, Word

_SETTINGS = {
    "Global.log_level": "error",
    "Global.use_cls": False,  # pages stand upright already
    "EngineConfig.onnxruntime.intra_op_num_threads": 1,
    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
}
_MODULES = ("rapidocr", "onnxruntime")
_LEAST_CONFIDENCE = Decimal("0.50")
_WHITE = 255
_STRIP = 50


def is_installed() -> bool:
    """Whether its packages are there."""
    return all(find_spec(name) is not None for name in _MODULES)


def page_of(picture: Path, seen: Page) -> Page:
    """The page once more: `seen` says how its picture is brought upright and straight."""
    with Image.open(picture) as image:
        upright = image.convert("RGB").rotate(-seen.turn, expand=True, fillcolor=(_WHITE,) * 3)
    if max(upright.size) > _STRIP * min(upright.size):
        return seen  # a line, and no page: the engine cannot make it smaller
    upright.save(picture, compress_level=1)
    found = _engine()(str(picture), use_cls=False, return_word_box=True)
    # Where it sees nothing, its results are no lines but one empty word.
    words = _words(found.word_results or () if found.boxes is not None else (), upright.size)
    straight = (replace(word, box=straightened(word.box, seen.slope)) for word in words)
    return replace(seen, words=tuple(straight))


def _words(lines: Any, size: tuple[int, int]) -> Iterator[Word]:
    """Words of all lines; each is a text, a score and four corners."""
    for line in lines:
        for text, score, corners in line:
            confidence = Decimal(str(score)).quantize(Decimal("0.001"))
            if text.strip() and confidence >= _LEAST_CONFIDENCE:
                yield Word(text.strip(), _box(corners, size), confidence)


def _box(corners: Any, size: tuple[int, int]) -> Box:
    across = [round(x * UNIT / size[0]) for x, _ in corners]
    down = [round(y * UNIT / size[1]) for _, y in corners]
    return Box(min(across), min(down), max(across), max(down))


@cache
def _engine() -> Any:
    from rapidocr import RapidOCR  # noqa: PLC0415  slow to import, and not always there

    logging.getLogger("RapidOCR").setLevel(logging.ERROR)
    return RapidOCR(params=_SETTINGS)
