"""Files inside `winmail.dat` (TNEF), the wrapper of Outlook and Exchange, within limits (BOUNDED).

Source: [MS-OXTNEF]. What is read: the attachments, their names, and messages attached to the
message. Checksums are not compared: a program that writes wrong ones loses no invoice here.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

SIGNATURE = (0x223E9F78).to_bytes(4, "little")
FILES = 100
DEPTH = 4
_ATTRIBUTES = 10_000
_PROPERTIES = 2000
_VALUES = 1000

_RENDERING, _TITLE, _DATA, _PROPERTY_LIST = 0x9002, 0x8010, 0x800F, 0x9005
_ATTACHMENT_LEVEL = 2
_LONG_NAME, _SHORT_NAME, _DATA_OBJECT = 0x3707, 0x3704, 0x3701
_UNICODE, _STRING8, _BINARY, _OBJECT = 0x1F, 0x1E, 0x102, 0x0D
_FIXED = {0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8}
_FIXED |= {0x48: 16}
_VARIABLE = frozenset({_UNICODE, _STRING8, _BINARY, _OBJECT})
_MULTIPLE = 0x1000
_NAMED = 0x8000
_GUID = 16


class WrapperUnreadable(ValueError):
    """The wrapper is damaged or beyond the limits; the message says why."""


@dataclass(frozen=True, slots=True)
class WrappedFile:
    """One attachment of a message; `is_message` when its bytes are a message of the same kind."""

    name: str | None = None
    content: bytes = field(repr=False, default=b"")
    is_message: bool = False


def is_tnef(data: bytes) -> bool:
    """Whether the bytes begin as TNEF does.

    >>> is_tnef(bytes.fromhex("789f3e220100"))
    True
    """
    return data.startswith(SIGNATURE)


def files(data: bytes) -> Iterator[WrappedFile]:
    """Attachments of a message, in their order. Raises WrapperUnreadable."""
    found: WrappedFile | None = None
    count = 0
    for level, attribute, value in _attributes(data):
        if level != _ATTACHMENT_LEVEL:
            continue
        if attribute == _RENDERING:
            if found is not None:
                yield found
            found, count = WrappedFile(), count + 1
            if count > FILES:
                raise WrapperUnreadable(f"beyond {FILES} files in one wrapper")
        elif found is not None:
            found = _completed(found, attribute, value)
    if found is not None:
        yield found


def _completed(found: WrappedFile, attribute: int, value: bytes) -> WrappedFile:
    if attribute == _TITLE and found.name is None:
        return replace(found, name=_text8(value))
    if attribute == _DATA and not found.content:
        return replace(found, content=value)
    return _with_properties(found, value) if attribute == _PROPERTY_LIST else found


def _attributes(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Level, id and bytes of each attribute."""
    at = 6
    for _ in range(_ATTRIBUTES):
        if at >= len(data):
            return
        level, attribute, _kind, size = _unpacked("<BHHI", data, at)
        at += 9
        if at + size + 2 > len(data):
            raise WrapperUnreadable("a wrapper that is cut off")
        yield level, attribute, data[at : at + size]
        at += size + 2
    raise WrapperUnreadable("a wrapper with too many parts")


def _with_properties(found: WrappedFile, data: bytes) -> WrappedFile:
    """What the list of MAPI properties adds: the long name, and an attached message."""
    for name, kind, value in _Properties(data).values():
        if name == _LONG_NAME and kind in {_UNICODE, _STRING8}:
            found = replace(found, name=_text(kind, value) or found.name)
        elif name == _SHORT_NAME and found.name is None:
            found = replace(found, name=_text(kind, value))
        elif name == _DATA_OBJECT and value:
            inner = value[_GUID:] if kind == _OBJECT else value
            found = replace(found, content=inner, is_message=is_tnef(inner))
    return found


class _Properties:
    """A list of MAPI properties, read from its start to its end."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 4

    def values(self) -> Iterator[tuple[int, int, bytes]]:
        """Name, kind and first value of each property."""
        count = _unpacked("<I", self._data, 0)[0]
        for _ in range(min(count, _PROPERTIES)):
            kind, name = _unpacked("<HH", self._data, self._at)
            self._at += 4
            if name >= _NAMED:
                self._skip_name()
            yield name, kind & ~_MULTIPLE, self._value(kind)

    def _skip_name(self) -> None:
        (by_text,) = _unpacked("<I", self._data, self._at + _GUID)
        self._at += _GUID + 4
        if by_text:
            self._sized()
        else:
            self._at += 4

    def _value(self, kind: int) -> bytes:
        plain = kind & ~_MULTIPLE
        if plain in _VARIABLE:
            return self._several(self._count())
        if plain not in _FIXED:
            raise WrapperUnreadable("a wrapper with a property of an unknown kind")
        size = _FIXED[plain] * (self._count() if kind & _MULTIPLE else 1)
        self._at += size
        return self._data[self._at - size : self._at]

    def _several(self, count: int) -> bytes:
        values = [self._sized() for _ in range(count)]
        return values[0] if values else b""

    def _count(self) -> int:
        (count,) = _unpacked("<I", self._data, self._at)
        self._at += 4
        if count > _VALUES:
            raise WrapperUnreadable("a wrapper with a property of too many values")
        return int(count)

    def _sized(self) -> bytes:
        """Bytes with their length before them, padded to four."""
        (size,) = _unpacked("<I", self._data, self._at)
        start = self._at + 4
        if start + size > len(self._data):
            raise WrapperUnreadable("a wrapper that is cut off")
        self._at = start + size + -size % 4
        return self._data[start : start + size]


def _unpacked(form: str, data: bytes, at: int) -> tuple[int, ...]:
    try:
        return struct.unpack_from(form, data, at)
    except struct.error as error:
        raise WrapperUnreadable("a wrapper that is cut off") from error


def _text(kind: int, value: bytes) -> str | None:
    if kind == _UNICODE:
        return value.decode("utf-16-le", "replace").rstrip("\0") or None
    return _text8(value)


def _text8(value: bytes) -> str | None:
    """Eight-bit text; the code page of the sender is Western where nothing says otherwise."""
    return value.rstrip(b"\0").decode("cp1252", "replace") or None
