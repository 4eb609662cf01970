"""Which movements are known: worked examples, and random accounts cut in every way."""

import json
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.banking.identity import (
    BalanceLine,
    Decision,
    Evidence,
    Extent,
    Place,
    StoredEntry,
    Verdict,
    decide,
    extent_of,
    place,
    with_proper_references,
)
from domain.formats import camt
from domain.formats.statement import Entry, ReferenceKind, References, StatementEnd, StatementHead

DATA = Path(__file__).parents[2] / "data" / "statements"
EXAMPLES = json.loads((DATA / "identity_examples.json").read_text(encoding="utf-8"))
KINDS = {
    "svcr": ReferenceKind.SERVICER,
    "uid": ReferenceKind.UNIQUE,
    "ntryref": ReferenceKind.ENTRY,
}
TWICE_THAT_DAY = [
    Evidence(date(2026, 1, 1), Decimal("-4.50"), (), "Coffee"),
    Evidence(date(2026, 1, 1), Decimal("-4.50"), (), "Coffee"),
]


@dataclass
class Delivered:
    """A statement as it comes."""

    name: str
    opening: Decimal | None
    closing: Decimal | None
    entries: list[Evidence]


@dataclass
class Account:
    """An account in memory: what an import does to it."""

    entries: list[StoredEntry] = field(default_factory=list)
    statements: list[Extent] = field(default_factory=list)

    def take(self, found: Delivered) -> tuple[Place, list[Verdict]]:
        """Import a statement; say where it stands and what its entries are."""
        if not found.entries:
            return Place.OVERLAP, []
        entries = [*with_proper_references(found.entries)]
        extent = extent_of(uuid4(), found.name, (found.opening, found.closing), entries)
        where = place(extent, self.line(extent), border(extent, entries))
        decided = decide(entries, self.entries, (extent, where), self.statements)
        self.store(extent, entries, decided)
        return where, [each.verdict for each in decided]

    def line(self, extent: Extent) -> BalanceLine:
        """The account as the rule sees it."""
        days = [each.evidence.day for each in self.entries]
        edges = {extent.first_day, extent.last_day}
        return BalanceLine(
            statements=self.statements,
            first_day=min(days, default=None),
            last_day=max(days, default=None),
            border=[each for each in self.entries if each.evidence.day in edges],
            moved_between=lambda first, last: any(first < day < last for day in days),
        )

    def store(self, extent: Extent, entries: list[Evidence], decided: list[Decision]) -> None:
        """Keep what is new, and who holds what is known."""
        for entry, decision in zip(entries, decided, strict=True):
            if decision.verdict is Verdict.NEW:
                self.entries.append(StoredEntry(uuid4(), entry, frozenset({extent.id})))
            elif decision.verdict is Verdict.KNOWN:
                self.held(decision.entry_id, extent.id, entry)
        self.statements.append(extent)

    def held(self, entry_id: UUID | None, statement_id: UUID, entry: Evidence) -> None:
        """A known entry stands in one more statement, which may know it by another reference."""
        for at, each in enumerate(self.entries):
            if each.id == entry_id:
                more = dict(entry.references) | dict(each.evidence.references)
                evidence = each.evidence._replace(references=tuple(more.items()))
                self.entries[at] = StoredEntry(each.id, evidence, each.statements | {statement_id})


def border(extent: Extent, entries: list[Evidence]) -> list[Evidence]:
    """Entries of the first and last day."""
    return [each for each in entries if each.day in {extent.first_day, extent.last_day}]


def of_file(name: str) -> Iterator[Delivered]:
    """Statements of a file."""
    found = Delivered("", None, None, [])
    for part in camt.parts(BytesIO((DATA / name).read_bytes())):
        match part:
            case StatementHead():
                found = Delivered(part.id, None, None, [])
            case Entry():
                found.entries.append(Evidence(part.booking_date, part.amount, part.references))
            case StatementEnd():
                yield replace(found, opening=part.opening, closing=part.closing)


def of_example(facts: dict[str, Any]) -> Delivered:
    """A statement that an example writes out, in cents."""
    entries = [
        Evidence(
            date.fromisoformat(each["date"]),
            cents(each["amount"]),
            tuple((KINDS[kind], value) for kind, value in each["refs"].items()),
            each["text"],
        )
        for each in facts["entries"]
        if each.get("status", "BOOK") == "BOOK"
    ]
    return Delivered(facts["id"], cents(facts["opening"]), cents(facts["closing"]), entries)


def cents(value: int | None) -> Any:
    """An amount of cents."""
    return None if value is None else Decimal(value) / 100


def deliveries(example: dict[str, Any]) -> list[Delivered]:
    """What comes, in order."""
    found = [each for name in example.get("files", ()) for each in of_file(name)]
    for name in example.get("corpus", ()):
        assert name == "bsp_camt053_duplicate_same_day.xml"
        found.append(Delivered("", None, None, TWICE_THAT_DAY))
    return found + [of_example(each) for each in example.get("inline", ())]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda each: str(each["n"]))
def test_the_worked_examples(example: dict[str, Any]) -> None:
    """Each delivery is placed and decided as the example explains."""
    account = Account()

    got = [account.take(each) for each in deliveries(example)]

    assert [[str(where), [str(one) for one in verdicts]] for where, verdicts in got] == (
        example["expect"]
    )
    assert len(account.entries) == example["movements"]


AMOUNTS = [Decimal(each) for each in ("-3.50", "-3.50", "-3.50", "5", "5", "-12", "100", "-49.99")]
Moves = list[Evidence]


def an_account(draw: random.Random, size: int = 40) -> Moves:
    """Movements of twelve days, many of them equal."""
    days = sorted(draw.randrange(12) for _ in range(size))
    return [
        Evidence(
            date(2026, 3, 2) + timedelta(day),
            draw.choice(AMOUNTS),
            (),
            draw.choice(["Karte", "Parkhaus", ""]),
        )
        for day in days
    ]


def stretch(moves: Moves, first: int, last: int, name: str, *, balances: bool) -> Delivered:
    """A statement over movements from `first` up to `last`."""
    opening = 1000 + sum((each.amount for each in moves[:first]), Decimal())
    closing = opening + sum((each.amount for each in moves[first:last]), Decimal())
    if not balances:
        return Delivered(name, None, None, moves[first:last])
    return Delivered(name, opening, closing, moves[first:last])


def cut(draw: random.Random, moves: Moves, *, balances: bool) -> list[Delivered]:
    """Consecutive statements, cut anywhere, also inside a day."""
    marks = sorted({0, len(moves)} | {draw.randrange(1, len(moves)) for _ in range(8)})
    return [
        stretch(moves, first, last, f"s{number}", balances=balances)
        for number, (first, last) in enumerate(pairwise(marks))
    ]


def windows(draw: random.Random, moves: Moves, *, balances: bool) -> Iterator[Delivered]:
    """Whole days, overlapping the ones before."""
    days = sorted({each.day for each in moves})
    start = 0
    while start < len(days):
        end = min(len(days), start + draw.randrange(1, 5))
        wanted = set(days[max(0, start - draw.randrange(0, 3)) : end])
        at = [number for number, each in enumerate(moves) if each.day in wanted]
        yield stretch(moves, at[0], at[-1] + 1, f"w{start}", balances=balances)
        start = end


def compared(moves: Moves, came: Sequence[Delivered]) -> tuple[int, int, int]:
    """How many movements are doubled, missing, and asked about."""
    account = Account()
    asked = sum(account.take(each)[1].count(Verdict.ASK) for each in came)
    got = Counter((each.evidence.day, each.evidence.amount) for each in account.entries)
    want = Counter((each.day, each.amount) for each in moves)
    return (got - want).total(), (want - got).total(), asked


@pytest.mark.parametrize("seed", range(60))
def test_random_accounts_lose_and_double_nothing(seed: int) -> None:
    """Statements with balances cut anywhere, sent twice now and then; windows of whole days."""
    draw = random.Random(seed)  # noqa: S311 (no secret)
    moves = an_account(draw)
    in_order = [
        each
        for found in cut(draw, moves, balances=True)
        for each in [found] * (2 if draw.random() < 0.3 else 1)
    ]

    assert compared(moves, in_order) == (0, 0, 0)
    assert compared(moves, list(windows(draw, moves, balances=False))) == (0, 0, 0)
    assert compared(moves, list(windows(draw, moves, balances=True))) == (0, 0, 0)


@pytest.mark.parametrize("seed", range(60))
def test_what_cannot_be_known_is_never_doubled(seed: int) -> None:
    """Shuffled statements, and pieces of days without balances: some wait, none is twice."""
    draw = random.Random(seed)  # noqa: S311 (no secret)
    moves = an_account(draw)
    shuffled = cut(draw, moves, balances=True)
    draw.shuffle(shuffled)

    assert compared(moves, shuffled)[0] == 0
    assert compared(moves, cut(draw, moves, balances=False))[0] == 0


def test_fillers_counters_and_shared_values_are_no_evidence() -> None:
    """Nor is a number of the entry, unless the bank is known for it."""
    day, amount = date(2026, 3, 2), Decimal("1.00")
    servicer, entry = ReferenceKind.SERVICER, ReferenceKind.ENTRY

    def said(*references: tuple[ReferenceKind, str]) -> Evidence:
        return Evidence(day, amount, references)

    def proper(*entries: Evidence, trusts: bool = False) -> list[References]:
        found = with_proper_references(entries, trusts_entry_reference=trusts)
        return [each.references for each in found]

    fillers_and_shared = [(servicer, each) for each in ("NONREF", "A", " A ", "000")]
    assert proper(*map(said, fillers_and_shared)) == [(), (), (), ()]
    assert proper(said((servicer, " B "))) == [((servicer, "B"),)]
    long = (entry, "20260302000000000000001")
    assert proper(said(long)) == [()]
    assert proper(said(long), trusts=True) == [(long,)]
    for number in ("1", "CH700033323323241701E"):
        assert proper(said((entry, number)), trusts=True) == [()]


def test_an_interrupted_import_goes_on_where_it_was() -> None:
    """What it has stored itself is not taken for what somebody else brought."""
    day = date(2026, 3, 2)
    equal = [Evidence(day, Decimal("-3.50")), Evidence(day, Decimal("-3.50"))]
    mine, others = (StoredEntry(uuid4(), equal[0]) for _ in range(2))
    extent = extent_of(uuid4(), "s", (None, None), equal)

    decided = decide(equal, [mine, others], (extent, Place.OVERLAP), [], done={0: mine.id})

    assert [each.entry_id for each in decided] == [mine.id, others.id]


class Touched(UUID):
    """An id that counts how often anything is looked up by it."""

    times = 0

    def __hash__(self) -> int:
        """Count, and hash as ever."""
        Touched.times += 1
        return super().__hash__()


@pytest.mark.parametrize("kinds", [(), (ReferenceKind.SERVICER,), tuple(ReferenceKind)])
def test_thousands_of_equal_amounts_are_looked_at_once_each(
    kinds: tuple[ReferenceKind, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fees of members: a day of equal amounts under other references, or under none."""
    count = 1000

    def entries(name: str) -> list[Evidence]:
        return [
            Evidence(
                date(2026, 11, 15),
                Decimal("19.90"),
                tuple((kind, f"{name}{kind}{at}") for kind in kinds),
                f"{name} {at % 7}",
            )
            for at in range(count)
        ]

    stored = [
        StoredEntry(Touched(bytes=each.bytes), said) for each, said in _with_ids(entries("a"))
    ]
    found = entries("b")
    extent = extent_of(uuid4(), "b", (None, None), found)
    monkeypatch.setattr(Touched, "times", 0)

    decided = decide(found, stored, (extent, Place.OVERLAP), [])

    expected = {Verdict.NEW} if kinds else {Verdict.KNOWN}
    assert {each.verdict for each in decided} == expected
    assert Touched.times < 20 * count


def _with_ids(entries: list[Evidence]) -> list[tuple[UUID, Evidence]]:
    return [(uuid4(), each) for each in entries]


@pytest.mark.parametrize("seed", range(40))
def test_the_best_of_equal_ones_is_the_one_that_a_search_finds(seed: int) -> None:
    """Free, of no other reference, of the same text if there is one, else the first."""
    chance = random.Random(seed)  # noqa: S311
    day, amount = date(2026, 11, 15), Decimal(1)

    def drawn() -> Evidence:
        kinds = chance.sample([*ReferenceKind], chance.randint(0, 2))
        named = tuple((kind, chance.choice("xyz")) for kind in kinds)
        return Evidence(day, amount, named, chance.choice(["", "a", "b"]))

    stored = [StoredEntry(uuid4(), drawn()) for _ in range(chance.randint(1, 12))]
    found = [drawn() for _ in range(12)]
    extent = extent_of(uuid4(), "b", (None, None), found)

    decided = decide(found, stored, (extent, Place.REPEAT), [])

    assert [each.entry_id for each in decided] == _searched(found, stored)


def _searched(found: list[Evidence], stored: list[StoredEntry]) -> list[UUID | None]:
    """The same by looking at all of them each time: first by reference, then by what is equal."""
    left, paired = [*stored], dict[int, UUID | None]()

    def take(at: int, fit: list[StoredEntry]) -> None:
        best = min(fit, key=lambda each: each.evidence.text != found[at].text, default=None)
        paired[at] = best.id if best else None
        left[:] = [each for each in left if each is not best]

    for at, entry in enumerate(found):
        named = [
            each
            for reference in entry.references
            for each in left
            if reference in each.evidence.references
        ]
        if named:
            paired[at] = named[0].id
            left.remove(named[0])
    for at, entry in enumerate(found):
        if at not in paired:
            take(at, [e for e in left if not _differ(entry.references, e.evidence.references)])
    return [paired[at] for at in range(len(found))]


def _differ(one: Sequence[Any], other: Sequence[Any]) -> bool:
    first, second = dict(one), dict(other)
    both = first.keys() & second.keys()
    return bool(both) and all(first[kind] != second[kind] for kind in both)
