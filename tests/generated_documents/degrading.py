"""Pages as scanners, fax machines and phones leave them, with where each box went.

Only Pillow: skew and perspective, shadow, blur, noise, folds, stamps, writing over fields, staples,
black and white, few dots, strong compression.
"""

import io
import math
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from random import Random

import pypdfium2
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont, ImageOps

from tests.generated_documents.printing import Corners, Seen

POINTS_PER_INCH = 72
Point = tuple[float, float]
Plane = tuple[float, ...]
"""Eight coefficients of a projection, as Pillow has them: from the new picture to the old one."""
_SAME: Plane = (1, 0, 0, 0, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Leaf:
    """One page as a picture. `plane` leads from its pixels to those of the clean page."""

    picture: Image.Image
    size: tuple[int, int]
    plane: Plane
    turn: int = 0


@dataclass(frozen=True, slots=True)
class Scan:
    """A scanned document, and what leads from boxes of the clean pages to its own."""

    kind: str
    ending: str
    data: bytes
    leaves: Sequence[Leaf]

    def moved(self, seen: Seen) -> Seen | None:
        """Where a value stands now; None where it fell off the page."""
        leaf = self.leaves[seen.page - 1]
        left, top, right, bottom = seen.box
        corners = [(x, y) for x in (left, right) for y in (top, bottom)]
        points = [_forward(leaf, point) for point in corners]
        box = (
            min(x for x, _ in points),
            min(y for _, y in points),
            max(x for x, _ in points),
            max(y for _, y in points),
        )
        return replace(seen, box=box) if _is_inside(box) else None


def scanned(pdf: bytes, chance: Random, kind: str | None = None) -> Scan:
    """A scan of a document, of some kind or of this one of `KINDS`."""
    drawn = chance.choice(tuple(KINDS))
    kind = kind or drawn
    dpi, act = KINDS[kind]
    leaves = [act(page, chance) for page in _rendered(pdf, chance.choice(dpi))]
    return _kept(kind, leaves, chance)


def _rendered(pdf: bytes, dpi: int) -> list[Image.Image]:
    with closing(pypdfium2.PdfDocument(pdf)) as document:
        return [
            page.render(scale=dpi / POINTS_PER_INCH).to_pil().convert("RGB") for page in document
        ]


def _clean(page: Image.Image, chance: Random) -> Leaf:
    return _scan_of(page, chance, skew=0.2)


def _skewed(page: Image.Image, chance: Random) -> Leaf:
    leaf = _scan_of(page, chance, skew=2.2)
    return replace(leaf, picture=_noisy(leaf.picture, chance, 14))


def _fax(page: Image.Image, chance: Random) -> Leaf:
    """Black and white, with specks and a few lost rows."""
    leaf = _scan_of(page, chance, skew=0.8)
    noisy = _noisy(leaf.picture.convert("L"), chance, 30)
    picture = noisy.point(lambda value: 255 * (value > 150))
    draw = ImageDraw.Draw(picture)
    width, height = picture.size
    for _ in range(chance.randrange(60, 240)):
        x, y = chance.randrange(width), chance.randrange(height)
        draw.ellipse((x, y, x + chance.randrange(3), y + chance.randrange(3)), fill=0)
    return replace(leaf, picture=picture.convert("1"))


def _coarse(page: Image.Image, chance: Random) -> Leaf:
    """Few dots, and compressed too much."""
    leaf = _scan_of(page, chance, skew=1.2)
    blurred = leaf.picture.convert("L").filter(ImageFilter.GaussianBlur(0.6))
    return replace(leaf, picture=_compressed(blurred, 38))


def _stamped(page: Image.Image, chance: Random) -> Leaf:
    """Received, written on and stapled before it was scanned."""
    marked = page.copy()
    _stamp(marked, chance)
    _scribble(marked, chance)
    _staple(marked, chance)
    return _skewed(_folded(marked, chance), chance)


def _photographed(page: Image.Image, chance: Random) -> Leaf:
    """Taken by hand: perspective, a shadow, a table around it, not quite sharp."""
    width, height = page.size
    margin = round(0.04 * width)
    table = Image.new("RGB", (width + 2 * margin, height + 2 * margin), (96, 84, 72))

    def off() -> float:
        return chance.uniform(0, 0.9) * margin

    across, down = width + 2 * margin, height + 2 * margin
    corners = [
        (off(), off()), (across - off(), off()),
        (across - off(), down - off()), (off(), down - off()),
    ]  # fmt: skip
    plane = _projection(corners, [(0, 0), (width, 0), (width, height), (0, height)])
    mask = Image.new("L", page.size, 255).transform(table.size, Image.Transform.PERSPECTIVE, plane)
    flat = page.transform(table.size, Image.Transform.PERSPECTIVE, plane, Image.Resampling.BICUBIC)
    table.paste(flat, (0, 0), mask)
    lit = ImageChops.multiply(table, _shadow(table.size, chance))
    blurred = _noisy(lit.filter(ImageFilter.GaussianBlur(chance.uniform(0.5, 1.1))), chance, 10)
    return Leaf(_compressed(blurred, 60), page.size, plane)


def _turned(page: Image.Image, chance: Random) -> Leaf:
    """Laid on the glass the wrong way."""
    leaf = _scan_of(page, chance, skew=0.7)
    turn = chance.choice((90, 180, 270))
    return replace(leaf, picture=leaf.picture.rotate(turn, expand=True), turn=turn)


KINDS: dict[str, tuple[tuple[int, ...], Callable[[Image.Image, Random], Leaf]]] = {
    "clean": ((200, 300), _clean),
    "skew": ((200, 300), _skewed),
    "fax": ((200,), _fax),
    "coarse": ((150,), _coarse),
    "stamped": ((200, 300), _stamped),
    "photo": ((200, 250), _photographed),
    "turned": ((200,), _turned),
}


def _scan_of(page: Image.Image, chance: Random, skew: float) -> Leaf:
    """A page that lay a little askew; the glass lid is white."""
    angle = math.radians(chance.uniform(-skew, skew))
    width, height = page.size
    x, y = width / 2 + chance.uniform(-6, 6), height / 2 + chance.uniform(-6, 6)
    cos, sin = math.cos(angle), math.sin(angle)
    plane = (
        cos, sin, width / 2 - cos * x - sin * y,
        -sin, cos, height / 2 + sin * x - cos * y,
        0, 0,
    )  # fmt: skip
    picture = page.transform(
        page.size, Image.Transform.PERSPECTIVE, plane, Image.Resampling.BICUBIC, fillcolor="white"
    )
    return Leaf(picture.filter(ImageFilter.GaussianBlur(0.4)), page.size, plane)


def _noisy(picture: Image.Image, chance: Random, sigma: int) -> Image.Image:
    """With grain. Pillow's own noise has no seed, so a small tile of ours is repeated."""
    side = 128
    tile = Image.new("L", (side, side))
    tile.putdata([min(255, max(0, round(chance.gauss(128, sigma)))) for _ in range(side * side)])
    grain = Image.new("L", picture.size)
    for left in range(0, picture.width, side):
        for top in range(0, picture.height, side):
            grain.paste(tile.rotate(90 * chance.randrange(4)), (left, top))
    grain = grain if picture.mode == "L" else Image.merge("RGB", [grain] * 3)
    return ImageChops.add(picture, grain, scale=1, offset=-128)


def _shadow(size: tuple[int, int], chance: Random) -> Image.Image:
    """Light that falls off to one side."""
    dark = chance.randrange(110, 190)
    ramp = ImageOps.colorize(Image.linear_gradient("L"), (dark, dark, dark), (250, 248, 244))
    return ramp.rotate(90 * chance.randrange(4)).resize(size)


def _folded(picture: Image.Image, chance: Random) -> Image.Image:
    """With the grey line of a fold at a third of the page."""
    draw = ImageDraw.Draw(picture)
    at = picture.height * chance.choice((1, 2)) // 3
    draw.line((0, at, picture.width, at + chance.randrange(-3, 4)), fill=(205, 205, 205), width=2)
    return picture


def _stamp(picture: Image.Image, chance: Random) -> None:
    """The word "received" with a day that is no day of the invoice, in blue or red, at an angle."""
    word = chance.choice(("EINGEGANGEN", "RECEIVED", "BEZAHLT", "GEBUCHT"))
    numbers = chance.randrange(1, 28), chance.randrange(1, 12), chance.randrange(2023, 2027)
    day = "{:02}. {:02}. {}".format(*numbers)
    font = ImageFont.load_default(picture.width // 40)
    color = chance.choice(((40, 60, 160), (180, 40, 40)))
    sheet = Image.new("RGBA", (picture.width // 3, picture.width // 9), (0, 0, 0, 0))
    draw = ImageDraw.Draw(sheet)
    draw.rectangle((2, 2, sheet.width - 3, sheet.height - 3), outline=(*color, 200), width=3)
    draw.text((12, 8), f"{word}\n{day}", font=font, fill=(*color, 190))
    turned = sheet.rotate(chance.uniform(-18, 18), expand=True)
    place = (
        chance.randrange(max(1, picture.width - turned.width)),
        chance.randrange(picture.height // 8, picture.height * 3 // 4),
    )
    picture.paste(turned, place, turned)


def _scribble(picture: Image.Image, chance: Random) -> None:
    """A pen's line over the page: a tick, a signature, an account noted by hand."""
    draw = ImageDraw.Draw(picture)
    x, y = chance.randrange(picture.width), chance.randrange(picture.height)
    step = picture.width / 60
    points = [(float(x), float(y))]
    for _ in range(chance.randrange(8, 30)):
        last_x, last_y = points[-1]
        points.append(
            (last_x + chance.uniform(0.1, 1) * step, last_y + chance.uniform(-1, 1) * step)
        )
    draw.line(points, fill=(30, 40, 120), width=max(2, picture.width // 500), joint="curve")


def _staple(picture: Image.Image, chance: Random) -> None:
    draw = ImageDraw.Draw(picture)
    x, y = picture.width // 30, picture.width // 30
    draw.line((x, y, x + picture.width // 25, y - chance.randrange(12)), fill=(90, 90, 90), width=4)


def _compressed(picture: Image.Image, quality: int) -> Image.Image:
    data = io.BytesIO()
    picture.save(data, "JPEG", quality=quality)
    return Image.open(data).convert(picture.mode)


def _kept(kind: str, leaves: Sequence[Leaf], chance: Random) -> Scan:
    """As the device would send it: a phone's picture, a fax's TIFF, a PDF of pictures."""
    pictures = [leaf.picture for leaf in leaves]
    first, rest = pictures[0], pictures[1:]
    data = io.BytesIO()
    if kind == "fax":
        first.save(
            data, "TIFF", compression="group4", save_all=True, append_images=rest, dpi=(200, 200)
        )
        return Scan(kind, ".tif", data.getvalue(), leaves)
    if kind == "photo" and not rest:
        first.save(data, "JPEG", quality=80)
        return Scan(kind, ".jpg", data.getvalue(), leaves)
    dpi = round(max(first.size) / 11.69)
    first.save(data, "PDF", save_all=True, append_images=rest, resolution=dpi, quality=75)
    return Scan(kind, ".pdf", data.getvalue(), leaves)


def _projection(new: Sequence[Point], old: Sequence[Point]) -> Plane:
    """The coefficients that lead four points of the new picture to those of the old one."""
    rows = []
    for (x, y), (u, v) in zip(new, old, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y, u])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y, v])
    return tuple(_solved(rows))


def _solved(rows: list[list[float]]) -> list[float]:
    """Gauss and Jordan, with the largest pivot."""
    size = len(rows)
    for at in range(size):
        best = max(range(at, size), key=lambda row: abs(rows[row][at]))
        rows[at], rows[best] = rows[best], rows[at]
        pivot = rows[at][at]
        rows[at] = [value / pivot for value in rows[at]]
        for other in range(size):
            if other != at:
                factor = rows[other][at]
                pairs = zip(rows[other], rows[at], strict=True)
                rows[other] = [mine - factor * theirs for mine, theirs in pairs]
    return [row[size] for row in rows]


def _forward(leaf: Leaf, point: Point) -> Point:
    """A point of the clean page, in fractions, on the scan, in fractions."""
    a, b, c, d, e, f, g, h = leaf.plane
    u, v = point[0] * leaf.size[0], point[1] * leaf.size[1]
    # u = (ax + by + c) / (gx + hy + 1) and the same for v, solved for x and y.
    first = (a - g * u, b - h * u, u - c)
    second = (d - g * v, e - h * v, v - f)
    below = first[0] * second[1] - first[1] * second[0]
    x = (first[2] * second[1] - first[1] * second[2]) / below
    y = (first[0] * second[2] - first[2] * second[0]) / below
    is_across = leaf.turn in (90, 270)
    width, height = leaf.picture.size[::-1] if is_across else leaf.picture.size
    across, down = x / width, y / height
    return {
        0: (across, down),
        90: (down, 1 - across),
        180: (1 - across, 1 - down),
        270: (1 - down, across),
    }[leaf.turn]


def _is_inside(box: Corners) -> bool:
    left, top, right, bottom = box
    return left >= 0 and top >= 0 and right <= 1 and bottom <= 1
