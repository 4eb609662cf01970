"""Text layers that lie are mended, or not believed."""

import io
import signal
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
import reportlab
from pikepdf import Array, Dictionary, Name
from PIL import Image, ImageDraw
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from activities import pages, recognition, second_layer
from activities.text_layer import text_page
from domain.reading.layout import UNIT, Page, Source
from domain.reading.limits import Kind, Limits
from tests.activities import hostile

WIDTH, HEIGHT = A4
NUMBER = "Rechnungsnummer: MA-4711"
SUM = "Rechnungsbetrag 1.020,00 EUR"
TEXT = "Wir danken f\u00fcr Ihren Auftrag und berechnen wie vereinbart"
Draw = Callable[[Canvas], None]


def pdf(tmp_path: Path, draw: Draw) -> Path:
    """A page that somebody drew."""
    path = tmp_path / "page.pdf"
    canvas = Canvas(str(path), pagesize=A4)
    canvas.setFont("Helvetica", 11)
    draw(canvas)
    canvas.save()
    return path


def read(path: Path) -> str:
    """The words of its text layer, line by line; nothing if it is not believed."""
    page = text_page(path, 1)
    return "" if page is None else text_of(page)


def text_of(page: Page) -> str:
    """The words of a page, line by line."""
    return "\n".join(line.text for line in page.lines)


def honest(canvas: Canvas) -> None:
    """Draw two lines."""
    canvas.drawString(72, 700, NUMBER)
    canvas.drawString(72, 680, SUM)


def test_an_honest_layer_is_read(tmp_path: Path) -> None:
    """Words with their places, and nothing hidden."""
    page = text_page(pdf(tmp_path, honest), 1)

    assert page is not None
    assert text_of(page) == f"{NUMBER}\n{SUM}"
    assert (page.turn, page.hidden, page.source) == (0, 0, Source.TEXT)
    left, top, _, bottom = page.words[0].box
    assert abs(left - 72 * UNIT / WIDTH) <= 5
    assert top < (HEIGHT - 700) * UNIT / HEIGHT < bottom


@pytest.mark.parametrize("apart", [0, 0.33, 0.8])
def test_letters_drawn_twice_are_one(tmp_path: Path, apart: float) -> None:
    """Fake bold, with and without an offset; repeated figures stay."""

    def draw(canvas: Canvas) -> None:
        for offset in (0.0, apart):
            canvas.drawString(72 + offset, 700, "Rechnungsnummer: 11-0077 1")
            canvas.drawString(72 + offset, 680, SUM)

    assert read(pdf(tmp_path, draw)) == f"Rechnungsnummer: 11-0077 1\n{SUM}"


@pytest.mark.parametrize(("angle", "turn"), [(180, 180), (90, 90), (270, 270)])
def test_text_in_another_direction_is_turned_upright(tmp_path: Path, angle: int, turn: int) -> None:
    """On its head, upwards, downwards; the boxes lead back to the page as it is."""

    def draw(canvas: Canvas) -> None:
        canvas.translate(WIDTH / 2, HEIGHT / 2)
        canvas.rotate(angle)
        canvas.drawString(-100, 20, NUMBER)
        canvas.drawString(-100, 0, SUM)

    page = text_page(pdf(tmp_path, draw), 1)

    assert page is not None
    assert text_of(page) == f"{NUMBER}\n{SUM}"
    assert page.turn == turn
    shown = page.visible(page.words[0].box)
    assert all(abs(side - UNIT / 2) < UNIT / 4 for side in shown)


@pytest.mark.parametrize("turned", [0, 90])
@pytest.mark.parametrize("angle", [25, -40, 60])
def test_what_is_stamped_aslant_is_a_line_of_its_own(
    tmp_path: Path, angle: int, turned: int
) -> None:
    """Its letters are not mixed with those that they cross; two stamps are two."""

    def draw(canvas: Canvas) -> None:
        canvas.translate(WIDTH / 2, HEIGHT / 2)
        canvas.rotate(turned)
        canvas.drawString(-100, 40, TEXT)
        canvas.drawString(-100, 20, NUMBER)
        canvas.drawString(-100, 0, SUM)
        canvas.rotate(angle)
        canvas.setFont("Helvetica-Bold", 20)
        canvas.drawString(-40, -5, "BEZAHLT am 27.11.2026")
        canvas.drawString(-200, 150, "KOPIE")

    page = text_page(pdf(tmp_path, draw), 1)

    assert page is not None
    assert text_of(page) == f"{TEXT}\n{NUMBER}\n{SUM}\nBEZAHLT am 27.11.2026\nKOPIE"
    assert all(UNIT / 10 < side < UNIT * 0.9 for side in page.visible(page.lines[3].words[0].box))


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_a_page_that_is_displayed_turned_is_read_as_displayed(
    tmp_path: Path, rotation: int
) -> None:
    """Text that stands on its head in the file and upright on the screen is upright."""

    def draw(canvas: Canvas) -> None:
        canvas.translate(WIDTH / 2, HEIGHT / 2)
        canvas.rotate(rotation)
        canvas.drawString(-100, 20, NUMBER)
        canvas.drawString(-100, 0, SUM)

    path = pdf(tmp_path, draw)
    with pikepdf.open(path, allow_overwriting_input=True) as file:
        file.pages[0].rotate(rotation, relative=False)
        file.save(path)
    page = text_page(path, 1)

    assert page is not None
    assert text_of(page) == f"{NUMBER}\n{SUM}"
    assert page.turn == 0


def test_what_nobody_sees_is_not_read(tmp_path: Path) -> None:
    """White on white, invisible, beside the page: counted where it lies on the page."""

    def draw(canvas: Canvas) -> None:
        honest(canvas)
        canvas.drawString(WIDTH + 50, 500, "Beside the page")
        text = canvas.beginText(72, 400)
        text.setTextRenderMode(3)
        text.textLine("IBAN AT611904300234573201")
        canvas.drawText(text)
        canvas.setFillGray(1)
        canvas.drawString(72, 300, "Rechnungsbetrag 9.999,00")

    path = pdf(tmp_path, draw)
    page = text_page(path, 1)

    assert page is not None
    assert text_of(page) == f"{NUMBER}\n{SUM}"
    assert page.hidden == 4
    found = recognition.read(recognition.Job(path), lambda number, count: None)
    (finding,) = [each for each in found.findings if each.code == "HIDDEN_TEXT"]
    assert "4 words" in finding.message


def scan(canvas: Canvas, number: str) -> None:
    """Draw a picture that fills the page, with other words than its layer has."""
    picture = Image.new("L", (850, 1200), 255)
    for place, line in enumerate((number, SUM, "Vielen Dank fuer Ihren Auftrag")):
        ImageDraw.Draw(picture).text((100, 200 + 60 * place), line, fill=0, font_size=28)
    data = io.BytesIO()
    picture.save(data, "PNG")
    canvas.drawImage(ImageReader(data), 0, 0, WIDTH, HEIGHT)


@pytest.mark.parametrize("below", [False, True])
def test_words_that_somebody_recognised_are_recognised_anew(tmp_path: Path, *, below: bool) -> None:
    """An invisible layer over a scan, or one under it: the pixels count."""

    def layer(canvas: Canvas) -> None:
        text = canvas.beginText(72, 700)
        text.setTextRenderMode(0 if below else 3)
        text.textLines("Rechnungsnummer: MA-9999\nRechnungsbetrag 7,00 EUR\n" * 4)
        canvas.drawText(text)

    def draw(canvas: Canvas) -> None:
        first, second = (layer, scan_it) if below else (scan_it, layer)
        first(canvas)
        second(canvas)

    def scan_it(canvas: Canvas) -> None:
        scan(canvas, NUMBER)

    path = pdf(tmp_path, draw)
    assert text_page(path, 1) is None
    layout = pages.layout_of(path, Kind.PDF, Limits(), lambda number, count: None)
    assert layout.pages[0].source is Source.OCR
    assert "MA-4711" in layout.text


def test_text_on_printed_paper_is_text(tmp_path: Path) -> None:
    """A picture of the firm's paper fills the page; what is written on it is not a copy of it."""

    def draw(canvas: Canvas) -> None:
        scan(canvas, "Alle Preise in Euro")
        canvas.drawString(72, 400, NUMBER)
        canvas.drawString(72, 380, SUM)

    assert read(pdf(tmp_path, draw)) == f"{NUMBER}\n{SUM}"


def unexplained(tmp_path: Path, *, explained_inside: bool = False, more: str = "") -> Path:
    """A page whose font has glyphs and no table of characters, or only one inside of itself."""
    vera = TTFont("Vera", "Vera.ttf").face
    shown = "".join(
        "".join(f"{vera.charToGlyph[ord(sign)]:04x}" for sign in line).join(("<", "> Tj 0 -20 Td "))
        for line in (NUMBER, SUM)
    )
    path = tmp_path / "page.pdf"
    with pikepdf.new() as file:
        data = (Path(reportlab.__file__).parent / "fonts" / "Vera.ttf").read_bytes()
        if not explained_inside:
            data = data.replace(b"cmap", b"xmap", 1)
        descriptor = Dictionary(
            Type=Name.FontDescriptor, FontName=Name.Vera, Flags=4, FontFile2=file.make_stream(data)
        )
        glyphs = Dictionary(
            Type=Name.Font, Subtype=Name.CIDFontType2, BaseFont=Name.Vera, DW=600,
            CIDSystemInfo=Dictionary(Registry=b"Adobe", Ordering=b"Identity", Supplement=0),
            FontDescriptor=file.make_indirect(descriptor), CIDToGIDMap=Name.Identity,
        )  # fmt: skip
        font = Dictionary(
            Type=Name.Font, Subtype=Name.Type0, BaseFont=Name.Vera, Encoding=Name("/Identity-H"),
            DescendantFonts=Array([file.make_indirect(glyphs)]),
        )  # fmt: skip
        page = file.add_blank_page(page_size=A4)
        page.Resources = Dictionary(Font=Dictionary(F1=file.make_indirect(font)))
        page.Contents = file.make_stream(f"BT /F1 11 Tf 72 700 Td {shown} ET {more}".encode())
        file.save(path)
    return path


def test_glyphs_that_no_table_explains_are_not_believed(tmp_path: Path) -> None:
    """The page looks right, and nobody knows which characters it has."""
    path = unexplained(tmp_path)

    assert text_page(path, 1) is None
    layout = pages.layout_of(path, Kind.PDF, Limits(), lambda number, count: None)
    assert layout.pages[0].source is Source.OCR
    assert "4711" in layout.text


def test_a_table_of_characters_inside_of_the_font_is_read_by_pdfplumber(tmp_path: Path) -> None:
    """Nothing has to be recognised, and places are right; pdfium does not look there."""
    path = unexplained(tmp_path, explained_inside=True)
    with closing(pypdfium2.PdfDocument(path)) as file:
        assert "4711" not in file[0].get_textpage().get_text_range()

    page = text_page(path, 1)

    assert page is not None
    assert text_of(page) == f"{NUMBER}\n{SUM}"
    assert (page.turn, page.hidden, page.source) == (0, 0, Source.TEXT)
    left, top, _, bottom = page.words[0].box
    assert abs(left - 72 * UNIT / WIDTH) <= 5
    assert top < (HEIGHT - 700) * UNIT / HEIGHT < bottom + 5


def test_what_pdfplumber_reads_is_believed_where_it_is_seen(tmp_path: Path) -> None:
    """A painted-over line is left out, and told; a painted-over page says nothing."""
    line, everything = "q 1 g 0 690 600 20 re f Q", "q 1 g 0 0 600 850 re f Q"
    page = text_page(unexplained(tmp_path, explained_inside=True, more=line), 1)

    assert page is not None
    assert (text_of(page), page.hidden) == (SUM, 2)
    assert text_page(unexplained(tmp_path, explained_inside=True, more=everything), 1) is None


@pytest.mark.parametrize("rotation", [90, 180, 270])
@pytest.mark.parametrize("cut", [False, True])
def test_pdfplumber_is_not_believed_on_pages_that_it_displays_otherwise(
    tmp_path: Path, rotation: int, *, cut: bool
) -> None:
    """Text that is not upright on the screen, a part of a turned page: the pixels count."""
    path = unexplained(tmp_path, explained_inside=True)
    with pikepdf.open(path, allow_overwriting_input=True) as file:
        file.pages[0].rotate(rotation, relative=False)
        if cut:
            file.pages[0].CropBox = Array([0, 400, WIDTH, HEIGHT])
        file.save(path)

    assert text_page(path, 1) is None


def test_pdfplumber_reads_what_a_page_that_was_cut_displays(tmp_path: Path) -> None:
    """Words beside the visible part do not count, the others stand where they are displayed."""
    path = unexplained(tmp_path, explained_inside=True)
    with pikepdf.open(path, allow_overwriting_input=True) as file:
        file.pages[0].CropBox = Array([50, 400, WIDTH, 695])
        file.save(path)
    page = text_page(path, 1)

    assert page is not None
    assert text_of(page) == SUM
    assert abs(page.words[0].box.left - 22 * UNIT / (WIDTH - 50)) <= 5


@pytest.mark.parametrize("at", range(0, 100, 5))
def test_damaged_bytes_are_no_layer(tmp_path: Path, at: int) -> None:
    """Whatever pdfplumber trips over, it is not the document's failure."""
    path = unexplained(tmp_path, explained_inside=True)
    data = bytearray(path.read_bytes())
    place = at * len(data) // 100
    data[place : place + 400] = b"<<[/" * 100
    path.write_bytes(data)

    assert all(word.text for word in second_layer.words_of(path, 1, A4))
    damaged = tmp_path / "cut.pdf"
    damaged.write_bytes(data[:place])
    assert second_layer.words_of(damaged, 1, A4) == []


@pytest.mark.parametrize("letters", ["Helvetica", "Times-Roman", "Courier-Bold"])
def test_both_readers_find_the_same_words(tmp_path: Path, letters: str) -> None:
    """On an honest page the fast one is as good as the other, and agrees on places."""

    def draw(canvas: Canvas) -> None:
        canvas.setFont(letters, 10)
        for row in range(30):
            canvas.drawString(72, 780 - 20 * row, f"{row} Schraube M{row}, verzinkt (Größe 3/8)")
            canvas.drawRightString(500, 780 - 20 * row, f"{row * 1234.5:,.2f} EUR")

    path = pdf(tmp_path, draw)
    page = text_page(path, 1)
    second = second_layer.words_of(path, 1, A4)

    assert page is not None
    assert [word.text for word in page.words] == [word.text for word in second]
    assert all(
        abs(one.box.left - other.box.left) <= 20 and abs(one.box.right - other.box.right) <= 20
        for one, other in zip(page.words, second, strict=True)
    )


def test_letters_set_wide_are_a_word(tmp_path: Path) -> None:
    """And words that stand close are two."""

    def draw(canvas: Canvas) -> None:
        canvas.drawString(72, 720, "R E C H N U N G", charSpace=0.5)
        canvas.drawString(72, 700, "Menge")
        canvas.drawString(72 + canvas.stringWidth("Menge", "Helvetica", 11) + 2, 700, "Einheit")
        canvas.drawString(72, 680, SUM)

    assert read(pdf(tmp_path, draw)).splitlines()[1:] == ["Menge Einheit", SUM]


@pytest.mark.parametrize("spacing", [0, 0.5, 1.5, 2, 2.8, 4])
@pytest.mark.parametrize("name", ["Landhaus Kogler KG", "Thaler Software AG", "AVALON Tofu Ky"])
def test_words_set_wide_are_those_words(tmp_path: Path, name: str, spacing: float) -> None:
    """A letterhead whose letters stand apart, and beside it a number that does not belong to it."""

    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 15)
        canvas.drawString(72, 760, name, charSpace=spacing)
        canvas.setFont("Helvetica", 11)
        canvas.drawString(430, 760, "Seite 1 von 2")
        canvas.drawString(72, 680, SUM)

    first, *rest = read(pdf(tmp_path, draw)).splitlines()
    assert first == f"{name} Seite 1 von 2"
    assert rest == [SUM]


def test_a_page_that_takes_long_to_parse_is_left_to_the_pixels(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reader of the second layer stops by the processor, and leaves no timer behind."""
    path = tmp_path / "a.pdf"
    path.write_bytes(hostile.crowded_pdf(2000))
    before = signal.getsignal(signal.SIGPROF)
    monkeypatch.setattr(second_layer, "SECONDS", 0.01)

    assert second_layer.words_of(path, 1, A4) == []
    assert signal.getsignal(signal.SIGPROF) is before
    assert signal.getitimer(signal.ITIMER_PROF) == (0.0, 0.0)
