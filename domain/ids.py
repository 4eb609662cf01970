"""Ids and keys derived from what they name."""

import hashlib
from uuid import UUID

_NAMESPACE = UUID("8b7e2f0c-6a55-5c0e-9d0a-3a3b5f1f4b11")


def derived_id(*parts: object) -> UUID:
    """Id that is the same whenever the same thing is named: a retry makes no second one.

    >>> derived_id("inbox", 1) == derived_id("inbox", 1)
    True
    """
    named = _NAMESPACE.bytes + "\x1f".join(map(str, parts)).encode()
    return UUID(bytes=hashlib.sha1(named, usedforsecurity=False).digest()[:16], version=5)


def derived_ids(count: int, *parts: object) -> list[UUID]:
    """Ids of `count` things in a row, each named by its place.

    >>> derived_ids(2, "line", "a")[1] == derived_id("line", "a", 1)
    True
    """
    named = hashlib.sha1(_NAMESPACE.bytes, usedforsecurity=False)
    named.update("".join(f"{part}\x1f" for part in parts).encode())
    ids = []
    for place in range(count):
        each = named.copy()
        each.update(str(place).encode())
        ids.append(UUID(bytes=each.digest()[:16], version=5))
    return ids


def sha256_hex(data: bytes) -> str:
    """Lower-case hex SHA-256, the name of a document's bytes."""
    return hashlib.sha256(data).hexdigest()


def blob_path(tenant_id: UUID, sha256: str) -> str:
    """Path of a document's bytes in the object store.

    >>> blob_path(UUID(int=0), "ab" * 32)[-68:]
    '/ab/abababababababababababababababababababababababababababababababab'
    """
    return f"{tenant_id}/{sha256[:2]}/{sha256}"
