"""Pages as PDF."""

from contextlib import closing
from pathlib import Path

import pypdfium2

from domain.formats.printing import pdf_of


def text_of(printed: bytes) -> str:
    """The text of the first page."""
    with closing(pypdfium2.PdfDocument(printed)) as pdf:
        text: str = pdf[0].get_textpage().get_text_range()
        return text


def test_a_page_is_printed_in_every_script() -> None:
    """What stands in it can be read and searched."""
    printed = pdf_of("<!DOCTYPE html><p>Grüße Ελλάδα Привет 1.200,50 €</p>")
    assert "Grüße Ελλάδα Привет 1.200,50 €" in text_of(printed)


def test_nothing_is_fetched(tmp_path: Path) -> None:
    """A page that names a file is printed without it."""
    picture = tmp_path / "secret.svg"
    picture.write_text('<svg xmlns="http://www.w3.org/2000/svg"><text y="20">geheim</text></svg>')
    printed = pdf_of(f'<p>Text</p><img src="{picture.as_uri()}"><img src="data:text/plain,x">')
    assert text_of(printed).split() == ["Text"]
