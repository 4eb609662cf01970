"""Request ids, logs that tell no secrets, metrics, and a last net under every request."""

import logging
import re
import time
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from http import HTTPStatus
from uuid import uuid4

import structlog
from fastapi import Request
from opentelemetry.propagate import extract
from opentelemetry.trace import INVALID_SPAN, Span, SpanKind, Tracer
from prometheus_client import Counter, Histogram
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.errors import unexpected
from api.settings import Settings
from domain import logs
from domain.ids import derived_id
from workflows.shared.telemetry import of_temporal

_SAYS_NOTHING = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""A UUID or the id of a trace: whoever calls a request by it, names nobody by it."""
_QUIET = ("/healthz", "/readyz", "/metrics")

_HEADERS = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}
"""Of every answer that says nothing else: neither browsers nor proxies keep books."""
_OVER_TLS = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}

_REQUESTS = Counter(
    "belegfluss_http_requests_total", "Requests answered", ["method", "route", "status"]
)
_BUGS = Counter("belegfluss_http_bugs_total", "Calls answered 500; served as 0 before the first")
_SECONDS = Histogram("belegfluss_http_request_seconds", "Time to answer", ["method", "route"])
_log = structlog.get_logger("api.requests")


class Observed:
    """Outermost layer: names each request, counts and logs it, and catches what nobody caught."""

    def __init__(
        self, app: ASGIApp, *, is_secure: bool = False, tracer: Tracer | None = None
    ) -> None:
        self._app = app
        self._tracer = tracer
        self._headers = {**_HEADERS, **(_OVER_TLS if is_secure else {})}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        scope.setdefault("state", {})["request_id"] = _request_id(headers)
        call = _Call(scope, send, self._headers)
        with self._span(scope["method"], headers) as span:
            try:
                await self._app(scope, receive, call.send)
            except Exception as error:  # noqa: BLE001 (the last net; nothing above it answers)
                if not call.status:
                    await unexpected(Request(scope), error)(scope, receive, call.send)
            finally:
                call.tell(span)

    def _span(self, name: str, headers: Headers) -> AbstractContextManager[Span]:
        """A span that goes on with what the caller sends (`traceparent`)."""
        if self._tracer is None:
            return nullcontext(INVALID_SPAN)
        return self._tracer.start_as_current_span(name, extract(headers), kind=SpanKind.SERVER)


class _Call:
    """One request on its way out."""

    def __init__(self, scope: Scope, send: Send, added: Mapping[str, str]) -> None:
        self._scope = scope
        self._added = added
        self._send = send
        self._started = time.perf_counter()
        self.status = 0

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            headers["X-Request-Id"] = self._scope["state"]["request_id"]
            for name, value in self._added.items():
                headers.setdefault(name, value)
        await self._send(message)

    def tell(self, span: Span) -> None:
        seconds = time.perf_counter() - self._started
        route = getattr(self._scope.get("route"), "path", "unknown")
        method = self._scope["method"]
        _REQUESTS.labels(method, route, self.status).inc()
        _SECONDS.labels(method, route).observe(seconds)
        if self.status == HTTPStatus.INTERNAL_SERVER_ERROR:
            _BUGS.inc()
        span.update_name(f"{method} {route}")
        span.set_attributes({"http.route": route, "http.response.status_code": self.status})
        if route in _QUIET:
            return
        span.set_attribute("request_id", self._scope["state"]["request_id"])
        caller = self._scope["state"].get("caller")
        _log.info(
            "request",
            method=method,
            route=route,
            status=self.status,
            ms=round(seconds * 1000, 1),
            request_id=self._scope["state"]["request_id"],
            tenant=str(caller.tenant_id) if caller else None,
        )


def configure_logging(settings: Settings) -> None:
    """Log as every process does, the server's own lines included."""
    logs.configure(settings.log_level, as_json=settings.log_json, also=(of_temporal,))
    for name in ("uvicorn", "uvicorn.error"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    # Its lines hold what people search for; ours have the route. A logger with any handler writes.
    access = logging.getLogger("uvicorn.access")
    access.handlers.clear()
    access.propagate = False


def _request_id(headers: Headers) -> str:
    """Name a request: as its caller does if that says nothing, else by what follows from it.

    The name stands in logs, in the audit log and in Temporal; callers are told it in the answer.
    """
    sent = headers.get("x-request-id", "")
    if _SAYS_NOTHING.fullmatch(sent):
        return sent
    return str(derived_id("request", sent) if sent else uuid4())
