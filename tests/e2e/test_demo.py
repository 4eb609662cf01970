"""The service's main job from the e-mail to the locked month, as `make demo` tells it."""

import io
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from rich.console import Console

from deploy.stack import demo
from deploy.stack.demo_documents import DemoFile
from domain.database.session import engine
from tests.e2e.conftest import House
from tests.invariants import check_books

pytestmark = pytest.mark.timeout(600)


def today() -> date:
    """The day in the house as it is when asked: a run of all tests may go on over midnight."""
    return datetime.now(UTC).astimezone(ZoneInfo("Europe/Berlin")).date()


def story_in(house: House, results: Path, documents: tuple[DemoFile, ...]) -> demo.Story:
    """The demo's story in a company of its own."""
    return demo.Story(
        stack=house.company(),
        results=results,
        console=Console(file=io.StringIO(), width=200),
        today=today(),
        documents=documents,
    )


def test_the_demo_holds(house: House, tmp_path: Path) -> None:
    """Four ways an invoice arrives, one road: posted, paid, reconciled, locked, proven."""
    story = story_in(house, tmp_path, demo.documents(today()))

    demo.tell(story)

    bind = engine(house.database_url, pool_size=1)
    assert check_books(bind, UUID(story.stack["tenant_id"])) >= 8
    bind.dispose()
    kept = sorted(path.suffix for path in tmp_path.iterdir())
    assert kept == [".csv", ".ndjson", ".sta", *[".xml"] * 4]
