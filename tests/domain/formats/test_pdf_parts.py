"""PDFs cut by their pages."""

import io

import pikepdf
import pytest

from domain.formats.pdf_parts import FileNotSplittable, cut, page_count


def whole(pages: int, *, is_locked: bool = False) -> bytes:
    """A PDF whose pages are as wide as their number."""
    with pikepdf.new() as made:
        for number in range(1, pages + 1):
            made.add_blank_page(page_size=(100 + number, 200))
        out = io.BytesIO()
        made.save(out, encryption=pikepdf.Encryption(owner="x", user="y") if is_locked else False)
    return out.getvalue()


def widths(content: bytes) -> list[int]:
    """Width of each page."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return [int(page.mediabox[2]) for page in pdf.pages]


def test_each_part_has_its_pages() -> None:
    """In their order; cut again it is the same bytes."""
    content = whole(5)

    parts = cut(content, [(1, 2), (3, 3), (5, 5)])

    assert page_count(content) == 5
    assert [widths(part) for part in parts] == [[101, 102], [103], [105]]
    assert cut(content, [(1, 2), (3, 3), (5, 5)]) == parts


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7 nothing", whole(2, is_locked=True)])
def test_what_cannot_be_opened_is_not_split(content: bytes) -> None:
    """Neither counted nor cut."""
    with pytest.raises(FileNotSplittable):
        page_count(content)
