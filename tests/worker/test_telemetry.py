"""What a worker says about itself."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog
from pydantic import SecretStr
from temporalio import activity
from temporalio.testing import ActivityEnvironment

from domain.errors import SelfApprovalDenied
from worker.settings import WorkerSettings
from worker.telemetry import QuietRefusals, configure_logging
from workflows.shared.telemetry import CORE_LINES


def record(error: Exception) -> logging.LogRecord:
    """A record as the SDK writes it when a step fails."""
    trace = (type(error), error, None)
    return logging.LogRecord("temporalio.activity", logging.WARNING, "", 1, "failed", (), trace)


def test_a_refusal_is_one_line() -> None:
    """A broken rule is no accident: no trace, no warning."""
    told = record(SelfApprovalDenied("The requester cannot approve."))

    assert QuietRefusals().filter(told)
    assert (told.levelname, told.exc_info) == ("INFO", None)
    assert told.getMessage() == "refused: SELF_APPROVAL_DENIED"


def test_an_accident_keeps_its_trace() -> None:
    """Anything else is told in full."""
    told = record(ValueError("broken"))

    assert QuietRefusals().filter(told)
    assert told.levelname == "WARNING"
    assert told.exc_info


@contextmanager
def heard() -> Iterator[Callable[[], list[dict[str, object]]]]:
    """Log as a worker does, and read the lines."""
    before, written = list(logging.getLogger().handlers), io.StringIO()
    configure_logging(
        WorkerSettings(database_url=SecretStr("postgresql://x"), blob_url="file:///x")
    )
    (handler,) = logging.getLogger().handlers
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(written)
    try:
        yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    finally:
        logging.getLogger().handlers[:] = before


def step() -> None:
    """Log in the three ways that a step's lines come about."""
    structlog.get_logger("ours").warning("ours")
    logging.getLogger("library").warning("a library's")
    activity.logger.warning("the SDK's")


def test_every_line_of_a_step_says_whose_it_is() -> None:
    """Our own, a library's and the SDK's, in fields and not in the text."""
    environment = ActivityEnvironment()
    with heard() as lines:
        environment.run(step)
        structlog.get_logger("ours").warning("outside")
        told = lines()

    info = ActivityEnvironment.default_info()
    assert [line["event"] for line in told] == ["ours", "a library's", "the SDK's", "outside"]
    for line in told[:3]:
        assert line["workflow_id"] == info.workflow_id
        assert line["activity"] == info.activity_type
        assert line["attempt"] == info.attempt
    assert "workflow_id" not in told[3]


def test_a_line_names_the_tenant_of_its_process() -> None:
    """Ids of processes hold it; a line of the SDK about a refused step keeps it, too."""
    refused = record(SelfApprovalDenied("The requester cannot approve."))
    details = {"workflow_id": "intake/4f1c/77", "activity_type": "intake.post", "attempt": 2}
    refused.temporal_activity = details
    with heard() as lines:
        logging.getLogger("temporalio.activity").handle(refused)
        (line,) = lines()

    assert line["event"] == "refused: SELF_APPROVAL_DENIED"
    assert (line["tenant"], line["workflow_id"]) == ("4f1c", "intake/4f1c/77")
    assert (line["activity"], line["attempt"]) == ("intake.post", 2)


class CoreLine:
    """A line as the SDK's core hands it over."""

    target, message, level, time = "temporal_client", "retried", logging.WARNING, 1.0
    fields: dict[str, object] = {"to": "eva@example.at", "attempt": 3}  # noqa: RUF012


def test_what_the_core_says_is_a_line_like_any_other() -> None:
    """JSON with its fields apart, and masked."""
    with heard() as lines:
        CORE_LINES._on_logs([CoreLine()])  # noqa: SLF001
        (line,) = lines()

    assert line["event"] == "retried"
    assert line["fields"] == {"to": "[mail]", "attempt": 3}
