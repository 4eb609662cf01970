"""Backups hold every row and every byte as of one instant, and a restore checks that they do."""

import json
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from deploy.stack import database as database_of
from deploy.stack import pg_tools
from deploy.stack.backup import Source, back_up
from deploy.stack.manifest import FILE, BackupUnfit, Manifest
from deploy.stack.pg_tools import ToolFailed
from deploy.stack.postgres import Postgres
from deploy.stack.restore import RestoreDiffers, RestoreRefused, restore, verified
from domain.database.blobs import Blobs
from domain.database.session import write_session
from domain.documents import store as documents
from domain.documents.store import NewDocument
from domain.ids import blob_path
from tests.builders import Tenant, another_tenant
from tests.invariants import check_books
from tests.payables import a_posted_invoice, a_vendor, an_invoice
from tests.servers import Database, cloned, empty


@dataclass(frozen=True)
class Kept:
    """A database with books of two tenants, its object store, and a backup of both."""

    database: Database
    tenants: tuple[Tenant, ...]
    blobs: Blobs
    source: Source
    folder: Path
    manifest: Manifest


@pytest.fixture(scope="module")
def kept(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """Fill a database and back it up."""
    place = tmp_path_factory.mktemp("kept")
    url = (place / "blobs").as_uri()
    with closing(sqlite3.connect(place / "temporal.db")) as processes:
        processes.executescript(
            "CREATE TABLE executions (id text); INSERT INTO executions VALUES (1)"
        )
    blobs, source = Blobs(url), Source(database.backup_url, url, place / "temporal.db")
    tenants = (another_tenant(database), another_tenant(database))
    for number, tenant in enumerate(tenants, 1):
        written(database, tenant, blobs, b"%PDF-" + bytes(number))
    return Kept(database, tenants, blobs, source, place / "out", back_up(source, place / "out"))


def written(database: Database, tenant: Tenant, blobs: Blobs, content: bytes) -> None:
    """Post an invoice of a tenant, and keep a document."""
    new = NewDocument(
        sha256=blobs.put(tenant.id, content),
        mime_type="application/pdf",
        original_name="a.pdf",
        size_bytes=len(content),
        source="upload",
    )
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        a_posted_invoice(session, an_invoice(a_vendor(session)))
        documents.add(session, new, datetime.now(UTC))


def addresses(database: Database) -> database_of.Database:
    """Those of a database, as a restore wants them."""
    return database_of.Database(database.engine.url, database.owner_engine.url, database.backup_url)


def count(database: Database, table: str) -> int:
    """Rows of a table in all, as nobody but the owner of a test can count them."""
    with database.owner_engine.connect() as connection:
        connection.execute(text("GRANT belegfluss_backup TO CURRENT_USER"))
        connection.execute(text("SET LOCAL ROLE belegfluss_backup"))
        query = f"SELECT count(*) FROM {table}"  # noqa: S608 - our own names
        counted: int = connection.execute(text(query)).scalar_one()
        connection.rollback()
    return counted


def test_everything_is_there_again(kept: Kept, cluster: Postgres, tmp_path: Path) -> None:
    """Rows, chains and bytes; the books go on where they stood, and are not restored twice."""
    url = (tmp_path / "blobs").as_uri()
    with empty(cluster) as fresh:
        found = restore(kept.folder, addresses(fresh), url)

        assert (found.tenants, found.blobs) == (2, 2)
        assert found.rows == sum(kept.manifest.rows.values())
        assert found.entries > 0
        for tenant in kept.tenants:
            assert check_books(fresh.engine, tenant.id) > 0
            written(fresh, tenant, Blobs(url), b"%PDF-later")
            assert check_books(fresh.engine, tenant.id) > found.entries // 2
        before = count(fresh, "audit_event")
        with pytest.raises(RestoreRefused, match="not empty"):
            restore(kept.folder, addresses(fresh), url)
        assert count(fresh, "audit_event") == before
        restored = Blobs(url)
        assert {(b.tenant_id, b.sha256) for b in kept.blobs.listed()} <= {
            (b.tenant_id, b.sha256) for b in restored.listed()
        }


def test_the_processes_of_an_embedded_server_are_a_part(kept: Kept) -> None:
    """Copied while they run, read by their owner alone, and checked like every other part."""
    (part,) = kept.manifest.files
    copy = part.check(kept.folder)

    assert (part.name, copy.stat().st_mode & 0o777) == ("temporal.db", 0o600)
    with closing(sqlite3.connect(copy)) as processes:
        assert processes.execute("SELECT count(*) FROM executions").fetchone() == (1,)


def test_a_later_backup_takes_the_place_of_the_older(cluster: Postgres, tmp_path: Path) -> None:
    """One dump, all bytes, and those that were there are not copied again."""
    url, folder = (tmp_path / "blobs").as_uri(), tmp_path / "out"
    with cloned(cluster) as database:
        tenant, blobs, source = (
            another_tenant(database),
            Blobs(url),
            Source(database.backup_url, url),
        )
        written(database, tenant, blobs, b"%PDF-1")
        first = back_up(source, folder)
        (name,) = first.blobs
        old = (folder / "blobs" / name).stat().st_mtime_ns
        written(database, tenant, blobs, b"%PDF-2")
        second = back_up(source, folder)
    assert (folder / "blobs" / name).stat().st_mtime_ns == old
    assert len(second.blobs) == 2
    assert [each.name for each in folder.glob("*.dump")] == [second.dump.name]
    assert Manifest.read(folder) == second


def test_a_backup_that_was_killed_leaves_the_older_one(
    kept: Kept, cluster: Postgres, tmp_path: Path
) -> None:
    """A dump without a manifest is no backup; beside an older one that one holds."""
    folder = tmp_path / "out"
    (folder / "blobs").mkdir(parents=True)
    (folder / "database-1.dump").write_bytes(b"half")
    with pytest.raises(BackupUnfit, match="no backup that was finished"):
        Manifest.read(folder)
    made = back_up(kept.source, folder)
    (folder / "database-2.dump").write_bytes(b"half")
    with empty(cluster) as fresh:
        found = restore(folder, addresses(fresh), (tmp_path / "blobs").as_uri())
    assert found.rows == sum(made.rows.values())


def test_a_folder_of_something_else_is_left_alone(kept: Kept, tmp_path: Path) -> None:
    """Nothing is written beside strangers' files."""
    (tmp_path / "photo.jpg").write_bytes(b"x")
    with pytest.raises(BackupUnfit, match="something else"):
        back_up(kept.source, tmp_path)
    assert [each.name for each in tmp_path.iterdir()] == ["photo.jpg"]


@pytest.mark.parametrize(
    "what", ["dump cut", "dump altered", "bytes altered", "bytes missing", "newer"]
)
def test_what_is_damaged_is_not_restored(
    kept: Kept, cluster: Postgres, tmp_path: Path, what: str
) -> None:
    """It is told before anything begins: neither the database nor the store is touched."""
    folder = tmp_path / "out"
    shutil.copytree(kept.folder, folder)
    spoil(folder, kept.manifest, what)
    with empty(cluster) as fresh:
        with pytest.raises(BackupUnfit):
            restore(folder, addresses(fresh), (tmp_path / "blobs").as_uri())
        with fresh.owner_engine.connect() as connection:
            tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
            assert connection.execute(text(tables)).scalar_one() == 0
    assert not (tmp_path / "blobs").exists()


def spoil(folder: Path, manifest: Manifest, what: str) -> None:
    """Damage a backup."""
    dump, blob = folder / manifest.dump.name, folder / "blobs" / next(iter(manifest.blobs))
    if what == "dump cut":
        dump.write_bytes(dump.read_bytes()[:-1])
    elif what == "dump altered":
        dump.write_bytes(dump.read_bytes()[:-1] + bytes([dump.read_bytes()[-1] ^ 1]))
    elif what == "bytes altered":
        blob.write_bytes(b"x" * blob.stat().st_size)
    elif what == "bytes missing":
        blob.unlink()
    else:
        told = json.loads((folder / FILE).read_text())
        (folder / FILE).write_text(json.dumps({**told, "schema": "9999"}))


def test_a_restore_that_lost_something_is_told(
    kept: Kept, cluster: Postgres, tmp_path: Path
) -> None:
    """Bytes that are others, an altered event, a row less: the check names what it was."""
    blobs = Blobs((tmp_path / "blobs").as_uri())
    with empty(cluster) as fresh:
        books = addresses(fresh)
        restore(kept.folder, books, (tmp_path / "blobs").as_uri())
        (stored, *_) = blobs.listed()
        path = tmp_path / "blobs" / blob_path(stored.tenant_id, stored.sha256)
        sound = path.read_bytes()
        path.write_bytes(b"x" * stored.size)
        with pytest.raises(RestoreDiffers, match="altered"):
            verified(books, kept.manifest, blobs)
        path.unlink()
        with pytest.raises(RestoreDiffers, match="missing"):
            verified(books, kept.manifest, blobs)
        path.write_bytes(sound)
        verified(books, kept.manifest, blobs)

        tampered(fresh, "audit_event", "UPDATE audit_event SET reason = 'x' WHERE number = 1")
        with pytest.raises(RestoreDiffers, match="Event 1"):
            verified(books, kept.manifest, blobs)
        one = "DELETE FROM document WHERE ctid = (SELECT ctid FROM document LIMIT 1)"
        tampered(fresh, "document", one)
        with pytest.raises(RestoreDiffers, match=r"number of rows: document\."):
            verified(books, kept.manifest, blobs)


def tampered(database: Database, table: str, statement: str) -> None:
    """Alter what is stored, past everything that forbids it."""
    with database.owner_engine.begin() as connection:
        for step in (
            f"ALTER TABLE {table} DISABLE TRIGGER USER",
            f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY",
            statement,
            f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} ENABLE TRIGGER USER",
        ):
            connection.execute(text(step))


def test_bytes_that_are_missing_are_told(cluster: Postgres, tmp_path: Path) -> None:
    """The backup is made of all that is there, and names what is not."""
    url = (tmp_path / "blobs").as_uri()
    with cloned(cluster) as database:
        tenant, blobs = another_tenant(database), Blobs(url)
        written(database, tenant, blobs, b"%PDF-1")
        (lost,) = blobs.listed()
        name = blob_path(lost.tenant_id, lost.sha256)
        (tmp_path / "blobs" / name).unlink()
        made = back_up(Source(database.backup_url, url), tmp_path / "out")
    assert made.missing == (name,)


def test_bytes_that_are_damaged_end_no_backup(cluster: Postgres, tmp_path: Path) -> None:
    """They are named, and all others kept; what an earlier backup has of them is restored."""
    url, earlier, fresh = (tmp_path / "blobs").as_uri(), tmp_path / "earlier", tmp_path / "fresh"
    with cloned(cluster) as database:
        tenant, blobs = another_tenant(database), Blobs(url)
        source = Source(database.backup_url, url)
        for number in range(3):
            written(database, tenant, blobs, b"%PDF-" + bytes(number))
        back_up(source, earlier)
        rotten, lost, _ = sorted(blob_path(each.tenant_id, each.sha256) for each in blobs.listed())
        (tmp_path / "blobs" / rotten).write_bytes(b"x")
        (tmp_path / "blobs" / lost).unlink()
        again, new = back_up(source, earlier), back_up(source, fresh)
    assert again.missing == new.missing == (rotten, lost)
    assert (len(again.blobs), len(new.blobs)) == (3, 1)
    assert not list((fresh / "blobs").rglob("*.new"))
    with empty(cluster) as other:
        restore(earlier, addresses(other), (tmp_path / "restored").as_uri())
    assert len(list(Blobs((tmp_path / "restored").as_uri()).listed())) == 3


def test_a_dump_that_was_cut_off_takes_no_room(
    kept: Kept, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk was full: what lies there of it would keep it full."""

    def cut_off(program: str, url: object, *arguments: str) -> str:
        Path(arguments[-1]).write_bytes(b"half")
        raise ToolFailed(f"{program}: No space left on device")

    monkeypatch.setattr(pg_tools, "run", cut_off)
    with pytest.raises(ToolFailed, match="No space"):
        back_up(kept.source, tmp_path / "out")
    assert not list((tmp_path / "out").glob("*.dump"))


def test_the_owner_cannot_dump(kept: Kept, tmp_path: Path) -> None:
    """Row security stops it, aloud: that is what the role of backups is for."""
    with pytest.raises(ToolFailed, match="row-level security"):
        pg_tools.run(
            "pg_dump", kept.database.owner_engine.url, "--file", str(tmp_path / "owner.dump")
        )
