"""The parts of an e-mail (MIME): every file in it, however deep, before anyone judges it.

Limits hold before anything is opened (BOUNDED); what the standard library cannot read is a
part with a fault, never an error.
"""

import re
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass, replace
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import EmailPolicy
from itertools import islice
from typing import Any, Literal
from unicodedata import category

from domain.formats import archive, media

PARTS = 200
UNPACKED_BYTES = 100 * 1024 * 1024
DEPTH = 6
HEADERS = 1000
HEADERS_OF_A_NAME = 5
HEADER_CHARACTERS = 8192

_SYSTEM_FILES = re.compile(r"(^|/)(__MACOSX/|\.DS_Store$|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE)

FaultOutcome = Literal["unsupported_type", "too_large", "too_many_attachments"]


@dataclass(frozen=True, slots=True)
class Leaf:
    """A file before it is judged; `fault` when it could not even be opened."""

    name: str | None
    declared: str
    content: bytes
    sender: str | None
    inline: bool = False
    packed: bool = False
    fault: str | None = None
    outcome: FaultOutcome = "unsupported_type"


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
            yield from _unfolded(leaf, depth)


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
            yield Leaf(None, "message/rfc822", b"", sender, fault="a message nested too deep")
        elif str(part.get("Content-Transfer-Encoding", "")).strip().lower() == "base64":
            yield from _unwrapped(inner, sender, depth)
        else:
            yield from leaves(inner, sender, depth + 1)


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


def _unfolded(leaf: Leaf, depth: int) -> Iterator[Leaf]:
    """The file itself, or what is inside when it is a mail or an archive."""
    if _is_mail(leaf) and depth < DEPTH:
        yield from _from_bytes(leaf.content, leaf.sender, depth + 1)
    elif media.sniff(leaf.content) == media.ZIP and depth < DEPTH:
        yield from _from_archive(leaf)
    else:
        yield leaf


def _is_mail(leaf: Leaf) -> bool:
    named = (leaf.name or "").lower().endswith(".eml") or leaf.declared == "message/rfc822"
    return named and media.sniff(leaf.content) is None


def _from_archive(leaf: Leaf) -> Iterator[Leaf]:
    try:
        for member in archive.members(leaf.content):
            yield Leaf(
                member.name,
                "application/octet-stream",
                member.content,
                leaf.sender,
                packed=True,
                fault=member.fault or _junk(member.name),
                outcome="too_large" if member.too_large else "unsupported_type",
            )
    except archive.ArchiveUnreadable as error:
        yield replace(leaf, fault=str(error))


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
