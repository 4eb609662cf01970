"""Parts of mail: a broken one does not take the others with it."""

from email import message_from_bytes
from time import process_time

import pytest

from domain.formats import mail
from domain.formats.mail_parts import PARTS, POLICY, UNPACKED_BYTES, Leaf, bounded, header, leaves

RAW = (
    b"From: (\r\nSubject: x\r\nContent-Type: multipart/mixed; boundary=XX\r\n\r\n"
    b"--XX\r\nContent-Type: application/pdf; name*0*=kaputt''%\xff\r\n"
    b"Content-Transfer-Encoding: base64\r\n\r\n====\r\n"
    b"--XX\r\nContent-Type: application/pdf\r\n\r\n%PDF-1.7\r\n--XX--\r\n"
)


def leaf(content: bytes = b"") -> Leaf:
    """A file."""
    return Leaf("a.pdf", "application/pdf", content, None)


def test_a_broken_part_stands_beside_a_good_one() -> None:
    """Both come out."""
    message = message_from_bytes(RAW, policy=POLICY)

    found = list(leaves(message, None, 0))

    assert len(found) == 2
    assert found[1].content.startswith(b"%PDF")
    assert header(message, "Subject") == "x"


def test_numbers_and_bytes_are_bounded() -> None:
    """What is beyond is named once, and not opened."""
    many = list(bounded(leaf() for _ in range(PARTS + 5)))
    large = list(bounded(leaf(bytes(UNPACKED_BYTES // 2 + 1)) for _ in range(3)))

    assert (len(many), many[-1].outcome) == (PARTS + 1, "too_many_attachments")
    assert [each.outcome for each in large] == ["unsupported_type", "too_large"]
    assert large[-1].content == b""


@pytest.mark.parametrize(
    "raw",
    [
        b"From: a@b.example\r\n" * 300_000 + b"\r\nx",
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + b"--x\r\n\r\n" * 300_000,
    ],
    ids=["headers", "parts"],
)
def test_a_mail_of_nothing_but_structure_costs_little(raw: bytes) -> None:
    """A few megabytes must not keep a worker busy for minutes (BOUNDED)."""
    began = process_time()

    mail.read(raw)

    assert process_time() - began < 5
