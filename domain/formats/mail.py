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

from domain.formats import mail_text, media, statement_file, xml_attachments
from domain.formats.mail_parts import (
    POLICY,
    Leaf,
    address,
    addresses,
    bounded,
    header,
    is_mail,
    leaves,
    unfolded,
)
from domain.formats.xml_attachments import XmlAttachment
from domain.ids import sha256_hex

DOCUMENTS = 20
DOCUMENT_BYTES = 10 * 1024 * 1024
BOUNDARIES = 1000
SEPARATORS = 10_000
NAME_CHARACTERS = 200

TAKEN = frozenset(
    {media.PDF, media.JPEG, media.PNG, media.TIFF, media.HEIC, media.XML, media.STATEMENT}
)

# A page of a document is larger than a logo, a signature or an icon; a picture that stands
# in the text of the mail must look like a photograph to be one.
_PAGE_SIDE, _PAGE_AREA, _INLINE_SIDE = 250, 150_000, 800
# Machines attach such files, and programs; nobody means them to be booked.
_NOISE = re.compile(
    r"\.(ics|vcf|vcs|p7s|sig|css|m?js|woff2?|[ot]tf|eot|map|lnk|url|exe|dll|com|bat|cmd|scr|ms[ip]"
    r"|jar|apk)$|(^|/)ATT\d{3,}\.(txt|html?|dat|c)$",
    re.IGNORECASE,
)
_NOISY_TYPE = re.compile(
    r"text/(calendar|x?-?vcard|directory|css|x-amp-html|rfc822-headers)|message/.*|font/.*"
    r"|application/(ics|(x-)?pkcs7-signature|pgp-(signature|keys|encrypted))"
)
_KEY_OR_SIGNATURE = re.compile(rb"\s{0,9}-----BEGIN PGP (SIGNATURE|PUBLIC KEY BLOCK)-----")
_DRAWN = re.compile(r"\.(svgz?|avif|ico|emz|wmz|wmf|emf|jxl)$", re.IGNORECASE)
_SMALL_PICTURE = 20_000
NONE_OF_THEM = "none of PDF, JPEG, PNG, TIFF, HEIC, an e-invoice in XML or a bank statement"
_ITSELF = "mail.eml"
_MEDIA_TYPE = re.compile(r"[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,100}")


class Outcome(StrEnum):
    """What became of an attachment, or of a mail without a usable one.

    RECEIVED is what was taken and is not taken apart yet; no row of the log says so.
    """

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    UNSUPPORTED_TYPE = "unsupported_type"
    TOO_LARGE = "too_large"
    TOO_MANY_ATTACHMENTS = "too_many_attachments"
    NO_ATTACHMENT = "no_attachment"
    UNKNOWN_RECIPIENT = "unknown_recipient"
    EXTRACTION_FAILED = "extraction_failed"
    RECEIVED = "received"


class MailKind(StrEnum):
    """Who wrote the mail: somebody, a machine that answers, a mail server; or it is a file."""

    ORDINARY = "ordinary"
    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Attachment:
    """One file of a mail: its bytes, what they are, and what is to become of them.

    `is_shown`: it is no document, but waits in the inbox so that somebody sees it; `is_lost`: it
    was not even kept, so that the mail must be seen. `inside` are files that an e-invoice carries
    in its XML.
    """

    name: str
    mime_type: str
    content: bytes = field(repr=False)
    outcome: Outcome = Outcome.ACCEPTED
    detail: str | None = None
    sender: str | None = None
    is_shown: bool = False
    is_lost: bool = False
    inside: tuple[XmlAttachment, ...] = ()

    @property
    def sha256(self) -> str:
        """Name of the bytes."""
        return sha256_hex(self.content)

    @property
    def is_statement(self) -> bool:
        """Whether it is a statement of a bank, and no document."""
        return self.mime_type == media.STATEMENT


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
    """Read a mail and judge every file in it. Never refuses: a broken mail has a `detail`.

    A mail that somebody must see although it brought no file is an attachment of its own.
    """
    if raw.lower().count(b"boundary") > BOUNDARIES or raw.count(b"\n--") > SEPARATORS:
        return _unreadable(raw, "nested or split beyond reason")
    try:
        message = message_from_bytes(raw, policy=POLICY)
        return _with_itself(_mail_of(message), message, raw)
    except RecursionError:
        return _unreadable(raw, "nested or split beyond reason")
    except Exception as error:  # noqa: BLE001 - whatever hostile bytes do, the mail leaves a row
        return _unreadable(raw, f"a mail that cannot be taken apart ({type(error).__name__})")


def read_file(name: str | None, content: bytes) -> Mail:
    """Read one file that somebody sent by itself, as if it had come by mail. Never refuses."""
    leaf = Leaf(name, "application/octet-stream", content, None, chosen=True)
    if is_mail(leaf):
        return read(content)
    try:
        found = tuple(_attachments_of(list(bounded(unfolded(leaf, 0)))))
    except Exception as error:  # noqa: BLE001 - whatever hostile bytes do, the file leaves a row
        told = f"a file that cannot be taken apart ({type(error).__name__})"
        return _unreadable(content, told, clean_name(name or "") or "file")
    lost = next((each for each in found if each.is_lost), None)
    if lost is not None:
        name = clean_name(name or "") or "file"
        found = (*found, _shown_whole(content, lost.detail or "", lost.outcome, name))
    return Mail(MailKind.FILE, None, None, None, (), found)


def _mail_of(message: Message) -> Mail:
    kind = _kind(message)
    is_bounce = kind is MailKind.BOUNCE
    found = [] if is_bounce else list(bounded(leaves(message, None, 0)))
    return Mail(
        kind,
        address(message, "From"),
        header(message, "Subject"),
        header(message, "Message-ID"),
        tuple(addresses(message, "Delivered-To", "X-Original-To", "To", "Cc")),
        tuple(_attachments_of(found)),
        "a delivery report: what is in it was sent, not received" if is_bounce else None,
    )


def _unreadable(raw: bytes, detail: str, name: str = _ITSELF) -> Mail:
    shown = (_shown_whole(raw, detail, Outcome.NO_ATTACHMENT, name),) if raw else ()
    return Mail(MailKind.ORDINARY, None, None, None, (), shown, detail)


def _with_itself(mail: Mail, message: Message, raw: bytes) -> Mail:
    """The mail with itself among its files, where somebody must see what none of them shows."""
    lost = next((each for each in mail.attachments if each.is_lost), None)
    usable = {Outcome.ACCEPTED, Outcome.DUPLICATE}
    if lost is not None:
        outcome, why = lost.outcome, lost.detail
    elif any(each.is_shown or each.outcome in usable for each in mail.attachments):
        return mail
    else:
        outcome, why = Outcome.NO_ATTACHMENT, mail_text.why_seen(message, mail.subject)
    if why is None or mail.kind is not MailKind.ORDINARY:
        return mail
    name = clean_name(f"{mail.subject or ''}.eml".replace("/", " ")) or _ITSELF
    return replace(mail, attachments=(*mail.attachments, _shown_whole(raw, why, outcome, name)))


def _shown_whole(raw: bytes, detail: str, outcome: Outcome, name: str) -> Attachment:
    return Attachment(name, "message/rfc822", raw, outcome, detail, is_shown=True)


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


def _attachments_of(leaves: list[Leaf]) -> Iterator[Attachment]:
    """Decide file by file, in the order of the mail; equal bytes count once."""
    seen: set[str] = set()
    for number, leaf in enumerate(leaves, 1):
        mime_type = _mime_type(leaf)
        item = Attachment(
            _name_of(leaf, mime_type, number), mime_type, leaf.content, sender=leaf.sender
        )
        outcome, detail = _verdict(leaf, item, seen)
        if outcome is Outcome.ACCEPTED:
            seen.add(item.sha256)
        yield replace(
            item,
            outcome=outcome,
            detail=detail,
            is_shown=_is_shown(leaf, item, outcome),
            is_lost=leaf.fault is not None and not leaf.content and not leaf.archives,
            inside=_inside(item) if outcome is Outcome.ACCEPTED else (),
        )


def _is_shown(leaf: Leaf, item: Attachment, outcome: Outcome) -> bool:
    """Whether a file that is no document waits in the inbox all the same, to be seen."""
    if not leaf.content or outcome in {Outcome.ACCEPTED, Outcome.DUPLICATE}:
        return False
    if leaf.fault is not None:
        return leaf.seen
    return leaf.chosen or not (_is_noise(leaf) or _is_decoration(leaf, item))


def _is_noise(leaf: Leaf) -> bool:
    """Whether nobody means the file to be read: invitations, cards, signatures, programs."""
    return bool(
        _NOISE.search(leaf.name or "")
        or _NOISY_TYPE.fullmatch(leaf.declared)
        or _KEY_OR_SIGNATURE.match(leaf.content)
    )


def _inside(item: Attachment) -> tuple[XmlAttachment, ...]:
    return xml_attachments.attachments(item.content) if item.mime_type == media.XML else ()


def _verdict(leaf: Leaf, item: Attachment, seen: set[str]) -> tuple[Outcome, str | None]:
    if leaf.fault is not None:
        return Outcome(leaf.outcome), leaf.fault
    if refused := _unfit(leaf, item):
        return refused
    if item.sha256 in seen:
        return Outcome.DUPLICATE, "the same bytes stand in this mail already"
    if len(seen) >= DOCUMENTS:
        return Outcome.TOO_MANY_ATTACHMENTS, f"beyond {DOCUMENTS} documents in one mail"
    return Outcome.ACCEPTED, leaf.note


def _unfit(leaf: Leaf, item: Attachment) -> tuple[Outcome, str] | None:
    """Why a file is no document, whatever else the mail holds."""
    if item.mime_type not in TAKEN:
        return Outcome.UNSUPPORTED_TYPE, NONE_OF_THEM
    if len(item.content) > DOCUMENT_BYTES:
        return Outcome.TOO_LARGE, f"larger than {DOCUMENT_BYTES} bytes"
    if not leaf.chosen and _is_decoration(leaf, item):
        return Outcome.UNSUPPORTED_TYPE, "a picture too small to be a document"
    return None


def _is_decoration(leaf: Leaf, item: Attachment) -> bool:
    """Whether a picture is a logo, an icon or a signature; one of unknown size by its bytes."""
    size = media.pixels(item.content)
    if size is None:
        drawn = leaf.declared.startswith("image/") or _DRAWN.search(leaf.name or "")
        is_small = len(item.content) < _SMALL_PICTURE
        return bool(drawn) and item.mime_type not in TAKEN and (is_small or leaf.inline)
    side = _INLINE_SIDE if leaf.inline else _PAGE_SIDE
    return min(size) < side or size[0] * size[1] < _PAGE_AREA


def _mime_type(leaf: Leaf) -> str:
    """Type by the bytes; where there are none, by name or declaration."""
    if found := media.sniff(leaf.content):
        return found
    if statement_file.looks_like_statement(leaf.content):
        return media.STATEMENT
    if leaf.content:
        plain = _MEDIA_TYPE.fullmatch(leaf.declared) and leaf.declared not in TAKEN
        return leaf.declared if plain else "application/octet-stream"
    name = (leaf.name or "").lower()
    by_name = (kind for kind, end in media.EXTENSIONS.items() if name.endswith(end))
    return next(by_name, leaf.declared)


def _name_of(leaf: Leaf, mime_type: str, number: int) -> str:
    if leaf.name and (name := clean_name(leaf.name, folders=leaf.archives > 0)):
        return name
    return f"attachment-{number}{media.EXTENSIONS.get(mime_type, '')}"
