"""The way to the Temporal server, the same for the API, the mailroom and the workers."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.client import Client
from temporalio.runtime import Runtime
from temporalio.service import RPCError, RPCStatusCode, TLSConfig

from workflows.failures import data_converter
from workflows.ids import SEARCH_ATTRIBUTES

_PATIENCE = timedelta(seconds=15)
_RETRY_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class TemporalServer:
    """Where Temporal is and how to get in."""

    address: str
    namespace: str = "default"
    tls: TLSConfig | bool = False
    api_key: str | None = None


async def connect(
    server: TemporalServer,
    *,
    lazy: bool = False,
    runtime: Runtime | None = None,
    patience: timedelta = _PATIENCE,
) -> Client:
    """Client with our data converter.

    A lazy one connects at its first call; another waits for a server that is starting, but
    no longer than `patience`, and then raises RuntimeError as the SDK does.
    """
    deadline = monotonic() + patience.total_seconds()
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
            )
        except RuntimeError:
            if monotonic() >= deadline:
                raise
        await asyncio.sleep(_RETRY_SECONDS)


async def register_search_attributes(client: Client) -> None:
    """Register the search attributes of all processes; what exists already stays.

    Temporal Cloud wants them made in its console and answers PERMISSION_DENIED or
    UNIMPLEMENTED, which is raised as `RPCError`.
    """
    request = AddSearchAttributesRequest(namespace=client.namespace)
    for key in SEARCH_ATTRIBUTES:
        request.search_attributes[key.name] = IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD
    try:
        await client.operator_service.add_search_attributes(request)
    except RPCError as error:
        if error.status is not RPCStatusCode.ALREADY_EXISTS:
            raise
