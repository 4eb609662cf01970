"""Rounds of two contenders, one after the other on the same server, and their ratio."""

import os
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import process_time

from sqlalchemy import text

from tests.servers import Database

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


def processor_seconds(database: Database) -> float:
    """Seconds of the processor that this process and the backends of its database have had.

    Their differences can be compared on a machine that is busy, where wall clocks cannot. What
    vacuums in between is not counted: it comes and goes, and looks after what was stored before.
    """
    pids = text(
        "SELECT pid FROM pg_stat_activity"
        " WHERE datname = current_database() AND usesysid IS NOT NULL"  # whose it is anybody sees
    )
    with database.owner_engine.connect() as connection:
        found = [_ticks(pid) for (pid,) in connection.execute(pids)]
    return process_time() + sum(found) / os.sysconf("SC_CLK_TCK")


def _ticks(pid: int) -> int:
    """User and system time of a process; what follows its name, which may hold anything."""
    stat = Path(f"/proc/{pid}/stat")
    fields = stat.read_text().rpartition(")")[2].split() if stat.exists() else ["0"] * 13
    return int(fields[11]) + int(fields[12])
