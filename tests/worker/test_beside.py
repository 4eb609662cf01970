"""What a worker does beside its steps outlives whatever breaks in it, and says so."""

import asyncio

import pytest
from prometheus_client import REGISTRY
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from domain.errors import Unavailable
from worker.beside import repeated


def broken(what: str) -> float | None:
    """How often something broke, as whoever watches is told."""
    return REGISTRY.get_sample_value("belegfluss_beside_broke_total", {"what": what})


async def test_what_breaks_is_told_and_tried_again() -> None:
    """A bug in one look is not the end of all: it is counted, and logged without its words."""
    errors: list[Exception] = [ValueError("Huber GmbH"), KeyError("Huber GmbH")]
    went_well = asyncio.Event()

    async def act() -> bool:
        if errors:
            raise errors.pop()
        went_well.set()
        return False

    with capture_logs() as lines:
        async with repeated("looking", act, 0.001):
            assert broken("looking") == 0
            async with asyncio.timeout(30):
                await went_well.wait()

    assert broken("looking") == 2
    assert [(line["what"], line["kind"]) for line in lines] == [
        ("looking", "KeyError"),
        ("looking", "ValueError"),
    ]
    assert "Huber" not in str(lines)


@pytest.mark.parametrize("away", [OperationalError("", {}, Exception()), Unavailable("away")])
async def test_an_outage_is_no_bug(away: Exception) -> None:
    """It is waited for, in one line each time."""
    errors, went_well = [away], asyncio.Event()

    async def act() -> bool:
        if errors:
            raise errors.pop()
        went_well.set()
        return False

    with capture_logs() as lines:
        async with repeated("waiting", act, 0.001), asyncio.timeout(30):
            await went_well.wait()

    assert (broken("waiting"), [line["event"] for line in lines]) == (0, ["waits"])


async def test_the_more_there_is_the_sooner_it_goes_on() -> None:
    """Without a pause while there is more, which would be an hour here."""
    left, done = [True] * 9 + [False], asyncio.Event()

    async def act() -> bool:
        if len(left) == 1:
            done.set()
        return left.pop(0)

    async with repeated("counting", act, 3600), asyncio.timeout(30):
        await done.wait()

    assert left == []


async def test_who_breaks_again_and_again_waits_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Up to ten seconds, or its own pause where that is longer; and ends when it is told to."""
    pauses: list[float] = []

    async def noted(waited: object, seconds: float) -> None:
        pauses.append(seconds)
        await asyncio.sleep(0)
        asyncio.ensure_future(waited).cancel()  # type: ignore[call-overload]
        raise TimeoutError

    async def act() -> bool:
        raise ValueError

    monkeypatch.setattr("worker.beside.asyncio.wait_for", noted)
    async with repeated("failing", act, 1):
        while len(pauses) < 6:  # noqa: ASYNC110 - until it has tried so often
            await asyncio.sleep(0)

    assert pauses[:6] == [2, 4, 8, 10, 10, 10]
