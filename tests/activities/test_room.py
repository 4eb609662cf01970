"""Work that takes memory takes turns: never more at once than there is room for."""

import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice

import pytest

from activities.room import Room


def test_no_more_is_worked_on_than_there_is_room_for() -> None:
    """Two hundred pieces of work by sixteen threads; the largest are larger than the room."""
    room, lock, barrier = Room(10), threading.Lock(), threading.Barrier(16)
    held, most, sizes = 0, 0, list(islice(cycle((1, 3, 7, 10, 25)), 200))

    def work(size: int) -> None:
        nonlocal held, most
        with room.taken(size):
            with lock:
                held += min(size, 10)
                most = max(most, held)
            with lock:
                held -= min(size, 10)

    with ThreadPoolExecutor(16) as threads:
        list(threads.map(lambda _: barrier.wait(30), range(16)))
        list(threads.map(work, sizes, timeout=60))

    assert held == 0
    assert 0 < most <= 10


def test_room_is_given_back_by_what_breaks() -> None:
    """Or the next one would wait for ever."""
    room = Room(10)
    with pytest.raises(ValueError, match="broken"), room.taken(10):
        raise ValueError("broken")
    with room.taken(10), pytest.raises(ValueError, match="broken"), room.taken(0):
        raise ValueError("broken")


def test_who_asks_first_is_first() -> None:
    """Small ones that come all the time do not keep a large one waiting."""
    room, order, asked = Room(10), list[str](), threading.Event()

    def work(name: str, size: int) -> None:
        asked.set()
        with room.taken(size):
            order.append(name)

    with room.taken(1):
        large = threading.Thread(target=work, args=("large", 10))
        large.start()
        asked.wait(30)
        while not room._turn.locked():  # noqa: SLF001 - until it stands in line
            pass
        small = threading.Thread(target=work, args=("small", 1))
        small.start()
        small.join(0.1)
        assert order == []
    large.join(30)
    small.join(30)
    assert order == ["large", "small"]
