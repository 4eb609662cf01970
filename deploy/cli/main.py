"""The `belegfluss` command."""

import logging
import shutil
import sys

import typer
from rich.logging import RichHandler
from sqlalchemy.exc import DBAPIError

from deploy.cli import (
    backups,
    bench,
    export,
    imports,
    keys,
    leaving,
    mailboxes,
    resume,
    tenants,
    users,
    verify,
    watch,
)
from deploy.cli.console import err, give_up, out, outside
from deploy.migrations.run import RoleNotOurs
from deploy.stack import database as database_of
from deploy.stack import up as stack
from deploy.stack.home import HomeInUse
from deploy.stack.process import ProcessFailed
from deploy.stack.settings import StackSettings

app = typer.Typer(
    help="From the e-mailed invoice to the posted, paid, reconciled and provable fact.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,  # they may hold secrets
)
app.add_typer(tenants.app, name="tenant")
app.add_typer(users.app, name="user")
app.add_typer(keys.app, name="api-key")
app.add_typer(mailboxes.app, name="mailbox")
app.add_typer(imports.app, name="import")
app.add_typer(bench.app, name="bench")
app.command()(backups.backup)
app.command()(backups.restore)
app.command()(export.export)
app.command()(resume.resume)
app.command()(verify.verify)
app.command()(watch.watch)

_DEMO = (sys.executable, "-m", "deploy.stack.demo")


def main() -> None:
    """Run the command that the command line names, and end with its code."""
    try:
        app(prog_name="belegfluss")
    except SystemExit as ended:
        leaving.leave(ended.code if isinstance(ended.code, int) else 1)
        raise
    except (DBAPIError, OSError) as error:
        words = outside(error)
        if words is None:
            raise
        give_up(words)
        leaving.leave(1)
        sys.exit(1)


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
    role with the password it shall have, BELEGFLUSS_DATABASE_BACKUP_URL the role of backups.
    """
    settings = StackSettings.from_environment()
    if settings.database_url is None or settings.database_owner_url is None:
        raise give_up("Set BELEGFLUSS_DATABASE_URL and BELEGFLUSS_DATABASE_OWNER_URL.")
    try:
        database_of.migrated(database_of.external(settings, settings.home))
    except RoleNotOurs as error:
        raise give_up(str(error)) from error
    out.print("The schema is up to date.")


def _run(settings: StackSettings, guest: tuple[str, ...] | None) -> None:
    handler = RichHandler(console=err, show_path=False, show_level=False, log_time_format="%X")
    logging.basicConfig(level="WARNING", format="%(message)s", handlers=[handler])
    logging.getLogger("belegfluss").setLevel("INFO")
    try:
        code = stack.run(settings, guest)
    except (HomeInUse, ProcessFailed, RoleNotOurs) as error:
        raise give_up(str(error)) from error
    raise typer.Exit(code)
