"""Restores a backup into an empty database and an object store, and holds all of it to its word."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from uuid import UUID

from sqlalchemy import URL, Connection, Engine, create_engine, text

from deploy.migrations.objects import BACKUP
from deploy.migrations.run import migrate, newest, prepare_roles
from deploy.stack import pg_tools
from deploy.stack.backup import counted, heads_of
from deploy.stack.database import Database
from deploy.stack.manifest import BLOBS, BackupUnfit, Manifest, Part
from domain.database.audit_chain import check_events
from domain.database.blobs import Blobs, FileNotFound
from domain.database.session import engine, read_session
from domain.errors import DomainError
from domain.periods import period_views, sealing_store
from domain.periods.period import PeriodName

_FILLED = text("SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace")


class RestoreRefused(RuntimeError):
    """There is no room for a backup here: what is there would be mixed with it."""


class RestoreDiffers(RuntimeError):
    """What was restored is not what was backed up."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What is there again."""

    tenants: int
    rows: int
    entries: int
    events: int
    blobs: int


def restore(folder: Path, books: Database, blob_url: str) -> Restored:
    """Fill an empty database and an object store from a folder, check both, and migrate.

    Nothing is begun before the backup is known to be whole. Raises BackupUnfit, RestoreRefused,
    ToolFailed and RestoreDiffers.
    """
    manifest = Manifest.read(folder)
    dump = manifest.dump.check(folder)
    blobs = [part.check(folder / BLOBS) for part in _parts(manifest)]
    if manifest.schema > newest():
        raise BackupUnfit(f"{folder} is of schema {manifest.schema}; this release has {newest()}.")
    if books.owner_url is None:
        raise RestoreRefused("A restore needs the owner's address.")
    with _owner(books.owner_url) as connection:
        if connection.execute(_FILLED).scalar_one():
            raise RestoreRefused("The database is not empty.")
        prepare_roles(connection, books.app_password, books.backup_password)
    restore_to = ("--exit-on-error", "--single-transaction", "--no-owner")
    pg_tools.run("pg_restore", books.owner_url, *restore_to, str(dump))
    store = Blobs(blob_url)
    _put_blobs(store, blobs)
    found = verified(books, manifest, store)
    owner = books.owner_url.render_as_string(hide_password=False)
    migrate(owner, books.app_password, books.backup_password)
    return found


def verified(books: Database, manifest: Manifest, store: Blobs) -> Restored:
    """Hold rows, chains and bytes against a manifest. Raises RestoreDiffers."""
    if books.owner_url is None:
        raise RestoreRefused("A check of all tenants needs the owner's address.")
    with _owner(books.owner_url) as connection:
        _see_all(connection)
        rows, heads = counted(connection), heads_of(connection)
        connection.rollback()
    if rows != dict(manifest.rows):
        odd = sorted(dict(rows.items() ^ dict(manifest.rows).items()))
        raise RestoreDiffers(f"Tables with another number of rows: {', '.join(odd)}.")
    if heads != dict(manifest.heads):
        raise RestoreDiffers("The chains do not end where they ended.")
    bind = engine(books.sqlalchemy(), pool_size=1)
    try:
        counts = [_chained(bind, UUID(tenant), head.last_number) for tenant, head in heads.items()]
    finally:
        bind.dispose()
    entries, events = (sum(each) for each in zip(*counts, strict=True)) if counts else (0, 0)
    _check_blobs(store, manifest)
    return Restored(len(heads), sum(rows.values()), entries, events, len(manifest.blobs))


def _chained(bind: Engine, tenant_id: UUID, last_number: int) -> tuple[int, int]:
    """Entries and events of a tenant, each held against its hash and the one before."""
    try:
        with read_session(bind, tenant_id) as session:
            tallies = [
                sealing_store.tallied(session, PeriodName(each.period))
                for each in period_views.periods(session)
            ]
            events = check_events(session).number
    except DomainError as error:
        raise RestoreDiffers(f"Books of {tenant_id}: {error.message}") from error
    entries = sum(tally.tree.count for tally in tallies)
    if entries != last_number:
        raise RestoreDiffers(f"Books of {tenant_id}: {entries} entries instead of {last_number}.")
    return entries, events


def _parts(manifest: Manifest) -> Iterator[Part]:
    """Files of the object store; each is named for what it holds."""
    for name, size in manifest.blobs.items():
        yield Part(name, size, name.rpartition("/")[2])


def _put_blobs(store: Blobs, paths: list[Path]) -> None:
    for path in paths:
        with path.open("rb") as file:
            store.put_file(UUID(path.parts[-3]), file, path.name)


def _check_blobs(store: Blobs, manifest: Manifest) -> None:
    """Read all bytes back: a store that held some of them before may have held others."""
    for name in manifest.blobs:
        tenant, _, sha256 = name.split("/")
        with TemporaryFile() as file:
            try:
                store.fetch(UUID(tenant), sha256, file)
            except FileNotFound as error:
                raise RestoreDiffers(f"The bytes of {name} are missing.") from error
            if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
                raise RestoreDiffers(f"The bytes of {name} were altered.")


def _see_all(connection: Connection) -> None:
    """Take the role of backups for a transaction that is not committed: the owner may."""
    connection.execute(text(f"GRANT {BACKUP} TO CURRENT_USER"))
    connection.execute(text(f"SET LOCAL ROLE {BACKUP}"))


@contextmanager
def _owner(url: URL) -> Iterator[Connection]:
    """One transaction of the owner."""
    bind = create_engine(url)
    try:
        with bind.begin() as connection:
            yield connection
    finally:
        bind.dispose()
