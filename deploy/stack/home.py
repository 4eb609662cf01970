"""The folder of one stack: one owner at a time, and secrets that outlive a restart."""

import fcntl
import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


class HomeInUse(RuntimeError):
    """Another stack runs on the same folder."""


@contextmanager
def locked(home: Path) -> Iterator[Path]:
    """Own a home until the block ends.

    Raises:
        HomeInUse: another stack runs on it.

    """
    home = home.resolve()
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (home / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise HomeInUse(f"A stack already runs on {home}.") from error
        yield home


def kept_secret(home: Path, name: str) -> str:
    """A password of this home: made once, the same ever after."""
    path = home / "secrets" / name
    path.parent.mkdir(mode=0o700, exist_ok=True)
    if not path.exists():
        write_private(path, secrets.token_urlsafe(24))
    return path.read_text()


def read_json(path: Path) -> Any:
    """What a file of the home holds, or None where it does not exist."""
    return json.loads(path.read_text()) if path.exists() else None


def write_json(path: Path, value: object) -> None:
    """Write a file that only its owner reads; whoever reads it sees all of it or nothing."""
    write_private(path, json.dumps(value, indent=2) + "\n")


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner reads, in one step."""
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    fresh.touch(mode=0o600)
    fresh.write_text(text)
    fresh.replace(path)
