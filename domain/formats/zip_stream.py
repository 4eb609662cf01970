"""A ZIP archive that is sent while it is made: no member is ever held as a whole."""

import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

_FAST = 1


@dataclass(frozen=True, slots=True)
class Member:
    """A file of an archive; `is_packed` says that its bytes are compressed already."""

    name: str
    blocks: Iterable[bytes]
    is_packed: bool = False


class _Sink:
    """Keeps what the writer wrote until it is taken; it cannot go back, as a socket cannot."""

    def __init__(self) -> None:
        self._written = bytearray()

    def write(self, data: bytes) -> int:
        """Take bytes from the writer."""
        self._written += data
        return len(data)

    def flush(self) -> None:
        """Nothing waits here."""

    def take(self) -> bytes:
        """Give away what was written since the last time."""
        taken = bytes(self._written)
        self._written.clear()
        return taken


def zipped(members: Iterable[Member], made_at: datetime) -> Iterator[bytes]:
    r"""The archive in blocks, one for each block of a member.

    >>> made = datetime(2026, 12, 1)
    >>> b"".join(zipped([Member("a.csv", [b"1;", b"2"])], made))[:4]
    b'PK\x03\x04'
    """
    sink = _Sink()
    with zipfile.ZipFile(sink, "w") as archive:  # type: ignore[call-overload]
        for member in members:
            yield from _added(archive, member, made_at, sink)
    yield sink.take()


def _added(
    archive: zipfile.ZipFile, member: Member, made_at: datetime, sink: _Sink
) -> Iterator[bytes]:
    info = zipfile.ZipInfo(member.name, made_at.timetuple()[:6])
    info.compress_type = zipfile.ZIP_STORED if member.is_packed else zipfile.ZIP_DEFLATED
    info._compresslevel = _FAST  # type: ignore[attr-defined]  # noqa: SLF001 - public from 3.13
    info.external_attr = 0o644 << 16
    with archive.open(info, "w", force_zip64=True) as file:
        for block in member.blocks:
            file.write(block)
            if written := sink.take():
                yield written
    yield sink.take()
