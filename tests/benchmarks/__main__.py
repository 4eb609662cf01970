"""Run every benchmark on a server with default durability; JSON on stdout: `make bench`."""

import json
import sys
import tempfile
from pathlib import Path

from tests.benchmarks import calls, datev, posting, reading, reporting, verifying
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
            *reading.benchmarks(database),
            *reporting.benchmarks(database),
        ]
        json.dump(found, sys.stdout, indent=2)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
