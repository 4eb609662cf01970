"""Faults come from the seed alone, and recovery is counted from the kill."""

from random import Random

from tests.chaos.calls import Call, Kind
from tests.chaos.faults import Fault, Harm, Struck, planned
from tests.chaos.recovery import recoveries, summed_up

KILL = Struck(Fault(10, Harm.KILL, "api-2"), 10.0, 10.0)


def test_a_seed_is_a_plan() -> None:
    """The same twice; the store is lost in the middle, the disk is full later, both in calm."""
    plan = planned(Random("seed"), 600)  # noqa: S311 - nothing to be kept secret

    assert plan == planned(Random("seed"), 600)  # noqa: S311
    assert plan != planned(Random("other"), 600)  # noqa: S311
    assert [each.at for each in plan if each.harm is Harm.LOSE_STORE] == [300]
    assert [each.at for each in plan if each.harm is Harm.FILL_DISK] == [450]
    assert {Harm.KILL, Harm.STOP} < {each.harm for each in plan}


def test_the_first_answer_and_the_longest_wait_are_counted_from_the_kill() -> None:
    """A call that was under way is no sign of life until it is sent again."""
    under_way = Call(Kind.READ, asked=9.0, last_asked=9.0, answered=14.0)
    sent_after = Call(Kind.READ, asked=12.0, last_asked=12.0, answered=12.5)

    (found,) = recoveries([KILL], [under_way, sent_after])

    assert (found.part, found.kind, found.is_alone) == ("api", Kind.READ, True)
    assert (found.first, found.longest) == (2.5, 4.0)


def test_a_kill_while_the_twin_still_starts_is_told_as_both() -> None:
    """Nobody was left to answer; the same process killed again leaves its twin."""
    before = Struck(Fault(3, Harm.KILL, "api"), 3.0, 3.0)
    long_ago = Struck(Fault(-30, Harm.KILL, "api"), -30.0, -30.0)
    itself = Struck(Fault(3, Harm.KILL, "api-2"), 3.0, 3.0)
    answer = Call(Kind.READ, asked=10.5, last_asked=10.5, answered=21.0)

    told = [recoveries([each, KILL], [answer])[-1].part for each in (before, long_ago, itself)]

    assert told == ["api, both", "api", "api"]


def test_a_kill_that_another_fault_followed_is_counted_apart() -> None:
    """Its figures say nothing about the first one."""
    other = Struck(Fault(11, Harm.STOP, "postgres", 5.0), 11.0, 16.0)
    answer = Call(Kind.READ, asked=15.0, last_asked=15.0, answered=17.0)

    (figures,) = summed_up(recoveries([KILL, other], [answer]))

    assert figures == {"part": "api", "calls": "reads", "kills": 1, "alone": 0}
