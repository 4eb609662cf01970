"""The `belegfluss` command."""

import logging
import shutil
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.logging import RichHandler

from deploy.cli import export, imports, keys, tenants, users
from deploy.cli.console import err, give_up, out
from deploy.stack import database as database_of
from deploy.stack import up as stack
from deploy.stack.home import HomeInUse
from deploy.stack.process import ProcessFailed
from deploy.stack.settings import StackSettings
from domain.periods.verifier import Differs
from domain.periods.verifier import verify as verify_proof

app = typer.Typer(
    help="From the e-mailed invoice to the posted, paid, reconciled and provable fact.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,  # they may hold secrets
)
app.add_typer(tenants.app, name="tenant")
app.add_typer(users.app, name="user")
app.add_typer(keys.app, name="api-key")
app.add_typer(imports.app, name="import")
app.command()(export.export)

_DEMO = (sys.executable, "-m", "deploy.stack.demo")


@app.command()
def up() -> None:
    """Run the whole stack until Ctrl-C; data stays in BELEGFLUSS_HOME."""
    _run(StackSettings.from_environment(), None)


@app.command()
def demo() -> None:
    """Run the stack and carry real invoices through it, from the e-mail to the locked month.

    Each demo begins with nothing, in the folder `demo` of BELEGFLUSS_HOME; what it leaves there
    can be looked at with `up` on that folder.
    """
    settings = StackSettings.from_environment()
    home = settings.home / "demo"
    shutil.rmtree(home, ignore_errors=True)
    _run(settings.model_copy(update={"home": home}), _DEMO)


@app.command()
def migrate() -> None:
    """Bring the database to the newest schema, as its owner.

    BELEGFLUSS_DATABASE_OWNER_URL names the owner, BELEGFLUSS_DATABASE_URL the application's
    role with the password it shall have.
    """
    settings = StackSettings.from_environment()
    if settings.database_url is None or settings.database_owner_url is None:
        raise give_up("Set BELEGFLUSS_DATABASE_URL and BELEGFLUSS_DATABASE_OWNER_URL.")
    database_of.migrated(database_of.external(settings, settings.home))
    out.print("The schema is up to date.")


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Exported proof")],
    closing_hash: Annotated[
        str | None, typer.Argument(help="The hash that was kept outside the service")
    ] = None,
) -> None:
    """Check the proof of a locked period, or of an intent in it, without the service."""
    try:
        with file.open(encoding="utf-8") as lines:
            proven = verify_proof(lines, closing_hash and closing_hash.lower())
    except Differs as error:
        raise give_up(f"The proof does not hold: {error}") from error
    out.print(
        f"The proof holds: period {proven.period},"
        f" {proven.entry_count} of {proven.closing['entry_count']} entries,"
        f" closing hash {proven.closing_hash}",
        soft_wrap=True,
        markup=False,
    )


def _run(settings: StackSettings, guest: tuple[str, ...] | None) -> None:
    handler = RichHandler(console=err, show_path=False, show_level=False, log_time_format="%X")
    logging.basicConfig(level="WARNING", format="%(message)s", handlers=[handler])
    logging.getLogger("belegfluss").setLevel("INFO")
    try:
        code = stack.run(settings, guest)
    except (HomeInUse, ProcessFailed) as error:
        raise give_up(str(error)) from error
    raise typer.Exit(code)
