"""The pages over HTTP where no process is needed behind them."""

from base64 import b64encode
from collections.abc import AsyncIterator

import httpx
import pytest

from api.main import create_app
from api.settings import Settings
from tests.servers import Database


@pytest.fixture(scope="module")
async def reading(
    database: Database, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[httpx.AsyncClient]:
    """Serve the application; whatever gives orders to a process is told that none answers."""
    blob_url = tmp_path_factory.mktemp("blobs").as_uri()
    told = {"database_url": database.url, "blob_url": blob_url, "log_level": "ERROR"}
    told["seal_keys"] = b64encode(b"s" * 32).decode()
    app = create_app(Settings.model_validate(told))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client
    app.state.engine.dispose()
