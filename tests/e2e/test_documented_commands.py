"""What README and guide tell people to type works, on a stack that runs."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.e2e.conftest import House

ROOT = Path(__file__).parents[2]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs" / "guide").glob("*.md")))
_BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
BLOCKS = [
    pytest.param(block, id=f"{page.name}-{number}")
    for page in PAGES
    for number, block in enumerate(_BLOCK.findall(page.read_text()))
    if not block.startswith("make ")  # test_demo, and `make test` itself
]

pytestmark = pytest.mark.timeout(300)


@pytest.mark.parametrize("block", BLOCKS)
def test_a_block_can_be_typed(block: str, house: House, tmp_path: Path) -> None:
    """From a checkout beside a running stack, line by line, without an error."""
    (tmp_path / ".venv").symlink_to(ROOT / ".venv")
    (tmp_path / ".belegfluss").symlink_to(house.home)
    shell = ["sh", "-eu", "-c", block.replace("curl -H", "curl -fsS -H")]
    typed = subprocess.run(shell, cwd=tmp_path, text=True, capture_output=True, check=False)  # noqa: S603 (our own pages)
    assert typed.returncode == 0, typed.stderr
    assert typed.stdout


def test_there_are_blocks_to_type() -> None:
    """The pattern above finds them."""
    assert len(BLOCKS) >= 2
