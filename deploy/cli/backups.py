"""`belegfluss backup` and `belegfluss restore`."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import URL, make_url

from deploy.cli.console import give_up, out, running_stack
from deploy.migrations.objects import BACKUP
from deploy.migrations.run import RoleNotOurs
from deploy.stack import database as database_of
from deploy.stack import postgres
from deploy.stack.backup import PEOPLE, TEMPORAL, Source, back_up
from deploy.stack.home import HomeInUse, kept_secret, locked, write_private
from deploy.stack.manifest import FILE, BackupUnfit, Manifest
from deploy.stack.pg_tools import ToolFailed
from deploy.stack.process import running
from deploy.stack.restore import Restored, RestoreDiffers, RestoreRefused
from deploy.stack.restore import restore as restored
from deploy.stack.settings import StackSettings
from domain.errors import Unavailable
from workflows.shared.variables import from_environment

_Folder = Annotated[Path, typer.Argument(file_okay=False, help="Folder of the backup")]


def backup(
    folder: _Folder,
    *,
    temporal: Annotated[
        bool, typer.Option(help="Processes of the embedded Temporal, too; they come back without")
    ] = False,
) -> None:
    """Back up the database and all bytes into a folder, while the service runs.

    BELEGFLUSS_DATABASE_BACKUP_URL names the role of backups and BELEGFLUSS_BLOB_URL the object
    store; without them it is the stack that runs in BELEGFLUSS_HOME. A folder that holds an older
    backup gets the newer one, and bytes that it has are not copied again.
    """
    with _told():
        made = back_up(_source(from_environment(StackSettings), temporal=temporal), folder)
    out.print(
        f"Backed up: {sum(made.rows.values())} rows of {len(made.heads)} companies,"
        f" {len(made.blobs)} files.",
        soft_wrap=True,
    )
    if made.missing:
        raise give_up(
            f"The object store lacks {len(made.missing)} files, or has them damaged; all else is"
            f" backed up, and of them what an earlier backup has. They stand in {folder / FILE}."
        )


def restore(
    folder: _Folder,
    *,
    temporal: Annotated[
        bool, typer.Option(help="Processes of the embedded Temporal, if they were backed up")
    ] = False,
) -> None:
    """Restore a backup into an empty database, and check rows, chains and bytes.

    BELEGFLUSS_DATABASE_OWNER_URL names the owner of the empty database, BELEGFLUSS_DATABASE_URL
    the application's role, BELEGFLUSS_BLOB_URL the object store; without them a new
    BELEGFLUSS_HOME is made. Processes come back within five minutes of the next start.
    """
    settings = StackSettings.from_environment()
    with _told():
        if settings.database_url is None:
            found = _into_home(folder, settings.home, temporal=temporal)
        elif settings.blob_url is None:
            raise give_up("Set BELEGFLUSS_BLOB_URL.")
        else:
            books = database_of.external(settings, settings.home)
            found = restored(folder, books, settings.blob_url)
    out.print(
        f"Restored and checked: {found.rows} rows of {found.tenants} companies, {found.entries}"
        f" entries and {found.events} events in their chains, {found.blobs} files.",
        soft_wrap=True,
    )


def _source(settings: StackSettings, *, temporal: bool) -> Source:
    if settings.database_backup_url is not None:
        if settings.blob_url is None or temporal:
            raise give_up("Set BELEGFLUSS_BLOB_URL; Temporal is backed up by its own means.")
        return Source(_url(settings.database_backup_url.get_secret_value()), settings.blob_url)
    url = running_stack().get("database_url")
    if url is None or settings.database_url is not None:
        raise give_up("Set BELEGFLUSS_DATABASE_BACKUP_URL, or start the stack.")
    home = settings.home.resolve()
    return Source(
        _url(url).set(username=BACKUP, password=kept_secret(home, "backup")),
        settings.blob_url or (home / "blobs").as_uri(),
        home / "temporal.db" if temporal else None,
        home / PEOPLE,
    )


def _into_home(folder: Path, home: Path, *, temporal: bool) -> Restored:
    """Restore into a home in which nothing is yet."""
    manifest = Manifest.read(folder)
    names = {TEMPORAL, PEOPLE} if temporal else {PEOPLE}
    beside = [part.check(folder) for part in manifest.files if part.name in names]
    if temporal and TEMPORAL not in {path.name for path in beside}:
        raise BackupUnfit(f"{folder} holds no processes.")
    with locked(home) as place:
        if (place / "postgres").exists():
            raise RestoreRefused(f"{place} holds books already.")
        cluster = postgres.cluster(place / "postgres")
        try:
            with running(cluster.service(), place / "restore.log"):
                books = database_of.embedded(cluster, place)
                found = restored(folder, books, (place / "blobs").as_uri())
        except BaseException:
            shutil.rmtree(
                place / "postgres", ignore_errors=True
            )  # half of a restore would pass for books
            raise
        for path in beside:
            if path.name == PEOPLE:
                write_private(place / PEOPLE, path.read_text())
            else:
                (place / TEMPORAL).touch(mode=0o600)
                (place / TEMPORAL).write_bytes(path.read_bytes())
    return found


@contextmanager
def _told() -> Iterator[None]:
    """Tell what stands in the way in words instead of a traceback."""
    try:
        yield
    except (
        BackupUnfit,
        HomeInUse,
        RestoreDiffers,
        RestoreRefused,
        RoleNotOurs,
        ToolFailed,
        Unavailable,
    ) as error:
        raise give_up(str(error)) from error


def _url(text: str) -> URL:
    return make_url(text).set(drivername="postgresql+psycopg")
