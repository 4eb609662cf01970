"""What is wrong outside of the command is told in a line, not in a traceback."""

import sys
from pathlib import Path

import pytest
from psycopg import errors
from sqlalchemy.exc import DBAPIError, ProgrammingError

from deploy.cli import leaving
from deploy.cli.console import outside
from deploy.cli.main import main
from deploy.stack.process import free_port


@pytest.mark.parametrize("command", [["tenant", "list"], ["migrate"], ["backup", "kept"]])
def test_a_database_that_is_away(
    command: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    """Without the password that was tried."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BELEGFLUSS_BLOB_URL", (tmp_path / "blobs").as_uri())
    for role in ("", "OWNER_", "BACKUP_"):
        address = f"postgresql://somebody:hush@127.0.0.1:{free_port()}/books"
        monkeypatch.setenv(f"BELEGFLUSS_DATABASE_{role}URL", address)

    said = failing(command, monkeypatch, capsys)

    assert said.startswith("PostgreSQL: connection failed")
    assert "hush" not in said


def test_a_home_that_cannot_be_made(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """A file stands where the folder should be."""
    (tmp_path / "file").touch()
    monkeypatch.setenv("BELEGFLUSS_HOME", str(tmp_path / "file"))

    assert str(tmp_path / "file") in failing(["up"], monkeypatch, capsys)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (errors.UndefinedTable(), "belegfluss migrate"),
        (errors.UndefinedFunction(), "belegfluss migrate"),
        (errors.InsufficientPrivilege("permission denied for table tenant"), "permission denied"),
        (errors.SyntaxError(), None),
    ],
)
def test_what_the_database_refuses(error: Exception, words: str | None) -> None:
    """A mistake of ours keeps its traceback."""
    told = outside(refused(error))

    assert words in told if words and told else told is None


def refused(error: Exception) -> DBAPIError:
    """The same as SQLAlchemy raises it."""
    return ProgrammingError("SELECT 1", {}, error)


def failing(
    command: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> str:
    """What a command says that ends with 1, in a process that has spoken to no Temporal.

    One that has, because a test before was one of such a command, would end at once.
    """
    monkeypatch.setattr(leaving, "_BEGUN", [])
    monkeypatch.setattr(sys, "argv", ["belegfluss", *command])
    with pytest.raises(SystemExit) as ended:
        main()
    said = capsys.readouterr().err
    assert ended.value.code == 1
    assert "Traceback" not in said
    assert said.count("\n") == 1
    return said
