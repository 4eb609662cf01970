"""Ends with 0 only if the books are what was acknowledged: `python -m tests.chaos`.

MINUTES says how long there is load and faults (15), SEED which ones (drawn and printed where there
is none). With CORPUS=1 the whole corpus is mailed at once instead, with CORPUS=8 every eighth of
its documents, while a worker is killed every ten seconds and, in the middle, Temporal's store is
lost; then MINUTES is how long that may take (60). JSON on stdout, the rest on stderr.
"""

import asyncio
import json
import os
import secrets
import shutil
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from rich.console import Console

from tests.chaos.faults import small_disk
from tests.chaos.mailing import Corpus
from tests.chaos.report import Report
from tests.chaos.run import Run
from tests.corpus import mailable
from tests.e2e.conftest import started


def main() -> int:
    """Carry out one run and tell what was found."""
    if os.environ.get("CORPUS"):
        return _mailed(int(os.environ["CORPUS"]), float(os.environ.get("MINUTES") or 60))
    seed = os.environ.get("SEED") or secrets.token_hex(4)
    minutes = float(os.environ.get("MINUTES") or 15)
    console = Console(stderr=True, width=120)
    console.print(f"seed {seed}, {minutes} minutes", highlight=False)
    report = _carried_out(seed, minutes)
    report.show(console)
    json.dump(report.as_json(), sys.stdout, indent=2)
    sys.stdout.write("\n")
    return 0 if report.holds else 1


def _mailed(each: int, minutes: float) -> int:
    """Mail the corpus; 1 where a document has another end than one, or none in time."""
    with (
        tempfile.TemporaryDirectory(prefix="belegfluss-chaos-") as home,
        started(Path(home), "deploy.cli", "up") as house,
    ):
        found = Corpus(house, mailable()[::each]).mailed(minutes * 60, loses_store=True)
    json.dump(asdict(found), sys.stdout, indent=2)
    sys.stdout.write("\n")
    return 1 if found.differences else 0


def _carried_out(seed: str, minutes: float) -> Report:
    """One run in a home of its own; its logs stay where something does not hold."""
    folder = Path(tempfile.mkdtemp(prefix="belegfluss-chaos-"))
    home = folder / "home"
    home.mkdir()
    with small_disk(home) as has_disk:
        with started(home, "deploy.cli", "up") as house:
            run = Run(house, seed, minutes, mailable())
            report = asyncio.run(run.carried_out(has_disk=has_disk))
        if not report.holds:
            kept = shutil.copytree(home / "log", folder / "log")
            shutil.copy(home / "up.log", kept)
            sys.stderr.write(f"logs: {kept}\n")
    if report.holds:
        shutil.rmtree(folder)
    return report


if __name__ == "__main__":
    sys.exit(main())
