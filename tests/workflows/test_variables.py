"""What the environment says wrong is told by its variable, in a line, and never quoted."""

import socket
from pathlib import Path

import pytest
from pydantic_settings import BaseSettings

from api.mailroom.settings import MailroomSettings
from api.settings import Settings
from deploy.stack.settings import StackSettings
from worker.settings import WorkerSettings
from workflows.shared.variables import from_environment, opening

KINDS = (Settings, WorkerSettings, MailroomSettings, StackSettings)
NEEDED = {
    "DATABASE_URL": "postgresql://app:hush-1@db.test/books",
    "BLOB_URL": "file:///blobs",
    "INBOX_DOMAIN": "inbox.test",
}
WEB = ("hush", "http://", "ftp://hush", "http://hush:port")
NUMBERS = ("hush", "-5", "1.5")
DATABASE = ("hush", "http://hush", "postgresql://a:hu/sh@db.test/b", "postgresql://a:hu#sh@db/b")
PATH = "missing-hush"
PEM = (PATH, "-----BEGIN KEY-----\nhush\n-----END", r"-----BEGIN KEY-----\nhush", "hush" * 40)
"""A path to nothing, and keys where a path belongs."""
WRONG: dict[str, tuple[str, ...]] = {
    "ADDRESS": ("hush", "http://hush:1", "hush:0", "hush:99999", "hu sh:1", ""),
    "DATABASE_URL": DATABASE,
    "OWNER_URL": DATABASE,
    "BACKUP_URL": DATABASE,
    "BLOB_URL": ("hush", "http://", "file://hush/x", "file:", "/hush"),
    "ENDPOINT": WEB,
    "PUBLIC_URL": WEB,
    "UI_URL": WEB,
    "INBOX_DOMAIN": (" ", "hush@test", "hu sh"),
    "LOG_LEVEL": ("hush", "info"),
    "ENGINE": ("hush",),
    "LOG_JSON": ("hush",),
    "TEMPORAL_TLS": ("hush",),
    "DOCS": ("hush",),
    "PORT": (*NUMBERS, "65536"),
    "BYTES": NUMBERS,
    "POOL": (*NUMBERS, "0"),
    "THREADS": (*NUMBERS, "0"),
    "LOGINS": (*NUMBERS, "0"),
    "READERS": NUMBERS,
    "SECONDS": NUMBERS,
    "CONNECTIONS": (*NUMBERS, "0"),
    "OF_EACH": (*NUMBERS, "0"),
    "GRACE": ("hush", "-1"),
    "OPERATORS": ("hush", "a@b.test hush"),
    "MAIL_FROM": ("hush", "<hush>"),
    "MAIL_OPERATOR": ("hush",),
    "MAIL_SECURITY": ("hush",),
    "SEAL_KEYS": ("hush", "aHVzaA=="),
    "CERT": PEM,
    "TLS_KEY": PEM,
    "TLS_CA": PEM,
}
ANYTHING = {"HOME", "HOST", "NAMESPACE", "API_KEY", "DEPLOYMENT", "BUILD_ID", "USER", "PASSWORD"}
"""Ends of names for which every word may be right."""


def variables() -> list[tuple[type[BaseSettings], str, str]]:
    """Each variable of each process with each wrong value of its kind."""
    return [
        (kind, name.upper(), value)
        for kind in KINDS
        for name in kind.model_fields
        for value in _wrong(name.upper())
        if value
    ]


def _wrong(name: str) -> tuple[str, ...]:
    ends = [end for end in WRONG if name.endswith(end)]
    assert ends or name.endswith(tuple(ANYTHING)), f"what is wrong for {name}?"
    return WRONG[max(ends, key=len)] if ends else ()


@pytest.fixture(autouse=True)
def _needed(monkeypatch: pytest.MonkeyPatch) -> None:
    for kind in KINDS:
        for name in kind.model_fields:
            monkeypatch.delenv(f"BELEGFLUSS_{name.upper()}", raising=False)
    for name, value in NEEDED.items():
        monkeypatch.setenv(f"BELEGFLUSS_{name}", value)


@pytest.mark.parametrize(("kind", "name", "value"), variables())
def test_a_wrong_value_is_told_by_its_variable(
    kind: type[BaseSettings],
    name: str,
    value: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """In one line, without a traceback, and without the value where it may be a secret."""
    monkeypatch.setenv(f"BELEGFLUSS_{name}", value)

    with pytest.raises(SystemExit) as ended:
        from_environment(kind)

    said = capsys.readouterr().err
    assert ended.value.code == 1
    assert said.startswith(f"BELEGFLUSS_{name}")
    assert said.count("\n") == 1
    if value != PATH:  # it is told, so that it is found
        assert "hush" not in said


def test_everything_that_is_wrong_is_told_at_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is missing, too."""
    monkeypatch.delenv("BELEGFLUSS_BLOB_URL")
    monkeypatch.setenv("BELEGFLUSS_SMTP_PORT", "hush")

    with pytest.raises(SystemExit):
        from_environment(MailroomSettings)

    told = [line.partition(":")[0] for line in capsys.readouterr().err.splitlines()]
    assert sorted(told) == ["BELEGFLUSS_BLOB_URL", "BELEGFLUSS_SMTP_PORT"]


@pytest.mark.parametrize("kind", KINDS)
def test_usual_values_are_taken(kind: type[BaseSettings], monkeypatch: pytest.MonkeyPatch) -> None:
    """As the guide, compose and Kubernetes write them."""
    usual = {
        "DATABASE_URL": "postgresql://a:p%40ss@[::1]:5432/b?sslmode=verify-full",
        "BLOB_URL": "s3://belegfluss/prefix",
        "TEMPORAL_ADDRESS": "temporal-frontend.temporal:7233",
        "PUBLIC_URL": "https://belegfluss.example.com/",
        "MAIL_FROM": "Belegfluss <belegfluss@example.com>",
        "OPERATORS": "a@b.test, c@d.test,",
    }
    for name, value in usual.items():
        monkeypatch.setenv(f"BELEGFLUSS_{name}", value)

    settings = from_environment(kind)

    assert settings.model_dump()["blob_url"] == usual["BLOB_URL"]


@pytest.mark.parametrize("others", [{}, {"SMTP_TLS_CERT": "pem"}])
def test_a_certificate_that_senders_could_not_use_is_told(
    others: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """No PEM, or a key alone."""
    (tmp_path / "pem").write_text("no certificate")
    for name in ("SMTP_TLS_KEY", *others):
        monkeypatch.setenv(f"BELEGFLUSS_{name}", str(tmp_path / "pem"))

    with pytest.raises(SystemExit):
        from_environment(MailroomSettings)

    assert capsys.readouterr().err.startswith("BELEGFLUSS_SMTP_TLS_")


def test_a_door_that_another_has_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """By the variables that say where it is."""
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        pytest.raises(SystemExit),
        opening("smtp_host", "smtp_port"),
    ):
        socket.create_server(taken.getsockname())

    assert capsys.readouterr().err.startswith("BELEGFLUSS_SMTP_HOST and BELEGFLUSS_SMTP_PORT: ")
