"""What is read at all."""

from collections.abc import Callable

import pytest

from domain.errors import DomainError
from domain.reading.limits import (
    DocumentTooLarge,
    EmbeddedFileTooLarge,
    Kind,
    Limits,
    UnreadableDocument,
    UnsupportedDocument,
    kind_of,
)

LIMITS = Limits(size=10, pages=2, recognised_pages=1, pixels=100, embedded_size=5)


@pytest.mark.parametrize(
    ("check", "refusal"),
    [
        (lambda: LIMITS.check_size(0), UnreadableDocument),
        (lambda: LIMITS.check_size(11), DocumentTooLarge),
        (lambda: LIMITS.check_pages(0), UnreadableDocument),
        (lambda: LIMITS.check_pages(3), DocumentTooLarge),
        (lambda: LIMITS.check_recognised(2), DocumentTooLarge),
        (lambda: LIMITS.check_pixels(11, 10), DocumentTooLarge),
        (lambda: LIMITS.check_pixels(0, 10), UnreadableDocument),
        (lambda: LIMITS.check_embedded("a.xml", 6), EmbeddedFileTooLarge),
    ],
)
def test_beyond_a_limit_is_refused(check: Callable[[], None], refusal: type[DomainError]) -> None:
    """Each limit by its own check."""
    with pytest.raises(refusal):
        check()


def test_within_the_limits_is_allowed() -> None:
    """The limit itself is inside."""
    LIMITS.check_size(10)
    LIMITS.check_pages(2)
    LIMITS.check_pixels(10, 10)
    LIMITS.check_embedded("a.xml", 5)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"%PDF-1.4", Kind.PDF),
        (b"\n\n%PDF-1.4", Kind.PDF),
        (b"\xff\xd8\xff\xe0", Kind.JPEG),
        (b"\x89PNG\r\n\x1a\n", Kind.PNG),
        (b"II*\x00", Kind.TIFF),
        (b"\xef\xbb\xbf<?xml version='1.0'?>", Kind.XML),
        ("<?xml version='1.0' encoding='utf-16'?>".encode("utf-16"), Kind.XML),
        (b"  <Invoice/>", Kind.XML),
    ],
)
def test_the_first_bytes_say_what_it_is(data: bytes, kind: Kind) -> None:
    """The name of the file and the claimed type count for nothing."""
    assert kind_of(data) is kind


@pytest.mark.parametrize("data", [b"PK\x03\x04", b"MZ", b"", b"<!DOCTYPE html>", b"GIF89a"])
def test_everything_else_is_refused(data: bytes) -> None:
    """An archive called .pdf is an archive."""
    with pytest.raises(UnsupportedDocument):
        kind_of(data)
