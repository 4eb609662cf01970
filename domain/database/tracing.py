"""Traces of what is asked, from the door through processes and steps to SQL."""

from collections.abc import Mapping, Sequence
from typing import Any

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import Event, ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import Span, SpanKind, Status, StatusCode, Tracer
from sqlalchemy import Connection, Engine, ExceptionContext, event

from domain.logs import masked

_SPANS = "belegfluss.spans"
_LONGEST = 2000


def begun(service: str, endpoint: str, bind: Engine) -> TracerProvider:
    """Begin to send traces of a process to a collector, by OTLP over HTTP.

    `endpoint` is the collector's base address, as `http://127.0.0.1:4318`. A collector that is
    away costs spans and nothing else. Of statements of `bind` the parameters are never told.
    """
    provider = TracerProvider(resource=Resource.create({SERVICE_NAME: f"belegfluss-{service}"}))
    exporter = _Masked(OTLPSpanExporter(f"{endpoint.rstrip('/')}/v1/traces"))
    provider.add_span_processor(BatchSpanProcessor(exporter))
    _follow(bind, provider.get_tracer("belegfluss.sql"))
    return provider


def _follow(bind: Engine, tracer: Tracer) -> None:
    """A span for each statement, by the events of SQLAlchemy; the parameters are not told.

    The instrumentation that OpenTelemetry offers refuses SQLAlchemy 2.1.
    """

    def begin(connection: Connection, _cursor: object, statement: str, *_rest: object) -> None:
        words = statement.split(maxsplit=1)
        name = words[0].upper() if words else "SQL"
        about = {"db.system.name": "postgresql", "db.query.text": _short(statement)}
        span = tracer.start_span(name, kind=SpanKind.CLIENT, attributes=about)
        connection.info.setdefault(_SPANS, []).append(span)

    def end(connection: Connection, *_rest: object) -> None:
        for span in _taken(connection):
            span.end()

    def fail(context: ExceptionContext) -> None:
        if context.connection is not None:
            for span in _taken(context.connection):
                span.set_attribute("error.type", type(context.original_exception).__name__)
                span.set_status(StatusCode.ERROR)
                span.end()

    event.listen(bind, "before_cursor_execute", begin)
    event.listen(bind, "after_cursor_execute", end)
    event.listen(bind, "handle_error", fail)


def _taken(connection: Connection) -> list[Span]:
    spans: list[Span] = connection.info.get(_SPANS, [])
    return [spans.pop()] if spans else []


def _short(statement: str) -> str:
    text = " ".join(statement.split())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} ... ({len(text)} characters)"


class _Masked(SpanExporter):
    """Hides in spans what no log tells.

    Of an error only its class is left: its message and its trace quote what it was about.
    """

    def __init__(self, inner: SpanExporter) -> None:
        self._inner = inner

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Send them without what they must not tell."""
        return self._inner.export([_hidden(span) for span in spans])

    def shutdown(self) -> None:
        """Stop sending."""
        self._inner.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Send what waits."""
        return self._inner.force_flush(timeout_millis)


def _hidden(span: ReadableSpan) -> ReadableSpan:
    return ReadableSpan(
        name=span.name,
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes=_all_masked(span.attributes),
        events=[Event(e.name, _all_masked(e.attributes), e.timestamp) for e in span.events],
        links=span.links,
        kind=span.kind,
        instrumentation_scope=span.instrumentation_scope,
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
    )


def _all_masked(attributes: Mapping[str, Any] | None) -> dict[str, Any]:
    return {
        key: masked(value)
        for key, value in (attributes or {}).items()
        if key not in {"exception.message", "exception.stacktrace"}
    }
