"""What a movement pays, found among 10,000 and 100,000 open items, from real texts with noise.

The yardstick is blocking by hand: one look at the amount, one at each word of the text.
"""

import json
import sys
from collections import defaultdict
from collections.abc import Hashable, Sequence
from time import process_time

from domain.banking.proposal import Proposals
from domain.banking.remittance import number_of
from domain.banking.suggestion import Candidate
from domain.banking.waiting import Candidates
from tests.remittances import Case, generated, score

SIZES = (10_000, 100_000)


def benchmarks(sizes: Sequence[int] = SIZES) -> list[dict[str, object]]:
    """Milliseconds of the processor a transaction at each size, index included, and the growth."""
    found = [measured(size) for size in sizes]
    first, last = (float(str(each["ms"])) for each in (found[0], found[-1]))
    return [*found, {"name": "matching growth", "limit": 1.5, "ratio": round(last / first, 2)}]


def measured(size: int) -> dict[str, object]:
    """Propose and suggest for as many movements as there are items."""
    items, cases = generated(size)
    start = process_time()
    known = Candidates(items)
    proposals = Proposals(known)
    found = [proposals.propose(case.movement) for case in cases]
    took = process_time() - start
    start = process_time()
    suggested = sum(len(known.suggest(case.movement)) for case in cases)
    took_suggesting = process_time() - start
    truth = score(cases, found)
    return {
        "name": f"matching {size}",
        "items": len(items),
        "limit_ms": 1.0,
        "ms": round(took / size * 1000, 3),
        "suggest_ms": round(took_suggesting / size * 1000, 3),
        "by_hand_ms": round(_by_hand(items, cases) / size * 1000, 3),
        "suggested": suggested,
        "precision": round(truth.precision, 4),
        "recall": round(truth.recall, 4),
    }


def _by_hand(items: Sequence[Candidate], cases: Sequence[Case]) -> float:
    start = process_time()
    known: dict[Hashable, list[Candidate]] = defaultdict(list)
    for item in items:
        known[item.amount].append(item)
        known[number_of(item.invoice_number or "").squashed].append(item)
    for case in cases:
        known.get(case.movement.amount)
        for word in (case.movement.reference or "").split():
            known.get(word)
    return process_time() - start


if __name__ == "__main__":
    json.dump(benchmarks([int(each) for each in sys.argv[1:]] or SIZES), sys.stdout, indent=2)
