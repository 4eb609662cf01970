"""Files inside a `.msg`, a message that Outlook saved, within limits (BOUNDED).

Source: [MS-OXMSG]. A compound file holds a storage for each attachment; a message attached to a
message is a storage of the same shape inside.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO

import olefile

SIGNATURE = olefile.MAGIC
FILES = 100
DEPTH = 4
_ENTRIES = 20_000
_ATTACHMENT = "__attach_version1.0_#"
_DATA, _INNER = "__substg1.0_37010102", "__substg1.0_3701000D"
_LONG_NAME, _SHORT_NAME, _LABEL = "3707", "3704", "3001"
_SENDERS = ("5D01", "0C1F")
_SUBJECT = "0037"
_CLASS = "001A"


class MessageUnreadable(ValueError):
    """The message is damaged or beyond the limits; the message of the error says why."""


@dataclass(frozen=True, slots=True)
class MessageFile:
    """One attachment; `sender` is that of the message that it hangs on."""

    name: str | None
    content: bytes = field(repr=False)
    sender: str | None = None
    fault: str | None = None


def is_outlook_message(data: bytes) -> bool:
    """Whether the bytes are a compound file; old Word and Excel files are some, too."""
    return data.startswith(SIGNATURE)


def files(data: bytes) -> Iterator[MessageFile]:
    """Attachments of a message and of the messages inside it. Raises MessageUnreadable."""
    try:
        with olefile.OleFileIO(BytesIO(data)) as compound:
            reader = _Reader(compound)
            yield from reader.attachments((), None, 0)
    except MessageUnreadable:
        raise
    except Exception as error:  # the library raises whatever hostile bytes lead to
        raise MessageUnreadable("a damaged message of Outlook") from error


class _Reader:
    """A compound file, and where its storages lie."""

    def __init__(self, compound: "olefile.OleFileIO[bytes]") -> None:
        self._compound = compound
        self._entries = compound.listdir(streams=True, storages=True)
        if len(self._entries) > _ENTRIES:
            raise MessageUnreadable("a message of Outlook with too many parts")
        if self._text((), _CLASS) is None:
            raise MessageUnreadable("a file of an office program, not a message")

    def attachments(
        self, at: tuple[str, ...], sender: str | None, depth: int
    ) -> Iterator[MessageFile]:
        """Files of the message in a storage."""
        sender = self._sender(at) or sender
        folders = [each for each in self._below(at) if each[-1].startswith(_ATTACHMENT)]
        for folder in folders[:FILES]:
            yield from self._attachment(folder, sender, depth)
        if len(folders) > FILES:
            fault = f"beyond {FILES} files in one message; the rest was not opened"
            yield MessageFile(None, b"", sender, fault)

    def _attachment(
        self, folder: tuple[str, ...], sender: str | None, depth: int
    ) -> Iterator[MessageFile]:
        inner = (*folder, _INNER)
        name = next(
            (
                text
                for each in (_LONG_NAME, _SHORT_NAME, _LABEL)
                if (text := self._text(folder, each))
            ),
            None,
        )
        if (*folder, _DATA) in self._paths():
            yield MessageFile(name, self._bytes((*folder, _DATA)), sender)
        elif inner in self._paths() and depth < DEPTH:
            yield from self.attachments(inner, sender, depth + 1)
        else:
            fault = "a message nested too deep" if inner in self._paths() else "an attached object"
            yield MessageFile(name, b"", sender, fault)

    def _sender(self, at: tuple[str, ...]) -> str | None:
        found = (self._text(at, each) for each in _SENDERS)
        return next((text.lower() for text in found if text and "@" in text), None)

    def _text(self, at: tuple[str, ...], name: str) -> str | None:
        """Text of a property, in Unicode or in eight bits."""
        for kind, encoding in (("001F", "utf-16-le"), ("001E", "cp1252")):
            path = (*at, f"__substg1.0_{name}{kind}")
            if path in self._paths():
                return self._bytes(path).decode(encoding, "replace").rstrip("\0") or None
        return None

    def _bytes(self, path: tuple[str, ...]) -> bytes:
        with self._compound.openstream(list(path)) as stream:
            return bytes(stream.read())

    def _paths(self) -> set[tuple[str, ...]]:
        return {tuple(each) for each in self._entries}

    def _below(self, at: tuple[str, ...]) -> list[tuple[str, ...]]:
        return [
            path
            for each in self._entries
            if len(path := tuple(each)) == len(at) + 1 and path[: len(at)] == at
        ]
