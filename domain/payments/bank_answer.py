"""What becomes of a transfer by what the bank says of it: status reports, advices and statements.

What is answered is a function of all that was said, so that messages may come in any order and
twice. Money that moved is the strongest evidence, and a transfer that may have been executed is
never free to be paid again. What a reason means, and what to do, is data (`status_reasons.csv`:
ISO 20022 external code list, EPC rulebooks).
"""

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from importlib.resources import files

from domain.money import ZERO

REFUSED = frozenset({"RJCT", "CANC"})
"""Statuses that say that nothing is carried out."""
_EXECUTED = frozenset({"ACSC", "ACCC"})
_REOPENS = "reopen"
_UNKNOWN = "*"


class Standing(StrEnum):
    """Where a transfer stands at the bank.

    HELD was refused, and may have been executed all the same: a duplicate, or the bank
    contradicts itself.
    """

    SENT = "sent"
    ACCEPTED = "accepted"
    EXECUTED = "executed"
    REFUSED = "refused"
    RETURNED = "returned"
    HELD = "held"


OVER = frozenset({Standing.EXECUTED, Standing.REFUSED, Standing.RETURNED})
"""Standings after which nothing more is waited for."""


@dataclass(frozen=True, slots=True)
class Reason:
    """What a code says, what to do about it, and who does it."""

    code: str
    meaning: str
    meaning_de: str
    action: str
    who: str
    reopens: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """One status of a transfer, or of its file where it has none of its own."""

    status: str
    told_at: datetime
    depth: int = 2
    message_id: str = ""
    reason: str | None = None
    reason_text: str | None = None


@dataclass(frozen=True, slots=True)
class Movement:
    """What moved on the account for a transfer: below zero it left, above zero it came back."""

    amount: Decimal
    reason: str | None = None
    reason_text: str | None = None


@dataclass(slots=True)
class Evidence:
    """All that is known of a file: of single transfers by their numbers, and of the whole."""

    answers: dict[int | None, list[Answer]] = field(default_factory=lambda: defaultdict(list))
    movements: dict[int, list[Movement]] = field(default_factory=lambda: defaultdict(list))
    collected: list[Movement] = field(default_factory=list)
    count: int = 0

    def answers_of(self, transfer: int) -> list[Answer]:
        """What messages say of a transfer, and of the file that it is in."""
        return [*self.answers.get(None, ()), *self.answers.get(transfer, ())]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where a transfer stands, and why; `is_free` where its invoices can be paid again."""

    standing: Standing
    reason: str | None = None
    reason_text: str | None = None

    @property
    def is_free(self) -> bool:
        """Whether what it paid is open again and may be paid anew.

        >>> Outcome(Standing.REFUSED, "AC04").is_free, Outcome(Standing.REFUSED, "AM05").is_free
        (True, False)
        """
        is_back = self.standing in {Standing.REFUSED, Standing.RETURNED}
        return is_back and reason_of(self.reason).reopens


def is_refusal(status: str) -> bool:
    """Whether a status says that nothing is carried out.

    >>> is_refusal("RJCT"), is_refusal("ACSC")
    (True, False)
    """
    return status in REFUSED


def reason_of(code: str | None) -> Reason:
    """What a code means; one that nobody knows is kept and treated like no reason at all.

    >>> reason_of("AC01").action, reason_of("XX99").code
    ('ask_account', 'XX99')
    """
    row = _reasons().get(code or _UNKNOWN) or _reasons()[_UNKNOWN]
    return Reason(
        code=code or "",
        meaning=row["meaning"],
        meaning_de=row["meaning_de"],
        action=row["action"],
        who=row["who"],
        reopens=row["item_effect"] == _REOPENS,
    )


def outcome_of(answers: Sequence[Answer], movements: Sequence[Movement]) -> Outcome:
    """Where a transfer stands by all that was said of it, in whatever order it came."""
    back = next((each for each in movements if each.amount > ZERO), None)
    if back is not None:
        return Outcome(Standing.RETURNED, back.reason, back.reason_text)
    if movements:
        return Outcome(Standing.EXECUTED)
    said = _nearest(answers)
    refused = max(
        (each for each in said if each.status in REFUSED),
        key=lambda each: (each.told_at, each.message_id),
        default=None,
    )
    executed = any(each.status in _EXECUTED for each in said)
    if refused is None:
        return Outcome(_forward(said, executed=executed))
    may_be_paid = executed or not reason_of(refused.reason).reopens
    standing = Standing.HELD if may_be_paid else Standing.REFUSED
    return Outcome(standing, refused.reason, refused.reason_text)


def outcomes_of(sums: Mapping[int, Decimal], known: Evidence) -> dict[int, Outcome]:
    """Where each transfer stands; a collective booking counts for those it has room for."""
    single = {
        number: outcome_of(known.answers_of(number), known.movements.get(number, ()))
        for number in sums
    }
    left = sum((moved.amount for moved in known.collected), ZERO)
    waiting = [n for n in sums if single[n].standing not in {Standing.REFUSED, Standing.RETURNED}]
    if left and -left == sum((sums[number] for number in waiting), ZERO):
        paid = [Movement(left)]
        single |= {number: outcome_of(known.answers_of(number), paid) for number in waiting}
    return single


def _forward(said: Sequence[Answer], *, executed: bool) -> Standing:
    if executed:
        return Standing.EXECUTED
    return Standing.ACCEPTED if said else Standing.SENT


def _nearest(answers: Iterable[Answer]) -> list[Answer]:
    """Of each message what it says nearest to the transfer."""
    best: dict[str, int] = {}
    listed = list(answers)
    for each in listed:
        best[each.message_id] = max(best.get(each.message_id, 0), each.depth)
    return [each for each in listed if each.depth == best[each.message_id]]


@cache
def _reasons() -> dict[str, dict[str, str]]:
    source = files("domain.payments").joinpath("status_reasons.csv").read_text(encoding="utf-8")
    return {row["code"]: row for row in csv.DictReader(source.splitlines())}
