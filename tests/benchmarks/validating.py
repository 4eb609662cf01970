"""E-invoices against the official rules: milliseconds a file, against a bare parse by lxml.

The first file of a kind compiles its rules, which is told apart. Time passes on the clock, for the
work is done in another process; on a busy machine it is more.
"""

import time
from collections.abc import Callable, Iterator
from statistics import median

from lxml import etree

from activities.validation import Validator
from tests.benchmarks.measure import compare
from tests.corpus import DOCUMENTS

_FILES = {"UBL": "xrechnung_01.01a_ubl.xml", "CII": "xrechnung_01.01a_cii.xml"}
_TIMES = 20


def benchmarks() -> Iterator[dict[str, object]]:
    """One kind of file after the other."""
    validator = Validator()
    try:
        for kind, name in _FILES.items():
            yield _measured(validator, kind, (DOCUMENTS / name).read_bytes())
    finally:
        validator.close()


def _measured(validator: Validator, kind: str, data: bytes) -> dict[str, object]:
    first = _milliseconds(lambda: validator.check(data))
    times = [_milliseconds(lambda: validator.check(data)) for _ in range(_TIMES)]
    return compare(
        f"validating {kind}",
        "bare lxml parse",
        lambda: 1000 / median(_milliseconds(lambda: validator.check(data)) for _ in range(5)),
        lambda: 1000 / median(_milliseconds(lambda: etree.fromstring(data)) for _ in range(_TIMES)),
        first_ms=round(first, 1),
        file_ms=round(median(times), 1),
    )


def _milliseconds(act: Callable[[], object]) -> float:
    begin = time.perf_counter()
    act()
    return 1000 * (time.perf_counter() - begin)
