"""Rounds of two contenders, one after the other on the same server, and their ratio."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

Work = Callable[[int, int], None]
"""Does one piece of work: number of the writer, number of the piece."""


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
    """Interleave the contenders; rates are pieces a second, the ratio is ours to the limit."""
    ours, limit, ratios = [], [], []
    _rate(contest.ours, contest.writers, contest.pieces // 5)
    _rate(contest.limit, contest.writers, contest.pieces // 5)
    for _ in range(rounds):
        limit.append(_rate(contest.limit, contest.writers, contest.pieces))
        ours.append(_rate(contest.ours, contest.writers, contest.pieces))
        ratios.append(ours[-1] / limit[-1])
    return {
        "name": contest.name,
        "limit": contest.limit_name,
        "writers": contest.writers,
        "rounds": rounds,
        "rate": _spread(ours),
        "limit_rate": _spread(limit),
        "ratio": _spread(ratios),
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


def _spread(values: list[float]) -> dict[str, float]:
    return {
        "median": round(median(values), 3),
        "min": round(min(values), 3),
        "max": round(max(values), 3),
    }
