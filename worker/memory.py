"""How many waiting processes a worker keeps in memory: as many as its memory has room for."""

import os
from pathlib import Path

_EACH = 350_000
"""Bytes of a cached intake, measured; the process itself takes some 200 MB."""
_SHARE = 0.4
_FEWEST, _MOST = 100, 4000
_LIMITS = (
    Path("/sys/fs/cgroup/memory.max"),
    Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
)


def cached_in(limit: int) -> int:
    """Waiting processes kept in memory by a worker that may use so many bytes.

    Two fifths of the limit are for them. Another process is replayed when something happens to
    it, which costs some 25 ms of CPU, and nothing else.

    >>> cached_in(512 * 1024**2), cached_in(64 * 1024**3)
    (613, 4000)
    """
    return max(_FEWEST, min(int(limit * _SHARE) // _EACH, _MOST))


def memory_limit(limits: tuple[Path, ...] = _LIMITS) -> int:
    """Bytes that this process may use: of its container, where that has a limit, or the machine."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    for path in limits:
        try:
            told = path.read_text().strip()
        except OSError:
            continue
        if told.isdecimal():  # "max" is none
            return min(int(told), machine)
    return machine
