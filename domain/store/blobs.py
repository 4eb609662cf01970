"""The object store: bytes under names derived from their hash, a folder or an S3 bucket.

Writing is atomic and may be repeated: the same name always holds the same bytes.
"""

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit
from uuid import UUID

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, from_url

from domain.errors import NotFound, Unavailable
from domain.ids import blob_path, sha256_hex


class FileNotFound(NotFound):
    """The stored bytes are missing."""

    def __init__(self) -> None:
        super().__init__("The stored bytes are missing.")


class BlobsUnavailable(Unavailable):
    """The object store does not answer."""

    code = "SERVICE_UNAVAILABLE"

    def __init__(self) -> None:
        super().__init__("The object store does not answer.", retry_after=5)


class Blobs:
    """Bytes of all tenants, content-addressed.

    `url` is `file:///folder` or whatever obstore knows (`s3://bucket/prefix`, credentials
    from the environment as usual there).
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._folder = Path(unquote(parts.path)) if parts.scheme == "file" else None
        self._store = (
            LocalStore(self._folder, mkdir=True) if self._folder is not None else from_url(url)
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

    def _has(self, path: str, size: int) -> bool:
        try:
            return bool(obstore.head(self._store, path)["size"] == size)
        except FileNotFoundError:
            return False

    def _settle(self, path: str) -> None:
        """Make a local file outlive a power cut: its bytes first, then the folder's entry."""
        if self._folder is None:
            return
        file = self._folder / path
        for place in (file, file.parent):
            handle = os.open(place, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
