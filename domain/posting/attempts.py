"""The way of a call into the books: prepared, stored, and prepared again if the chart changed.

There are two ways to the database: in the session of a caller, and in the queue of a process
where calls that wait together share a transaction. What is tried, how often and in which order
is the same for both, and stands here; each carries out what it is asked.
"""

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

from domain.command_key import CommandKey
from domain.errors import DomainError
from domain.posting.call import PostingCall, PreparedCall
from domain.posting.outcome import Answer, ChartKeepsChanging, answer_of, is_stale

_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class ReadBooks:
    """Give the books of the tenant; `fresh` reads them again."""

    fresh: bool


@dataclass(frozen=True, slots=True)
class StoreCall:
    """Store a prepared call, and give what the books say of it."""

    call: PreparedCall


@dataclass(frozen=True, slots=True)
class FindAnswer:
    """Give the first answer to a key, or None."""

    key: CommandKey


Request = ReadBooks | StoreCall | FindAnswer


def attempts(call: PostingCall) -> Generator[Request, Any, Answer]:
    """Ask for one thing after the other until the call is stored, or refused.

    What is refused at first is prepared once more with fresh books: an account or a code may
    have been added since they were read. A call that was stored before, and could not be
    prepared any more, gets its first answer. Raises ChartKeepsChanging.
    """
    for attempt in range(_ATTEMPTS):
        books = yield ReadBooks(fresh=attempt > 0)
        try:
            prepared = call.prepared(books)
        except DomainError:
            if attempt == 0:
                continue
            first = None if call.key is None else (yield FindAnswer(call.key))
            if first is None:
                raise
            return Answer([], first)
        result = yield StoreCall(prepared)
        if not is_stale(result):
            return answer_of(prepared, result)
    raise ChartKeepsChanging
