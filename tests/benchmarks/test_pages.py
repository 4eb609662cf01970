"""How many statements a page sends: the same, however much it shows."""

from base64 import b64encode
from pathlib import Path

import httpx
import pytest
from sqlalchemy import event

from api.main import create_app
from api.settings import Settings
from tests.benchmarks import pages
from tests.servers import Database

_FEW, _MANY = 16, 160


async def _counted(database: Database, folder: Path, size: int) -> dict[str, int]:
    """Statements of each page before books of a size."""
    tenant, case = pages.filled(database, size)
    told = {"database_url": database.url, "blob_url": folder.as_uri(), "log_level": "ERROR"}
    app = create_app(Settings.model_validate(told | {"seal_keys": b64encode(b"s" * 32).decode()}))
    sent: list[str] = []
    event.listen(app.state.engine, "before_cursor_execute", lambda *said: sent.append(said[2]))
    transport = httpx.ASGITransport(app)
    found = {}
    async with httpx.AsyncClient(transport=transport, base_url="http://test", timeout=60) as http:
        desk = pages.Desk(http, tenant, tenant.people["admin"].api_key, sent)
        await desk.sign_in()
        for each in pages.cases(database, tenant, case):
            await desk.page(each.page)
            sent.clear()
            await desk.page(each.page)
            found[each.name] = len(sent)
    app.state.engine.dispose()
    return found


@pytest.mark.timeout(300)
async def test_no_page_asks_row_by_row(database: Database, tmp_path: Path) -> None:
    """Ten times the rows cost no statement more, and no page needs more than some dozens."""
    few = await _counted(database, tmp_path, _FEW)
    many = await _counted(database, tmp_path, _MANY)
    assert {name: (few[name], many[name]) for name in few if few[name] < many[name]} == {}
    assert max(many.values()) <= 40, many
