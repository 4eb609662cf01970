"""Killing any part at any moment changes when the story ends, never how."""

import threading
from itertools import cycle
from pathlib import Path
from uuid import UUID

import pytest

from deploy.stack import demo
from domain.store.transaction import engine
from tests.e2e.conftest import House
from tests.e2e.test_demo import story_in
from tests.invariants import check_books

pytestmark = pytest.mark.timeout(600)

PARTS = ("worker-ledger", "api", "mailroom", "worker-documents", "temporal")
PAUSE_SECONDS = 4.0


class _Killer(threading.Thread):
    """Kills one part after the other until told to stop."""

    def __init__(self, house: House) -> None:
        super().__init__(daemon=True)
        self._house = house
        self._stopping = threading.Event()
        self.killed: list[str] = []

    def run(self) -> None:
        """Kill, wait until the part is back or for a while, kill the next."""
        for part in cycle(PARTS):
            if self._stopping.wait(PAUSE_SECONDS):
                return
            self._house.kill(part)
            self.killed.append(part)

    def stop(self) -> None:
        """Let the house rest."""
        self._stopping.set()
        self.join()


def test_the_story_survives_the_death_of_every_part(house: House, tmp_path: Path) -> None:
    """SIGKILL for each part in turn, every few seconds; the same books as without."""
    calm = story_in(house, tmp_path, demo.documents()[:2])
    demo.tell(calm)
    troubled = story_in(house, tmp_path, demo.documents()[:2])
    killer = _Killer(house)
    killer.start()
    try:
        demo.tell(troubled)
    finally:
        killer.stop()

    assert len(killer.killed) >= len(PARTS)
    bind = engine(house.database_url, pool_size=1)
    entries = [check_books(bind, UUID(each.stack["tenant_id"])) for each in (calm, troubled)]
    bind.dispose()
    assert entries[0] == entries[1]
