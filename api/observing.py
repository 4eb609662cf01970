"""Request ids, logs that tell no secrets, metrics, and a last net under every request."""

import logging
import re
import time
from uuid import uuid4

import structlog
from fastapi import Request
from prometheus_client import Counter, Histogram
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import unexpected
from api.settings import Settings
from domain import logs

_WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{8,128}")
_QUIET = ("/healthz", "/readyz", "/metrics")

_REQUESTS = Counter(
    "belegfluss_http_requests_total", "Requests answered", ["method", "route", "status"]
)
_SECONDS = Histogram("belegfluss_http_request_seconds", "Time to answer", ["method", "route"])
_log = structlog.get_logger("api.requests")


class Observed:
    """Outermost layer: names each request, counts and logs it, and catches what nobody caught."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope.setdefault("state", {})["request_id"] = _request_id(Headers(scope=scope))
        call = _Call(scope, send)
        try:
            await self._app(scope, receive, call.send)
        except Exception as error:  # noqa: BLE001 (the last net; nothing above it answers)
            if not call.status:
                await unexpected(Request(scope), error)(scope, receive, call.send)
        finally:
            call.tell()


class _Call:
    """One request on its way out."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._scope = scope
        self._send = send
        self._started = time.perf_counter()
        self.status = 0

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            headers["X-Request-Id"] = self._scope["state"]["request_id"]
            headers["X-Content-Type-Options"] = "nosniff"
        await self._send(message)

    def tell(self) -> None:
        seconds = time.perf_counter() - self._started
        route = getattr(self._scope.get("route"), "path", "unknown")
        method = self._scope["method"]
        _REQUESTS.labels(method, route, self.status).inc()
        _SECONDS.labels(method, route).observe(seconds)
        if route in _QUIET:
            return
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
    logs.configure(settings.log_level, as_json=settings.log_json)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True


def _request_id(headers: Headers) -> str:
    sent = headers.get("x-request-id", "")
    return sent if _WELL_FORMED.fullmatch(sent) else str(uuid4())
