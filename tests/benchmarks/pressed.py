"""Reads while strangers press on the doors: `python -m tests.benchmarks.pressed [SECONDS [SHARE]]`.

The stack runs as in `make up`. One caller with a key reads, one call after the other, for some
seconds in calm and then under each kind of pressure; the ratio is that of the 95th percentiles
(goal 1.5). Under hostile documents of one company another company's document is timed from upload
to case as well, against its lone time (goal 3). SHARE of the strangers there are (1) can come;
`load` is what else the machine was doing, and above the number of its cores a ratio says little.
"""

import asyncio
import itertools
import json
import os
import smtplib
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from pathlib import Path
from statistics import median
from typing import Any

import httpx

from tests.activities.hostile import content_bomb, crowded_pdf
from tests.e2e.conftest import House, started
from tests.e2e.front_door import DEMO

_STRANGERS = 24
_IDLE = 100
_HOSTILE = 12
_SECONDS = 10.0
_PATH = "/v1/accounts"
_NUMBER = b"<cbc:ID>12345</cbc:ID>"
_numbers = itertools.count(1)

Pressure = Callable[[House, int], AbstractAsyncContextManager[None]]


async def measured(house: House, seconds: float, share: float) -> list[dict[str, object]]:
    """Calm first, then each kind of pressure, with its ratio to the calm before it."""
    found: list[dict[str, object]] = []
    for name, (most, press) in _PRESSURES.items():
        count = max(1, round(most * share))
        load = os.getloadavg()[0]
        calm = await _reads(house, seconds)
        async with press(house, count):
            await asyncio.sleep(1)
            pressed = await _reads(house, seconds)
        found.append(
            {
                "name": f"reads under {count} {name}",
                "limit": "the same reads in calm",
                "goal": 1.5,
                "load": round(load, 1),
                "calm_ms": _told(calm),
                "pressed_ms": _told(pressed),
                "ratio_p95": round(_at95(pressed) / _at95(calm), 2),
            }
        )
        sys.stderr.write(f"{found[-1]}\n")
    found.append(await _documents(house, max(1, round(_HOSTILE * share))))
    return found


async def _reads(house: House, seconds: float) -> list[float]:
    """Milliseconds of each answered read."""
    taken: list[float] = []
    async with _client(house) as http:
        await http.get(_PATH)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            begin = time.perf_counter()
            (await http.get(_PATH)).raise_for_status()
            taken.append((time.perf_counter() - begin) * 1000)
            await asyncio.sleep(0.005)
    return taken


@asynccontextmanager
async def _logins(house: House, count: int) -> AsyncIterator[None]:
    """Clients that try wrong passwords, of people that there are and that there are not."""

    async def try_on(number: int) -> None:
        people = house.stack["principals"]
        async with httpx.AsyncClient(base_url=house.stack["api_url"], timeout=60) as http:
            for again in itertools.count():
                email = people[again % len(people)]["email"] if again % 2 else f"x{number}@x.test"
                with suppress(httpx.TransportError):
                    await http.post("/v1/auth/login", json={"email": email, "password": "wrong"})

    async with _beside(*(try_on(number) for number in range(count))):
        yield


@asynccontextmanager
async def _idle(house: House, count: int) -> AsyncIterator[None]:
    """Connections to the mailroom that say hello and nothing more."""

    def connect() -> smtplib.SMTP | None:
        try:
            return smtplib.SMTP(house.stack["smtp_host"], house.stack["smtp_port"], timeout=10)
        except (OSError, smtplib.SMTPException):
            return None  # more than the mailroom lets in

    opened = [await asyncio.to_thread(connect) for _ in range(count)]
    try:
        yield
    finally:
        for each in opened:
            if each is not None:
                each.close()


@asynccontextmanager
async def _hostile(house: House, count: int) -> AsyncIterator[None]:
    """A company that sends documents which cost their reader all that it may take."""
    files = [crowded_pdf(400_000 + each) for each in range(count - count // 2)]
    files += [content_bomb(40 + each) for each in range(count // 2)]
    other = house.company()
    async with _client(house, other) as http:
        for number, content in enumerate(files):
            await _uploaded(http, f"{number}.pdf", content)
        yield


@asynccontextmanager
async def _beside(*works: Any) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(each) for each in works]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _documents(house: House, count: int) -> dict[str, object]:
    """A document of one company, alone and behind hostile ones of another."""
    company = house.company()
    async with _client(house, company) as http:
        await _read(http)  # what is loaded once is no cost of a document
        alone = [await _read(http) for _ in range(3)]
        async with _hostile(house, count):
            behind = [await _read(http) for _ in range(3)]
    return {
        "name": f"another company's document behind {count} hostile ones",
        "limit": "the same alone",
        "goal": 3,
        "load": round(os.getloadavg()[0], 1),
        "alone_s": round(median(alone), 2),
        "behind_s": round(median(behind), 2),
        "ratio": round(median(behind) / median(alone), 2),
    }


async def _read(http: httpx.AsyncClient) -> float:
    number = f"<cbc:ID>P-{next(_numbers)}</cbc:ID>".encode()
    content = (DEMO / "xrechnung_meier.xml").read_bytes()
    begin = time.monotonic()
    item = await _uploaded(http, "rechnung.xml", content.replace(_NUMBER, number, 1))
    while True:
        shown = (await http.get(f"/v1/inbox/{item}")).json()
        if shown["status"] != "processing":
            return time.monotonic() - begin
        await asyncio.sleep(0.05)


async def _uploaded(http: httpx.AsyncClient, name: str, content: bytes) -> str:
    answer = await http.post("/v1/inbox", files={"files": (name, content)})
    answer.raise_for_status()
    item: str = answer.json()["documents"][0]["inbox_id"]
    return item


def _client(house: House, company: dict[str, Any] | None = None) -> httpx.AsyncClient:
    people = (company or house.stack)["principals"]
    key = next(each["api_key"] for each in people if each["name"] == "bookkeeper")
    headers = {"Authorization": f"Bearer {key}"}
    return httpx.AsyncClient(base_url=house.stack["api_url"], headers=headers, timeout=60)


_PRESSURES: dict[str, tuple[int, Pressure]] = {
    "clients with wrong logins": (_STRANGERS, _logins),
    "idle SMTP connections": (_IDLE, _idle),
    "hostile PDFs": (_HOSTILE, _hostile),
}


def _at95(taken: list[float]) -> float:
    return sorted(taken)[round(0.95 * (len(taken) - 1))]


def _told(taken: list[float]) -> dict[str, float]:
    return {"p50": round(median(taken), 2), "p95": round(_at95(taken), 2), "calls": len(taken)}


def main() -> None:
    """Print the figures as JSON."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else _SECONDS
    share = float(sys.argv[2]) if len(sys.argv) > 2 else 1.0
    with tempfile.TemporaryDirectory() as name, started(Path(name), "deploy.cli", "up") as house:
        found = asyncio.run(measured(house, seconds, share))
    json.dump(found, sys.stdout, indent=2)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
