"""What was acknowledged to callers, and what was found in the end: held against each other."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum


class Trouble(StrEnum):
    """What a difference means."""

    LOST = "lost"
    DOUBLE = "double"
    STUCK = "stuck"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it was acknowledged."""

    trouble: Trouble
    what: str

    def __str__(self) -> str:
        return f"{self.trouble}: {self.what}"


@dataclass(slots=True)
class Acknowledged:
    """What one company was told.

    `intents` are hex ids; `runs` have the status that was answered last, `corrections` the text
    of each case that was answered last, `mails` the message ids, `seals` the closing hashes by
    period, `movements` the intent that each bank transaction was tied to.
    """

    intents: set[str] = field(default_factory=set)
    mails: set[str] = field(default_factory=set)
    corrections: dict[str, str] = field(default_factory=dict)
    runs: dict[str, str] = field(default_factory=dict)
    seals: dict[str, str] = field(default_factory=dict)
    movements: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Found:
    """What the database of one company holds.

    `attachments` counts the accepted ones by mail and name, `transfers` how often an invoice is
    paid and by which amounts, `bank` are the balance in the books and the sum of what is tied,
    `broken` says what does not hold by itself.
    """

    intents: tuple[str, ...] = ()
    mails: tuple[str, ...] = ()
    attachments: Mapping[str, int] = field(default_factory=dict)
    corrections: Mapping[str, str] = field(default_factory=dict)
    runs: Mapping[str, str] = field(default_factory=dict)
    seals: Mapping[str, str] = field(default_factory=dict)
    movements: Mapping[str, str] = field(default_factory=dict)
    transfers: Mapping[str, int] = field(default_factory=dict)
    bank: Mapping[str, tuple[Decimal, Decimal]] = field(default_factory=dict)
    broken: tuple[str, ...] = ()
    open: tuple[str, ...] = ()


def differences(told: Acknowledged, found: Found) -> list[Difference]:
    """Everything that was acknowledged and is not so, or is so more than once."""
    return [
        *_intents(told.intents, found.intents),
        *(_lost("mail", told.mails - set(found.mails))),
        *(_more_than_once("attachment", found.attachments)),
        *(_changed("correction of case", told.corrections, found.corrections)),
        *(_changed("run", told.runs, found.runs)),
        *(_changed("seal of", told.seals, found.seals)),
        *(_changed("movement", told.movements, found.movements)),
        *(_more_than_once("payment of invoice", found.transfers)),
        *(
            Difference(Trouble.WRONG, f"bank {account}: {books} in the books, {tied} moved")
            for account, (books, tied) in sorted(found.bank.items())
            if books != tied
        ),
        *(Difference(Trouble.WRONG, each) for each in found.broken),
        *(Difference(Trouble.STUCK, each) for each in found.open),
    ]


def _intents(told: set[str], found: tuple[str, ...]) -> Iterable[Difference]:
    """Each acknowledged intent once; one that no answer named was booked for a second time."""
    yield from _lost("intent", told - set(found))
    yield from _more_than_once("intent", Counter(found))
    for each in sorted(set(found) - told):
        yield Difference(Trouble.DOUBLE, f"intent {each} was acknowledged to nobody")


def _lost(what: str, names: set[str]) -> Iterable[Difference]:
    return (Difference(Trouble.LOST, f"{what} {name}") for name in sorted(names))


def _more_than_once(what: str, counts: Mapping[str, int]) -> Iterable[Difference]:
    return (
        Difference(Trouble.DOUBLE, f"{what} {name}, {count} times")
        for name, count in sorted(counts.items())
        if count > 1
    )


def _changed(what: str, told: Mapping[str, str], found: Mapping[str, str]) -> Iterable[Difference]:
    """What was answered last has to be so; what nobody was told must not be."""
    for name in sorted(told.keys() | found.keys()):
        if name not in found:
            yield Difference(Trouble.LOST, f"{what} {name}: {told[name]}")
        elif name not in told:
            yield Difference(Trouble.DOUBLE, f"{what} {name}: {found[name]}, told to nobody")
        elif told[name] != found[name]:
            yield Difference(Trouble.WRONG, f"{what} {name}: {found[name]}, not {told[name]}")
