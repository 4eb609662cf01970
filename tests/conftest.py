"""Servers and tenants for every test that asks for them; nothing here is faked."""

import os
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import hypothesis
import pytest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from deploy.stack import temporal as temporal_servers
from deploy.stack.postgres import Postgres
from domain.ledger.chart import Chart
from tests.builders import Tenant, another_tenant
from tests.servers import Database, cloned, migrated_cluster
from workflows.shared.connection import TemporalServer, connect, register_search_attributes
from workflows.shared.failures import data_converter

# How long an example takes says something about the machine; limits are asserted where they matter.
# A database that all examples of a test share is meant.
hypothesis.settings.register_profile(
    "any-machine",
    deadline=None,
    suppress_health_check=[
        hypothesis.HealthCheck.too_slow,
        hypothesis.HealthCheck.function_scoped_fixture,
    ],
)
hypothesis.settings.load_profile("any-machine")

SERVERS = {"cluster", "dev_server", "time_skipping"}
"""Fixtures that start a server; whatever leads to one of them is no pure test."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object | None:
    """Have the files of tests taken in a better order where they are shared by file."""
    if config.getvalue("dist") != "loadfile":
        return None
    from tests.scheduling import StoriesBesideTheRest  # noqa: PLC0415 (not without xdist)

    return StoriesBesideTheRest(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark as `pure` what needs nothing but Python: the quick lane runs it alone."""
    for item in items:
        named = set(getattr(item, "fixturenames", ()))
        if _is_of_rules(item) and not SERVERS & named:
            item.add_marker("pure")


def _is_of_rules(item: pytest.Item) -> bool:
    place = item.path.relative_to(item.config.rootpath).parts
    return place[0] == "domain" or place[:2] in {("tests", "domain"), ("tests", "replay")}


def pytest_unconfigure() -> None:
    """Let calls that end with their Temporal server end before the interpreter does.

    A thread of the SDK that enters Python while it is taken down aborts the process (code 134).
    """
    time.sleep(0.5)


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """Run the PostgreSQL of this test process."""
    with migrated_cluster(tmp_path_factory.mktemp("postgres")) as server:
        yield server


@pytest.fixture(scope="module")
def database(cluster: Postgres) -> Iterator[Database]:
    """Give each test file a fresh, migrated database."""
    with cloned(cluster) as fresh:
        yield fresh


@pytest.fixture(scope="session")
def dev_server(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[temporal_servers.DevServer]:
    """Run the Temporal dev server of this test process."""
    folder = tmp_path_factory.mktemp("temporal")
    with temporal_servers.started(folder / "log", folder / "temporal.db") as server:
        yield server


@pytest.fixture(scope="session")
async def temporal(dev_server: temporal_servers.DevServer) -> Client:
    """Talk to the dev server with our own data converter."""
    return await connect(TemporalServer(dev_server.address))


@pytest.fixture
async def time_skipping() -> AsyncIterator[WorkflowEnvironment]:
    """Run a Temporal on which days pass in no time."""
    async with await WorkflowEnvironment.start_time_skipping(
        data_converter=data_converter,
        test_server_existing_path=str(temporal_servers.time_skipping_program()),
    ) as environment:
        await register_search_attributes(environment.client)
        yield environment


@pytest.fixture(scope="session")
def golden() -> Callable[[str, bytes], None]:
    """Compare bytes with a file in tests/golden; `make golden` rewrites it instead.

    That command runs the tests whose names hold the word golden.
    """

    def compare(name: str, data: bytes) -> None:
        path = Path(__file__).parent / "golden" / name
        if os.environ.get("BELEGFLUSS_GOLDEN"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        assert data == path.read_bytes(), f"{name} differs; `make golden` rewrites it"

    return compare


@pytest.fixture(scope="module")
def tenant(database: Database) -> Tenant:
    """Give each test file an Austrian tenant."""
    return another_tenant(database)


@pytest.fixture(scope="module")
def german_tenant(database: Database) -> Tenant:
    """Give each test file a German tenant."""
    return another_tenant(database, Chart.DE_SKR04)
