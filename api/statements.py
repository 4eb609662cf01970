"""Statement files that callers send: bounded, and read before anything is written."""

from dataclasses import dataclass

from fastapi import UploadFile

from domain.formats import camt
from domain.formats.statement import Statement, UnsupportedFormat
from domain.formats.xml import LIMIT
from domain.ids import sha256_hex


@dataclass(frozen=True, slots=True)
class StatementFile:
    """The statements of one file, and the name of its bytes."""

    statements: tuple[Statement, ...]
    sha256: str


def read_statements(upload: UploadFile) -> StatementFile:
    """Read a statement file. Raises UNSUPPORTED_FORMAT."""
    data = upload.file.read(LIMIT + 1)
    if len(data) > LIMIT:
        raise UnsupportedFormat("The file is too large.", limit=LIMIT)
    return StatementFile(camt.read(data), sha256_hex(data))
