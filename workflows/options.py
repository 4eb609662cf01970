"""Timeouts and retries, by kind of step.

A refusal ends a step at once (it is not retryable). Everything else is taken for an outage
and tried again until it works: whoever waits behind an update is answered 503 meanwhile.
"""

from datetime import timedelta
from typing import TypedDict

from temporalio.common import RetryPolicy


class StepOptions(TypedDict):
    """Options that a normal and a local activity share."""

    start_to_close_timeout: timedelta
    retry_policy: RetryPolicy


class WatchedOptions(StepOptions):
    """Options of a long step that must show that it is alive."""

    heartbeat_timeout: timedelta


class BoundedOptions(StepOptions):
    """Options of a step that is given up in the end."""

    schedule_to_close_timeout: timedelta


# The worker heartbeats for each of its steps (worker/alive.py): silence means that it is gone.
_SEEN_DEAD = timedelta(seconds=10)

_PERSISTENT = RetryPolicy(
    initial_interval=timedelta(milliseconds=200),
    backoff_coefficient=2,
    maximum_interval=timedelta(seconds=20),
)

WRITE_LOCAL: StepOptions = {
    "start_to_close_timeout": timedelta(seconds=5),
    "retry_policy": _PERSISTENT,
}
"""A short transaction inside an update: a local activity, answered in one workflow task."""

WRITE: WatchedOptions = {
    "start_to_close_timeout": timedelta(minutes=5),
    "heartbeat_timeout": _SEEN_DEAD,
    "retry_policy": _PERSISTENT,
}
"""A transaction that may take longer: posting a document, sealing a period, a file."""

READ_DOCUMENT: WatchedOptions = {
    "start_to_close_timeout": timedelta(minutes=15),
    "heartbeat_timeout": _SEEN_DEAD,
    "retry_policy": RetryPolicy(
        initial_interval=timedelta(seconds=1),
        maximum_interval=timedelta(seconds=30),
        maximum_attempts=10,
    ),
}
"""Reading one document: what fails ten times, killed workers included, fails for good."""

JUDGE: WatchedOptions = {
    "start_to_close_timeout": timedelta(minutes=5),
    "heartbeat_timeout": _SEEN_DEAD,
    "retry_policy": RetryPolicy(
        initial_interval=timedelta(milliseconds=200),
        backoff_coefficient=2,
        maximum_interval=timedelta(seconds=20),
        maximum_attempts=10,
    ),
}
"""A transaction over what a stranger's document said: what fails ten times fails for good."""

OUTGOING: BoundedOptions = {
    "start_to_close_timeout": timedelta(seconds=30),
    "schedule_to_close_timeout": timedelta(days=2),
    "retry_policy": RetryPolicy(
        initial_interval=timedelta(seconds=5),
        backoff_coefficient=3,
        maximum_interval=timedelta(hours=2),
    ),
}
"""Mail and HTTP to the outside: patient for two days."""
