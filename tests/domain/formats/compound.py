"""Writes compound files ([MS-CFB]), so that tests need no message of a real person."""

import struct
from collections.abc import Mapping
from typing import TypeAlias, Union

Folder: TypeAlias = Mapping[str, Union[bytes, "Folder"]]

_SECTOR = 512
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_LEAST = 4096  # below, a stream would lie in the ministream; texts are padded with NUL instead


class _Writer:
    """Sectors and directory entries, in the order they were asked for."""

    def __init__(self) -> None:
        self.sectors: list[bytes] = []
        self.fat: list[int] = []
        self.entries: list[list[object]] = [["Root Entry", 5, _FREE, _FREE, _END, 0]]

    def stream(self, data: bytes) -> int:
        """Store bytes; the number of their first sector."""
        first = len(self.sectors)
        for at in range(0, len(data), _SECTOR):
            self.sectors.append(data[at : at + _SECTOR].ljust(_SECTOR, b"\0"))
            self.fat.append(len(self.sectors))
        self.fat[-1] = _END
        return first

    def fill(self, parent: int, folder: Folder) -> None:
        """Store what is in a folder: each entry is the right neighbour of the one before."""
        before = None
        for name, inside in folder.items():
            number = len(self.entries)
            is_stream = isinstance(inside, bytes)
            self.entries.append([name, 2 if is_stream else 1, _FREE, _FREE, _END, 0])
            if before is None:
                self.entries[parent][3] = number
            else:
                self.entries[before][2] = number
            before = number
            if isinstance(inside, bytes):
                data = inside.ljust(_LEAST, b"\0")
                self.entries[number][4:] = [self.stream(data), len(data)]
            else:
                self.fill(number, inside)

    def directory(self) -> bytes:
        """All entries as they are stored."""
        return b"".join(map(_entry, self.entries)).ljust(_SECTOR, b"\0")


def _entry(entry: list[object]) -> bytes:
    name, kind, right, child, start, size = entry
    raw = (str(name) + "\0").encode("utf-16-le")
    return struct.pack(
        "<64sHBBIII16sI8s8sIQ", raw, len(raw), kind, 1, _FREE, right, child,
        bytes(16), 0, bytes(8), bytes(8), start, size,
    )  # fmt: skip


def compound(folder: Folder) -> bytes:
    """A compound file with these streams and storages."""
    writer = _Writer()
    writer.fill(0, folder)
    directory = writer.stream(writer.directory())
    count = len(writer.sectors)
    tables = 1
    while (count + tables) * 4 > tables * _SECTOR:
        tables += 1
    fat = writer.fat + [_FAT] * tables
    table = struct.pack(f"<{len(fat)}I", *fat).ljust(tables * _SECTOR, b"\xff")
    difat = [count + each for each in range(tables)]
    head = struct.pack(
        "<8s16sHHHHH6sIIIIIIIII", bytes.fromhex("d0cf11e0a1b11ae1"), bytes(16), 0x3E, 3, 0xFFFE,
        9, 6, bytes(6), 0, tables, directory, 0, _LEAST, _END, 0, _END, 0,
    )  # fmt: skip
    head += struct.pack("<109I", *(difat + [_FREE] * (109 - len(difat))))
    return head + b"".join(writer.sectors) + table


def text(value: str) -> bytes:
    """Text as Outlook stores it."""
    return value.encode("utf-16-le")


def message(*attached: tuple[str, bytes | Folder], sender: str = "re@lieferant.example") -> Folder:
    """A message of Outlook; what is attached is bytes, or another message."""
    made: dict[str, bytes | Folder] = {
        "__substg1.0_001A001F": text("IPM.Note"),
        "__substg1.0_5D01001F": text(sender),
    }
    for number, (name, inside) in enumerate(attached):
        key = "37010102" if isinstance(inside, bytes) else "3701000D"
        made[f"__attach_version1.0_#{number:08X}"] = {
            "__substg1.0_3707001F": text(name),
            f"__substg1.0_{key}": inside,
        }
    return made
