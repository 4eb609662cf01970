"""An e-mail as it came over the wire (RFC 5322, MIME) to a plain record of its documents.

Nothing that came with the mail is dropped in silence: every attachment carries an outcome,
and what was not taken the reason. Limits hold before anything is opened (BOUNDED).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from email.message import Message
from enum import StrEnum
from unicodedata import category, normalize

from domain.formats import media
from domain.formats.mail_parts import POLICY, Leaf, address, addresses, bounded, header, leaves
from domain.ids import sha256_hex

DOCUMENTS = 20
DOCUMENT_BYTES = 10 * 1024 * 1024
BOUNDARIES = 1000
SEPARATORS = 10_000
NAME_CHARACTERS = 200

TAKEN = frozenset({media.PDF, media.JPEG, media.PNG, media.TIFF, media.XML})

# A page of a document is larger than a logo, a signature or an icon; a picture that stands
# in the text of the mail must look like a photograph to be one.
_PAGE_SIDE, _PAGE_AREA, _INLINE_SIDE = 250, 150_000, 800
_MEDIA_TYPE = re.compile(r"[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,100}")


class Outcome(StrEnum):
    """What became of an attachment, or of a mail without a usable one."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    UNSUPPORTED_TYPE = "unsupported_type"
    TOO_LARGE = "too_large"
    TOO_MANY_ATTACHMENTS = "too_many_attachments"
    NO_ATTACHMENT = "no_attachment"
    UNKNOWN_RECIPIENT = "unknown_recipient"
    EXTRACTION_FAILED = "extraction_failed"


class MailKind(StrEnum):
    """Who wrote the mail: somebody, a machine that answers, or a mail server."""

    ORDINARY = "ordinary"
    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"


@dataclass(frozen=True, slots=True)
class Attachment:
    """One file of a mail: its bytes, what they are, and what is to become of them."""

    name: str
    mime_type: str
    content: bytes = field(repr=False)
    outcome: Outcome = Outcome.ACCEPTED
    detail: str | None = None
    sender: str | None = None

    @property
    def sha256(self) -> str:
        """Name of the bytes."""
        return sha256_hex(self.content)


@dataclass(frozen=True, slots=True)
class Mail:
    """An e-mail with everything in it; `sender` is that of the outer message."""

    kind: MailKind
    sender: str | None
    subject: str | None
    message_id: str | None
    recipients: tuple[str, ...]
    attachments: tuple[Attachment, ...]
    detail: str | None = None

    @property
    def documents(self) -> tuple[Attachment, ...]:
        """What is taken."""
        return tuple(item for item in self.attachments if item.outcome is Outcome.ACCEPTED)


def read(raw: bytes) -> Mail:
    """Read a mail and judge every file in it. Never refuses: a broken mail has a `detail`."""
    if raw.lower().count(b"boundary") > BOUNDARIES or raw.count(b"\n--") > SEPARATORS:
        return _unreadable("nested or split beyond reason")
    try:
        return _read(message_from_bytes(raw, policy=POLICY))
    except RecursionError:
        return _unreadable("nested or split beyond reason")
    except Exception as error:  # noqa: BLE001 - whatever hostile bytes do, the mail leaves a row
        return _unreadable(f"a mail that cannot be taken apart ({type(error).__name__})")


def _read(message: Message) -> Mail:
    kind = _kind(message)
    is_bounce = kind is MailKind.BOUNCE
    found = [] if is_bounce else list(bounded(leaves(message, None, 0)))
    return Mail(
        kind,
        address(message, "From"),
        header(message, "Subject"),
        header(message, "Message-ID"),
        tuple(addresses(message, "Delivered-To", "X-Original-To", "To", "Cc")),
        tuple(_judged(found)),
        "a delivery report: what is in it was sent, not received" if is_bounce else None,
    )


def _unreadable(detail: str) -> Mail:
    return Mail(MailKind.ORDINARY, None, None, None, (), (), detail)


def clean_name(name: str, *, folders: bool = False) -> str:
    r"""File name without path, control characters or excess length.

    >>> clean_name("..\\..\\etc/cron.d/Rechnung.pdf")
    'Rechnung.pdf'
    """
    text = normalize("NFC", name).replace("\\", "/")
    text = "".join(char for char in text if category(char)[0] != "C")
    steps = [step for part in text.split("/") if (step := part.strip(" .") and part.strip())]
    steps = [step for step in steps if not re.fullmatch(r"[A-Za-z]:", step)]
    kept = "/".join(steps if folders else steps[-1:])
    return kept if len(kept) <= NAME_CHARACTERS else kept[-NAME_CHARACTERS:].lstrip("/")


def _kind(message: Message) -> MailKind:
    """Tell reports of mail servers and answers of machines from mail that somebody sent."""
    if message.get_content_type() == "multipart/report":
        return MailKind.BOUNCE
    submitted = (header(message, "Auto-Submitted") or "").casefold()
    if submitted.startswith("auto-replied") or message.get("X-Autoreply") is not None:
        return MailKind.AUTO_REPLY
    return MailKind.ORDINARY


def _judged(leaves: list[Leaf]) -> Iterator[Attachment]:
    """Decide file by file, in the order of the mail; equal bytes count once."""
    seen: set[str] = set()
    for number, leaf in enumerate(leaves, 1):
        mime_type = _mime_type(leaf)
        item = Attachment(
            _named(leaf, mime_type, number), mime_type, leaf.content, sender=leaf.sender
        )
        outcome, detail = _verdict(leaf, item, seen)
        if outcome is Outcome.ACCEPTED:
            seen.add(item.sha256)
        yield replace(item, outcome=outcome, detail=detail)


def _verdict(leaf: Leaf, item: Attachment, seen: set[str]) -> tuple[Outcome, str | None]:
    if leaf.fault is not None:
        return Outcome(leaf.outcome), leaf.fault
    if refused := _unfit(leaf, item):
        return refused
    if item.sha256 in seen:
        return Outcome.DUPLICATE, "the same bytes stand in this mail already"
    if len(seen) >= DOCUMENTS:
        return Outcome.TOO_MANY_ATTACHMENTS, f"beyond {DOCUMENTS} documents in one mail"
    return Outcome.ACCEPTED, None


def _unfit(leaf: Leaf, item: Attachment) -> tuple[Outcome, str] | None:
    """Why a file is no document, whatever else the mail holds."""
    if item.mime_type not in TAKEN:
        return Outcome.UNSUPPORTED_TYPE, "none of PDF, JPEG, PNG, TIFF or an e-invoice in XML"
    if len(item.content) > DOCUMENT_BYTES:
        return Outcome.TOO_LARGE, f"larger than {DOCUMENT_BYTES} bytes"
    if _is_decoration(leaf, item):
        return Outcome.UNSUPPORTED_TYPE, "a picture too small to be a document"
    return None


def _is_decoration(leaf: Leaf, item: Attachment) -> bool:
    """Whether a picture is a logo, an icon or a signature."""
    size = media.pixels(item.content)
    if size is None:
        return False
    side = _INLINE_SIDE if leaf.inline else _PAGE_SIDE
    return min(size) < side or size[0] * size[1] < _PAGE_AREA


def _mime_type(leaf: Leaf) -> str:
    """Type by the bytes; where there are none, by name or declaration."""
    if found := media.sniff(leaf.content):
        return found
    if leaf.content:
        plain = _MEDIA_TYPE.fullmatch(leaf.declared) and leaf.declared not in TAKEN
        return leaf.declared if plain else "application/octet-stream"
    name = (leaf.name or "").lower()
    by_name = (kind for kind, end in media.EXTENSIONS.items() if name.endswith(end))
    return next(by_name, leaf.declared)


def _named(leaf: Leaf, mime_type: str, number: int) -> str:
    if leaf.name and (name := clean_name(leaf.name, folders=leaf.packed)):
        return name
    return f"attachment-{number}{media.EXTENSIONS.get(mime_type, '')}"
