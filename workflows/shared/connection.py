"""The way to the Temporal server, the same for the API, the mailroom and the workers."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic

from cryptography import x509
from opentelemetry.trace import Tracer
from prometheus_client import Gauge
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import (
    AddSearchAttributesRequest,
    ListSearchAttributesRequest,
)
from temporalio.client import Client, Interceptor
from temporalio.runtime import Runtime
from temporalio.service import RPCError, RPCStatusCode, TLSConfig

from workflows.shared.failures import data_converter
from workflows.shared.ids import SEARCH_ATTRIBUTES

_ENDS = Gauge(
    "belegfluss_temporal_certificate_ends_seconds",
    "When the certificate with which this process came to Temporal ends, Unix time; 0: none",
)
_PATIENCE = timedelta(seconds=15)
_RETRY_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class TemporalServer:
    """Where Temporal is and how to get in; a key is not shown."""

    address: str
    namespace: str = "default"
    tls: TLSConfig | bool = field(default=False, repr=False)
    api_key: str | None = field(default=None, repr=False)


async def connect(
    server: TemporalServer,
    *,
    lazy: bool = False,
    runtime: Runtime | None = None,
    tracer: Tracer | None = None,
    patience: timedelta = _PATIENCE,
) -> Client:
    """Client with our data converter; with a tracer, orders and steps leave spans.

    A lazy one connects at its first call; another waits for a server that is starting, but
    no longer than `patience`, and then raises RuntimeError as the SDK does.
    """
    deadline = monotonic() + patience.total_seconds()
    _note_end(server)
    while True:
        try:
            return await Client.connect(
                server.address,
                namespace=server.namespace,
                tls=server.tls,
                api_key=server.api_key,
                data_converter=data_converter,
                lazy=lazy,
                runtime=runtime,
                interceptors=_tracing(tracer) if tracer else [],
            )
        except RuntimeError:
            if monotonic() >= deadline:
                raise
        await asyncio.sleep(_RETRY_SECONDS)


def _note_end(server: TemporalServer) -> None:
    """Tell whoever watches when what lets us in ends: it is read once, when a process starts."""
    chain = server.tls.client_cert if isinstance(server.tls, TLSConfig) else None
    if chain:
        with suppress(ValueError):  # what is no certificate is told by the server
            _ENDS.set(x509.load_pem_x509_certificate(chain).not_valid_after_utc.timestamp())


def _tracing(tracer: Tracer) -> list[Interceptor]:
    from temporalio.contrib.opentelemetry import (  # noqa: PLC0415 - a tenth of every start
        TracingInterceptor,
    )

    return [TracingInterceptor(tracer)]


async def _known_attributes(client: Client) -> frozenset[str]:
    """What is registered; a server that cannot list is taken to know nothing."""
    request = ListSearchAttributesRequest(namespace=client.namespace)
    try:
        told = await client.operator_service.list_search_attributes(request)
    except RPCError as error:
        if error.status is not RPCStatusCode.UNIMPLEMENTED:
            raise
        return frozenset()
    return frozenset(told.custom_attributes)


async def register_search_attributes(client: Client) -> None:
    """Register the search attributes of all processes that are missing; what exists stays.

    Temporal Cloud wants them made in its console and answers PERMISSION_DENIED or
    UNIMPLEMENTED, which is raised as `RPCError`.
    """
    known = await _known_attributes(client)
    missing = [key for key in SEARCH_ATTRIBUTES if key.name not in known]
    if not missing:
        return
    request = AddSearchAttributesRequest(namespace=client.namespace)
    for key in missing:
        request.search_attributes[key.name] = IndexedValueType.ValueType(key.indexed_value_type)
    try:
        await client.operator_service.add_search_attributes(request)
    except RPCError as error:
        if error.status is not RPCStatusCode.ALREADY_EXISTS:
            raise
