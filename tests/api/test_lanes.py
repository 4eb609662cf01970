"""Who is not known yet waits behind others who are not, and before nobody who is."""

import asyncio
from collections.abc import AsyncIterator
from threading import Event, Lock
from typing import Any
from uuid import uuid4

import httpx
import pytest

from api.http import lanes, passwords
from api.http.logins import InvalidCredentials
from api.main import create_app
from api.settings import Settings
from domain.access.throttle_store import RateLimited
from domain.errors import DomainError
from tests.builders import Tenant
from tests.servers import Database

AT_ONCE = 2
MOST = AT_ONCE * 5


class SlowHasher:
    """Checks no password before it is told to."""

    def __init__(self) -> None:
        self.go = Event()
        self.asked = 0
        self._lock = Lock()

    def __call__(self, stored: str | None, password: str) -> bool:
        """Wait, then know nobody."""
        with self._lock:
            self.asked += 1
        assert self.go.wait(60)
        return False


@pytest.fixture
def hasher(monkeypatch: pytest.MonkeyPatch) -> SlowHasher:
    """Stand in for a hasher that is busy."""
    slow = SlowHasher()
    monkeypatch.setattr(passwords, "matches", slow)
    return slow


@pytest.fixture
async def one_thread(database: Database) -> AsyncIterator[httpx.AsyncClient]:
    """An application with a single thread for all who are known."""
    told = {"database_url": database.url, "temporal_address": "127.0.0.1:1", "threads": 1}
    app = create_app(Settings.model_validate({**told, "logins": AT_ONCE, "log_level": "ERROR"}))
    transport = httpx.ASGITransport(app, client=(str(uuid4()), 1))
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://test") as client,
    ):
        yield client


async def test_reads_do_not_wait_for_logins(
    one_thread: httpx.AsyncClient, hasher: SlowHasher, tenant: Tenant
) -> None:
    """While every place of the lane is taken, and turned away is who comes too many (BOUNDED)."""
    logins = [asyncio.create_task(_log_in(one_thread, number)) for number in range(MOST + 8)]
    turned_away = await _first(logins, 8)
    assert {each.status_code for each in turned_away} == {503}
    assert {each.json()["code"] for each in turned_away} == {"SERVICE_UNAVAILABLE"}
    assert all(int(each.headers["Retry-After"]) > 0 for each in turned_away)

    key = {"Authorization": f"Bearer {tenant.people['admin'].api_key}"}
    for path in ("/v1/me", "/v1/accounts", "/v1/journal"):
        assert (await one_thread.get(path, headers=key)).status_code == 200
    assert hasher.asked <= AT_ONCE
    assert sum(each.done() for each in logins) == 8

    hasher.go.set()
    statuses = sorted(answer.status_code for answer in await asyncio.gather(*logins))
    assert statuses == [401] * MOST + [503] * 8


async def test_places_become_free_again(one_thread: httpx.AsyncClient, hasher: SlowHasher) -> None:
    """Whatever became of those who had them."""
    hasher.go.set()
    for _ in range(2):
        answers = await asyncio.gather(*(_log_in(one_thread, each) for each in range(MOST)))
        assert {each.status_code for each in answers} == {401}


class Moment:
    """Ends when the test says so."""

    def __init__(self) -> None:
        self.full = asyncio.Event()
        self.ended = asyncio.Event()
        self.waiting = 0

    async def __call__(self, _: int) -> None:
        """Wait; three are as many as may."""
        self.waiting += 1
        if self.waiting == 3:
            self.full.set()
        await self.ended.wait()


@pytest.fixture
def moment(monkeypatch: pytest.MonkeyPatch) -> Moment:
    """Of three people at once, and nobody more."""
    ours = Moment()
    monkeypatch.setattr(lanes, "_hold", ours)
    monkeypatch.setattr(lanes, "_MOST_HELD", 3)
    return ours


@pytest.mark.parametrize("refusal", [lanes.LoginsBusy(), RateLimited(1)])
async def test_who_is_turned_away_hears_it_after_a_moment(
    moment: Moment, refusal: DomainError
) -> None:
    """A machine that asks again as fast as it is refused leaves the door free meanwhile."""
    lane = lanes.Lane(4)

    def refuse() -> None:
        raise refusal

    asked = [asyncio.create_task(lane.run(refuse)) for _ in range(3)]
    await moment.full.wait()
    assert not any(each.done() for each in asked)
    with pytest.raises(type(refusal)):  # more of them would take memory: told at once
        await lane.run(refuse)
    assert await lane.run(lambda: "known") == "known"  # and no place is taken by them

    moment.ended.set()
    told = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(each) for each in told] == [type(refusal)] * 3


async def test_a_wrong_password_is_told_at_once(moment: Moment) -> None:
    """Its own hash took long enough, and people do mistype."""
    lane = lanes.Lane(1)

    def refuse() -> None:
        raise InvalidCredentials

    with pytest.raises(InvalidCredentials):
        await lane.run(refuse)
    assert not moment.waiting


async def _log_in(client: httpx.AsyncClient, number: int) -> httpx.Response:
    """Try to log in; each with an address of its own, of which too few fail to be throttled."""
    body: dict[str, Any] = {"email": f"{number}@example.at", "password": "wrong"}
    return await client.post("/v1/auth/login", json=body)


async def _first(tasks: list[asyncio.Task[httpx.Response]], count: int) -> list[httpx.Response]:
    """Answers of so many, whichever they are."""
    done: set[asyncio.Task[httpx.Response]] = set()
    async with asyncio.timeout(60):
        while len(done) < count:
            waiting = [each for each in tasks if each not in done]
            fresh, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            done |= fresh
    return [each.result() for each in done]
