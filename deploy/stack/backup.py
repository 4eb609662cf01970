"""Writes a backup: the database as of one instant, then all bytes, then what both must be.

The service goes on meanwhile. Bytes are never overwritten, so those that are copied after the dump
hold all that it names.
"""

import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import URL, Connection, create_engine, text

from deploy.stack import pg_tools
from deploy.stack.manifest import BLOBS, FILE, BackupUnfit, Head, Manifest, Part, sha256_of
from domain.database.blobs import Blobs, FileNotFound, StoredBlob
from domain.ids import blob_path

_TABLES = text("""
    SELECT c.relname FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' ORDER BY c.relname
""")
_HEADS = text("""
    SELECT CAST(tenant_id AS text), last_number, last_hash, audit_number, audit_hash
    FROM tenant_head ORDER BY tenant_id
""")
_NAMED = text("""
    SELECT tenant_id, sha256 FROM document UNION SELECT tenant_id, sha256 FROM arrival
    UNION SELECT tenant_id, sha256 FROM mail_message
""")
TEMPORAL = "temporal.db"
PEOPLE = "people.json"


@dataclass(frozen=True, slots=True)
class Source:
    """What is backed up: by which role, which object store, and which files beside them."""

    backup_url: URL
    blob_url: str
    temporal_file: Path | None = None
    people_file: Path | None = None


def back_up(source: Source, folder: Path) -> Manifest:
    """Write a backup into a folder, which may hold an older one: its bytes are not copied again.

    Until the last step the folder holds the older one; bytes that are missing or damaged in the
    store are named, and all others are kept. Raises ToolFailed, BackupUnfit and BlobsUnavailable.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if any(folder.iterdir()) and not (folder / FILE).exists() and not _is_begun(folder):
        raise BackupUnfit(f"{folder} holds something else than a backup.")
    (folder / BLOBS).mkdir(exist_ok=True)
    at = datetime.now(UTC)
    with _snapshot(source.backup_url) as (connection, snapshot):
        dump = folder / f"database-{at:%Y%m%dT%H%M%S%f}.dump"
        _dump(source.backup_url, snapshot, dump)
        rows, heads = counted(connection), heads_of(connection)
        schema = str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar())
        named = {blob_path(row.tenant_id, row.sha256) for row in connection.execute(_NAMED)}
    files = tuple(_beside(source, folder))
    blobs = _copied(Blobs(source.blob_url), folder / BLOBS)
    missing = tuple(sorted(named - set(blobs)))
    blobs |= _kept(folder / BLOBS, missing)
    part = Part.of(dump)
    manifest = Manifest(at.isoformat(), schema, part, rows, heads, blobs, files, missing)
    manifest.write(folder)
    for older in folder.glob("database-*.dump"):
        if older != dump:
            older.unlink()
    return manifest


def _dump(url: URL, snapshot: str, dump: Path) -> None:
    """Dump a snapshot; what a full disk has cut off is taken away, for it would stay full."""
    options = ("--format=custom", "--enable-row-security", "--no-owner")
    try:
        pg_tools.run("pg_dump", url, *options, "--snapshot", snapshot, "--file", str(dump))
    except BaseException:
        dump.unlink(missing_ok=True)
        raise
    dump.chmod(0o600)


def counted(connection: Connection) -> dict[str, int]:
    """Rows of every table, as the role of backups sees them: all of them."""
    counts = {}
    for name in connection.execute(_TABLES).scalars().all():
        query = text(f'SELECT count(*) FROM public."{name}"')  # noqa: S608 - of the catalogue
        counts[name] = int(connection.execute(query).scalar_one())
    return counts


def heads_of(connection: Connection) -> dict[str, Head]:
    """Ends of the chains of every tenant."""
    return {tenant: Head(*head) for tenant, *head in connection.execute(_HEADS)}


@contextmanager
def _snapshot(url: URL) -> Iterator[tuple[Connection, str]]:
    """One state of the database, for the dump and for what is counted."""
    engine = create_engine(url, isolation_level="REPEATABLE READ")
    try:
        with engine.connect() as connection:
            connection.execute(text("SET TRANSACTION READ ONLY"))
            yield connection, str(connection.execute(text("SELECT pg_export_snapshot()")).scalar())
    finally:
        engine.dispose()


def _copied(store: Blobs, folder: Path) -> dict[str, int]:
    """Copy what is not there yet; names and sizes of all that are whole."""
    found = {}
    for blob in store.listed():
        name = blob_path(blob.tenant_id, blob.sha256)
        target = folder / name
        is_there = target.exists() and target.stat().st_size == blob.size
        if is_there or _copy(store, blob, target):
            found[name] = blob.size
    return found


def _kept(folder: Path, names: Iterable[str]) -> dict[str, int]:
    """Names and sizes of what an earlier backup has and the object store lacks by now."""
    paths = {name: folder / name for name in names}
    return {
        name: path.stat().st_size
        for name, path in paths.items()
        if path.is_file() and sha256_of(path) == path.name
    }


def _copy(store: Blobs, blob: StoredBlob, target: Path) -> bool:
    """Copy bytes, and say whether they were whole: one rotten file must not end all backups."""
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f"{target.name}.new")
    try:
        with fresh.open("wb") as file:
            store.fetch(blob.tenant_id, blob.sha256, file)
        if sha256_of(fresh) == blob.sha256:
            fresh.replace(target)
            return True
    except FileNotFound:
        pass
    finally:
        fresh.unlink(missing_ok=True)
    return False


def _beside(source: Source, folder: Path) -> Iterator[Part]:
    """Files of an embedded stack: processes in flight, and who lives there."""
    if source.temporal_file is not None:
        target = folder / TEMPORAL
        target.unlink(missing_ok=True)
        target.touch(mode=0o600)
        with (
            closing(sqlite3.connect(f"file:{source.temporal_file}?mode=ro", uri=True)) as running,
            closing(sqlite3.connect(target)) as copy,
        ):
            running.backup(copy)
        yield Part.of(target)
    if source.people_file is not None and source.people_file.exists():
        target = folder / PEOPLE
        shutil.copyfile(source.people_file, target)
        target.chmod(0o600)
        yield Part.of(target)


def _is_begun(folder: Path) -> bool:
    """Whether a first backup was killed here: it leaves nothing but its own."""
    return all(each.name == BLOBS or each.name.startswith("database-") for each in folder.iterdir())
