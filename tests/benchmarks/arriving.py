"""Documents a second from SMTP to their review cases, against the bare reading function.

An e-invoice of another number in each mail, 1, 8 and 32 of them on their way at once. Mailroom,
API and both workers are in this process, a dev server of Temporal beside it. The limit reads the
same files by the same function that a worker calls, as many at once, with nothing around it:
what reading itself costs is on both sides.
"""

import asyncio
import itertools
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sqlalchemy import text

from activities.recognition import recognise
from deploy.stack import temporal as temporal_servers
from domain.database.session import read_session
from domain.reading.origin import OwnParty
from tests.benchmarks.measure import compare
from tests.builders import another_tenant
from tests.e2e.front_door import DEMO, FrontDoor, letter, opened
from tests.servers import Database, cloned, migrated_cluster
from workflows.shared.connection import TemporalServer, connect, register_search_attributes

IN_FLIGHT = {1: 8, 8: 24, 32: 48}
"""How many are on their way at once, and how many documents a round has."""

_ROUNDS = 3
_PATIENCE = 300.0
_NUMBER = b"<cbc:ID>12345</cbc:ID>"
_numbers = itertools.count(1)
_CASES = text("SELECT count(*) FROM review_case")


def benchmarks(database: Database) -> Iterator[dict[str, object]]:
    """One after the other: alone, by eights, by thirty-twos."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with temporal_servers.started(folder / "log", folder / "temporal.db") as server:
            for in_flight, documents in IN_FLIGHT.items():
                yield _measured(database, server.address, folder, in_flight, documents)


def _measured(
    database: Database, address: str, folder: Path, in_flight: int, documents: int
) -> dict[str, object]:
    async def ours() -> float:
        temporal = await connect(TemporalServer(address))
        await register_search_attributes(temporal)
        async with opened(database, temporal, another_tenant(database), folder) as door:
            await _arrive(database, door, 1, 1)  # what is loaded once is no cost of a document
            begin = time.perf_counter()
            await _arrive(database, door, documents, in_flight)
            return documents / (time.perf_counter() - begin)

    def limit() -> float:
        files = [_document() for _ in range(documents)]
        begin = time.perf_counter()
        with ThreadPoolExecutor(in_flight) as pool:
            list(pool.map(lambda file: recognise(file, "application/xml", OwnParty()), files))
        return documents / (time.perf_counter() - begin)

    return compare(
        f"documents from SMTP to the case, {in_flight} on their way",
        f"the bare reading function, {in_flight} at once",
        lambda: asyncio.run(ours()),
        limit,
        rounds=_ROUNDS,
        documents=documents,
    )


async def _arrive(database: Database, door: FrontDoor, documents: int, in_flight: int) -> None:
    """Send so many mails, never more on their way than allowed, until each has its case."""
    end = time.monotonic() + _PATIENCE
    begun = await asyncio.to_thread(_opened_cases, database, door)
    sent, done = 0, 0
    while done < documents:
        while sent < documents and sent - done < in_flight:
            mail = letter(f"Rechnung {sent}", ("rechnung.xml", _document()))
            if await door.send(mail) >= 300:
                raise RuntimeError("a mail was not taken")
            sent += 1
        await asyncio.sleep(0.005)
        done = await asyncio.to_thread(_opened_cases, database, door) - begun
        if time.monotonic() > end:
            raise TimeoutError(f"{done} of {documents} cases were opened")


def _opened_cases(database: Database, door: FrontDoor) -> int:
    with read_session(database.engine, door.tenant.id) as session:
        found: int = session.execute(_CASES).scalar_one()
        return found


def _document() -> bytes:
    """The e-invoice with a number of its own."""
    data = (DEMO / "xrechnung_meier.xml").read_bytes()
    assert _NUMBER in data
    return data.replace(_NUMBER, f"<cbc:ID>R-{next(_numbers)}</cbc:ID>".encode())


def main() -> None:
    """These alone: `python -m tests.benchmarks.arriving`."""
    with (
        tempfile.TemporaryDirectory() as folder,
        migrated_cluster(Path(folder), durable=True) as server,
        cloned(server) as database,
    ):
        json.dump(list(benchmarks(database)), sys.stdout, indent=2)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
