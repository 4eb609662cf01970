"""Histories of concurrent calls on the books, and whether some order of them explains all answers.

Each call has the instant before it was made and the instant after it was answered. A history
is linearizable if every call can be put at one point between its two instants so that, done
one after the other in that order, all of them get the answers that they got.
"""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple
from uuid import UUID

DONE, REFUSED = "done", "refused"


class Call(NamedTuple):
    """One call and its answer; a posting that was accepted has a number and an intent."""

    kind: str
    period: str
    began: int
    ended: int
    answer: str
    number: int = 0
    intent_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Books:
    """What calls change: the last number, and which periods are closed, softly or for ever."""

    last: int = 0
    soft: frozenset[str] = frozenset()
    hard: frozenset[str] = frozenset()

    def after(self, call: Call) -> "Books | None":
        """The books after a call, or None if they would have answered otherwise."""
        is_done = call.answer == DONE
        is_soft, is_hard = call.period in self.soft, call.period in self.hard
        one = frozenset({call.period})
        may, then = {
            "post": (not is_soft and not is_hard, replace(self, last=call.number)),
            "soft_lock": (not is_soft and not is_hard, replace(self, soft=self.soft | one)),
            "reopen": (is_soft, replace(self, soft=self.soft - one)),
            "lock": (not is_hard, replace(self, soft=self.soft - one, hard=self.hard | one)),
        }[call.kind]
        if may != is_done:
            return None
        if is_done and call.kind == "post" and call.number != self.last + 1:
            return None
        return then if is_done else self


@dataclass
class Recorder:
    """Collects the calls of many threads."""

    calls: list[Call] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def record(
        self, kind: str, period: str, act: Callable[[], bool], intent_id: UUID | None = None
    ) -> Call:
        """Make a call; `act` tells whether it was done or refused."""
        began = time.perf_counter_ns()
        answer = DONE if act() else REFUSED
        ended = time.perf_counter_ns()
        call = Call(kind, period, began, ended, answer, intent_id=intent_id)
        with self._lock:
            self.calls.append(call)
        return call


def is_linearizable(calls: Sequence[Call]) -> bool:
    """Search for an order of the calls, within their instants, that explains every answer.

    The search of Wing and Gong: whichever call may come next is tried, and a set of calls
    that leads to the same books is tried once.
    """
    ordered = sorted(calls, key=lambda call: call.began)
    open_ends: list[tuple[int, frozenset[int], Books]] = [(0, frozenset(), Books())]
    seen = set()
    while open_ends:
        first, beyond, books = open_ends.pop()
        while first in beyond:
            first, beyond = first + 1, beyond - {first}
        if first == len(ordered):
            return True
        if (first, beyond, books) not in seen:
            seen.add((first, beyond, books))
            open_ends.extend(
                (first, beyond | {at}, then) for at, then in _next(ordered, first, beyond, books)
            )
    return False


def _next(
    ordered: list[Call], first: int, beyond: frozenset[int], books: Books
) -> list[tuple[int, Books]]:
    """Calls that may come next; one that changes nothing comes at once and alone."""
    steps = [(at, books.after(ordered[at])) for at in _free(ordered, first, beyond)]
    possible = [(at, then) for at, then in steps if then is not None]
    idle = [(at, then) for at, then in possible if then == books]
    return idle[:1] or possible


def _free(ordered: list[Call], first: int, beyond: frozenset[int]) -> Iterator[int]:
    """Calls that began before any other that is left was answered."""
    left, horizon = [], ordered[first].ended
    for at in range(first, len(ordered)):
        if ordered[at].began > horizon:
            break
        if at not in beyond:
            left.append(at)
            horizon = min(horizon, ordered[at].ended)
    return (at for at in left if ordered[at].began <= horizon)
