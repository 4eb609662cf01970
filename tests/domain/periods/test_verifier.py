"""The stand-alone verifier, run as an auditor runs it."""

import subprocess
import sys
import tracemalloc
from pathlib import Path

import pytest

from domain.periods.verifier import Differs, verify
from tests.benchmarks.verifying import Year

FILE = Path(__file__).parents[3] / "docs" / "verify_closing.py"
LIMIT = 200


def test_it_stands_alone(tmp_path: Path) -> None:
    """It runs in isolation, with nothing but the standard library, and says what it wants."""
    copy = tmp_path / "verify_closing.py"
    copy.write_text(FILE.read_text())
    proof = tmp_path / "proof.ndjson"
    proof.write_text('{"proof":"proof-0"}\n')

    done = subprocess.run(  # noqa: S603 - our own command line
        [sys.executable, "-I", "-S", str(copy), str(proof)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert done.stderr == "DIFFERS line 1: not a proof of version proof-1 or inclusion-1\n"


def test_it_is_short_enough_to_read() -> None:
    """Who does not trust it can read it in a quarter of an hour."""
    assert len(FILE.read_text().splitlines()) < LIMIT


def test_a_long_proof_takes_no_memory(tmp_path: Path) -> None:
    """Ten times the entries, not a tenth more at the peak."""

    def peak(entries: int) -> int:
        year = Year(12 * entries, tmp_path)
        year.hashed()
        tracemalloc.start()
        with year.file.open(encoding="utf-8") as lines:
            assert verify(lines, year.closings[-1].closing_hash).entry_count == entries
        _, highest = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return highest

    assert peak(10_000) < 1.1 * peak(1_000)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[1]\n",
        "not json\n",
        "[" * 100_000,
        '{"proof":"proof-1"}\n',
        '{"proof":"inclusion-1","tenant":"t","period":"2026-01"}\n',
    ],
)
def test_what_is_no_proof_does_not_hold(text: str) -> None:
    """An empty file, another format, a proof cut off."""
    with pytest.raises(Differs):
        verify(text.splitlines())
