"""What the environment says about the servers is read the same way by every process."""

from pathlib import Path

import pytest
from pydantic import ValidationError
from temporalio.service import TLSConfig

from api.mailroom.settings import MailroomSettings
from api.settings import Settings
from deploy.stack.services import Ports, Surroundings, environment
from deploy.stack.settings import StackSettings
from worker.settings import WorkerSettings
from workflows.shared.settings import ServerSettings

PROCESSES = (Settings, WorkerSettings, MailroomSettings)
NEEDED = {
    "database_url": "postgresql://app:hush-1@db.test/books",
    "blob_url": "file:///blobs",
    "inbox_domain": "inbox.test",
}
FILES = ("temporal_tls_ca", "temporal_tls_cert", "temporal_tls_key")
every_process = pytest.mark.parametrize("process", PROCESSES)


def told(monkeypatch: pytest.MonkeyPatch, **values: str) -> None:
    """Put settings into the environment."""
    for name, value in values.items():
        monkeypatch.setenv(f"BELEGFLUSS_{name.upper()}", value)


@pytest.fixture(autouse=True)
def _needed(monkeypatch: pytest.MonkeyPatch) -> None:
    for kind in (*PROCESSES, StackSettings):
        for name in kind.model_fields:
            monkeypatch.delenv(f"BELEGFLUSS_{name.upper()}", raising=False)
    told(monkeypatch, **NEEDED)


@every_process
def test_an_empty_variable_is_as_good_as_none(
    process: type[ServerSettings], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Compose files and charts pass on what nobody filled in."""
    unset = process()
    told(monkeypatch, **dict.fromkeys(process.model_fields.keys() - NEEDED.keys(), ""))

    assert process() == unset
    assert process().temporal == unset.temporal


@every_process
def test_an_empty_variable_that_is_needed_is_missing(
    process: type[ServerSettings], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody connects to nowhere."""
    told(monkeypatch, database_url="")
    with pytest.raises(ValidationError, match=r"database_url\n.*missing"):
        process()


def test_the_api_alone_starts_without_an_object_store(monkeypatch: pytest.MonkeyPatch) -> None:
    """It answers everything but calls about files; the others would have nothing to do."""
    told(monkeypatch, blob_url="")
    assert Settings().blob_url == ""
    for process in (WorkerSettings, MailroomSettings):
        with pytest.raises(ValidationError, match="blob_url"):
            process()


@every_process
def test_tls_files_are_read(
    process: type[ServerSettings], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """One of them is enough to ask for TLS."""
    for name in FILES:
        (tmp_path / name).write_text(f"PEM of {name}")
        told(monkeypatch, **{name: str(tmp_path / name)})
    ca, cert, key = (f"PEM of {name}".encode() for name in FILES)
    mutual = process().temporal.tls
    told(monkeypatch, temporal_tls_cert="", temporal_tls_key="")

    assert mutual == TLSConfig(server_root_ca_cert=ca, client_cert=cert, client_private_key=key)
    assert process().temporal.tls == TLSConfig(server_root_ca_cert=ca)


@every_process
def test_tls_without_files_trusts_the_roots_of_the_system(
    process: type[ServerSettings], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without that, there is none."""
    plain = process().temporal.tls
    told(monkeypatch, temporal_tls="true")

    assert plain is False
    assert process().temporal.tls == TLSConfig()


@every_process
@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("path", ["missing.pem", "."])
def test_a_file_that_cannot_be_read_is_told_by_its_variable(
    process: type[ServerSettings], name: str, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever starts the process knows what to correct, and sees no password meanwhile."""
    told(monkeypatch, **{name: path})
    with pytest.raises(ValidationError, match=f"BELEGFLUSS_{name.upper()} .*: {path}") as caught:
        process()
    assert "hush" not in str(caught.value)


@every_process
def test_secrets_are_not_shown(
    process: type[ServerSettings], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Neither by the settings nor by what is made of them."""
    key = tmp_path / "key.pem"
    key.write_text("hush-2")
    told(monkeypatch, temporal_api_key="hush-3", temporal_tls_key=str(key))
    settings = process()

    assert settings.temporal.api_key == "hush-3"
    assert "hush" not in repr(settings) + str(settings) + repr(settings.temporal)


def test_a_missing_variable_shows_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """An error of the start goes to a log that masks nothing yet."""
    told(monkeypatch, blob_url="")
    with pytest.raises(ValidationError) as caught:
        WorkerSettings()
    assert "hush" not in str(caught.value)


def test_the_stack_tells_what_somebody_reads() -> None:
    """Its own settings agree with those of the processes it starts."""
    around = Surroundings(NEEDED["database_url"], "127.0.0.1:1", None)
    spoken = environment(StackSettings(), around, Ports.of(StackSettings()))
    read = {name for kind in (*PROCESSES, StackSettings) for name in kind.model_fields}

    assert {name.removeprefix("BELEGFLUSS_").lower() for name in spoken} <= read
    assert StackSettings.model_fields.keys() & ServerSettings.model_fields.keys() == {
        "database_url",
        "blob_url",
        "temporal_address",
    }
