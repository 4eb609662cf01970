"""Cuts a PDF into parts by its pages."""

import io
from collections.abc import Sequence

import pikepdf

from domain.errors import Invalid


class FileNotSplittable(Invalid):
    """Only a PDF that opens without a password can be cut by its pages."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"This file cannot be split: {reason}.", reason=reason)


def page_count(content: bytes) -> int:
    """How many pages a PDF has. Raises FILE_NOT_SPLITTABLE."""
    with _opened(content) as pdf:
        return len(pdf.pages)


def cut(content: bytes, parts: Sequence[tuple[int, int]]) -> list[bytes]:
    """A PDF for each range of pages, counted from 1; the same cut gives the same bytes.

    Files that the whole carried belong to no part.
    """
    with _opened(content) as pdf:
        return [_part(pdf, first, last) for first, last in parts]


def _part(pdf: pikepdf.Pdf, first: int, last: int) -> bytes:
    with pikepdf.new() as made:
        made.pages.extend(pdf.pages[first - 1 : last])
        out = io.BytesIO()
        made.save(out, deterministic_id=True)
    return out.getvalue()


def _opened(content: bytes) -> pikepdf.Pdf:
    try:
        return pikepdf.open(io.BytesIO(content))
    except pikepdf.PasswordError as error:
        raise FileNotSplittable("it is encrypted") from error
    except (pikepdf.PdfError, ValueError) as error:
        raise FileNotSplittable("it is no readable PDF") from error
