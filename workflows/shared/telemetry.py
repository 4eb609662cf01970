"""What Temporal's client and worker tell of themselves: metrics, and lines as all logs are."""

from collections.abc import Mapping, MutableMapping
from typing import Any

from temporalio import activity, workflow
from temporalio.runtime import (
    LogForwardingConfig,
    LoggingConfig,
    PrometheusConfig,
    Runtime,
    TelemetryConfig,
    TelemetryFilter,
)

_TOLD = {"workflow_id": "workflow_id", "activity_type": "activity", "attempt": "attempt"}

CORE_LINES = LogForwardingConfig(
    activity.logger.base_logger,
    prepend_target_on_message=False,
    append_log_fields_to_message=False,
)
"""How lines of the SDK's core become lines of Python's logs; `of_temporal` adds their fields."""


def runtime_of(metrics_address: str | None = None) -> Runtime:
    """Temporal's runtime: its lines go to Python's logs, its metrics to an address if one is given.

    `metrics_address` is host:port, where GET /metrics answers in Prometheus' form. Raises OSError
    where that cannot be opened.
    """
    quiet = TelemetryFilter(core_level="WARN", other_level="ERROR")
    metrics = None
    if metrics_address:
        metrics = PrometheusConfig(metrics_address, durations_as_seconds=True, unit_suffix=True)
    telemetry = TelemetryConfig(
        logging=LoggingConfig(quiet, forwarding=CORE_LINES), metrics=metrics
    )
    try:
        return Runtime(telemetry=telemetry)
    except ValueError as error:  # what the SDK makes of an address that it cannot open
        raise OSError(str(error)) from error


def clients_tell() -> None:
    """Have clients of this process, which is no worker, write their lines as the process does."""
    Runtime.set_default(runtime_of(), error_if_already_set=False)


def of_temporal(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Say of which tenant, process, step and attempt a line tells; a processor of structlog.

    Whoever writes it: the step itself, a library that it calls, or the SDK about it.
    """
    record = event.get("_record")
    for key, value in _details(record).items():
        if name := _TOLD.get(key):
            event.setdefault(name, value)
    if workflow_id := event.get("workflow_id"):
        _, _, rest = str(workflow_id).partition("/")
        event.setdefault("tenant", rest.partition("/")[0] or None)
    if core := getattr(record, "temporal_log", None):
        event["fields"] = core.fields
    return event


def tell_apart() -> None:
    """Keep what `of_temporal` says in fields out of the messages of the SDK's own lines."""
    activity.logger.activity_info_on_message = False
    workflow.logger.workflow_info_on_message = False


def _details(record: object) -> Mapping[str, Any]:
    for name in ("temporal_activity", "temporal_workflow"):
        if details := getattr(record, name, None):
            told: Mapping[str, Any] = details
            return told
    if not activity.in_activity():
        return {}
    info = activity.info()
    return {
        "workflow_id": info.workflow_id,
        "activity_type": info.activity_type,
        "attempt": info.attempt,
    }
