"""The parts of an e-mail (MIME): every file in it, however deep, before anyone judges it.

Limits hold before anything is opened (BOUNDED); what the standard library cannot read is a
part with a fault, never an error.
"""

import re
from base64 import b64decode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import EmailPolicy
from itertools import islice
from typing import Any, Literal, TypeAlias
from unicodedata import category

from domain.formats import archive, media, outlook_message, smime, tnef
from domain.formats.mail_text import IS_PGP

PARTS = 200
UNPACKED_BYTES = 100 * 1024 * 1024
DEPTH = 6
ARCHIVES = 2
HEADERS = 1000
HEADERS_OF_A_NAME = 5
HEADER_CHARACTERS = 8192

_SYSTEM_FILES = re.compile(r"(^|/)(__MACOSX/|\.DS_Store$|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE)

FaultOutcome = Literal["unsupported_type", "too_large", "too_many_attachments"]


@dataclass(frozen=True, slots=True)
class Leaf:
    """A file before it is judged; `fault` when it could not even be opened.

    `archives` counts those around it, `note` says how it was opened, `chosen` that a person
    sent this very file, `seen` that somebody must see what was not opened.
    """

    name: str | None
    declared: str
    content: bytes
    sender: str | None
    inline: bool = False
    archives: int = 0
    fault: str | None = None
    outcome: FaultOutcome = "unsupported_type"
    note: str | None = None
    chosen: bool = False
    seen: bool = False


_Opener: TypeAlias = Callable[[Leaf, int], Iterator[Leaf]]


class _Policy(EmailPolicy):
    """The modern policy, with headers cut to a bound and undeclared 8-bit text decoded."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        raw = value[:HEADER_CHARACTERS].encode("utf-8", "surrogateescape")
        try:
            return name, raw.decode("utf-8")
        except UnicodeDecodeError:
            return name, raw.decode("latin-1")

    def header_fetch_parse(self, name: str, value: str) -> Any:
        try:
            return super().header_fetch_parse(name, value)
        except Exception:  # noqa: BLE001 - the library's parser breaks on some malformed headers
            return " ".join(str(value).split())


class _BoundedMessage(EmailMessage):
    """A message that keeps its first headers; a million of them would cost minutes."""

    def set_raw(self, name: str, value: Any) -> None:
        if len(self) < HEADERS:
            super().set_raw(name, value)


POLICY = _Policy(utf8=True, message_factory=_BoundedMessage)


def bounded(leaves: Iterator[Leaf]) -> Iterator[Leaf]:
    """The first files, as long as their number and their bytes stay within the limits."""
    room = UNPACKED_BYTES
    for number, leaf in enumerate(leaves):
        if number == PARTS:
            fault = f"beyond {PARTS} parts in one mail; the rest was not opened"
            yield replace(leaf, content=b"", fault=fault, outcome="too_many_attachments")
            return
        room -= len(leaf.content)
        if room < 0:
            fault = f"beyond {UNPACKED_BYTES} bytes in one mail; the rest was not opened"
            yield replace(leaf, content=b"", fault=fault, outcome="too_large")
            return
        yield leaf


def leaves(message: Message, sender: str | None, depth: int) -> Iterator[Leaf]:
    """Files of a message, those of the messages and archives inside it included."""
    sender = address(message, "From") or sender
    for part in _parts(message):
        if part.get_content_maintype() == "message" and part.is_multipart():
            yield from _inner(part, sender, depth)
        elif (leaf := _guarded(part, sender)) is not None:
            yield from unfolded(leaf, depth)


def _parts(message: Message) -> Iterator[Message]:
    """Parts of one message that are no multipart; attached messages stay whole."""
    if message.get_content_maintype() == "multipart" and message.is_multipart():
        for part in message.get_payload():
            if isinstance(part, Message):
                yield from _parts(part)
    else:
        yield message


def _inner(part: Message, sender: str | None, depth: int) -> Iterator[Leaf]:
    """Attached message; one that is wrapped in base64, against the standard, is unwrapped."""
    for inner in part.get_payload():
        if not isinstance(inner, Message):
            continue
        if depth >= DEPTH:
            fault = "a message nested too deep"
            raw = _written(inner)
            yield Leaf(None, "message/rfc822", raw, sender, fault=fault, seen=True)
        elif str(part.get("Content-Transfer-Encoding", "")).strip().lower() == "base64":
            yield from _unwrapped(inner, sender, depth)
        else:
            yield from leaves(inner, sender, depth + 1)


def _written(message: Message) -> bytes:
    """A message as bytes, to be shown; empty when the library cannot write what it has read."""
    try:
        return bytes(message)
    except Exception:  # noqa: BLE001 - whatever the library does with hostile headers
        return b""


def _unwrapped(inner: Message, sender: str | None, depth: int) -> Iterator[Leaf]:
    text = re.sub(r"[^A-Za-z0-9+/]", "", str(inner.get_payload()))
    try:
        raw = b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        fault = "an attached message that cannot be decoded"
        yield Leaf(None, "message/rfc822", b"", sender, fault=fault)
    else:
        yield from _from_bytes(raw, sender, depth + 1)


def _from_bytes(raw: bytes, sender: str | None, depth: int) -> Iterator[Leaf]:
    yield from leaves(message_from_bytes(raw, policy=POLICY), sender, depth)


def _guarded(part: Message, sender: str | None) -> Leaf | None:
    """File of a part; one that cannot be decoded must not take the others with it."""
    try:
        return _leaf(part, sender)
    except Exception as error:  # noqa: BLE001 - whatever the library does with hostile bytes
        fault = f"a part that cannot be decoded ({type(error).__name__})"
        return Leaf(None, "application/octet-stream", b"", sender, fault=fault)


def _leaf(part: Message, sender: str | None) -> Leaf | None:
    """File of a part, unless the part is the text of the mail."""
    name, declared = part.get_filename(), part.get_content_type()
    content = part.get_payload(decode=True)
    data = content if isinstance(content, bytes) else b""
    attached = part.get_content_disposition() == "attachment"
    if not (name or attached) and _is_text(declared) and media.sniff(data) is None:
        return None
    inline = not attached and part.get("Content-ID") is not None
    return Leaf(name, declared, data, sender, inline=inline)


def _is_text(declared: str) -> bool:
    return declared.startswith(("text/", "message/"))


def unfolded(leaf: Leaf, depth: int) -> Iterator[Leaf]:
    """The file itself, or what is inside when it is a mail, an archive or another wrapper."""
    opener = _opener_of(leaf)
    if opener is None:
        yield leaf
    elif depth >= DEPTH or leaf.archives >= ARCHIVES:
        yield replace(leaf, fault="a wrapper in a wrapper, nested too deep", seen=True)
    else:
        yield from opener(leaf, depth + 1)


def _opener_of(leaf: Leaf) -> _Opener | None:
    """What opens a file; None for a file that is no wrapper."""
    return next((opener for is_one, opener in _WRAPPERS if is_one(leaf)), None)


def is_mail(leaf: Leaf) -> bool:
    """Whether a file is a mail as it came over the wire, by name or declaration."""
    named = (leaf.name or "").lower().endswith(".eml") or leaf.declared == "message/rfc822"
    return named and media.sniff(leaf.content) is None


def _is_archive(leaf: Leaf) -> bool:
    return media.sniff(leaf.content) == media.ZIP


def _is_sealed(leaf: Leaf) -> bool:
    named = (leaf.name or "").lower().endswith(".p7m") or leaf.declared in smime.TYPES
    return named and leaf.content.startswith(b"\x30")


def _is_pgp(leaf: Leaf) -> bool:
    return leaf.content.lstrip()[:27] == b"-----BEGIN PGP MESSAGE-----"


def _from_mail(leaf: Leaf, depth: int) -> Iterator[Leaf]:
    yield from _from_bytes(leaf.content, leaf.sender, depth)


def _from_archive(leaf: Leaf, depth: int) -> Iterator[Leaf]:
    locked = closed = 0
    try:
        for member in archive.members(leaf.content):
            locked += member.is_locked
            closed += member.fault is not None and _junk(member.name) is None
            yield from _member(leaf, member, depth)
    except archive.ArchiveUnreadable as error:
        yield replace(leaf, fault=str(error), seen=True)
    if locked:
        fault = f"an archive in which {locked} files are protected by a password"
        yield replace(leaf, fault=fault, seen=True)
    elif closed:
        fault = f"an archive of which {closed} files were not opened: too large, too many or broken"
        yield replace(leaf, fault=fault, seen=True)


def _from_gzip(leaf: Leaf, depth: int) -> Iterator[Leaf]:
    """The one file in gzip; what stays closed is seen in the inbox."""
    member = archive.gunzipped(leaf.content, leaf.name)
    if member.fault is None:
        yield from _member(leaf, member, depth)
        return
    closed = replace(leaf, fault=member.fault, seen=True)
    yield replace(closed, outcome="too_large") if member.too_large else closed


def _member(leaf: Leaf, member: archive.Member, depth: int) -> Iterator[Leaf]:
    found = Leaf(
        member.name,
        "application/octet-stream",
        member.content,
        leaf.sender,
        archives=leaf.archives + 1,
        fault=member.fault or _junk(member.name),
        outcome="too_large" if member.too_large else "unsupported_type",
    )
    if found.fault is not None:
        yield found
    else:
        yield from unfolded(found, depth)


def _from_tnef(leaf: Leaf, depth: int) -> Iterator[Leaf]:
    """Files of `winmail.dat`, those of messages attached to it included."""
    try:
        for file in tnef.files(leaf.content):
            declared = "application/ms-tnef" if file.is_message else "application/octet-stream"
            yield from unfolded(Leaf(file.name, declared, file.content, leaf.sender), depth)
    except tnef.WrapperUnreadable as error:
        yield replace(leaf, fault=str(error), seen=True)


def _from_outlook(leaf: Leaf, depth: int) -> Iterator[Leaf]:
    try:
        for file in outlook_message.files(leaf.content):
            sender, kind = file.sender or leaf.sender, "application/octet-stream"
            found = Leaf(file.name, kind, file.content, sender, fault=file.fault)
            yield from (found,) if found.fault else unfolded(found, depth)
    except outlook_message.MessageUnreadable as error:
        yield replace(leaf, fault=str(error), seen=True)


def _from_sealed(leaf: Leaf, depth: int) -> Iterator[Leaf]:
    """Files of a signed message; one that is encrypted stays closed."""
    try:
        content = smime.content_of(leaf.content)
    except smime.SealedMessage as error:
        yield replace(leaf, fault=str(error), seen=True)
    else:
        for found in _from_bytes(content, leaf.sender, depth):
            yield replace(found, note=found.note or smime.UNCHECKED)


def _from_pgp(leaf: Leaf, _depth: int) -> Iterator[Leaf]:
    yield replace(leaf, fault=IS_PGP, seen=True)


def _or_empty(opener: _Opener, *, seen: bool = False) -> _Opener:
    """An opener that tells when there was nothing inside."""

    def opened(leaf: Leaf, depth: int) -> Iterator[Leaf]:
        count = 0
        for found in opener(leaf, depth):
            count += 1
            yield found
        if not count:
            yield replace(leaf, fault="nothing inside is a file", seen=seen)

    return opened


def _or_seen(opener: _Opener) -> _Opener:
    """As `_or_empty`, for a message that somebody attached: its text may be what was meant."""
    return _or_empty(opener, seen=True)


_WRAPPERS: tuple[tuple[Callable[[Leaf], bool], _Opener], ...] = (
    (_is_archive, _from_archive),
    (lambda leaf: archive.is_gzip(leaf.content), _from_gzip),
    (lambda leaf: tnef.is_tnef(leaf.content), _or_empty(_from_tnef)),
    (lambda leaf: outlook_message.is_outlook_message(leaf.content), _or_seen(_from_outlook)),
    (_is_sealed, _or_empty(_from_sealed)),
    (_is_pgp, _from_pgp),
    (is_mail, _from_mail),
)


def _junk(name: str) -> str | None:
    return "a file of the operating system" if _SYSTEM_FILES.search(name) else None


def header(message: Message, name: str) -> str | None:
    """Decoded text of a header, cut to a bound; None when it is absent or empty."""
    value = message.get(name)
    if value is None:
        return None
    return _printable(str(value)).strip()[:1000] or None


def address(message: Message, name: str) -> str | None:
    """First bare address of a header."""
    return next(addresses(message, name), None)


def addresses(message: Message, *names: str) -> Iterator[str]:
    """Bare addresses of the headers, in lower case."""
    for name in names:
        for value in _values(message, name):
            for address in getattr(value, "addresses", ()):
                if address.domain:
                    yield _printable(address.addr_spec.lower())[:320]


def _values(message: Message, name: str) -> Iterator[Any]:
    """The first headers of a name; each is taken apart only when it is asked for."""
    of_name = (pair for pair in message.raw_items() if pair[0].lower() == name.lower())
    for found, value in islice(of_name, HEADERS_OF_A_NAME):
        yield POLICY.header_fetch_parse(found, value)


def _printable(text: str) -> str:
    """Text without control characters, which neither people nor databases can read."""
    return "".join(char for char in text if category(char)[0] != "C")
