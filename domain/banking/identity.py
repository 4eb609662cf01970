"""Which entries of a statement are known: by the bank's evidence, never by our reading of texts.

Order of trust: a proper reference of the account's bank with the signed amount; the place on the
balance line of the account; how many equal movements a day has. Where neither decides, no rule
can know, and a person is asked (docs/decisions/0045). Banks change texts, names and days of
value between deliveries, so these are never identity; a text only chooses among equal lines.
"""

import hashlib
import re
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import groupby
from typing import NamedTuple, TypeAlias, TypeVar
from uuid import UUID

from domain.formats.statement import ReferenceKind, References

_FILLER = re.compile(r"(NONREF|NOTPROVIDED|NOT PROVIDED|UNKNOWN|N/?A|0+|-+)?", re.IGNORECASE)
_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")
_COUNTER_DIGITS, _SHORT = 6, 10

# Bytes for a mark, so that few of them coincide.
_MARKS = 16

_Key: TypeAlias = tuple[date, Decimal]
_Said: TypeAlias = tuple[ReferenceKind, str, Decimal]
_Item = TypeVar("_Item", bound=Hashable)


class Evidence(NamedTuple):
    """An entry by what the bank says of it: day, signed amount, references; text for the eye."""

    day: date
    amount: Decimal
    references: References = ()
    text: str = ""


class Moved(NamedTuple):
    """Between which days entries lie, and their sum."""

    first_day: date
    last_day: date
    total: Decimal

    @classmethod
    def by(cls, entries: Sequence[Evidence]) -> "Moved":
        """By entries, of which there are some."""
        days = {entry.day for entry in entries}
        total = sum((entry.amount for entry in entries), Decimal())
        return cls(min(days), max(days), total)


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """A stored entry, and the statements that hold it."""

    id: UUID
    evidence: Evidence
    statements: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Extent:
    """A statement as a stretch of the balance line; `digest` stands for its days and amounts."""

    id: UUID
    name: str
    opening: Decimal | None
    closing: Decimal | None
    first_day: date
    last_day: date
    entries: int
    digest: str
    is_closed: bool

    @property
    def figures(self) -> tuple[Decimal | None, Decimal | None, str]:
        """What two deliveries of one statement have in common."""
        return self.opening, self.closing, self.digest


@dataclass(frozen=True, slots=True)
class BalanceLine:
    """What is stored of an account: its statements and days, and what a shared day holds.

    `border` are the stored entries of the first and last day of the statement that is placed;
    `moved_between` says whether there are movements after one day and before another.
    """

    statements: Sequence[Extent]
    first_day: date | None
    last_day: date | None
    border: Sequence[StoredEntry]
    moved_between: Callable[[date, date], bool]


class Place(StrEnum):
    """Where the balances put a statement; OVERLAP proves nothing, AMBIGUOUS allows two readings."""

    REPEAT = "repeat"
    AFTER = "after"
    BEFORE = "before"
    BETWEEN = "between"
    AMBIGUOUS = "ambiguous"
    OVERLAP = "overlap"


class Verdict(StrEnum):
    """What an entry is."""

    NEW = "new"
    KNOWN = "known"
    ASK = "ask"


class Decision(NamedTuple):
    """The verdict on an entry, and the stored one that it is or may be."""

    verdict: Verdict
    entry_id: UUID | None = None


NEW = Decision(Verdict.NEW)
_FITS = frozenset({Place.AFTER, Place.BEFORE, Place.BETWEEN})


def extent_of(
    statement_id: UUID,
    name: str,
    balances: tuple[Decimal | None, Decimal | None],
    entries: Sequence[Evidence],
    moved: Moved | None = None,
) -> Extent:
    """A statement with entries as a stretch of the balance line; `moved` where it is known."""
    opening, closing = balances
    first_day, last_day, total = moved or Moved.by(entries)
    return Extent(
        id=statement_id,
        name=name,
        opening=opening,
        closing=closing,
        first_day=first_day,
        last_day=last_day,
        entries=len(entries),
        digest=digest_of(entries),
        is_closed=opening is not None and closing is not None and opening + total == closing,
    )


def digest_of(entries: Sequence[Evidence]) -> str:
    """Days and amounts of a statement in one word; their order does not count."""
    return digest_in_order(entries, lambda entry: f"{entry.day} {entry.amount:.2f}", "\n")


def digest_in_order(
    entries: Sequence[Evidence], write: Callable[[Evidence], str], between: str
) -> str:
    """SHA-256 of the entries' lines in order, each of which begins with its day.

    Most files go day by day: then no more than the lines of a day are held at once.
    """
    digest = hashlib.sha256()
    joint, last = "", date.min
    for day, of_day in groupby(entries, key=lambda entry: entry.day):
        if day < last:
            whole = between.join(sorted(map(write, entries)))
            return hashlib.sha256(whole.encode()).hexdigest()
        digest.update((joint + between.join(sorted(map(write, of_day)))).encode())
        joint, last = between, day
    return digest.hexdigest()


def with_proper_references(
    entries: Sequence[Evidence], *, trusts_entry_reference: bool = False
) -> Iterator[Evidence]:
    """Entries with the references that are fit to be evidence.

    No filler; none that two equal amounts of the file share; a number of the entry (NtryRef)
    only where the bank is known for it, and then no counter, IBAN or short one.
    """
    shared = repeated(lambda: _said(entries), len(entries))
    trusted = trusts_entry_reference and not _is_counter(entries)

    def is_proper(kind: ReferenceKind, value: str, amount: Decimal) -> bool:
        if (kind, value, amount) in shared:
            return False
        return kind is not ReferenceKind.ENTRY or (
            trusted and len(value) >= _SHORT and not _IBAN.fullmatch(value)
        )

    for entry in entries:
        said = stated(entry.references)
        proper = tuple([each for each in said if is_proper(*each, entry.amount)])
        yield entry if proper == entry.references else entry._replace(references=proper)


def _said(entries: Iterable[Evidence]) -> Iterator[_Said]:
    return (
        (kind, value.strip(), entry.amount) for entry in entries for kind, value in entry.references
    )


def is_filler(words: str) -> bool:
    """Whether a reference says that there is none.

    >>> is_filler("NOTPROVIDED"), is_filler("E-1")
    (True, False)
    """
    return _FILLER.fullmatch(words.strip()) is not None


def stated(references: References) -> References:
    """References without fillers, which say that there is none.

    >>> stated(((ReferenceKind.SWIFT, " A1 "), (ReferenceKind.SERVICER, "NONREF")))
    ((<ReferenceKind.SWIFT: 'swift'>, 'A1'),)
    """
    said = [(kind, value.strip()) for kind, value in references]
    return tuple([each for each in said if not is_filler(each[1])])


def repeated(again: Callable[[], Iterable[_Item]], size: int) -> set[_Item]:
    """Those of about so many that come more than once; only what may do so is counted.

    >>> repeated(lambda: ["a", "b", "a"], 3)
    {'a'}
    """
    room = _MARKS * size or 1
    marks = bytearray(room)
    twice: set[int] = set()
    for each in again():
        mark = hash(each) % room
        if marks[mark]:
            twice.add(mark)
        marks[mark] = 1
    if not twice:
        return set()
    counts = Counter(each for each in again() if hash(each) % room in twice)
    return {each for each, count in counts.items() if count > 1}


def place(statement: Extent, line: BalanceLine, border: Iterable[Evidence]) -> Place:
    """Where a statement stands; `border` are its own entries of its first and last day."""
    if not statement.is_closed:
        return Place.OVERLAP
    repeats = [known for known in _closed(line) if known.figures == statement.figures]
    found = _end_of_line(statement, line)
    if repeats and found in {Place.AFTER, Place.BEFORE}:
        same = any(known.name == statement.name for known in repeats)
        return Place.REPEAT if same else Place.AMBIGUOUS
    if repeats:
        return Place.REPEAT
    if found is not Place.OVERLAP and _explains_overlap(line.border, border):
        return Place.AMBIGUOUS
    return found


def decide(
    entries: Sequence[Evidence],
    stored: Sequence[StoredEntry],
    placed: tuple[Extent, Place],
    known: Sequence[Extent],
    done: Mapping[int, UUID] | None = None,
) -> list[Decision]:
    """The verdict on each entry, whose references are proper ones already.

    `stored` holds at least what the references name and all of the days of the statement;
    `done` are entries, by their place from 0, that an interrupted import has stored already.
    """
    pairing = _Pairing(entries, stored, done or {})
    pairing.by_reference()
    extent, where = placed
    if where in _FITS:
        pairing.rest_are(Verdict.NEW)
    elif where is Place.AMBIGUOUS:
        pairing.rest_are(Verdict.ASK)
    else:
        counted = pairing.by_count(is_repeat=where is Place.REPEAT)
        if extent.is_closed and where is Place.OVERLAP:
            pairing.hold_against(known, extent, counted)
    return pairing.decisions()


@dataclass(slots=True)
class _Pairing:
    """Entries of a statement on one side, stored ones on the other; each is paired once."""

    entries: Sequence[Evidence]
    stored: Sequence[StoredEntry]
    done: Mapping[int, UUID]
    verdicts: dict[int, Decision] = field(default_factory=dict)
    rest: Decision = NEW
    used: set[UUID] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.used = set(self.done.values())
        self.verdicts = {at: Decision(Verdict.KNOWN, known) for at, known in self.done.items()}

    def by_reference(self) -> None:
        """The same kind of reference, value and amount is the same entry, on whichever day."""
        index: dict[tuple[ReferenceKind, str, Decimal], list[StoredEntry]] = defaultdict(list)
        for each in self.stored:
            for kind, value in each.evidence.references:
                index[kind, value, each.evidence.amount].append(each)
        for at, entry in enumerate(self.entries) if index else ():
            if at in self.verdicts:
                continue
            named = (
                each
                for kind, value in entry.references
                for each in index.get((kind, value, entry.amount), ())
            )
            found = next((each for each in named if each.id not in self.used), None)
            if found:
                self._pair(at, found, Verdict.KNOWN)

    def rest_are(self, verdict: Verdict) -> None:
        """Give all that are open the same verdict."""
        self.rest = Decision(verdict)

    def by_count(self, *, is_repeat: bool) -> list[int]:
        """Pair what is equal by day and amount; known only where the file has the whole day."""
        if not self.stored:
            return []
        equals: dict[_Key, list[StoredEntry]] = defaultdict(list)
        for each in self.stored:
            equals[each.evidence.day, each.evidence.amount].append(each)
        drawers: dict[_Key, _Drawer] = {}
        whole = self._whole_days()
        counted: list[int] = []
        for at, entry in enumerate(self.entries):
            if at in self.verdicts:
                continue
            key = entry.day, entry.amount
            if key not in drawers:
                drawers[key] = _Drawer(equals.get(key, ()))
            found = drawers[key].best(entry, self.used)
            if found is None:
                continue
            is_known = is_repeat or whole[entry.day]
            self._pair(at, found, Verdict.KNOWN if is_known else Verdict.ASK)
            counted.append(at)
        return counted

    def hold_against(self, known: Sequence[Extent], extent: Extent, counted: Sequence[int]) -> None:
        """Ask where pairs that were only counted do not agree with balances.

        Their sum must lead from the opening to the closing of each closed statement that holds
        them, or back, or one of the two statements lies wholly in the other.
        """
        pairs = [at for at in counted if self.verdicts[at].verdict is Verdict.KNOWN]
        holding: dict[UUID, list[int]] = defaultdict(list)
        by_id = {each.id: each for each in self.stored}
        for at in pairs:
            for statement_id in by_id[self._paired(at)].statements:
                holding[statement_id].append(at)
        for other in known:
            held = holding.get(other.id, ())
            if held and other.is_closed and not self._agrees(held, other, extent):
                for at in held:
                    self.verdicts[at] = Decision(Verdict.ASK, self.verdicts[at].entry_id)

    def decisions(self) -> list[Decision]:
        """The verdicts in the order of the entries."""
        return [self.verdicts.get(at, self.rest) for at in range(len(self.entries))]

    def _agrees(self, held: Sequence[int], other: Extent, extent: Extent) -> bool:
        moved = sum((self.entries[at].amount for at in held), Decimal())
        if extent.opening is None or extent.closing is None:
            return True
        leads = extent.opening + moved == other.closing or extent.closing - moved == other.opening
        return leads or len(held) in {len(self.entries), other.entries}

    def _whole_days(self) -> dict[date, bool]:
        """For each day of the file, whether it holds every stored movement of that day."""
        here = _bags((entry.day, entry.amount) for entry in self.entries)
        there = _bags((each.evidence.day, each.evidence.amount) for each in self.stored)
        return {day: there.get(day, Counter()) <= bag for day, bag in here.items()}

    def _pair(self, at: int, found: StoredEntry, verdict: Verdict) -> None:
        self.verdicts[at] = Decision(verdict, found.id)
        self.used.add(found.id)

    def _paired(self, at: int) -> UUID:
        found = self.verdicts[at].entry_id
        if found is None:  # pragma: no cover - only paired ones are asked for
            raise LookupError(at)
        return found


class _Drawer:
    """Stored entries of one day and amount, from which an equal one is taken without a search.

    A day may have thousands of them, as where members pay their fees: looking at each of them for
    each entry took minutes, inside a transaction. `_apart` has them by the kinds of reference that
    they bear, of which there are few; `_named` by each reference.
    """

    def __init__(self, stored: Sequence[StoredEntry]) -> None:
        self._apart: dict[frozenset[ReferenceKind], _Row] = defaultdict(_Row)
        self._named: dict[tuple[ReferenceKind, str], _Row] = defaultdict(_Row)
        for at, each in enumerate(stored):
            references = dict(each.evidence.references)
            self._apart[frozenset(references)].add(at, each)
            for named in references.items():
                self._named[named].add(at, each)

    def best(self, entry: Evidence, used: AbstractSet[UUID]) -> StoredEntry | None:
        """The best of equal ones: free, of no other reference, with the same text if there is.

        Of no other reference is what bears no kind of reference that the entry has, and what
        agrees with it in one.
        """
        references = dict(entry.references)
        rows = [row for kinds, row in self._apart.items() if references.keys().isdisjoint(kinds)]
        rows += [self._named[each] for each in references.items() if each in self._named]
        same = [found for row in rows if (found := row.first(used, entry.text))]
        fit = same or [found for row in rows if (found := row.first(used))]
        return min(fit, key=lambda each: each[0])[1] if fit else None


@dataclass(slots=True)
class _Row:
    """Stored entries with their places, in order; what is used is taken off the front for good."""

    entries: deque[tuple[int, StoredEntry]] = field(default_factory=deque)
    by_text: dict[str, deque[tuple[int, StoredEntry]]] = field(
        default_factory=lambda: defaultdict(deque)
    )

    def add(self, at: int, stored: StoredEntry) -> None:
        """Put one behind the others."""
        self.entries.append((at, stored))
        self.by_text[stored.evidence.text].append((at, stored))

    def first(
        self, used: AbstractSet[UUID], text: str | None = None
    ) -> tuple[int, StoredEntry] | None:
        """The first one that is free, of this text if one is asked for."""
        waiting = self.entries if text is None else self.by_text.get(text)
        while waiting and waiting[0][1].id in used:
            waiting.popleft()
        return waiting[0] if waiting else None


def _closed(line: BalanceLine) -> list[Extent]:
    return [known for known in line.statements if known.is_closed]


def _end_of_line(statement: Extent, line: BalanceLine) -> Place:
    """Whether a statement continues all that is stored, precedes it, or fills a gap exactly."""
    closed = _closed(line)
    ends = [
        known
        for known in closed
        if known.closing == statement.opening
        and known.last_day <= statement.first_day
        and not any(_follows(other, known) for other in closed)
    ]
    starts = [
        known
        for known in closed
        if known.opening == statement.closing
        and known.first_day >= statement.last_day
        and not any(_follows(known, other) for other in closed)
    ]
    if any(known.last_day == line.last_day for known in ends):
        return Place.AFTER
    if any(known.first_day == line.first_day for known in starts):
        return Place.BEFORE
    fills = any(
        not line.moved_between(before.last_day, after.first_day)
        for before in ends
        for after in starts
    )
    return Place.BETWEEN if fills else Place.OVERLAP


def _follows(later: Extent, earlier: Extent) -> bool:
    """Whether one statement begins where another ends."""
    return (
        later is not earlier
        and later.opening == earlier.closing
        and later.first_day >= earlier.last_day
    )


def _explains_overlap(stored: Sequence[StoredEntry], own: Iterable[Evidence]) -> bool:
    """Whether a border day sums to nought and is contained: then it may as well be an overlap."""
    if not stored:
        return False
    here = _bags((entry.day, entry.amount) for entry in own)
    there = _bags((each.evidence.day, each.evidence.amount) for each in stored)
    return any(
        sum(amount * count for amount, count in bag.items()) == 0
        and bag <= here.get(day, Counter())
        for day, bag in there.items()
    )


def _bags(pairs: Iterable[_Key]) -> dict[date, Counter[Decimal]]:
    bags: dict[date, Counter[Decimal]] = defaultdict(Counter)
    for day, amount in pairs:
        bags[day][amount] += 1
    return bags


def _is_counter(entries: Sequence[Evidence]) -> bool:
    """Whether the numbers of the entries only count them, from anew in each file."""
    numbers = (dict(entry.references).get(ReferenceKind.ENTRY, "") for entry in entries)
    return all(each.isdigit() and len(each) <= _COUNTER_DIGITS for each in numbers)
