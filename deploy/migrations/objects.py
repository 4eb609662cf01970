"""Texts of the schema: one file for each area of the baseline, one for each function or view."""

from importlib.resources import files
from pathlib import Path

from alembic import op

import domain

APP = "belegfluss_app"
"""The application's role, as the files name it."""
BACKUP = "belegfluss_backup"
"""The role that reads the rows of every tenant, to back them up, and writes nothing."""

_DOMAIN = Path(domain.__file__).parent


def begin() -> None:
    """Make ready what the files call: the rules of tables, and functions before what they read.

    A text may name a table that a later file makes; it is checked when it first runs.
    """
    op.execute("SET LOCAL check_function_bodies = off")
    _run(files("deploy.migrations").joinpath("rules.sql").read_text(encoding="utf-8"))


def tables(area: str) -> None:
    """Make the tables of an area as they were at the baseline."""
    _run(files("deploy.migrations").joinpath(f"baseline/{area}.sql").read_text(encoding="utf-8"))


def replace(*names: str) -> None:
    """Give functions and views, and the triggers that call them, the text of today.

    The file of a function has its name and lies in the area that it belongs to. A function that
    takes other arguments than before is another one: drop the old one first.
    """
    for name in names:
        _run(path_of(name).read_text(encoding="utf-8"))


def path_of(name: str) -> Path:
    """File of a function or a view. Raises FileNotFoundError."""
    for path in _DOMAIN.glob(f"*/{name}.sql"):
        return path
    raise FileNotFoundError(f"No area has a file {name}.sql.")


def names() -> list[str]:
    """Every function and view that has a file."""
    return sorted(path.stem for path in _DOMAIN.glob("*/*.sql"))


def _run(text: str) -> None:
    op.execute(text)
