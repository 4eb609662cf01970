"""An e-mail as it came over the wire (RFC 5322, MIME) to a plain record of its documents.

Nothing that came with the mail is dropped in silence: every attachment carries an outcome,
and what was not taken the reason. Limits hold before anything is opened (BOUNDED).
"""

import re
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from email.message import Message
from email.policy import EmailPolicy
from enum import StrEnum
from unicodedata import category, normalize

from domain.formats import archive, media
from domain.ids import sha256_hex

DOCUMENTS = 20
DOCUMENT_BYTES = 10 * 1024 * 1024
PARTS = 200
UNPACKED_BYTES = 100 * 1024 * 1024
DEPTH = 6
BOUNDARIES = 1000
HEADER_CHARACTERS = 8192
NAME_CHARACTERS = 200

TAKEN = frozenset({media.PDF, media.JPEG, media.PNG, media.TIFF, media.XML})

# A page of a document is larger than a logo, a signature or an icon; a picture that stands
# in the text of the mail must look like a photograph to be one.
_PAGE_SIDE, _PAGE_AREA, _INLINE_SIDE = 250, 150_000, 800
_MEDIA_TYPE = re.compile(r"[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,100}")
_SYSTEM_FILES = re.compile(r"(^|/)(__MACOSX/|\.DS_Store$|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE)


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


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A file before it is judged; `fault` when it could not even be opened."""

    name: str | None
    declared: str
    content: bytes
    sender: str | None
    inline: bool = False
    packed: bool = False
    fault: str | None = None
    outcome: Outcome = Outcome.UNSUPPORTED_TYPE


class _Policy(EmailPolicy):
    """The modern policy, with headers cut to a bound and undeclared 8-bit text decoded."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        raw = value[:HEADER_CHARACTERS].encode("utf-8", "surrogateescape")
        try:
            return name, raw.decode("utf-8")
        except UnicodeDecodeError:
            return name, raw.decode("latin-1")


_POLICY = _Policy(utf8=True)


def read(raw: bytes) -> Mail:
    """Read a mail and judge every file in it. Never refuses: a broken mail has a `detail`."""
    if raw.lower().count(b"boundary") > BOUNDARIES:
        return Mail(MailKind.ORDINARY, None, None, None, (), (), "nested or split beyond reason")
    try:
        message = message_from_bytes(raw, policy=_POLICY)
        kind = _kind(message)
        leaves = [] if kind is MailKind.BOUNCE else list(_bounded(_leaves(message, None, 0)))
    except RecursionError:
        return Mail(MailKind.ORDINARY, None, None, None, (), (), "nested or split beyond reason")
    return Mail(
        kind,
        _address(message, "From"),
        _header(message, "Subject"),
        _header(message, "Message-ID"),
        tuple(_addresses(message, "Delivered-To", "X-Original-To", "To", "Cc")),
        tuple(_judged(leaves)),
        "a delivery report: what is in it was sent, not received"
        if kind is MailKind.BOUNCE
        else None,
    )


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
    submitted = (_header(message, "Auto-Submitted") or "").casefold()
    if submitted.startswith("auto-replied") or message.get("X-Autoreply") is not None:
        return MailKind.AUTO_REPLY
    return MailKind.ORDINARY


def _bounded(leaves: Iterator[_Leaf]) -> Iterator[_Leaf]:
    """The first files, as long as their number and their bytes stay within the limits."""
    room = UNPACKED_BYTES
    for number, leaf in enumerate(leaves):
        if number == PARTS:
            fault = f"beyond {PARTS} parts in one mail; the rest was not opened"
            yield replace(leaf, content=b"", fault=fault, outcome=Outcome.TOO_MANY_ATTACHMENTS)
            return
        room -= len(leaf.content)
        if room < 0:
            fault = f"beyond {UNPACKED_BYTES} bytes in one mail; the rest was not opened"
            yield replace(leaf, content=b"", fault=fault, outcome=Outcome.TOO_LARGE)
            return
        yield leaf


def _leaves(message: Message, sender: str | None, depth: int) -> Iterator[_Leaf]:
    """Files of a message, those of the messages and archives inside it included."""
    sender = _address(message, "From") or sender
    for part in _parts(message):
        if part.get_content_maintype() == "message" and part.is_multipart():
            yield from _inner(part, sender, depth)
        elif (leaf := _leaf(part, sender)) is not None:
            yield from _unfolded(leaf, depth)


def _parts(message: Message) -> Iterator[Message]:
    """Parts of one message that are no multipart; attached messages stay whole."""
    if message.get_content_maintype() == "multipart" and message.is_multipart():
        for part in message.get_payload():
            if isinstance(part, Message):
                yield from _parts(part)
    else:
        yield message


def _inner(part: Message, sender: str | None, depth: int) -> Iterator[_Leaf]:
    """Attached message; one that is wrapped in base64, against the standard, is unwrapped."""
    for inner in part.get_payload():
        if not isinstance(inner, Message):
            continue
        if depth >= DEPTH:
            fault = "a message nested too deep"
            yield _Leaf(part.get_filename(), "message/rfc822", b"", sender, fault=fault)
        elif str(part.get("Content-Transfer-Encoding", "")).strip().lower() == "base64":
            yield from _from_bytes(_unwrapped(inner), sender, depth + 1)
        else:
            yield from _leaves(inner, sender, depth + 1)


def _unwrapped(inner: Message) -> bytes:
    return b64decode(re.sub(rb"[^A-Za-z0-9+/]", b"", inner.as_bytes()) + b"==")


def _from_bytes(raw: bytes, sender: str | None, depth: int) -> Iterator[_Leaf]:
    yield from _leaves(message_from_bytes(raw, policy=_POLICY), sender, depth)


def _leaf(part: Message, sender: str | None) -> _Leaf | None:
    """File of a part, unless the part is the text of the mail."""
    name, declared = part.get_filename(), part.get_content_type()
    content = part.get_payload(decode=True)
    data = content if isinstance(content, bytes) else b""
    attached = part.get_content_disposition() == "attachment"
    if not (name or attached) and _is_text(declared) and media.sniff(data) is None:
        return None
    inline = not attached and part.get("Content-ID") is not None
    return _Leaf(name, declared, data, sender, inline=inline)


def _is_text(declared: str) -> bool:
    return declared.startswith(("text/", "message/"))


def _unfolded(leaf: _Leaf, depth: int) -> Iterator[_Leaf]:
    """The file itself, or what is inside when it is a mail or an archive."""
    if _is_mail(leaf) and depth < DEPTH:
        yield from _from_bytes(leaf.content, leaf.sender, depth + 1)
    elif media.sniff(leaf.content) == media.ZIP and depth < DEPTH:
        yield from _from_archive(leaf)
    else:
        yield leaf


def _is_mail(leaf: _Leaf) -> bool:
    named = (leaf.name or "").lower().endswith(".eml") or leaf.declared == "message/rfc822"
    return named and media.sniff(leaf.content) is None


def _from_archive(leaf: _Leaf) -> Iterator[_Leaf]:
    try:
        for member in archive.members(leaf.content):
            too_large = Outcome.TOO_LARGE if member.too_large else Outcome.UNSUPPORTED_TYPE
            yield _Leaf(
                member.name,
                "application/octet-stream",
                member.content,
                leaf.sender,
                packed=True,
                fault=member.fault or _junk(member.name),
                outcome=too_large,
            )
    except archive.ArchiveUnreadable as error:
        yield replace(leaf, fault=str(error))


def _junk(name: str) -> str | None:
    return "a file of the operating system" if _SYSTEM_FILES.search(name) else None


def _judged(leaves: list[_Leaf]) -> Iterator[Attachment]:
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


def _verdict(leaf: _Leaf, item: Attachment, seen: set[str]) -> tuple[Outcome, str | None]:
    if leaf.fault is not None:
        return leaf.outcome, leaf.fault
    if refused := _unfit(leaf, item):
        return refused
    if item.sha256 in seen:
        return Outcome.DUPLICATE, "the same bytes stand in this mail already"
    if len(seen) >= DOCUMENTS:
        return Outcome.TOO_MANY_ATTACHMENTS, f"beyond {DOCUMENTS} documents in one mail"
    return Outcome.ACCEPTED, None


def _unfit(leaf: _Leaf, item: Attachment) -> tuple[Outcome, str] | None:
    """Why a file is no document, whatever else the mail holds."""
    if item.mime_type not in TAKEN:
        return Outcome.UNSUPPORTED_TYPE, "none of PDF, JPEG, PNG, TIFF or an e-invoice in XML"
    if len(item.content) > DOCUMENT_BYTES:
        return Outcome.TOO_LARGE, f"larger than {DOCUMENT_BYTES} bytes"
    if _is_decoration(leaf, item):
        return Outcome.UNSUPPORTED_TYPE, "a picture too small to be a document"
    return None


def _is_decoration(leaf: _Leaf, item: Attachment) -> bool:
    """Whether a picture is a logo, an icon or a signature."""
    size = media.pixels(item.content)
    if size is None:
        return False
    side = _INLINE_SIDE if leaf.inline else _PAGE_SIDE
    return min(size) < side or size[0] * size[1] < _PAGE_AREA


def _mime_type(leaf: _Leaf) -> str:
    """Type by the bytes; where there are none, by name or declaration."""
    if found := media.sniff(leaf.content):
        return found
    if leaf.content:
        plain = _MEDIA_TYPE.fullmatch(leaf.declared) and leaf.declared not in TAKEN
        return leaf.declared if plain else "application/octet-stream"
    name = (leaf.name or "").lower()
    by_name = (kind for kind, end in media.EXTENSIONS.items() if name.endswith(end))
    return next(by_name, leaf.declared)


def _named(leaf: _Leaf, mime_type: str, number: int) -> str:
    if leaf.name and (name := clean_name(leaf.name, folders=leaf.packed)):
        return name
    return f"attachment-{number}{media.EXTENSIONS.get(mime_type, '')}"


def _header(message: Message, name: str) -> str | None:
    """Decoded text of a header, cut to a bound; None when it is absent or empty."""
    value = message.get(name)
    if value is None:
        return None
    text = "".join(char for char in str(value) if category(char)[0] != "C").strip()
    return text[:1000] or None


def _address(message: Message, name: str) -> str | None:
    return next(_addresses(message, name), None)


def _addresses(message: Message, *names: str) -> Iterator[str]:
    """Bare addresses of the headers, in lower case."""
    for name in names:
        for value in message.get_all(name, []):
            for address in getattr(value, "addresses", ()):
                if address.domain:
                    yield address.addr_spec.lower()
