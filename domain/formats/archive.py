"""ZIP archives from outside, opened within limits (BOUNDED)."""

import gzip
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO

MEMBERS = 100
MEMBER_BYTES = 10 * 1024 * 1024
TOTAL_BYTES = 60 * 1024 * 1024
DIRECTORY_BYTES = 1024 * 1024
RATIO = 200
# Below this size a high ratio is ordinary: empty forms, white pages.
RATIO_FROM = 1024 * 1024
_TAIL = 66 * 1024
_UTF8_NAME = 0x800
_GZIP = b"\x1f\x8b\x08"
_GZ = re.compile(r"\.gz(?:ip)?$", re.IGNORECASE)
_OFFICE = ("[Content_Types].xml", "mimetype", "META-INF/MANIFEST.MF")


class ArchiveUnreadable(ValueError):
    """The archive as a whole is not opened; the message says why."""


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an archive; `fault` says why it has no content, the flags what kind of why."""

    name: str
    content: bytes = field(repr=False, default=b"")
    fault: str | None = None
    too_large: bool = False
    is_locked: bool = False


def members(data: bytes, *, limit: int | None = None) -> Iterator[Member]:
    """Files of a ZIP archive, each read within the limits. Raises ArchiveUnreadable.

    `limit` in bytes stands for those of one file and of all, where larger ones are expected.
    """
    with _open_zip(data) as archive:
        infos = [info for info in archive.infolist() if not info.is_dir()]
        if any(info.filename in _OFFICE for info in infos):
            raise ArchiveUnreadable("an office document, not an archive of documents")
        rest, most = limit or TOTAL_BYTES, limit or MEMBER_BYTES
        for info in infos[:MEMBERS]:
            member = _read_member(archive, info, min(rest, most))
            rest -= len(member.content)
            yield member
        for info in infos[MEMBERS:]:
            yield Member(_name(info), fault=f"beyond {MEMBERS} files in one archive")


def is_gzip(data: bytes) -> bool:
    """Whether the bytes are one file, compressed by gzip (RFC 1952)."""
    return data.startswith(_GZIP)


def gunzipped(data: bytes, name: str | None) -> Member:
    """The file in gzip, read within the limits: never more of it than those is unpacked."""
    inner = _GZ.sub("", name or "") or "file"
    try:
        with gzip.GzipFile(fileobj=BytesIO(data)) as stream:
            content = stream.read(MEMBER_BYTES + 1)
    except (EOFError, OSError, zlib.error):
        return Member(inner, fault="damaged inside the archive")
    if len(content) > MEMBER_BYTES:
        fault = f"larger than {MEMBER_BYTES} bytes when unpacked"
        return Member(inner, fault=fault, too_large=True)
    if len(content) > RATIO_FROM and len(content) > RATIO * len(data):
        return Member(inner, fault="compressed beyond reason", too_large=True)
    return Member(inner, content)


def _open_zip(data: bytes) -> zipfile.ZipFile:
    """Open the archive unless its directory alone is beyond reason."""
    end = data.rfind(b"PK\x05\x06", max(0, len(data) - _TAIL))
    if end < 0:
        raise ArchiveUnreadable("a damaged archive")
    if b"PK\x06\x07" in data[max(0, end - 64) : end]:
        raise ArchiveUnreadable("an archive of the ZIP64 form, meant for very large files")
    if int.from_bytes(data[end + 12 : end + 16], "little") > DIRECTORY_BYTES:
        raise ArchiveUnreadable("an archive with too many files")
    try:
        return zipfile.ZipFile(BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise ArchiveUnreadable("a damaged archive") from error


def _read_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limit: int) -> Member:
    name = _name(info)
    if info.flag_bits & 1:
        return Member(name, fault="protected by a password", is_locked=True)
    if info.file_size > RATIO_FROM and info.file_size > RATIO * max(info.compress_size, 1):
        return Member(name, fault="compressed beyond reason", too_large=True)
    try:
        with archive.open(info) as stream:
            content = stream.read(limit + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, OSError):
        return Member(name, fault="damaged inside the archive")
    if len(content) > limit:
        return Member(name, fault=f"larger than {limit} bytes when unpacked", too_large=True)
    return Member(name, content)


def _name(info: zipfile.ZipInfo) -> str:
    """Name as it was meant: without the flag Windows writes code page 850, others UTF-8."""
    if info.flag_bits & _UTF8_NAME:
        return info.filename
    raw = info.filename.encode("cp437", "replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp850")
