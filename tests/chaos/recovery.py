"""How long it took after a kill until somebody was answered again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median, quantiles

from tests.chaos.calls import Call, Kind
from tests.chaos.faults import Harm, Struck

_MET = 1.0
_START = 20.0
"""Seconds in which a process may still be starting again, on a machine of two cores under load."""


@dataclass(frozen=True, slots=True)
class Recovery:
    """Seconds from one kill to answers to calls of one kind.

    `first` is the first answer to what was sent after it, `longest` the last one of those that it
    met (under way then, or begun within a second). `is_alone`: no other fault struck before. A part
    whose twin was killed just before is told as both of them: nobody was left to answer.
    """

    part: str
    kind: Kind
    first: float
    longest: float
    is_alone: bool


def recoveries(struck: Sequence[Struck], calls: Iterable[Call]) -> list[Recovery]:
    """One for each kill and kind of call that was answered after it."""
    answered = sorted(calls, key=lambda call: call.answered)
    kills = [each for each in struck if each.fault.harm in (Harm.KILL, Harm.LOSE_STORE)]
    found = [_after(kill, struck, kind, answered) for kill in kills for kind in Kind]
    return [each for each in found if each is not None]


def _after(
    kill: Struck, struck: Sequence[Struck], kind: Kind, answered: Sequence[Call]
) -> Recovery | None:
    at = kill.begun
    since = [call for call in answered if call.kind is kind and call.answered > at]
    first = next((call.answered - at for call in since if call.last_asked >= at), None)
    if first is None:
        return None
    longest = max((call.answered - at for call in since if call.asked < at + _MET), default=first)
    end = at + max(first, longest)
    others = [each for each in struck if each is not kill and each.begun < end and each.ended > at]
    return Recovery(_name(kill, struck), kind, first, max(first, longest), not others)


def _name(kill: Struck, struck: Sequence[Struck]) -> str:
    """Which part was killed, and whether its twin was as well, so short a time before."""
    if kill.fault.harm is not Harm.KILL:
        return str(kill.fault.harm)
    part = kill.fault.part
    name = part.removesuffix("-2")
    is_twin_away = any(
        each.fault.harm is Harm.KILL
        and each.fault.part != part
        and each.fault.part.removesuffix("-2") == name
        and kill.begun - _START < each.begun < kill.begun
        for each in struck
    )
    return f"{name}, both" if is_twin_away else name


def summed_up(found: Iterable[Recovery]) -> list[dict[str, object]]:
    """Figures for each part and kind of call, over the kills that no other fault followed."""
    groups: dict[tuple[str, Kind], list[Recovery]] = {}
    for each in found:
        groups.setdefault((each.part, each.kind), []).append(each)
    return [_figures(part, kind, each) for (part, kind), each in sorted(groups.items())]


def _figures(part: str, kind: Kind, found: list[Recovery]) -> dict[str, object]:
    alone = [each for each in found if each.is_alone]
    figures: dict[str, object] = {
        "part": part,
        "calls": str(kind),
        "kills": len(found),
        "alone": len(alone),
    }
    if alone:
        firsts, longest = [each.first for each in alone], [each.longest for each in alone]
        figures |= {
            "first_p50": round(median(firsts), 2),
            "first_p95": round(_p95(firsts), 2),
            "longest_p50": round(median(longest), 2),
            "longest_p95": round(_p95(longest), 2),
        }
    return figures


def _p95(values: list[float]) -> float:
    """The highest of few, else the 95th percentile."""
    return max(values) if len(values) < 20 else quantiles(values, n=20, method="inclusive")[-1]
