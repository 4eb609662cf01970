"""The import law refuses what it forbids: a law that cannot fail is none."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("activities", "api", "domain", "worker", "workflows")
AREAS = sorted(
    path.parent.name
    for path in (ROOT / "domain").glob("*/__init__.py")
    if path.parent.name != "database"
)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the code and its contracts."""
    ignored = shutil.ignore_patterns("__pycache__", "*.csv", "*.xsd", "*.sql")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=ignored)
    (tmp_path / "tests").mkdir()
    shutil.copy(ROOT / "tests" / "import_law.py", tmp_path / "tests")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def broken(folder: Path) -> str:
    """What the contracts say of the code in a folder; empty when all are kept."""
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(  # noqa: S603 - our own tool
        [program, "--no-logo", "--no-cache"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr if done.returncode else ""


def test_every_area_keeps_its_rules_pure(copy: Path) -> None:
    """A session in a file of rules is refused in each area, and in an area of tomorrow."""
    for area in AREAS:
        _import_a_session(copy / "domain" / area / "added_rule.py")

    told = broken(copy)

    for area in AREAS:
        assert f"domain.{area}.added_rule is pure by its name" in told, area


def test_a_file_that_is_named_for_it_may(copy: Path) -> None:
    """The name says what a file does."""
    _import_a_session(copy / "domain" / "payables" / "added_store.py")
    assert broken(copy) == ""


@pytest.mark.parametrize(
    ("path", "line", "said"),
    [
        ("domain/ledger/added.py", "from domain.payables import invoice", "domain.payables"),
        ("domain/tax/added.py", "import sqlalchemy", "sqlalchemy"),
        ("domain/tax/added.py", "import temporalio", "temporalio"),
        ("workflows/payment_run/added.py", "from domain.payments import store", "domain.payments"),
        ("workflows/payment_run/added.py", "from activities import payment_run", "activities"),
        ("api/v1/added.py", "from domain.payables.rows import InvoiceRow", "rows"),
        ("api/v1/added.py", "from worker import registry", "worker"),
    ],
)
def test_the_law_is_kept(copy: Path, path: str, line: str, said: str) -> None:
    """Upwards, sideways and around the corner are refused, each with the place."""
    (copy / path).write_text(f'"""Added."""\n\n{line}\n')
    assert said in broken(copy)


def test_an_area_without_a_place_is_refused(copy: Path) -> None:
    """Whoever adds an area says where it stands."""
    area = copy / "domain" / "forecasts"
    area.mkdir()
    (area / "__init__.py").write_text('"""Added."""\n')
    assert "forecasts" in broken(copy)


def _import_a_session(path: Path) -> None:
    path.write_text('"""Added."""\n\nfrom domain.database.session import read_session\n')
