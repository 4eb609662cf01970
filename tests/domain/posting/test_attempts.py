"""What a call asks for on its way into the books, and in which order."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import pytest

from domain.actor import Actor
from domain.command_key import CommandKey
from domain.errors import DomainError, Invalid
from domain.ledger.booking import Books
from domain.ledger.chart import Chart
from domain.ledger.intent import Intent
from domain.posting.attempts import FindAnswer, ReadBooks, Request, StoreCall, attempts
from domain.posting.call import PostingCall
from domain.posting.outcome import Answer, ChartKeepsChanging, Posted
from tests.strategies import intent_of_plain

OLD, NEW = (Books(Chart.AT_EKR, 1, {}, {}, version=version) for version in (1, 2))
KEY = CommandKey("POST /v1/bookings", "k", "ab")
INTENT = intent_of_plain()


class Refused(Invalid):
    """The chart has no such account."""

    def __init__(self) -> None:
        super().__init__("There is no such account.")


def call(
    prepare: Callable[[Books], Sequence[Intent]], key: CommandKey | None = None
) -> PostingCall:
    """A call of somebody."""
    return PostingCall(UUID(int=1), Actor.system("cli"), prepare, key=key)


def driven(asked: PostingCall, answers: Sequence[Any]) -> tuple[list[Request], Answer | Exception]:
    """What is asked for when it is answered so, and how it ends."""
    steps, requests, left = attempts(asked), [], iter(answers)
    try:
        requests.append(next(steps))
        while True:
            requests.append(steps.send(next(left)))
    except StopIteration as done:
        return requests, done.value
    except DomainError as error:
        return requests, error


def test_books_are_read_and_the_call_is_stored() -> None:
    """Nothing is said of what is new."""
    requests, answer = driven(call(lambda _: [INTENT]), [OLD, None])

    assert requests == [ReadBooks(fresh=False), requests[1]]
    assert isinstance(requests[1], StoreCall)
    assert answer == Answer([Posted(INTENT.intent_id, len(INTENT.entries))])


def test_what_was_stored_before_is_said_so() -> None:
    """With as many rows as it had then, and the first answer to its key."""
    told = {
        "known": [{"id": str(INTENT.intent_id), "rows": 3}],
        "answers": [{"operation": KEY.operation, "key": KEY.key, "body": {"a": 1}}],
    }
    _, answer = driven(call(lambda _: [INTENT], KEY), [OLD, told])

    assert answer == Answer([Posted(INTENT.intent_id, 3, replayed=True)], {"a": 1})


def test_a_changed_chart_means_once_more() -> None:
    """Prepared with the books as they are now."""
    seen: list[int] = []

    def prepare(books: Books) -> list[Intent]:
        seen.append(books.version)
        return [INTENT]

    requests, answer = driven(call(prepare), [OLD, {"stale": True}, NEW, None])

    assert [type(each) for each in requests] == [ReadBooks, StoreCall, ReadBooks, StoreCall]
    assert requests[2] == ReadBooks(fresh=True)
    assert seen == [1, 2]
    assert isinstance(answer, Answer)


def test_a_chart_that_keeps_changing_ends_it() -> None:
    """Five times are enough."""
    requests, answer = driven(call(lambda _: [INTENT]), [OLD, {"stale": True}] * 5)

    assert sum(isinstance(each, StoreCall) for each in requests) == 5
    assert isinstance(answer, ChartKeepsChanging)


def test_what_is_refused_is_prepared_once_more() -> None:
    """An account may have been added since the books were read."""

    def prepare(books: Books) -> list[Intent]:
        if books.version == 1:
            raise Refused
        return [INTENT]

    requests, answer = driven(call(prepare), [OLD, NEW, None])
    assert [type(each) for each in requests] == [ReadBooks, ReadBooks, StoreCall]
    assert isinstance(answer, Answer)


@pytest.mark.parametrize("key", [None, KEY])
def test_what_is_refused_again_is_refused(key: CommandKey | None) -> None:
    """A keyed call may have been stored before; if it was not, the refusal stands."""

    def prepare(_: Books) -> list[Intent]:
        raise Refused

    requests, answer = driven(call(prepare, key), [OLD, NEW, None])

    assert isinstance(answer, Refused)
    assert (FindAnswer(KEY) in requests) is (key is not None)


def test_a_call_that_was_stored_before_gets_its_first_answer() -> None:
    """Even if its account has gone meanwhile."""

    def prepare(_: Books) -> list[Intent]:
        raise Refused

    _, answer = driven(call(prepare, KEY), [OLD, NEW, {"intent_id": "x"}])
    assert answer == Answer([], {"intent_id": "x"})
