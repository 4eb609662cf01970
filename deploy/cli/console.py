"""What all commands share: the terminal, the database, and how a refusal is told."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from sqlalchemy import Engine, make_url
from sqlalchemy.exc import DBAPIError, OperationalError

from deploy.stack.home import read_json
from deploy.stack.settings import StackSettings
from domain.database.session import engine
from domain.errors import DomainError
from domain.ledger import tenant_store
from workflows.shared.variables import from_environment

out = Console()
err = Console(stderr=True)
_NO_SCHEMA = {"42P01", "42883", "42703"}  # undefined table, function, column
_NO_RIGHT = "42501"


def give_up(message: str) -> typer.Exit:
    """Say why; raise what is returned, and the command ends with exit code 1."""
    err.print(message, style="red", markup=False, soft_wrap=True, highlight=False)
    return typer.Exit(1)


@contextmanager
def told() -> Iterator[None]:
    """Tell a refusal in words instead of a traceback."""
    try:
        yield
    except DomainError as error:
        raise give_up(f"{error.code}: {error.message}") from error


def outside(error: DBAPIError | OSError) -> str | None:
    """What is wrong outside of this program, in a line; None where it may be a mistake of ours."""
    if isinstance(error, OSError):
        return str(error)
    state = getattr(error.orig, "sqlstate", None)
    if state in _NO_SCHEMA:
        return "The database lacks what this release needs: run `belegfluss migrate` first."
    if isinstance(error, OperationalError) or state == _NO_RIGHT:
        return f"PostgreSQL: {str(error.orig).strip().splitlines()[0]}"
    return None


@contextmanager
def database(tenant: UUID | None = None) -> Iterator[Engine]:
    """Connect with the application's role: BELEGFLUSS_DATABASE_URL, else the running stack.

    A command about one tenant names it, and ends where there is none of this id.
    """
    settings = from_environment(StackSettings)
    url = settings.database_url.get_secret_value() if settings.database_url else None
    url = url or running_stack().get("database_url")
    if url is None:
        raise give_up("Set BELEGFLUSS_DATABASE_URL, or start the stack with `belegfluss up`.")
    address = make_url(url).set(drivername="postgresql+psycopg")
    bind = engine(address.render_as_string(hide_password=False), pool_size=1)
    try:
        with told():
            if tenant is not None and tenant not in tenant_store.all_ids(bind):
                raise give_up(f"There is no tenant {tenant}.")
            yield bind
    finally:
        bind.dispose()


def running_stack() -> dict[str, Any]:
    """What stack.json of BELEGFLUSS_HOME says; nothing, when no stack runs there."""
    return read_json(from_environment(StackSettings).home / "stack.json") or {}


def show(columns: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    """Print a table on a terminal, and lines with tabs where a program reads them.

    What the columns are, and that there is nothing, is then told beside the lines, for people.
    """
    heads = list(columns)
    cells = [["" if cell is None else str(cell) for cell in row] for row in rows]
    if not cells:
        typer.echo("There is nothing to list.", err=True)
        return
    if not out.is_terminal:
        typer.echo("\t".join(heads), err=True)
        for row in cells:
            typer.echo("\t".join(row))
        return
    table = Table(*heads, box=None, pad_edge=False)
    for row in cells:
        table.add_row(*map(escape, row))
    out.print(table)
