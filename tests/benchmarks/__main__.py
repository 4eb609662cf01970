"""Run every benchmark on a server with default durability; JSON on stdout: `make bench`."""

import json
import sys
import tempfile
from pathlib import Path

from tests.benchmarks import (
    approving,
    arriving,
    calls,
    datev,
    lists,
    matching,
    pages,
    paying,
    posting,
    reading,
    reads,
    reconciling,
    reporting,
    statements,
    validating,
    verifying,
)
from tests.servers import cloned, migrated_cluster


def main() -> None:
    """Print one list with the figures of all benchmarks."""
    with (
        tempfile.TemporaryDirectory() as folder,
        migrated_cluster(Path(folder), durable=True) as server,
        cloned(server) as database,
    ):
        found = [
            *posting.benchmarks(database),
            *calls.benchmarks(database),
            *verifying.benchmarks(),
            *datev.benchmarks(database),
            *reads.benchmarks(database),
            *reporting.benchmarks(database),
            *lists.benchmarks(database),
            *pages.benchmarks(database),
            *matching.benchmarks(),
            *approving.benchmarks(database),
            *arriving.benchmarks(database),
            *statements.benchmarks(database),
            *reconciling.benchmarks(database),
            *paying.benchmarks(database),
            *validating.benchmarks(),
        ]
    found += reading.benchmarks()
    json.dump(found, sys.stdout, indent=2)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
