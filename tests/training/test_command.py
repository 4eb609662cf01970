"""Training as anyone runs it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.generated_documents.family import Split
from tests.generated_documents.making import Order, make


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some documents of families for training."""
    folder = tmp_path_factory.mktemp("documents")
    make(folder, Order(Split.TRAIN, texts=8))
    return folder


def trained(documents: Path, out: Path, hash_seed: str) -> bytes:
    """The file that a process of its own writes, whatever order its sets have."""
    subprocess.run(  # noqa: S603  our own command
        [sys.executable, "-m", "deploy.training", str(documents), "--out", str(out)],
        check=True,
        capture_output=True,
        env={"PYTHONHASHSEED": hash_seed, "PYTHONPATH": ":".join(sys.path)},
    )
    return out.read_bytes()


def test_training_again_writes_the_same_file(documents: Path, tmp_path: Path) -> None:
    """It says from what it was made, and nothing in it depends on the run."""
    once = trained(documents, tmp_path / "once.json", "1")

    assert once == trained(documents, tmp_path / "twice.json", "2")
    made_from = json.loads(once)["made_from"]
    assert (made_from["documents"], made_from["families"]) == (8, 8)
