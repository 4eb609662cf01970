"""Killing any part at any moment changes when the story ends, never how."""

import threading
from pathlib import Path
from uuid import UUID

import pytest

from deploy.stack import demo
from domain.store.transaction import engine
from tests.e2e.conftest import House
from tests.e2e.test_demo import story_in
from tests.invariants import check_books

pytestmark = pytest.mark.timeout(600)

PARTS = ("worker-ledger", "api", "worker-documents", "temporal", "mailroom")
DELAYS = (0.0, 0.05, 0.15, 0.3)


class TroubledStory(demo.Story):
    """Kills a part in each of its steps, a little later each time."""

    house: House
    killed: list[str]

    def step(self, title: str) -> None:
        """Announce the step, and let a part die while it is told."""
        super().step(title)
        part = PARTS[self.steps % len(PARTS)]
        delay = DELAYS[self.steps % len(DELAYS)]
        self.killed.append(part)
        threading.Timer(delay, self.house.kill, (part,)).start()


def test_the_story_survives_the_death_of_every_part(house: House, tmp_path: Path) -> None:
    """SIGKILL for each part in turn, in every step; the same books as without."""
    calm = story_in(house, tmp_path, demo.documents()[:2])
    demo.tell(calm)
    troubled = TroubledStory(
        calm.stack | house.company(), tmp_path, calm.console, calm.today, calm.documents
    )
    troubled.house, troubled.killed = house, []
    demo.tell(troubled)

    assert set(troubled.killed) == set(PARTS)
    bind = engine(house.database_url, pool_size=1)
    entries = [check_books(bind, UUID(each.stack["tenant_id"])) for each in (calm, troubled)]
    bind.dispose()
    assert entries[0] == entries[1]
