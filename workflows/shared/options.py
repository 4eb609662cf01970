"""Timeouts and retries, by kind of step.

A refusal ends a step at once (it is not retryable). Everything else is tried again, some times or
for some time; whoever waits behind an update is answered 503 meanwhile. What then still fails is
told: the order is answered with it, or the process ends and the resumption starts it anew.
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


class EndingOptions(WatchedOptions):
    """Options of a step whose attempts, all together, have an end."""

    schedule_to_close_timeout: timedelta


TASK_TIMEOUT = timedelta(seconds=3)
"""So long the task of a process that takes orders waits for a worker that died over it.

A task that takes longer tells in time that it goes on.
"""

# The worker heartbeats for each of its steps (worker/heartbeat.py): silence means that it is gone.
_SEEN_DEAD = timedelta(seconds=10)
_SEEN_DEAD_BY_A_PERSON = timedelta(seconds=3)

PATIENCE = timedelta(minutes=15)
"""So long an order, or a process at the end of a wait, waits for what is away."""

_PERSISTENT = RetryPolicy(
    initial_interval=timedelta(milliseconds=200),
    backoff_coefficient=2,
    maximum_interval=timedelta(seconds=20),
)

_FEW = RetryPolicy(
    initial_interval=timedelta(milliseconds=200), backoff_coefficient=2, maximum_attempts=4
)

ATTEMPT_LOCAL: StepOptions = {"start_to_close_timeout": timedelta(seconds=5), "retry_policy": _FEW}
"""A short transaction in one workflow task: what fails four times is told, or waited for."""

POST_LOCAL: StepOptions = {"start_to_close_timeout": timedelta(minutes=1), "retry_policy": _FEW}
"""A posting: one transaction, of a second where an invoice has thousands of lines."""

WRITE: EndingOptions = {
    "schedule_to_close_timeout": PATIENCE,
    "start_to_close_timeout": timedelta(minutes=5),
    "heartbeat_timeout": _SEEN_DEAD_BY_A_PERSON,
    "retry_policy": _PERSISTENT,
}
"""A transaction that may take longer: posting a document, sealing a period, a file."""

IMPORT: WatchedOptions = {
    "start_to_close_timeout": timedelta(hours=2),
    "heartbeat_timeout": _SEEN_DEAD,
    "retry_policy": _PERSISTENT,
}
"""A large file, stored in many transactions with a resume point."""

READ_DOCUMENT: WatchedOptions = {
    "start_to_close_timeout": timedelta(minutes=15),
    "heartbeat_timeout": _SEEN_DEAD,
    "retry_policy": RetryPolicy(
        initial_interval=timedelta(seconds=1),
        maximum_interval=timedelta(seconds=30),
        maximum_attempts=10,
    ),
}
"""Reading one document: what is broken off ten times, by killed workers too, is given up.

Longer than a reader and a validator may take by the clock, so that they say what happened.
"""

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

RESUME: WatchedOptions = {
    "start_to_close_timeout": timedelta(minutes=30),
    "heartbeat_timeout": _SEEN_DEAD,
    "retry_policy": RetryPolicy(
        initial_interval=timedelta(seconds=1),
        backoff_coefficient=2,
        maximum_interval=timedelta(minutes=1),
    ),
}
"""Holding all that is open against all that runs: it waits out an outage, however long."""

POLL: WatchedOptions = {
    "start_to_close_timeout": timedelta(minutes=10),
    "heartbeat_timeout": _SEEN_DEAD,
    "retry_policy": RetryPolicy(
        initial_interval=timedelta(seconds=1),
        backoff_coefficient=2,
        maximum_interval=timedelta(seconds=30),
        maximum_attempts=5,
    ),
}
"""Asking a foreign server: what fails five times is left for the next poll."""
