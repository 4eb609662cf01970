"""The evidence of a file's entries in flat memory: that of large files waits on disk.

Which entries are known is decided over a statement as a whole, which goes over them some times.
"""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import IO, TypeAlias, overload

import orjson

from domain.banking.identity import Evidence, Moved, repeated
from domain.formats.statement import ReferenceKind
from domain.money import ZERO

AT_HAND = 32_768
"""Entries of a file that are kept in memory."""

_TOGETHER = 512
_KINDS = tuple(ReferenceKind)
_NUMBERS = {kind: number for number, kind in enumerate(_KINDS)}

_Place: TypeAlias = tuple[int, int]
_Some: TypeAlias = list[Evidence] | _Place
"""Some entries in memory, or where they lie in the file and how long they are."""


class EvidenceFile:
    """Keeps entries, some together: the first ones in memory, what is more in a file."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._room = AT_HAND

    def put(self, entries: list[Evidence]) -> _Some:
        """Keep some, and say where."""
        if len(entries) <= self._room:
            self._room -= len(entries)
            return entries
        said = [
            (day.toordinal(), str(amount), [(_NUMBERS[kind], value) for kind, value in refs], text)
            for day, amount, refs, text in entries
        ]
        written = orjson.dumps(said)
        start = self._file.seek(0, 2)
        self._file.write(written)
        return start, len(written)

    def get(self, some: _Some) -> list[Evidence]:
        """Those that were put there."""
        if isinstance(some, list):
            return some
        self._file.seek(some[0])
        return [
            Evidence(
                date.fromordinal(day),
                Decimal(amount),
                tuple([(_KINDS[kind], value) for kind, value in refs]),
                text,
            )
            for day, amount, refs, text in orjson.loads(self._file.read(some[1]))
        ]


class SpooledEvidence(Sequence[Evidence]):
    """The entries of one statement in their order."""

    def __init__(self, file: EvidenceFile, entries: Iterable[Evidence] = ()) -> None:
        self._file = file
        self._kept: list[_Some] = []
        self._last: list[Evidence] = []
        self._read: tuple[int, list[Evidence]] = -1, []
        self._size = 0
        self._said = array("q")
        self.kinds: set[ReferenceKind] = set()
        self.days: set[date] = set()
        self.total = ZERO
        for each in entries:
            self.append(each)
        self.end()

    def append(self, entry: Evidence) -> None:
        """Take one more; none comes after the end."""
        self._last.append(entry)
        if len(self._last) == _TOGETHER:
            self.end()

    def end(self) -> None:
        """Keep what is still at hand with the others, and what is to be known of all."""
        some = self._last
        if not some:
            return
        said = [(*each, amount) for _, amount, refs, _ in some for each in refs]
        self._said.extend([hash(each) for each in said])
        self.kinds |= {each[0] for each in said}
        self.days |= {each[0] for each in some}
        self.total += sum([each[1] for each in some], ZERO)
        self._size += len(some)
        self._kept.append(self._file.put(some))
        self._last = []

    def others(self, entries: Iterable[Evidence]) -> "SpooledEvidence":
        """Other entries, kept at the same place."""
        return SpooledEvidence(self._file, entries)

    @property
    def moved(self) -> Moved:
        """What the entries moved, of which there are some, and when."""
        return Moved(min(self.days), max(self.days), self.total)

    def may_share(self) -> bool:
        """Whether two equal amounts may have the same reference."""
        return bool(repeated(lambda: self._said, len(self._said)))

    def __len__(self) -> int:
        """How many there are."""
        return self._size + len(self._last)

    def __iter__(self) -> Iterator[Evidence]:
        """All of them, some read at once."""
        for some in self._kept:
            yield from self._file.get(some)
        yield from self._last

    @overload
    def __getitem__(self, at: int) -> Evidence: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Evidence]: ...
    def __getitem__(self, at: int | slice) -> Evidence | Sequence[Evidence]:
        """One of them; whoever asks for its neighbours next has them at hand."""
        if isinstance(at, slice):
            return [self[each] for each in range(*at.indices(len(self)))]
        if not 0 <= at < len(self):
            raise IndexError(at)
        number, within = divmod(at, _TOGETHER)
        if number == len(self._kept):
            return self._last[within]
        if self._read[0] != number:
            self._read = number, self._file.get(self._kept[number])
        return self._read[1][within]
