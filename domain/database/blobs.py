"""The object store: bytes under names derived from their hash, a folder or an S3 bucket.

Writing is atomic and may be repeated: the same name always holds the same bytes.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote, urlsplit
from uuid import UUID

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, ObjectStore, from_url

from domain.errors import NotFound, Unavailable
from domain.ids import blob_path, sha256_hex

_CHUNK = 4 * 1024 * 1024
_TRIED_FOR = timedelta(seconds=20)
"""What a bucket has refused, or not answered, by then is not asked for once more."""

_PATH = re.compile(r"([0-9a-f-]{36})/[0-9a-f]{2}/([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class StoredBlob:
    """Whose bytes they are, their name, and how many."""

    tenant_id: UUID
    sha256: str
    size: int


class FileNotFound(NotFound):
    """The stored bytes are missing."""

    def __init__(self) -> None:
        super().__init__("The stored bytes are missing.")


class BlobsUnavailable(Unavailable):
    """The object store does not answer."""

    code = "SERVICE_UNAVAILABLE"

    def __init__(self) -> None:
        super().__init__("The object store does not answer.", retry_after=5)


def _bucket(url: str) -> ObjectStore:
    """A bucket that is given up when it says nothing.

    A request ends after 30 seconds by itself (`AWS_TIMEOUT` says otherwise), but would be tried
    again for minutes.
    """
    return from_url(url, retry_config={"max_retries": 3, "retry_timeout": _TRIED_FOR})


class Blobs:
    """Bytes of all tenants, content-addressed.

    `url` is `file:///folder` or whatever obstore knows (`s3://bucket/prefix`, credentials
    from the environment as usual there).
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._folder = Path(unquote(parts.path)) if parts.scheme == "file" else None
        self._store = (
            LocalStore(self._folder, mkdir=True) if self._folder is not None else _bucket(url)
        )

    def put(self, tenant_id: UUID, data: bytes) -> str:
        """Keep bytes for ever and return their SHA-256; what is there already stays."""
        sha256 = sha256_hex(data)
        path = blob_path(tenant_id, sha256)
        try:
            if not self._has(path, len(data)):
                obstore.put(self._store, path, data, use_multipart=False)
            self._settle(path)
        except (BaseError, OSError) as error:
            raise BlobsUnavailable from error
        return sha256

    def get(self, tenant_id: UUID, sha256: str) -> bytes:
        """The bytes of a name. Raises FileNotFound."""
        try:
            return bytes(obstore.get(self._store, blob_path(tenant_id, sha256)).bytes())
        except FileNotFoundError as error:
            raise FileNotFound from error
        except (BaseError, OSError) as error:
            raise BlobsUnavailable from error

    def put_file(self, tenant_id: UUID, source: BinaryIO, sha256: str) -> None:
        """Keep the bytes of a file whose SHA-256 is known; it is read as a stream."""
        path = blob_path(tenant_id, sha256)
        size = source.seek(0, os.SEEK_END)
        source.seek(0)
        try:
            if not self._has(path, size):
                obstore.put(self._store, path, iter(lambda: source.read(_CHUNK), b""))
            self._settle(path)
        except (BaseError, OSError) as error:
            raise BlobsUnavailable from error

    def fetch(self, tenant_id: UUID, sha256: str, target: BinaryIO) -> None:
        """Write the bytes of a name into a file and wind it back. Raises FileNotFound."""
        try:
            target.writelines(
                bytes(chunk) for chunk in obstore.get(self._store, blob_path(tenant_id, sha256))
            )
        except FileNotFoundError as error:
            raise FileNotFound from error
        except (BaseError, OSError) as error:
            raise BlobsUnavailable from error
        target.seek(0)

    def listed(self) -> Iterator[StoredBlob]:
        """Everything that is kept, of every tenant; what is not named like a blob is left out."""
        try:
            for page in obstore.list(self._store):
                for each in page:
                    found = _PATH.fullmatch(each["path"])
                    if found:
                        yield StoredBlob(UUID(found[1]), found[2], each["size"])
        except (BaseError, OSError) as error:
            raise BlobsUnavailable from error

    def _has(self, path: str, size: int) -> bool:
        try:
            return bool(obstore.head(self._store, path)["size"] == size)
        except FileNotFoundError:
            return False

    def _settle(self, path: str) -> None:
        """Make a local file outlive a power cut: its bytes first, then the entries of its folders.

        One that is there already may be another's, who has not come to this yet.
        """
        if self._folder is None:
            return
        file = self._folder / path
        for place in (file, *islice(file.parents, 1 + path.count("/"))):
            handle = os.open(place, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
