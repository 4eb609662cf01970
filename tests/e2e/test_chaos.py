"""Killing any part at any moment changes when the story ends, never how."""

import threading
from contextlib import suppress
from functools import partial
from pathlib import Path
from uuid import UUID

import psutil
import pytest

from deploy.stack import demo
from deploy.stack.caller import wait_for
from domain.database.session import engine
from tests.e2e.conftest import House
from tests.e2e.test_demo import story_in, today
from tests.invariants import check_books

pytestmark = pytest.mark.timeout(600)

PARTS = ("worker-ledger", "api", "worker-documents", "temporal", "mailroom")
DELAYS = (0.0, 0.05, 0.15, 0.3)


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


def test_the_story_survives_the_death_of_every_part(house: House, tmp_path: Path) -> None:
    """SIGKILL for each part in turn, in every step; the same books as without."""
    calm = story_in(house, tmp_path, demo.documents(today())[:2])
    demo.tell(calm)
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
    bind = engine(house.database_url, pool_size=1)
    entries = [check_books(bind, UUID(each.stack["tenant_id"])) for each in (calm, troubled)]
    bind.dispose()
    assert entries[0] == entries[1]
