"""What a worker says about itself."""

import logging

from domain.errors import SelfApprovalDenied
from worker.telemetry import QuietRefusals


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
