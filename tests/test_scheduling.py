"""A process that dies while it runs tests lets the others end, instead of waiting for ever."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
_SCHEDULER = """
from tests.scheduling import StoriesBesideTheRest

def pytest_xdist_make_scheduler(config, log):
    return StoriesBesideTheRest(config, log)
"""
_TESTS = """
import os
from pathlib import Path
import pytest

@pytest.mark.parametrize("number", range(4))
def test_it(number):
    died = Path(__file__).with_suffix(".died")
    if {dies} and number == 2 and not died.exists():
        died.touch()
        os._exit(0)
"""


def test_a_process_that_dies_keeps_nobody_waiting(tmp_path: Path) -> None:
    """What it had done is not done again, what it had left is, and its death is a failure."""
    (tmp_path / "conftest.py").write_text(_SCHEDULER, encoding="utf-8")
    for number in range(8):
        text = _TESTS.format(dies=number == 3)
        (tmp_path / f"test_{number}.py").write_text(text, encoding="utf-8")
    alone = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "-p", "no:cacheprovider"]

    ended = subprocess.run(  # noqa: S603 - our own words
        command,
        cwd=tmp_path,
        env=alone | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert ended.returncode == 1, ended.stdout
    assert "1 failed, 32 passed" in ended.stdout
