"""The application on a real database, and callers of it."""

from base64 import b64encode
from collections.abc import AsyncIterator, Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from temporalio.client import Client

from api.main import create_app
from api.settings import Settings
from tests.builders import another_tenant
from tests.e2e.front_door import FrontDoor, opened
from tests.servers import Database


@pytest.fixture(scope="module")
def app(database: Database) -> Iterator[FastAPI]:
    """Build the application on this file's database, without letters and processes."""
    told = {"database_url": database.url, "temporal_address": "127.0.0.1:1"}
    told |= {"log_level": "WARNING", "seal_keys": b64encode(b"s" * 32).decode()}
    built = create_app(Settings.model_validate(told))
    yield built
    built.state.engine.dispose()


@pytest.fixture(scope="module")
def http(app: FastAPI) -> Iterator[TestClient]:
    """Call the application in this process."""
    with TestClient(app) as client:
        yield client


@pytest.fixture(scope="module")
async def house(
    database: Database, temporal: Client, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[FrontDoor]:
    """Open one house for a file: on its database, and with workers that nobody else uses."""
    folder = tmp_path_factory.mktemp("blobs")
    async with opened(database, temporal, another_tenant(database), folder) as door:
        yield door


@pytest.fixture
def door(house: FrontDoor, database: Database) -> FrontDoor:
    """Give each test an Austrian tenant of its own."""
    return house.of(another_tenant(database))
