"""Rounds of two contenders, one after the other on the same server, and their ratio."""

from collections.abc import Callable
from statistics import median

PEAK_KIB = """
def peak_kib():
    # getrusage() would count what the parent held in memory when it started this process.
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
"""
"""Begins a child process that tells how much memory it needed at most."""


def compare(
    name: str,
    limit_name: str,
    ours: Callable[[], float],
    limit: Callable[[], float],
    rounds: int = 3,
    **facts: object,
) -> dict[str, object]:
    """Interleave two ways to find a rate (pieces a second); the ratio is ours to the limit."""
    found, limits, ratios = [], [], []
    for _ in range(rounds):
        limits.append(limit())
        found.append(ours())
        ratios.append(found[-1] / limits[-1])
    return {
        "name": name,
        "limit": limit_name,
        **facts,
        "rounds": rounds,
        "rate": spread(found),
        "limit_rate": spread(limits),
        "ratio": spread(ratios),
    }


def spread(values: list[float]) -> dict[str, float]:
    """Median, least and most."""
    return {
        "median": round(median(values), 3),
        "min": round(min(values), 3),
        "max": round(max(values), 3),
    }
