"""The service's main job from the e-mail to the locked month, as `make demo` tells it.

Killing any part at any moment changes when the story ends, never how.
"""

import io
import threading
from contextlib import suppress
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import psutil
import pytest
from rich.console import Console

from deploy.stack import demo
from deploy.stack.caller import wait_for
from deploy.stack.demo_documents import DemoFile
from domain.database.session import engine
from tests.e2e.conftest import House
from tests.invariants import check_books

pytestmark = pytest.mark.timeout(900)

PARTS = ("worker-ledger", "api", "worker-documents", "temporal", "mailroom")
DELAYS = (0.0, 0.05, 0.15, 0.3)


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


class TroubledStory(demo.Story):
    """Kills a part in each of its steps, a little later each time."""

    house: House
    killed: list[str]
    deaths: list[threading.Timer]

    def step(self, title: str) -> None:
        """Announce the step, and let a part die while it is told."""
        super().step(title)
        part = PARTS[self.steps % len(PARTS)]
        delay = DELAYS[self.steps % len(DELAYS)]
        death = threading.Timer(delay, self._die, (part,))
        self.deaths.append(death)
        death.start()

    def _die(self, part: str) -> None:
        """Kill a part, or what came in its place when it is dead already."""
        wait_for(f"a death of {part}", partial(self._killed, part))
        self.killed.append(part)

    def _killed(self, part: str) -> int | None:
        with suppress(psutil.NoSuchProcess):
            return self.house.kill(part)
        return None


@pytest.fixture(scope="module")
def calm(house: House, tmp_path_factory: pytest.TempPathFactory) -> demo.Story:
    """The story told to its end, with nothing in its way."""
    story = story_in(house, tmp_path_factory.mktemp("calm"), demo.documents(today()))
    demo.tell(story)
    return story


def entries_of(house: House, story: demo.Story) -> int:
    """How many entries a story has made; every invariant of its books holds."""
    bind = engine(house.database_url, pool_size=1)
    try:
        return check_books(bind, UUID(story.stack["tenant_id"]))
    finally:
        bind.dispose()


def test_the_demo_holds(house: House, calm: demo.Story) -> None:
    """Four ways an invoice arrives, one road: posted, paid, reconciled, locked, proven."""
    assert entries_of(house, calm) >= 8
    kept = sorted(path.suffix for path in calm.results.iterdir())
    assert kept == [".csv", ".ndjson", ".sta", *[".xml"] * 4]


def test_the_story_survives_the_death_of_every_part(
    house: House, calm: demo.Story, tmp_path: Path
) -> None:
    """SIGKILL for each part in turn, in every step; the same books as without."""
    troubled = TroubledStory(
        calm.stack | house.company(), tmp_path, calm.console, calm.today, calm.documents
    )
    troubled.house, troubled.killed, troubled.deaths = house, [], []
    demo.tell(troubled)
    for death in troubled.deaths:  # a fast machine ends before the last of them
        death.join()
    wait_for("a whole house", lambda: house.is_whole() or None)

    assert len(troubled.killed) == len(troubled.deaths)
    assert set(troubled.killed) == set(PARTS)
    assert entries_of(house, troubled) == entries_of(house, calm)
