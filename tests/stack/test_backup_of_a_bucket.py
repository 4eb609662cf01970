"""Bytes in S3 are backed up and restored as those in a folder are, and faults are told.

Against a small server of our own, always; against moto's as well where `moto_server` is installed.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any
from unittest import mock
from uuid import UUID

import httpx
import obstore
import pytest
from obstore.store import from_url

from deploy.stack.backup import Source, back_up
from deploy.stack.manifest import BackupUnfit, Manifest
from deploy.stack.postgres import Postgres
from deploy.stack.process import Service, free_port, running
from deploy.stack.restore import RestoreDiffers, restore, verified
from domain.database.blobs import Blobs, BlobsUnavailable, FileNotFound
from domain.ids import blob_path, sha256_hex
from tests.builders import another_tenant
from tests.s3_server import BUCKET, Bucket, named, serving
from tests.servers import cloned, empty
from tests.stack.test_backup import addresses, written

URL = f"s3://{BUCKET}/documents"
TENANT = UUID(int=1)
_MOTO = shutil.which("moto_server")


@contextmanager
def moto(folder: Path) -> Iterator[None]:
    """Run the server of moto with an empty bucket."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"

    def is_ready() -> bool:
        try:
            return httpx.get(f"{address}/moto-api/").status_code == 200
        except httpx.TransportError:
            return False

    service = Service("moto", (str(_MOTO), "-H", "127.0.0.1", "-p", str(port)), is_ready)
    with running(service, folder / "log"), mock.patch.dict(os.environ, named(address)):
        place = {"LocationConstraint": "eu-central-1"}
        body = "".join(f"<{name}>{value}</{name}>" for name, value in place.items())
        told = f"<CreateBucketConfiguration>{body}</CreateBucketConfiguration>"
        httpx.put(f"{address}/{BUCKET}", content=told).raise_for_status()
        yield


@pytest.fixture(
    params=[
        "ours",
        pytest.param("moto", marks=pytest.mark.skipif(not _MOTO, reason="no moto_server here")),
    ]
)
def bucket(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    """Serve an empty bucket; its objects, past what the service would do."""
    with serving() if request.param == "ours" else moto(tmp_path):
        yield from_url(URL)


@pytest.fixture
def server() -> Iterator[Bucket]:
    """Serve a bucket that can misbehave."""
    with serving() as found:
        yield found


def test_bytes_come_back(bucket: Any) -> None:
    """Empty ones, large ones, and more than one page of a list; what is not there is missing."""
    blobs = Blobs(URL)
    large = b"x" * (11 << 20)
    blobs.put_file(TENANT, BytesIO(large), sha256_hex(large))
    kept = {sha256_hex(large): large}
    for content in (b"", b"a", b"b", b"c"):
        kept[blobs.put(TENANT, content)] = content
        blobs.put(TENANT, content)

    assert {each.sha256: each.size for each in blobs.listed()} == {
        sha256: len(content) for sha256, content in kept.items()
    }
    for sha256, content in kept.items():
        found = BytesIO()
        blobs.fetch(TENANT, sha256, found)
        assert blobs.get(TENANT, sha256) == found.read() == content
    with pytest.raises(FileNotFound):
        blobs.get(UUID(int=2), sha256_hex(large))


def test_a_bucket_is_backed_up_and_restored(bucket: Any, cluster: Postgres, tmp_path: Path) -> None:
    """Into another prefix; bytes that are then altered or missing there are told."""
    elsewhere = f"s3://{BUCKET}/restored"
    with cloned(cluster) as database:
        tenant, blobs = another_tenant(database), Blobs(URL)
        for number in range(3):
            written(database, tenant, blobs, b"%PDF-" + bytes([number]))
        made = back_up(Source(database.backup_url, URL), tmp_path / "out")
    assert (len(made.blobs), made.missing) == (3, ())
    with empty(cluster) as fresh:
        books = addresses(fresh)
        assert restore(tmp_path / "out", books, elsewhere).blobs == 3
        assert {each.sha256 for each in Blobs(elsewhere).listed()} == {
            name.rpartition("/")[2] for name in made.blobs
        }
        name, restored = next(iter(made.blobs)), from_url(elsewhere)
        obstore.put(restored, name, b"x" * made.blobs[name])
        with pytest.raises(RestoreDiffers, match="altered"):
            verified(books, made, Blobs(elsewhere))
        obstore.delete(restored, name)
        with pytest.raises(RestoreDiffers, match="missing"):
            verified(books, made, Blobs(elsewhere))


def test_what_is_wrong_in_a_bucket_is_told(bucket: Any, cluster: Postgres, tmp_path: Path) -> None:
    """What is missing, or is another's bytes, is named in the backup."""
    with cloned(cluster) as database:
        tenant, blobs = another_tenant(database), Blobs(URL)
        for number in range(2):
            written(database, tenant, blobs, b"%PDF-" + bytes([number]))
        lost, bad = sorted(blob_path(each.tenant_id, each.sha256) for each in blobs.listed())
        source = Source(database.backup_url, URL)
        obstore.delete(bucket, lost)
        assert back_up(source, tmp_path / "one").missing == (lost,)
        obstore.put(bucket, bad, b"other")
        made = back_up(source, tmp_path / "two")
        assert (dict(made.blobs), set(made.missing)) == ({}, {lost, bad})


def test_a_bucket_that_is_away_ends_a_backup(
    server: Bucket, cluster: Postgres, tmp_path: Path
) -> None:
    """Nothing is left that could be taken for a backup; when it is back there is one."""
    with cloned(cluster) as database:
        tenant = another_tenant(database)
        written(database, tenant, Blobs(URL), b"%PDF-1")
        source = Source(database.backup_url, URL)
        server.is_away = True
        with pytest.raises(BlobsUnavailable):
            back_up(source, tmp_path / "out")
        with pytest.raises(BackupUnfit):
            Manifest.read(tmp_path / "out")
        server.is_away = False
        assert len(back_up(source, tmp_path / "out").blobs) == 1


def test_a_bucket_that_says_nothing_is_given_up(
    server: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After some seconds here, half a minute as it is; then it works again."""
    monkeypatch.setenv("AWS_TIMEOUT", "1 second")
    blobs = Blobs(URL)
    server.silent.set()
    with pytest.raises(BlobsUnavailable):
        blobs.put(TENANT, b"beleg")
    assert len(server.calls) <= 4
    server.silent.clear()
    assert blobs.get(TENANT, blobs.put(TENANT, b"beleg")) == b"beleg"


def test_a_bucket_refuses_other_keys(server: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    """Credentials come from the environment; wrong ones are no missing bytes."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAOTHER")
    with pytest.raises(BlobsUnavailable):
        Blobs(URL).get(TENANT, "0" * 64)
