"""Whether a process leaves traces of what it does, and where it takes their spans from."""

from collections.abc import Callable
from dataclasses import dataclass

from opentelemetry.trace import Tracer
from sqlalchemy import Engine


@dataclass(frozen=True, slots=True)
class Traces:
    """The tracer of a process, None where nobody asked for traces, and how they end."""

    tracer: Tracer | None = None
    end: Callable[[], None] = lambda: None
    """Sends what has not been sent yet."""


def traces_of(service: str, endpoint: str, bind: Engine) -> Traces:
    """Traces of a process, if a collector is named (`domain.database.tracing.begun`)."""
    if not endpoint:
        return Traces()
    from domain.database.tracing import begun  # noqa: PLC0415 - its libraries cost every start

    provider = begun(service, endpoint, bind)
    return Traces(provider.get_tracer("belegfluss"), provider.shutdown)
