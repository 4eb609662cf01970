"""`winmail.dat`: what Outlook wrapped comes out; damaged wrappers are told."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.formats import mail, tnef
from domain.formats.mail import Outcome
from domain.formats.tnef import WrapperUnreadable

PDF = b"%PDF-1.7\n%%EOF"


def attribute(level: int, number: int, value: bytes) -> bytes:
    """One attribute; the checksum is right."""
    head = struct.pack("<BHHI", level, number, 6, len(value))
    return head + value + struct.pack("<H", sum(value) & 0xFFFF)


def property_list(*values: tuple[int, int, bytes]) -> bytes:
    """MAPI properties of variable length, one value each."""
    made = struct.pack("<I", len(values))
    for kind, name, value in values:
        made += struct.pack("<HHII", kind, name, 1, len(value)) + value + bytes(-len(value) % 4)
    return made


def wrapped(*files: bytes) -> bytes:
    """A wrapper of attachments that are written out already."""
    return tnef.SIGNATURE + b"\x01\x00" + attribute(1, 0x8008, b"IPM.Note\0") + b"".join(files)


def file(name: str, content: bytes, long_name: str | None = None) -> bytes:
    """One attachment with its title and its bytes."""
    made = attribute(2, 0x9002, bytes(14)) + attribute(2, 0x8010, name.encode("cp1252") + b"\0")
    made += attribute(2, 0x800F, content)
    if long_name is not None:
        value = (long_name + "\0").encode("utf-16-le")
        made += attribute(2, 0x9005, property_list((0x1F, 0x3707, value)))
    return made


def test_files_come_out_with_their_long_names() -> None:
    """The title is cut to eight and three by some; the property has the whole name."""
    data = wrapped(file("RECHNU~1.PDF", PDF, "Rechnung Mühle.pdf"), file("b.pdf", PDF + b"2"))

    found = list(tnef.files(data))

    assert [(each.name, each.content) for each in found] == [
        ("Rechnung Mühle.pdf", PDF),
        ("b.pdf", PDF + b"2"),
    ]


def test_a_message_attached_to_the_message_is_opened() -> None:
    """Its files come out as well."""
    inner = wrapped(file("innen.pdf", PDF))
    listed = property_list((0x0D, 0x3701, bytes(16) + inner))
    data = wrapped(attribute(2, 0x9002, bytes(14)) + attribute(2, 0x9005, listed))

    (item,) = mail.read_file("winmail.dat", data).attachments

    assert (item.name, item.outcome) == ("innen.pdf", Outcome.ACCEPTED)


def test_a_wrapper_that_is_cut_off_is_told_and_seen() -> None:
    """It has a reason, and waits in the inbox; what came before the cut comes out."""
    data = wrapped(file("a.pdf", PDF), file("b.pdf", PDF + b"2"))[:-20]

    items = mail.read_file("winmail.dat", data).attachments

    assert [(item.name, item.outcome, item.is_shown) for item in items] == [
        ("a.pdf", Outcome.ACCEPTED, False),
        ("winmail.dat", Outcome.UNSUPPORTED_TYPE, True),
    ]
    assert items[1].detail == "a wrapper that is cut off"


def test_a_wrapper_without_files_leaves_a_row() -> None:
    """Text alone is nothing to see, but is not dropped in silence."""
    (item,) = mail.read_file("winmail.dat", wrapped()).attachments

    assert (item.outcome, item.is_shown) == (Outcome.UNSUPPORTED_TYPE, False)
    assert item.detail == "nothing inside is a file"


def test_too_many_files_end() -> None:
    """The limit is told."""
    data = wrapped(*(file(f"{number}.pdf", b"x") for number in range(tnef.FILES + 1)))

    with pytest.raises(WrapperUnreadable):
        list(tnef.files(data))


@given(st.binary(max_size=500))
def test_any_bytes_leave_a_row(noise: bytes) -> None:
    """Whatever is in the bytes: something of it has a row."""
    assert mail.read_file("winmail.dat", tnef.SIGNATURE + b"\x01\x00" + noise).attachments
