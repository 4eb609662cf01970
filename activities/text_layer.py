"""The words of a PDF's text layer, held against what the page shows.

A text layer may lie: letters drawn twice to look bold, text that stands on its head, glyphs that no
table explains, words that nobody sees, words recognised by somebody else under a picture. What can
be mended is mended; what is not seen is left out and counted; a layer that is not what the page
shows is not used at all, and the pixels are read instead.
"""

import ctypes
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import groupby, pairwise, repeat
from pathlib import Path
from typing import Any, NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image, ImageChops

from domain.reading.layout import SURE, UNIT, Box, Page, Source, Word
from domain.reading.limits import DocumentTooLarge

LEAST_CHARACTERS = 20
_MOST_CHARACTERS = 60_000  # several times what a page can hold that people read
_MOST_WORDS, _LONGEST_WORD = 20_000, 200
_GAP = 0.14  # of the size of the font: letters further apart are two words
_SPACED = 0.5  # of the size: single letters no further apart are one word, set wide
_LEAST_SPACED = 3
_SET_WIDE, _LEAST_WIDE = 0.05, 5  # of the size, of gaps: a stretch of letters that is set wide
_SAME_SIZE = 0.1  # points
_COLUMN = 1  # of the size: what is further apart stands in another column
_CELL = 3  # points
_ASCENT, _DESCENT = 0.82, 0.23  # of the size of the font
_ASLANT = 0.14  # across to down, or down to across: eight degrees
_FEW_ASLANT = 0.3
_COLUMN_OF_STAMP = 3  # of the size: what is further from the last letter is another stamp
_LINE = 2  # points: letters further apart stand on two lines
_SAME_PLACE = 0.15  # of the size: the same one drawn again
_UNKNOWN = 0.05
_COVERING = 0.8
_LEAST_INK = 12  # of 255: paler than this nobody sees
_PRECISE = 1_000_000
_NO_LETTER = {0, 0xFFFD, 0xFFFE, 0xFFFF}
_PRIVATE = range(0xE000, 0xF900)
_CONTROL = range(1, 32)
_SURROGATES = range(0xD800, 0xE000)
_LINE_END_HYPHENS = {2: ord("-")}


class _Letter(NamedTuple):
    """One character with its box in points of the page as it is displayed, and its direction.

    It begins at the point `x`, `base`, which lies on the line that it is written on; `size` is that
    of its font. `turn` is how many degrees the page must be turned clockwise for it to stand
    upright; `ends` says that a blank follows, `blank` that it is one of the file and not pdfium's.
    `is_aslant` is what runs neither across nor down, as stamps do.
    """

    text: str
    left: float
    top: float
    right: float
    bottom: float
    x: float
    base: float
    size: float
    turn: int
    ends: bool = False
    blank: bool = False
    is_aslant: bool = False


@dataclass(frozen=True, slots=True)
class _Layer:
    """What a page's text layer has: letters, how many of its glyphs are unknown, its size."""

    letters: Sequence[_Letter]
    unknown: int
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class _Sheet:
    """Maps a point of the page's own space to the page as it is displayed, in points."""

    across: tuple[float, float, float]
    down: tuple[float, float, float]

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Where a point is displayed, from the top left corner."""
        a, b, c = self.across
        d, e, f = self.down
        return a * x + b * y + c, d * x + e * y + f


def text_page(path: Path, number: int) -> Page | None:
    """The page by its text layer; None when it has none, or none that is what the page shows."""
    try:
        with closing(pypdfium2.PdfDocument(path)) as pdf:
            return _shown(path, number, pdf[number - 1])
    except (pypdfium2.PdfiumError, OverflowError):
        return None  # the reader of pixels tells what is wrong


def _shown(path: Path, number: int, page: pypdfium2.PdfPage) -> Page | None:
    """The page by words that are seen on it; pdfplumber's where pdfium's are not."""
    layer = _loaded(page)
    if len(layer.letters) < LEAST_CHARACTERS and not layer.unknown:
        return None
    picture = _gray(page)
    turn, words = _upright(layer) if _is_known(layer) else (0, [])
    seen = _seen(words, turn, picture)
    if not words or 2 * len(seen) < len(words):
        turn, words = 0, _second_opinion(path, number, page)
        seen = _seen(words, turn, picture)
    if sum(len(word.text) for word in seen) < LEAST_CHARACTERS:
        return None
    if 2 * len(seen) < len(words) or _is_copy(path, number, page, seen, turn):
        return None
    stamps = (_seen(stamp, turn, picture) for stamp in _stamps(layer, turn))
    return Page(
        number,
        tuple(seen),
        Source.TEXT,
        turn,
        hidden=len(words) - len(seen),
        stamps=tuple(tuple(stamp) for stamp in stamps if stamp),
    )


def _second_opinion(path: Path, number: int, page: pypdfium2.PdfPage) -> list[Word]:
    from activities import second_layer  # noqa: PLC0415 - takes longer to load than most documents

    return second_layer.words_of(path, number, page.get_size())


def _loaded(page: pypdfium2.PdfPage) -> _Layer:
    """Its layer; one of which nothing is known if pdfium cannot load it."""
    try:
        return _layer(page)
    except pypdfium2.PdfiumError:
        return _Layer([], 1, *page.get_size())


def _layer(page: pypdfium2.PdfPage) -> _Layer:
    width, height = page.get_size()
    sheet = _sheet(page, width, height)
    letters: list[_Letter] = []
    unknown = 0
    with closing(page.get_textpage()) as text:
        count = pdfium.FPDFText_CountChars(text)
        if count > _MOST_CHARACTERS:
            raise DocumentTooLarge(f"A page has {count} letters; {_MOST_CHARACTERS} are read.")
        for at in range(count):
            code = _LINE_END_HYPHENS.get(code := pdfium.FPDFText_GetUnicode(text, at), code)
            sign = chr(code) if code not in _NO_LETTER else ""
            if sign.isspace():
                if letters:
                    is_own = pdfium.FPDFText_IsGenerated(text, at) != 1
                    letters[-1] = letters[-1]._replace(ends=True, blank=is_own)
            elif code in _SURROGATES:
                continue  # half of a picture sign
            elif _is_unknown(text, at, code):
                unknown += 1
            elif (letter := _letter(text, at, sign, sheet)) is not None:
                letters.append(letter)
    return _Layer(letters, unknown, width, height)


def _is_unknown(text: pypdfium2.PdfTextPage, at: int, code: int) -> bool:
    return (
        code in _NO_LETTER
        or code in _PRIVATE
        or code in _CONTROL
        or pdfium.FPDFText_HasUnicodeMapError(text, at) == 1
    )


def _letter(text: pypdfium2.PdfTextPage, at: int, sign: str, sheet: _Sheet) -> _Letter | None:
    box, matrix = pdfium.FS_RECTF(), pdfium.FS_MATRIX()
    if not pdfium.FPDFText_GetLooseCharBox(text, at, box):
        return None
    pdfium.FPDFText_GetMatrix(text, at, matrix)
    x, y = ctypes.c_double(box.left), ctypes.c_double(box.bottom)
    pdfium.FPDFText_GetCharOrigin(text, at, x, y)
    first, second = sheet.at(box.left, box.top), sheet.at(box.right, box.bottom)
    origin, tip = sheet.at(0, 0), sheet.at(matrix.a, matrix.b)
    return _Letter(
        sign,
        min(first[0], second[0]),
        min(first[1], second[1]),
        max(first[0], second[0]),
        max(first[1], second[1]),
        *sheet.at(x.value, y.value),
        float(pdfium.FPDFText_GetFontSize(text, at)) * math.hypot(matrix.c, matrix.d),
        _turn_for(tip[0] - origin[0], tip[1] - origin[1]),
        is_aslant=_is_aslant(tip[0] - origin[0], tip[1] - origin[1]),
    )


def _is_aslant(across: float, down: float) -> bool:
    """Whether it leans more than a page that was laid askew on a scanner."""
    shorter, longer = sorted((abs(across), abs(down)))
    return shorter > _ASLANT * longer


def _turn_for(across: float, down: float) -> int:
    """The turn that makes text that runs in this direction run from left to right."""
    if abs(across) >= abs(down):
        return 0 if across >= 0 else 180
    return 270 if down > 0 else 90


def _sheet(page: pypdfium2.PdfPage, width: float, height: float) -> _Sheet:
    """What the renderer does with the page's own space: its boxes, and its rotation."""
    span = 1000.0
    (x0, y0), (x1, y1), (x2, y2) = (
        _displayed(page, *point) for point in ((0, 0), (span, 0), (0, span))
    )
    return _Sheet(
        tuple(width * each for each in ((x1 - x0) / span, (x2 - x0) / span, x0)),  # type: ignore[arg-type]
        tuple(height * each for each in ((y1 - y0) / span, (y2 - y0) / span, y0)),  # type: ignore[arg-type]
    )


def _displayed(page: pypdfium2.PdfPage, x: float, y: float) -> tuple[float, float]:
    across, down = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDF_PageToDevice(page, 0, 0, _PRECISE, _PRECISE, 0, x, y, across, down)
    return across.value / _PRECISE, down.value / _PRECISE


def _is_known(layer: _Layer) -> bool:
    """Whether it has text, and nearly all of its glyphs are known letters."""
    count = len(layer.letters)
    return count >= LEAST_CHARACTERS and layer.unknown <= _UNKNOWN * count


def _upright(layer: _Layer) -> tuple[int, list[Word]]:
    """How the page must be turned for most of its text to stand upright, and its words then."""
    turn = _turn_of(layer.letters)
    return turn, _words(layer, turn)


def _turn_of(letters: Iterable[_Letter]) -> int:
    """The direction of most of the text."""
    ((turn, _),) = Counter(letter.turn for letter in letters).most_common(1)
    return turn


def _words(layer: _Layer, turn: int) -> list[Word]:
    """Words of the upright page, in the order of their lines; what runs otherwise is left out."""
    width, height = layer.width, layer.height
    inside = [letter for letter in layer.letters if _is_on(letter, width, height)]
    is_stamped = _is_stamped(layer)
    upright = [
        _turned(letter, turn, width, height)
        for letter in inside
        if letter.turn == turn and not (is_stamped and letter.is_aslant)
    ]
    size = (height, width) if turn in (90, 270) else (width, height)
    found = (_word(part, size) for line in _lines(_once(upright)) for part in _parts(line) if part)
    return [word for word, _ in zip(found, range(_MOST_WORDS), strict=False)]


def _is_stamped(layer: _Layer) -> bool:
    """Whether some of it runs aslant, and most of it does not."""
    aslant = sum(letter.is_aslant for letter in layer.letters)
    return 0 < aslant <= _FEW_ASLANT * len(layer.letters)


def _stamps(layer: _Layer, turn: int) -> Iterator[list[Word]]:
    """Words that run aslant, in the order of the file: what is far from the last begins a stamp."""
    if not _is_stamped(layer):
        return
    width, height = layer.width, layer.height
    size = (height, width) if turn in (90, 270) else (width, height)
    stamp: list[list[_Letter]] = []
    before: _Letter | None = None
    for letter in (
        each for each in layer.letters if each.is_aslant and _is_on(each, width, height)
    ):
        if before is None or math.dist(before[5:7], letter[5:7]) > _COLUMN_OF_STAMP * letter.size:
            if stamp:
                yield [_word(part, size) for part in stamp]
            stamp, before = [[]], None
        if before is not None and before.ends:
            stamp.append([])
        stamp[-1].append(_turned(letter, turn, width, height))
        before = letter
    if stamp:
        yield [_word(part, size) for part in stamp]


def _is_on(letter: _Letter, width: float, height: float) -> bool:
    """Whether its middle lies on the page."""
    x, y = (letter.left + letter.right) / 2, (letter.top + letter.bottom) / 2
    return 0 <= x <= width and 0 <= y <= height


def _turned(letter: _Letter, turn: int, width: float, height: float) -> _Letter:
    """The letter on the upright page, as high as its font is large: boxes of some fonts lie."""
    text, left, top, right, bottom, x, base, size, _, ends, blank, is_aslant = letter
    left, right, x, base = {
        0: (left, right, x, base),
        90: (height - bottom, height - top, height - base, x),
        180: (width - right, width - left, width - x, height - base),
        270: (top, bottom, base, width - x),
    }[turn]
    top, bottom = base - _ASCENT * size, base + _DESCENT * size
    return _Letter(text, left, top, right, bottom, x, base, size, turn, ends, blank, is_aslant)


def _once(letters: Sequence[_Letter]) -> list[_Letter]:
    """Letters without those that are drawn again at nearly the same place, to look bold."""
    kept: list[_Letter] = []
    places: dict[tuple[str, int, int], list[_Letter]] = defaultdict(list)
    for at, letter in enumerate(letters):
        near = _SAME_PLACE * letter.size
        x, y = round(letter.left / _CELL), round(letter.top / _CELL)
        around = ((letter.text, x + i, y + j) for i in (-1, 0, 1) for j in (-1, 0, 1))
        again = any(_is_near(each, letter, near) for key in around for each in places.get(key, ()))
        if not again or (at and _is_ligature(letters[at - 1], letter)):
            kept.append(letter)
            places[letter.text, x, y].append(letter)
        elif letter.ends and kept:
            is_same = kept[-1].text == letter.text
            kept[-1] = kept[-1]._replace(
                ends=kept[-1].ends or is_same,
                blank=kept[-1].blank or (is_same and letter.blank),
            )
    return kept


def _is_ligature(before: _Letter, letter: _Letter) -> bool:
    """Whether two equal letters are one glyph; figures never are."""
    return letter.text.isalpha() and before[:7] == letter[:7]


def _is_near(one: _Letter, other: _Letter, near: float) -> bool:
    return abs(one.left - other.left) <= near and abs(one.top - other.top) <= near


def _lines(letters: Iterable[_Letter]) -> Iterator[list[_Letter]]:
    """Letters that are written on one line, from left to right."""
    line: list[_Letter] = []
    for letter in sorted(letters, key=lambda letter: letter.base):
        if line and letter.base - line[-1].base > _LINE:
            yield sorted(line, key=lambda letter: letter.left)
            line = []
        line.append(letter)
    yield sorted(line, key=lambda letter: letter.left)


def _parts(line: Sequence[_Letter]) -> Iterator[list[_Letter]]:
    """Words of a line; single letters at equal distance are one word that is set wide."""
    for is_single, parts in groupby(_runs(line), lambda part: len(part) == 1):
        if is_single:
            yield from _spaced(list(parts))
        else:
            yield from parts


def _runs(line: Sequence[_Letter]) -> Iterator[list[_Letter]]:
    """Letters that follow each other without a blank or a gap."""
    part = list(line[:1])
    for (before, wide), (letter, also) in pairwise(zip(line, _spacings(line), strict=True)):
        # Between letters that are set wide pdfium makes up blanks: there the gap alone decides.
        ends = before.blank if wide and also else before.ends
        if ends or _gap(before, letter) > _GAP + min(wide, also):
            yield part
            part = []
        part.append(letter)
    yield part


def _spacings(line: Sequence[_Letter]) -> Iterator[float]:
    """For each letter how wide its stretch is set, in sizes; 0 where letters touch as usual."""
    stretches: list[list[_Letter]] = []
    for letter in line:
        last = stretches[-1][-1] if stretches else None
        if last and abs(last.size - letter.size) < _SAME_SIZE and _gap(last, letter) <= _COLUMN:
            stretches[-1].append(letter)
        else:
            stretches.append([letter])
    for stretch in stretches:
        gaps = sorted(_gap(*both) for both in pairwise(stretch))
        usual = gaps[len(gaps) // 4] if len(gaps) >= _LEAST_WIDE else 0.0
        wide = usual if _SET_WIDE < usual <= _SPACED else 0.0
        yield from repeat(wide, len(stretch))


def _spaced(singles: Sequence[list[_Letter]]) -> Iterator[list[_Letter]]:
    """Letters that stood alone: together where there are several of them, and close."""
    near: list[_Letter] = []
    for (letter,) in singles:
        if near and not 0 <= _gap(near[-1], letter) <= _SPACED:
            yield from _joined(near)
            near = []
        near.append(letter)
    yield from _joined(near)


def _joined(letters: list[_Letter]) -> list[list[_Letter]]:
    return [letters] if len(letters) >= _LEAST_SPACED else [[letter] for letter in letters]


def _gap(before: _Letter, letter: _Letter) -> float:
    """The distance of two letters, in sizes of the smaller one."""
    return (letter.left - before.right) / max(min(before.size, letter.size), 1)


def _word(letters: Sequence[_Letter], size: tuple[float, float]) -> Word:
    width, height = size
    box = Box(
        round(min(letter.left for letter in letters) * UNIT / width),
        round(min(letter.top for letter in letters) * UNIT / height),
        round(max(letter.right for letter in letters) * UNIT / width),
        round(max(letter.bottom for letter in letters) * UNIT / height),
    )
    text = "".join(letter.text for letter in letters)
    return Word(text[:_LONGEST_WORD], box, SURE)


def _gray(page: pypdfium2.PdfPage) -> Image.Image:
    """The page as it looks, one pixel for each point."""
    at_most = min(1, 2000 / max(*page.get_size(), 1))
    picture: Image.Image = page.render(scale=at_most, grayscale=True).to_pil()
    return picture.convert("L")


def _seen(words: Iterable[Word], turn: int, picture: Image.Image) -> list[Word]:
    """Words whose place on the page is not of one shade."""
    return [word for word in words if _contrast(picture, word, turn) >= _LEAST_INK]


def _contrast(picture: Image.Image, word: Word, turn: int) -> int:
    """How far the darkest and the lightest pixel of a word are apart."""
    box = Page(1, (), Source.TEXT, turn).visible(word.box)
    shades = picture.crop(_pixels(box, picture)).histogram()
    used = [shade for shade, count in enumerate(shades) if count]
    return used[-1] - used[0]


def _pixels(box: Box, picture: Image.Image) -> tuple[int, int, int, int]:
    """Pixels of a box, at least one."""
    left, right = box.left * picture.width // UNIT, -(-box.right * picture.width // UNIT)
    top, bottom = box.top * picture.height // UNIT, -(-box.bottom * picture.height // UNIT)
    return left, top, max(right, left + 1), max(bottom, top + 1)


def _is_copy(
    path: Path, number: int, page: pypdfium2.PdfPage, words: Sequence[Word], turn: int
) -> bool:
    """Whether a picture fills the page, and most words change nothing of what is seen.

    That is a scan with a layer of words that somebody else recognised: nobody vouches for them.
    """
    if not _is_covered(page):
        return False
    with closing(pypdfium2.PdfDocument(path)) as again:
        bare = again[number - 1]
        for thing in [*bare.get_objects(filter=(pdfium.FPDF_PAGEOBJ_TEXT,), max_depth=1)]:
            bare.remove_obj(thing)
        difference = ImageChops.difference(_gray(page), _gray(bare))
    changing = sum(_contrast(difference, word, turn) >= _LEAST_INK for word in words)
    return 2 * changing < len(words)


def _is_covered(page: pypdfium2.PdfPage) -> bool:
    width, height = page.get_size()
    pictures: Iterable[Any] = page.get_objects(filter=(pdfium.FPDF_PAGEOBJ_IMAGE,), max_depth=2)
    for picture in pictures:
        left, bottom, right, top = picture.get_bounds()
        if (right - left) * (top - bottom) > _COVERING * width * height:
            return True
    return False
