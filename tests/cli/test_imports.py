"""Imports over HTTP: every file with its own key, again while the service is busy."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy.cli.main import app


@dataclass
class Service:
    """Answers as it is told, and remembers what came."""

    answers: list[tuple[int, dict[str, object]]] = field(default_factory=list)
    seen: list[tuple[str, str, bytes]] = field(default_factory=list)
    url: str = ""


@pytest.fixture
def service() -> Iterator[Service]:
    """Run a service on loopback."""
    with serving() as running:
        yield running


@contextmanager
def serving() -> Iterator[Service]:
    """Run a service on loopback while the block runs."""
    service = Service()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            service.seen.append((self.path, self.headers["Idempotency-Key"], body))
            status, answer = service.answers.pop(0) if service.answers else (200, {})
            self.send_response(status)
            self.send_header("Retry-After", "0")
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Keep the terminal clean."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    service.url = f"http://127.0.0.1:{server.server_port}"
    yield service
    server.shutdown()
    server.server_close()


def test_a_folder_is_imported_file_by_file(service: Service, tmp_path: Path) -> None:
    """What is no document stays at home; a second run sends the same keys."""
    for name in ("a.pdf", "b.png", "c.pdf", "notes.txt"):
        (tmp_path / name).write_bytes(b"%PDF" if name.endswith("pdf") else b"PNG")
    for _ in range(2):
        result = CliRunner().invoke(
            app, ["import", "documents", str(tmp_path), "--url", service.url, "--key", "ll_x"]
        )
        assert result.exit_code == 0, result.output
        assert "3 of 3 imported" in result.stdout
    assert {path for path, _, _ in service.seen} == {"/v1/inbox"}
    keys = [key for _, key, _ in service.seen]
    assert keys[:3] == keys[3:]
    assert len(set(keys)) == 3


def test_a_file_that_is_no_document_is_told(service: Service, tmp_path: Path) -> None:
    """The inbox takes the call and says in a row why there is no document in the file."""
    (tmp_path / "a.zip").write_bytes(b"PK")
    row = {"outcome": "unsupported_type", "detail": "a damaged archive"}
    service.answers = [(202, {"documents": [row]})]

    result = CliRunner().invoke(
        app, ["import", "documents", str(tmp_path), "--url", service.url, "--key", "ll_x"]
    )

    assert result.exit_code == 1
    assert "unsupported_type: a damaged archive" in result.stderr


def test_a_busy_service_is_asked_again_and_a_refusal_is_told(
    service: Service, tmp_path: Path
) -> None:
    """The account goes along as a form field; one bad file does not stop the next."""
    for name in ("1.xml", "2.xml"):
        (tmp_path / name).write_text(name)
    refusal: dict[str, object] = {"code": "UNSUPPORTED_FORMAT", "detail": "This is no statement."}
    service.answers = [(503, {}), (400, refusal), (200, {})]
    account = "00000000-0000-0000-0000-00000000000a"
    options = ["--account", account, "--url", service.url, "--key", "ll_x"]
    result = CliRunner().invoke(app, ["import", "statements", str(tmp_path), *options])
    assert result.exit_code == 1
    assert "1 of 2 imported" in result.stdout
    assert "UNSUPPORTED_FORMAT: This is no statement." in result.stderr
    assert len(service.seen) == 3
    assert all(account.encode() in body for _, _, body in service.seen)
