"""A folder that is watched: finished files are sent once, and lie where they belong."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from deploy.cli.main import app
from deploy.cli.watch import Watched
from tests.cli.test_imports import Service, serving

TAKEN: dict[str, object] = {"documents": [{"outcome": "accepted", "detail": None}]}
NONE: dict[str, object] = {"documents": [{"outcome": "unsupported_type", "detail": "kein Beleg"}]}


@pytest.fixture
def service() -> Iterator[Service]:
    """Run a service on loopback."""
    with serving() as running:
        yield running


def watch(folder: Path, service: Service) -> Result:
    """Take what is there."""
    options = ["--once", "--every", "0.1", "--url", service.url, "--key", "ll_x"]
    return CliRunner().invoke(app, ["watch", str(folder), *options])


def test_finished_files_are_sent_and_moved(service: Service, tmp_path: Path) -> None:
    """To `done` what was taken, to `refused` what was not, with the reason beside it."""
    (tmp_path / "a.pdf").write_bytes(b"%PDF-")
    (tmp_path / "b.bin").write_bytes(b"?")
    (tmp_path / "c.pdf.part").write_bytes(b"%PDF-")
    (tmp_path / ".hidden.pdf").write_bytes(b"%PDF-")
    service.answers = [(202, TAKEN), (202, NONE)]

    result = watch(tmp_path, service)

    assert result.exit_code == 0, result.output
    assert (tmp_path / "done" / "a.pdf").exists()
    assert (tmp_path / "refused" / "b.bin").exists()
    assert "kein Beleg" in (tmp_path / "refused" / "b.bin.txt").read_text()
    assert (tmp_path / "c.pdf.part").exists()
    assert [path for path, _, _ in service.seen] == ["/v1/inbox"] * 2


def test_the_same_file_is_the_same_call(service: Service, tmp_path: Path) -> None:
    """Killed before the file was moved, a watch sends it again under the same key."""
    for _ in range(2):
        (tmp_path / "a.pdf").write_bytes(b"%PDF-")
        service.answers = [(202, TAKEN)]
        watch(tmp_path, service)

    first, second = service.seen
    assert first[1] == second[1]
    assert len(list((tmp_path / "done").iterdir())) == 2  # nothing there is overwritten


def test_what_the_service_will_not_have_today_stays(service: Service, tmp_path: Path) -> None:
    """A wrong key is no fault of the file."""
    (tmp_path / "a.pdf").write_bytes(b"%PDF-")
    service.answers = [(401, json.loads('{"code": "UNAUTHORIZED", "detail": "?"}'))]

    result = watch(tmp_path, service)

    assert "UNAUTHORIZED" in result.output
    assert (tmp_path / "a.pdf").exists()


def test_a_file_that_grows_is_left_alone(tmp_path: Path) -> None:
    """Only what looked the same twice is finished; an empty file never is."""
    watched, file = Watched(tmp_path), tmp_path / "a.pdf"
    (tmp_path / "leer.pdf").write_bytes(b"")
    file.write_bytes(b"%PDF")

    assert watched.look() == []
    file.write_bytes(b"%PDF-1.7")
    assert watched.look() == []
    assert watched.look() == [file]
    file.unlink()
    assert watched.look() == []
