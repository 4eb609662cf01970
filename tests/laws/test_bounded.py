"""BOUNDED: whatever comes from outside has a limit before it is touched."""

from collections.abc import Callable
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest

from activities.recognition import recognise
from domain.errors import DomainError
from domain.formats import camt, mail, xml
from domain.formats.mail import Outcome
from domain.formats.xml import UnsafeXml
from domain.reading.limits import (
    DocumentTooLarge,
    EncryptedDocument,
    Limits,
    OcrFailed,
    UnreadableDocument,
    UnsupportedDocument,
)
from tests.activities import hostile

SMALL = replace(Limits(), size=2_000_000, pages=3, pixels=1_000_000, seconds=20)


@pytest.mark.parametrize(
    ("make", "refusal"),
    [
        (lambda: bytes(2_000_001), DocumentTooLarge),
        (lambda: hostile.text_pdf("x", pages=4), DocumentTooLarge),
        (lambda: hostile.picture(1001, 1000), DocumentTooLarge),
        (hostile.archive, UnsupportedDocument),
        (hostile.encrypted_pdf, EncryptedDocument),
        (lambda: hostile.external_entity(Path("/etc/passwd")), UnsafeXml),
        (hostile.laughing_entities, UnsafeXml),
        (lambda: hostile.content_bomb(400), OcrFailed),
        (lambda: hostile.picture(400, 400)[:80], UnreadableDocument),
    ],
    ids=[
        "too many bytes",
        "too many pages",
        "too many pixels",
        "a zip named .pdf",
        "wants a password",
        "reads a file",
        "grows without end",
        "unpacks without end",
        "cut off",
    ],
)
def test_documents(make: Callable[[], bytes], refusal: type[DomainError]) -> None:
    """Refused with its own code, within time and memory."""
    limits = replace(SMALL, memory=700 * 1024 * 1024) if refusal is OcrFailed else SMALL
    with pytest.raises(refusal):
        recognise(make(), limits=limits)


def test_xml_depth_and_size() -> None:
    """Neither nesting nor length goes on for ever, for invoices and statements alike."""
    deep = b"<a>" * (xml.DEPTH + 1) + b"</a>" * (xml.DEPTH + 1)

    with pytest.raises(UnsafeXml):
        xml.parse(deep)
    with pytest.raises(UnsafeXml):
        xml.parse(b"<a>" + b" " * 100 + b"</a>", limit=50)
    with pytest.raises(DomainError):
        camt.read(deep)


def test_attachments_of_a_mail() -> None:
    """The twenty-first attachment is not taken, and says so."""
    message = EmailMessage()
    message["From"], message["To"] = "a@example.org", "b@example.org"
    message.set_content("anbei")
    for number in range(21):
        data = hostile.text_pdf(f"Rechnung {number}")
        message.add_attachment(data, "application", "pdf", filename=f"{number}.pdf")

    outcomes = [attachment.outcome for attachment in mail.read(bytes(message)).attachments]

    assert outcomes.count(Outcome.TOO_MANY_ATTACHMENTS) == 1
    assert outcomes.count(Outcome.ACCEPTED) == 20
