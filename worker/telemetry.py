"""Logs, metrics and health of a worker."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from domain import logs
from domain.errors import DomainError
from worker.settings import WorkerSettings
from workflows.shared.telemetry import of_temporal, tell_apart
from workflows.shared.variables import opening


def configure_logging(settings: WorkerSettings) -> None:
    """Log as every process does; whose step it is in each line, refused steps in one."""
    tell_apart()
    logs.configure(settings.log_level, as_json=settings.log_json, also=(of_temporal,))
    logging.getLogger("temporalio.activity").addFilter(QuietRefusals())


class QuietRefusals(logging.Filter):
    """Tells of a refused step in one line; a broken rule is no accident and needs no trace."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Shorten a record about a refusal, keep it and all others."""
        if record.exc_info and isinstance(record.exc_info[1], DomainError):
            record.levelno, record.levelname = logging.INFO, "INFO"
            record.msg, record.args = f"refused: {record.exc_info[1].code}", ()
            record.exc_info = None
        return True


@contextmanager
def served_health(settings: WorkerSettings, is_ready: Callable[[], bool]) -> Iterator[None]:
    """Serve /healthz, /readyz and /metrics from a thread, where a port is given."""
    if not settings.worker_health_port:
        yield
        return
    address = (settings.worker_host, settings.worker_health_port)
    with opening("worker_host", "worker_health_port"):
        server = ThreadingHTTPServer(address, _handler_of(is_ready))
    with server:
        threading.Thread(target=server.serve_forever, name="health", daemon=True).start()
        try:
            yield
        finally:
            server.shutdown()


def _handler_of(is_ready: Callable[[], bool]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/metrics":
                self._answer(200, generate_latest(), CONTENT_TYPE_LATEST)
            elif self.path == "/healthz" or (self.path == "/readyz" and is_ready()):
                self._answer(200, b"ok\n")
            else:
                self._answer(503 if self.path == "/readyz" else 404, b"no\n")

        def _answer(self, status: int, body: bytes, kind: str = "text/plain") -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Probes are not worth a line."""

    return Handler
