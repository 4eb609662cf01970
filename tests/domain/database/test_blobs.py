"""The object store on a folder: same bytes, same name, atomic, and honest when empty."""

import os
from pathlib import Path
from uuid import UUID

import pytest

from domain.database.blobs import Blobs, FileNotFound
from domain.ids import blob_path, sha256_hex

TENANT, OTHER = UUID(int=1), UUID(int=2)


def test_bytes_come_back_under_their_hash(tmp_path: Path) -> None:
    """What is put is got, however often it is put."""
    blobs = Blobs((tmp_path / "new folder").as_uri())

    assert blobs.put(TENANT, b"beleg") == blobs.put(TENANT, b"beleg") == sha256_hex(b"beleg")
    assert blobs.get(TENANT, sha256_hex(b"beleg")) == b"beleg"


def test_tenants_do_not_share(tmp_path: Path) -> None:
    """The same hash of another tenant is missing."""
    blobs = Blobs(tmp_path.as_uri())
    sha256 = blobs.put(TENANT, b"beleg")

    with pytest.raises(FileNotFound):
        blobs.get(OTHER, sha256)


def test_a_cut_off_file_is_written_again(tmp_path: Path) -> None:
    """A file of the wrong size, left by a broken disk or copy, heals with the next put."""
    blobs = Blobs(tmp_path.as_uri())
    sha256 = blobs.put(TENANT, b"beleg")
    (tmp_path / blob_path(TENANT, sha256)).write_bytes(b"be")

    blobs.put(TENANT, b"beleg")

    assert blobs.get(TENANT, sha256) == b"beleg"
    assert len(list(tmp_path.rglob("*.*"))) == 0


def test_empty_files_are_kept(tmp_path: Path) -> None:
    """An empty attachment is a document, too."""
    blobs = Blobs(tmp_path.as_uri())

    assert blobs.get(TENANT, blobs.put(TENANT, b"")) == b""


def test_what_is_kept_outlives_a_power_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its bytes and every folder's entry, also where another wrote it and has not come to that."""
    synced: list[str] = []

    def noted(handle: int) -> None:
        synced.append(str(Path(f"/proc/self/fd/{handle}").readlink()))

    monkeypatch.setattr(os, "fsync", noted)
    blobs = Blobs(tmp_path.as_uri())
    for _ in range(2):
        synced.clear()
        path = tmp_path / blob_path(TENANT, blobs.put(TENANT, b"beleg"))
        assert synced == [str(each) for each in (path, path.parent, path.parent.parent, tmp_path)]
