"""The service's main job from the e-mail to the locked month, as `make demo` tells it."""

import io
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from rich.console import Console

from deploy.stack import demo
from domain.store.transaction import engine
from tests.e2e.conftest import House
from tests.invariants import check_books

pytestmark = pytest.mark.timeout(600)


def story_in(house: House, results: Path, documents: tuple[Path, ...]) -> demo.Story:
    """The demo's story in a company of its own."""
    return demo.Story(
        stack=house.company(),
        results=results,
        console=Console(file=io.StringIO(), width=200),
        today=datetime.now(UTC).astimezone(ZoneInfo("Europe/Berlin")).date(),
        documents=documents,
    )


def test_the_demo_holds(house: House, tmp_path: Path) -> None:
    """Four ways an invoice arrives, one road: posted, paid, reconciled, locked, proven."""
    story = story_in(house, tmp_path, demo.documents())

    demo.tell(story)

    bind = engine(house.database_url, pool_size=1)
    assert check_books(bind, UUID(story.stack["tenant_id"])) >= 8
    bind.dispose()
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".csv", ".ndjson", ".xml", ".xml"]
