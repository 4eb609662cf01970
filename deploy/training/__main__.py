"""`python -m deploy.training FOLDER ...`: train the model on documents and write its file.

The folders hold documents and a truth.json. Documents of one layout are never on both sides when
chances are measured. The same documents give the same file.
"""

import argparse
import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from deploy.training.fitting import Outcome, crossed, curves_of, fitted
from deploy.training.learner import SEED
from deploy.training.samples import FIELDS, Sample, samples_in

_WEIGHTS = Path(__file__).resolve().parents[2] / "domain" / "reading" / "weights.json"
_SURE = 0.8


def _main() -> None:
    parser = argparse.ArgumentParser(prog="python -m deploy.training", description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, default=_WEIGHTS)
    parser.add_argument("--misses", action="store_true", help="print every miss")
    order = parser.parse_args()
    samples = [sample for folder in order.folders for sample in samples_in(folder)]
    outcomes = crossed(samples)
    print("\n".join(_told(outcomes, misses=order.misses)))  # noqa: T201  a command
    model = fitted(samples)
    _write(order.out, samples, model.weights, curves_of(outcomes))


def _told(outcomes: Sequence[Outcome], *, misses: bool) -> Iterator[str]:
    """Right, known and sure by field, on documents whose layout was not trained on."""
    right: Counter[str] = Counter()
    known: Counter[str] = Counter()
    for sample, field, option, is_right in outcomes:
        if sample.truth[field] is None:
            continue
        known[field] += 1
        right[field] += is_right
        if misses and not is_right:
            seen = f"{option.value} ({option.chance:.2f})"
            yield f"{sample.name} {field}: {sample.truth[field]} / {seen}"
    for field in FIELDS:
        yield f"{field}: {right[field]}/{known[field]}"
    yield f"all: {right.total()}/{known.total()}"


def _write(out: Path, samples: Sequence[Sample], weights: Any, curves: Any) -> None:
    names = sorted(f"{sample.family}/{sample.name}" for sample in samples)
    stored = {
        "made_from": {
            "documents": len(samples),
            "families": len({sample.family for sample in samples}),
            "sha256": hashlib.sha256("\n".join(names).encode()).hexdigest(),
            "seed": SEED,
        },
        "weights": weights,
        "curves": curves,
    }
    text = json.dumps(stored, sort_keys=True)
    version = hashlib.sha256(text.encode()).hexdigest()[:12]
    out.write_text(json.dumps({"version": version, **stored}, indent=0, sort_keys=True) + "\n")


if __name__ == "__main__":
    _main()
