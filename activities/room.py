"""Room for work that takes memory: who needs more than there is waits for its turn."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition, Lock


class Room:
    """So many bytes are worked on at once, in the order in which they are asked for.

    What is larger than the room has it alone.
    """

    def __init__(self, size: int) -> None:
        self._size = self._left = size
        self._turn = Lock()
        self._freed = Condition()

    @contextmanager
    def taken(self, size: int) -> Iterator[None]:
        """Wait until there is room for so many bytes, and hold it while the block runs."""
        size = min(size, self._size)
        with self._turn, self._freed:
            self._freed.wait_for(lambda: self._left >= size)
            self._left -= size
        try:
            yield
        finally:
            with self._freed:
                self._left += size
                self._freed.notify_all()
