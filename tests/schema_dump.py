"""Databases as text, by the programs of the wheel."""

import gzip
import subprocess
from pathlib import Path

from deploy.stack.postgres import Postgres, binaries

BASELINE = Path(__file__).parent / "data" / "baseline.sql.gz"
"""A database of the first release with books in it (`python -m tests.save_baseline`)."""

# What a dump says of the program that made it.
_OF_THE_PROGRAM = (r"\restrict", r"\unrestrict", "-- Dumped")


def schema_of(server: Postgres, database: str) -> str:
    """Schema of a database, without what differs from one dump to the next."""
    lines = _dumped(server, database, "--schema-only").splitlines()
    kept = [line for line in lines if not line.startswith(_OF_THE_PROGRAM)]
    return "\n".join(_single_blanks(kept)) + "\n"


def save(server: Postgres, database: str, path: Path) -> None:
    """Write schema and rows of a database to a file."""
    text = _dumped(server, database)
    path.write_bytes(gzip.compress(text.encode(), mtime=0))


def restore(server: Postgres, database: str, path: Path) -> None:
    """Fill an empty database from a file."""
    fill(server, database, gzip.decompress(path.read_bytes()).decode())


def fill(server: Postgres, database: str, text: str) -> None:
    """Carry out what a dump says."""
    _run(server, "psql", database, "-v", "ON_ERROR_STOP=1", "-q", fed=text.encode())


def _dumped(server: Postgres, database: str, *options: str) -> str:
    return _run(server, "pg_dump", database, *options)


def _run(server: Postgres, program: str, database: str, *options: str, fed: bytes = b"") -> str:
    command = (str(binaries() / program), "-d", server.conninfo(database), *options)
    done = subprocess.run(command, input=fed, capture_output=True, check=False)  # noqa: S603
    assert not done.returncode, done.stderr.decode()
    return done.stdout.decode()


def _single_blanks(lines: list[str]) -> list[str]:
    return [line for at, line in enumerate(lines) if line or (at and lines[at - 1])]
