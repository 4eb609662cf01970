"""The Temporal servers from wheels: the dev server with its UI, and the time-skipping one."""

import asyncio
import json
import sysconfig
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from temporalio.api.namespace.v1 import NamespaceConfig
from temporalio.api.workflowservice.v1 import UpdateNamespaceRequest
from temporalio.common import SearchAttributeIndexedValueType, SearchAttributeKey

from deploy.stack.process import Service, free_port, listens, running
from workflows.shared.connection import TemporalServer, connect
from workflows.shared.ids import SEARCH_ATTRIBUTES

# Measured (design.md §4): SQLite in WAL mode nearly triples the workflows a second, and
# queues polled as often as the server can turn 300 ms for five activities into 65.
_PRAGMAS = ("journal_mode=WAL", "synchronous=NORMAL")
_RETENTION = timedelta(days=30)
_DYNAMIC_CONFIG = {
    "history.transferProcessorMaxPollRPS": 2000,
    "history.timerProcessorMaxPollRPS": 2000,
    "history.visibilityProcessorMaxPollRPS": 200,
    # Without it the fairness keys of processes (workflows/shared/ids.py) do nothing.
    "matching.useNewMatcher": True,
    "matching.enableFairness": True,
    # Turns are taken within a partition; on one machine one is enough. What lies in others is read.
    "matching.numTaskqueueWritePartitions": 1,
    # A process that was killed is carried on by reading its history again, some 0.6 ms of a
    # processor for each event; all that a worker held have to be read within one task's time.
    "limit.historyCount.suggestContinueAsNew": 400,
}


@dataclass(frozen=True, slots=True)
class DevServer:
    """One dev server: its database file (None keeps all in memory) and its ports.

    `config` is what it is told beyond what all are, by the server's names.
    """

    file: Path | None
    port: int
    ui_port: int | None = None
    log_level: str = "error"
    config: Mapping[str, int] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """Address of the frontend for clients and workers."""
        return f"127.0.0.1:{self.port}"

    @property
    def ui_url(self) -> str | None:
        """Address of the UI, when it has one."""
        return None if self.ui_port is None else f"http://127.0.0.1:{self.ui_port}"

    def service(self) -> Service:
        """The server as a process."""
        return Service("temporal", (*self._command(),), lambda: listens(self.port))

    def _command(self) -> Iterator[str]:
        yield from (_program("temporal"), "server", "start-dev", "--ip", "127.0.0.1")
        yield from ("--port", str(self.port), "--log-level", self.log_level)
        if self.ui_port is None:
            yield "--headless"
        else:
            yield from ("--ui-port", str(self.ui_port), "--ui-disable-news-fetch")
        if self.file is not None:
            yield from ("--db-filename", str(self.file))
            yield from (f"--sqlite-pragma={pragma}" for pragma in _PRAGMAS)
        for key, value in {**_DYNAMIC_CONFIG, **self.config}.items():
            yield from ("--dynamic-config-value", f"{key}={json.dumps(value)}")
        for attribute in SEARCH_ATTRIBUTES:
            yield from ("--search-attribute", f"{attribute.name}={_type_of(attribute)}")


def _type_of(attribute: SearchAttributeKey[Any]) -> str:
    return SearchAttributeIndexedValueType(attribute.indexed_value_type).name.title()


def server_config() -> Mapping[str, int]:
    """What every embedded server is told beyond its defaults, by the server's names."""
    return dict(_DYNAMIC_CONFIG)


def dev_server(file: Path | None, port: int = 0, ui_port: int | None = 0) -> DevServer:
    """A dev server on the given ports; 0 takes free ones, `ui_port` None runs without UI."""
    return DevServer(
        file.resolve() if file else None,
        port or free_port(),
        ui_port if ui_port is None else ui_port or free_port(),
    )


def keep_ended(address: str) -> None:
    """Keep what has ended as long as an installation in earnest does; a dev server keeps a day."""
    asyncio.run(_keep_ended(address))


async def _keep_ended(address: str) -> None:
    client = await connect(TemporalServer(address))
    request = UpdateNamespaceRequest(namespace=client.namespace, config=NamespaceConfig())
    request.config.workflow_execution_retention_ttl.FromTimedelta(_RETENTION)
    await client.workflow_service.update_namespace(request)


@contextmanager
def started(log: Path, file: Path | None = None, ui_port: int | None = None) -> Iterator[DevServer]:
    """Run a dev server until the block ends."""
    server = dev_server(file, ui_port=ui_port)
    with running(server.service(), log):
        yield server


def time_skipping_program() -> Path:
    """The server on which an hour passes in no time, for tests of timers."""
    return Path(_program("temporal-test-server"))


def _program(name: str) -> str:
    return str(Path(sysconfig.get_path("scripts")) / name)
