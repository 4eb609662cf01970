"""Make documents: `python -m tests.generated_documents FOLDER --split train --texts 400`."""

import argparse
from pathlib import Path

from tests.generated_documents.family import Split
from tests.generated_documents.making import Order, make


def main() -> None:
    """Write documents and their truth.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where documents and truth.json go")
    parser.add_argument("--split", type=Split, default=Split.TRAIN, choices=list(Split))
    parser.add_argument("--texts", type=int, default=64, help="PDFs with a text layer")
    parser.add_argument(
        "--scans", type=int, default=0, help="pages as scanners and phones see them"
    )
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    make(given.folder, Order(given.split, given.texts, given.scans, given.seed))


if __name__ == "__main__":
    main()
