"""RapidOCR beside Tesseract, on a small picture; and without it."""

from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from activities import second_engine
from activities.recognition import Job, RecognisedDocument, read
from domain.intake.two_readings import SecondEngine
from domain.reading.layout import UNIT, Page, Source

LINES = ("Rechnung", "Rechnungsnummer: MA-4711", "Rechnungsbetrag 1.020,00 EUR")


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A few lines, as a scanner has them."""
    image = Image.new("L", (620, 260), 255)
    for place, line in enumerate(LINES):
        ImageDraw.Draw(image).text((30, 30 + 60 * place), line, fill=0, font_size=28)
    path = tmp_path / "scan.png"
    image.save(path, dpi=(200, 200))
    return path


def read_by(picture: Path, second: SecondEngine) -> RecognisedDocument:
    """What is read of the picture."""
    return read(Job(picture, second=second), lambda number, count: None)


def test_a_turned_page_is_read_upright_with_its_places(picture: Path) -> None:
    """Words are those of the page; their boxes lie where they stand on it when it is upright."""
    with Image.open(picture) as image:
        image.rotate(180).save(picture)

    assert second_engine.is_installed()
    found = second_engine.page_of(picture, Page(1, (), Source.OCR, turn=180))

    assert [line.text for line in found.lines] == list(LINES)
    number = next(word for word in found.words if word.text == "MA-4711")
    assert abs((number.box.top + number.box.bottom) / 2 - UNIT * 105 / 260) < UNIT / 20
    assert found.visible(number.box).top > UNIT / 2


def test_both_engines_are_asked_where_one_is_not_sure(picture: Path) -> None:
    """There is no vendor and no day, so nobody is sure."""
    assert read_by(picture, SecondEngine.UNSURE).extraction.invoice_number == "MA-4711"


def test_without_its_packages_everything_works(
    picture: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With one pair of eyes."""
    monkeypatch.setattr(second_engine, "_MODULES", ("belegfluss_has_no_such_module",))

    assert not second_engine.is_installed()
    alone = read_by(picture, SecondEngine.ALWAYS)
    assert alone == read_by(picture, SecondEngine.NEVER)
