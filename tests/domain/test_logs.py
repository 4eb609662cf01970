"""Lines of a log that quote what a log must not tell."""

import io
import logging
from collections.abc import Callable

import pytest
from pydantic import SecretStr, TypeAdapter, ValidationError

from api.http.observability import configure_logging as of_the_api
from api.mailroom.__main__ import configure_logging as of_the_mailroom
from api.mailroom.settings import MailroomSettings
from api.settings import Settings
from worker.settings import WorkerSettings
from worker.telemetry import configure_logging as of_a_worker

NAME = "Huber"
PRIVATE = ("AT611904300234573201", "eva@example.at", "ll_abcdefgh", "secret", NAME)
SAID = (
    'duplicate key\nDETAIL: Key (name)=(Huber) already exists.\nSQL "x" of eva@example.at,'
    " AT61 1904 3002 3457 3201 AT611904300234573201 ll_abcdefgh postgresql://a:secret@host/x"
)
_URL = SecretStr("postgresql://a@host/x")


def api() -> None:
    """Log as the API does."""
    of_the_api(Settings(database_url=_URL))


def worker() -> None:
    """Log as a worker does."""
    of_a_worker(WorkerSettings(database_url=_URL, blob_url="file:///x"))


def mailroom() -> None:
    """Log as the mailroom does."""
    of_the_mailroom(
        MailroomSettings(database_url=_URL, blob_url="file:///x", inbox_domain="x.test")
    )


def fail() -> None:
    """Quote a row in an error."""
    raise RuntimeError(SAID)


def misread() -> None:
    """Let pydantic quote a value."""
    TypeAdapter(int).validate_python(NAME)


@pytest.mark.parametrize("configure", [api, worker, mailroom])
def test_no_log_tells_what_an_error_quotes(configure: Callable[[], None]) -> None:
    """Neither the message nor the trace of a library's line."""
    before, heard = list(logging.getLogger().handlers), io.StringIO()
    configure()
    (handler,) = logging.getLogger().handlers
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(heard)
    for accident in (fail, misread):
        try:
            accident()
        except (RuntimeError, ValidationError):
            logging.getLogger("library").exception("failed for %s", "eva@example.at")
    logging.getLogger().handlers[:] = before

    told = heard.getvalue()
    assert "RuntimeError" in told
    assert "int_parsing" in told
    assert [word for word in PRIVATE if word in told] == []
