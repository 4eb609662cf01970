"""Archives: what comes out, and what is not even opened."""

import zipfile
from io import BytesIO

import pytest

from domain.formats import archive
from domain.formats.archive import ArchiveUnreadable


def zipped(*members: tuple[str, bytes]) -> bytes:
    """Archive of files."""
    data = BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members:
            made.writestr(name, content)
    return data.getvalue()


def test_files_come_out_without_folders() -> None:
    """Names with their folders, folders themselves not."""
    data = zipped(("a/", b""), ("a/r.pdf", b"1"), ("b.pdf", b"2"))

    assert [(each.name, each.content) for each in archive.members(data)] == [
        ("a/r.pdf", b"1"),
        ("b.pdf", b"2"),
    ]


def test_names_of_old_programs_are_read() -> None:
    """Windows writes code page 850 without saying so."""
    data = zipped(("Gebxhren.pdf", b"1")).replace(b"Gebxhren", b"Geb\x81hren")

    assert [each.name for each in archive.members(data)] == ["Gebühren.pdf"]


def test_a_hundred_files_are_enough() -> None:
    """The others are named, not read."""
    data = zipped(*((f"{number}.pdf", b"1") for number in range(archive.MEMBERS + 2)))

    faults = [each.fault for each in archive.members(data)]

    assert faults[: archive.MEMBERS] == [None] * archive.MEMBERS
    assert all(faults[archive.MEMBERS :])


def test_the_whole_is_bounded() -> None:
    """Files that are fine one by one may be too much together."""
    size = archive.RATIO_FROM
    count = archive.TOTAL_BYTES // size + 1
    data = zipped(*((f"{number}.pdf", bytes(size)) for number in range(count)))

    found = list(archive.members(data))

    assert sum(len(each.content) for each in found) <= archive.TOTAL_BYTES
    assert found[-1].too_large


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04 and then nothing",
        zipped(("mimetype", b"application/vnd.oasis.opendocument.text")),
        zipped(("a", b"1")).replace(b"PK\x05\x06", b"PK\x06\x07" + bytes(16) + b"PK\x05\x06"),
        zipped(*((f"{number:0>200}", b"") for number in range(5000))),
    ],
    ids=["broken", "office", "zip64", "crowd"],
)
def test_what_is_not_opened(data: bytes) -> None:
    """Told with a reason."""
    with pytest.raises(ArchiveUnreadable):
        list(archive.members(data))
