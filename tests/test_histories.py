"""The checker of histories: it must accept what can be explained, and nothing else."""

from typing import Any

import pytest

from tests.histories import DONE, REFUSED, Call, Recorder, is_linearizable

MARCH = "2026-03"


def call(kind: str, began: int, ended: int, number: int = 0, **other: Any) -> Call:
    """A call; with a number, or one that is no posting, it was done."""
    answer = DONE if number or kind != "post" else REFUSED
    return Call(kind, MARCH, began, ended, answer, number)._replace(**other)


EXPLAINED = {
    "nothing": [],
    "one after the other": [
        call("post", 1, 2, 1),
        call("post", 3, 4, 2),
        call("lock", 5, 6),
        call("post", 7, 8),
    ],
    "numbers of calls at once come in any order": [call("post", 1, 9, 2), call("post", 2, 8, 1)],
    "who overlaps the lock may be accepted or refused": [
        call("lock", 3, 8),
        call("post", 4, 5),
        call("post", 2, 9, 1),
    ],
    "accepted although answered after the lock": [call("post", 1, 9, 1), call("lock", 2, 8)],
    "a soft lock comes and goes": [
        call("soft_lock", 1, 2),
        call("post", 3, 4),
        call("reopen", 5, 6),
        call("post", 7, 8, 1),
    ],
    "between a soft lock and its reopening at once": [
        call("soft_lock", 1, 9),
        call("reopen", 2, 10),
        call("post", 3, 11),
    ],
    "another period stays open": [call("lock", 1, 2), call("post", 3, 4, 1, period="2026-04")],
    "the second lock is refused": [call("lock", 1, 9), call("lock", 2, 8, answer=REFUSED)],
}
BROKEN = {
    "accepted after the lock was answered": [call("lock", 1, 2), call("post", 3, 4, 1)],
    "refused before anyone asked for a lock": [call("post", 1, 2), call("lock", 3, 4)],
    "refused and nobody locked": [call("post", 1, 2)],
    "accepted after another was refused": [
        call("lock", 1, 9),
        call("post", 2, 3),
        call("post", 4, 5, 1),
    ],
    "a number too many": [call("post", 1, 2, 2)],
    "a number twice": [call("post", 1, 2, 1), call("post", 3, 4, 1)],
    "a gap": [call("post", 1, 2, 1), call("post", 3, 4, 3)],
    "the later call has the lower number": [call("post", 1, 2, 2), call("post", 3, 4, 1)],
    "locked for ever twice": [call("lock", 1, 9), call("lock", 2, 8)],
    "a locked period reopened": [call("lock", 1, 2), call("reopen", 3, 4)],
    "accepted under a soft lock": [
        call("soft_lock", 1, 2),
        call("post", 3, 4, 1),
        call("reopen", 5, 6),
    ],
}


@pytest.mark.parametrize("name", EXPLAINED)
def test_what_can_be_explained_is_accepted(name: str) -> None:
    """Some order of the calls gives all answers."""
    assert is_linearizable(EXPLAINED[name])


@pytest.mark.parametrize("name", BROKEN)
def test_what_cannot_be_explained_is_found(name: str) -> None:
    """No order of the calls gives all answers."""
    assert not is_linearizable(BROKEN[name])


def test_a_long_history_is_checked_quickly() -> None:
    """Thousands of calls, sixteen at a time, refused in the end; one wrong answer among them."""
    posts = [call("post", 10 * n, 10 * n + 155, n + 1) for n in range(3000)]
    lock = call("lock", 30_000, 30_200)
    refused = [call("post", 30_000 + n, 30_400 + n) for n in range(200)]
    late = posts[-1]._replace(began=30_201, ended=30_202)

    assert is_linearizable([*posts, lock, *refused])
    assert not is_linearizable([*posts[:-1], late, lock, *refused])


def test_what_is_recorded_is_what_happened() -> None:
    """Instants around the call, and its answer."""
    recorder = Recorder()

    done = recorder.record("post", MARCH, lambda: True)
    refused = recorder.record("post", MARCH, lambda: False)

    assert recorder.calls == [done, refused]
    assert (done.answer, refused.answer) == (DONE, REFUSED)
    assert done.began < done.ended < refused.began < refused.ended
