"""One call, followed through a collector of OpenTelemetry: door, order, process, SQL."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from uuid import uuid4

import httpx
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from activities.period_lock import PostgresPeriods
from api.main import create_app
from api.settings import Settings
from deploy.stack.temporal import DevServer
from domain.database.traces import traces_of
from tests.builders import another_tenant
from tests.servers import Database
from tests.workflows.running import serving
from worker.registry import steps_of
from workflows.period_lock.workflow import PeriodLock
from workflows.shared.connection import TemporalServer, connect

SECRET = "Huber-Franz"  # noqa: S105 - what somebody searches for


@contextmanager
def collector() -> Iterator[tuple[str, list[bytes]]]:
    """Somebody who takes spans by OTLP over HTTP: its address, and what came."""
    came: list[bytes] = []

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.path == "/v1/traces"
            came.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Nothing is worth a line."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Taking) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", came
        server.shutdown()


def spans_of(came: list[bytes]) -> list[Span]:
    """All spans in what came."""
    return [
        span
        for each in came
        for resource in ExportTraceServiceRequest.FromString(each).resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    ]


async def test_a_call_is_one_trace_from_the_door_to_the_statement(
    database: Database, dev_server: DevServer
) -> None:
    """It goes on with the caller's own, and tells nothing that a log would not tell."""
    caller, tenant = uuid4().hex, another_tenant(database)
    with collector() as (address, came):
        told = {"database_url": database.url, "log_level": "WARNING", "otlp_endpoint": address}
        app = create_app(Settings.model_validate(told))
        server = TemporalServer(dev_server.address)
        client = await connect(server, tracer=app.state.traces.tracer)
        app.state.temporal = client
        steps = steps_of(PostgresPeriods(app.state.engine))
        headers = {
            "Authorization": f"Bearer {tenant.people['bookkeeper'].api_key}",
            "traceparent": f"00-{caller}-{'1' * 16}-01",
        }
        async with (
            serving(client, [PeriodLock], steps),
            httpx.AsyncClient(
                transport=httpx.ASGITransport(app), base_url="http://test", headers=headers
            ) as http,
        ):
            asked = await http.post("/v1/periods/2026-03/lock")
            assert asked.status_code == 201, asked.text
            again = await http.post("/v1/periods/2026-03/lock")
            assert again.status_code == 409
            await http.get("/v1/vendors", params={"search": SECRET})
        await asyncio.to_thread(app.state.traces.end)
        app.state.engine.dispose()
    spans = spans_of(came)
    ours = [span for span in spans if span.trace_id.hex() == caller]
    names = {span.name for span in ours}

    assert "POST /v1/periods/{period}/lock" in names
    for kind in ("StartWorkflow:PeriodLock", "RunActivity:", "HandleUpdate:", "INSERT", "SELECT"):
        assert any(kind in name for name in names), (kind, sorted(names))
    assert not any(SECRET.encode() in each for each in came)
    assert not any(b"exception.message" in each for each in came)


def test_nobody_asked_for_traces(database: Database) -> None:
    """Then there is nothing to follow, and nothing to send."""
    traces = traces_of("api", "", database.engine)

    assert traces.tracer is None
    traces.end()
