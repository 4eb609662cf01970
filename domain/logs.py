"""Logs of every process: structured, and without secrets and data of people."""

import logging
import re
from collections.abc import MutableMapping, Sequence
from traceback import walk_tb
from typing import Any

import structlog

_PRIVATE = (
    (re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b"), "[iban]"),
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "[mail]"),
    (re.compile(r"\bll_[A-Za-z0-9]+"), "[key]"),
    (re.compile(r"(?i)\bbearer +[^\s\"']+"), "bearer [token]"),
    (re.compile(r"://[^/\s:@]+:[^/\s@]+@"), "://[login]@"),
    (re.compile(r"(?m)^DETAIL: .*$"), "DETAIL: [row]"),  # PostgreSQL quotes the row
    (re.compile(r"\binput_value=.*, input_type="), "input_value=[value], input_type="),
)


# Nearly every text of a log passes this one look.
_SUSPECT = re.compile(r"@|ll_|[A-Z]{2}\d{2}|://|DETAIL: |input_value=|(?i:bearer)")


def masked(value: Any) -> Any:
    """Hide what a log must not tell.

    >>> masked("paid to AT61 1904 3002 3457 3201 by eva@example.at with ll_abc")
    'paid to [iban] by [mail] with [key]'
    """
    if isinstance(value, str):
        if not _SUSPECT.search(value):
            return value
        for pattern, name in _PRIVATE:
            value = pattern.sub(name, value)
    elif isinstance(value, list | tuple):
        return [masked(item) for item in value]
    elif isinstance(value, dict):
        return {key: masked(item) for key, item in value.items()}
    return value


def mask(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Mask every text of a log line; a processor of structlog."""
    for key, value in event.items():
        event[key] = masked(value)
    return event


def configure(
    level: str, *, as_json: bool = True, also: Sequence[structlog.typing.Processor] = ()
) -> None:
    """Write the logs of a process, its libraries' included, to standard error, masked.

    `also` are processors that add to each line before it is masked.
    """
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        *also,
        mask,
    ]
    renderer = structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer()
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    logging.basicConfig(handlers=[handler], level=level, force=True)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def way_of(error: BaseException) -> list[str]:
    """Name the last places that an error came through: file, line and function, and no values."""
    return [
        f"{frame.f_code.co_filename.rpartition('/')[2]}:{line} {frame.f_code.co_name}"
        for frame, line in walk_tb(error.__traceback__)
    ][-12:]
