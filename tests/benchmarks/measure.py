"""Rounds of two contenders, one after the other on the same server, and their ratio."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

Work = Callable[[int, int], None]
"""Does one piece of work: number of the writer, number of the piece."""


PEAK_KIB = """
def peak_kib():
    # getrusage() would count what the parent held in memory when it started this process.
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
"""
"""Begins a child process that tells how much memory it needed at most."""


@dataclass(frozen=True, slots=True)
class Contest:
    """Something of ours, and the limit that it is held against."""

    name: str
    limit_name: str
    ours: Work
    limit: Work
    writers: int
    pieces: int


def run(contest: Contest, rounds: int = 3) -> dict[str, object]:
    """Let the contenders work by threads, one for each writer."""
    work, pieces = contest.writers, contest.pieces
    _rate(contest.ours, work, pieces // 5)
    _rate(contest.limit, work, pieces // 5)
    return compare(
        contest.name,
        contest.limit_name,
        lambda: _rate(contest.ours, work, pieces),
        lambda: _rate(contest.limit, work, pieces),
        rounds,
        writers=work,
    )


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


def _rate(work: Work, writers: int, pieces: int) -> float:
    start = threading.Barrier(writers + 1)
    threads = [
        threading.Thread(target=_write, args=(work, writer, pieces // writers, start))
        for writer in range(writers)
    ]
    for thread in threads:
        thread.start()
    start.wait()
    begin = time.perf_counter()
    for thread in threads:
        thread.join()
    return (pieces // writers) * writers / (time.perf_counter() - begin)


def _write(work: Work, writer: int, pieces: int, start: threading.Barrier) -> None:
    start.wait()
    for piece in range(pieces):
        work(writer, piece)


def spread(values: list[float]) -> dict[str, float]:
    """Median, least and most."""
    return {
        "median": round(median(values), 3),
        "min": round(min(values), 3),
        "max": round(max(values), 3),
    }
