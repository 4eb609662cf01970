"""What a backup says of itself: its parts, and what must be there again after a restore."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from deploy.stack.home import write_private

FORMAT = 1
FILE = "manifest.json"
BLOBS = "blobs"


class BackupUnfit(RuntimeError):
    """A folder holds no backup, or one that is damaged or of a newer release."""


@dataclass(frozen=True, slots=True)
class Part:
    """A file of a backup, as it was written."""

    name: str
    size: int
    sha256: str

    @classmethod
    def of(cls, path: Path) -> "Part":
        """The part that a file is."""
        return cls(path.name, path.stat().st_size, sha256_of(path))

    def check(self, folder: Path) -> Path:
        """Path of the file, which is as it was. Raises BackupUnfit."""
        path = folder / self.name
        if not path.is_file() or path.stat().st_size != self.size:
            raise BackupUnfit(f"{path} is missing or cut off.")
        if sha256_of(path) != self.sha256:
            raise BackupUnfit(f"{path} was altered.")
        return path


@dataclass(frozen=True, slots=True)
class Head:
    """Ends of the two chains of a tenant: the journal's and the audit log's."""

    last_number: int
    last_hash: str
    audit_number: int
    audit_hash: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """One backup."""

    made_at: str
    schema: str
    dump: Part
    rows: Mapping[str, int]
    heads: Mapping[str, Head]
    blobs: Mapping[str, int] = field(repr=False)
    files: tuple[Part, ...] = ()
    missing: tuple[str, ...] = ()
    format: int = FORMAT

    def write(self, folder: Path) -> None:
        """Write it last, in one step: until then the folder holds the backup before."""
        write_private(folder / FILE, json.dumps(asdict(self), indent=1, sort_keys=True) + "\n")

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """The backup that a folder holds. Raises BackupUnfit."""
        path = folder / FILE
        if not path.is_file():
            raise BackupUnfit(f"{folder} holds no backup that was finished.")
        told: dict[str, Any] = json.loads(path.read_text())
        if told.get("format") != FORMAT:
            raise BackupUnfit(f"{folder} was written in another format.")
        return cls(
            **{
                **told,
                "dump": Part(**told["dump"]),
                "heads": {tenant: Head(**head) for tenant, head in told["heads"].items()},
                "files": tuple(Part(**each) for each in told["files"]),
                "missing": tuple(told["missing"]),
            }
        )


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
