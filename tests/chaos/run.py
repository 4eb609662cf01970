"""One run: a stack of its own, people at work, faults from the seed, quiet, and the books."""

import asyncio
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError

from domain.database.blobs import Blobs
from domain.database.session import engine
from domain.dates import local_day
from tests.chaos import books
from tests.chaos.acknowledged import Difference, Trouble, differences
from tests.chaos.alive import all_back
from tests.chaos.calls import Unanswered
from tests.chaos.faults import Attack, Fault, Harm, planned
from tests.chaos.load import Company, Office
from tests.chaos.recovery import recoveries, summed_up
from tests.chaos.report import Report
from tests.e2e.conftest import House

_BACK_SECONDS = 300.0
_QUIET_SECONDS = 900.0
_AFTERWARDS = 10.0


class Run:
    """A house under load and under attack."""

    def __init__(self, house: House, seed: str, minutes: float, corpus: list[Path]) -> None:
        self._house = house
        self._minutes = minutes
        self._plan = planned(Random(seed), minutes * 60)  # noqa: S311 - a run that can be repeated
        self._office = Office(house.stack, seed, local_day(datetime.now(UTC), "DE"), corpus)
        self._engine = engine(house.database_url, pool_size=4)
        self._report = Report(seed, minutes)

    async def carried_out(self, *, has_disk: bool) -> Report:
        """Load and faults, then quiet, then every case is ended, then the books are compared."""
        office, report = self._office, self._report
        await office.open()
        attack = Attack(self._house, has_disk=has_disk)
        work = asyncio.create_task(office.work())
        back = asyncio.create_task(self._back(attack))
        await attack.carry_out(self._plan)
        await asyncio.sleep(_AFTERWARDS)
        office.stop()
        await work
        report.seconds_to_quiet = await self._quiet()
        await back
        report.differences += [
            each for company in self._companies for each in await self._ended(company)
        ]
        self._tell(attack)
        report.differences += await asyncio.to_thread(self._compared)
        self._engine.dispose()
        return report

    @property
    def _companies(self) -> tuple[Company, Company]:
        return self._office.austrian, self._office.german

    @property
    def _tenants(self) -> list[UUID]:
        return [each.tenant_id for each in self._companies]

    async def _back(self, attack: Attack) -> None:
        """Wait for the loss of Temporal's store, and measure until all runs again."""
        if not any(each.harm is Harm.LOSE_STORE for each in self._plan):
            return
        await attack.store_lost.wait()
        address = self._house.stack["temporal_address"]
        count, seconds = await all_back(self._engine, self._tenants, address, _BACK_SECONDS)
        self._report.processes_back = {"open": count, "seconds": seconds and round(seconds, 1)}
        if seconds is None:
            self._add(Trouble.STUCK, f"not all of {count} open processes ran again in time")

    async def _quiet(self) -> float | None:
        """Seconds until no machine has anything to do."""
        begun = time.monotonic()
        while (since := time.monotonic() - begun) < _QUIET_SECONDS:
            try:
                left = [await asyncio.to_thread(self._waiting, each) for each in self._tenants]
            except SQLAlchemyError:
                left = [("the database is away",)]
            if not any(left):
                return round(since, 1)
            await asyncio.sleep(1)
        return None

    def _waiting(self, tenant_id: UUID) -> tuple[str, ...]:
        return books.waiting(self._engine, tenant_id)

    async def _ended(self, company: Company) -> list[Difference]:
        """Reject everything that waits for a person: what cannot be ended is stuck."""
        line, stuck = company.line("bookkeeper"), []
        while waiting := await line.get("/v1/inbox?status=open&limit=100"):
            for item in waiting:
                path = f"/v1/inbox/{item['id']}/reject"
                try:
                    await line.order(path, {"reason": "Ende"})
                except (AssertionError, Unanswered) as error:
                    stuck.append(Difference(Trouble.STUCK, f"case cannot be ended: {error}"))
            if stuck:
                break
        await line.close()
        return stuck

    def _tell(self, attack: Attack) -> None:
        report, calls = self._report, self._office.calls
        report.operations, report.answers = dict(calls.operations), dict(calls.answers)
        report.calls = len(calls.answered)
        report.server_errors, report.missed = calls.errors, attack.missed
        report.faults = dict(Counter(_name(each.fault) for each in attack.struck))
        report.recovery = summed_up(recoveries(attack.struck, calls.answered))
        for name in ("intents", "mails", "corrections", "runs", "seals", "movements"):
            report.acknowledged[name] = sum(len(getattr(c.told, name)) for c in self._companies)
        for each in calls.unanswered:
            self._add(Trouble.STUCK, f"nobody answered {each}")
        for each in calls.unexpected:
            self._add(Trouble.WRONG, each)

    def _compared(self) -> list[Difference]:
        blobs = Blobs((self._house.home / "blobs").as_uri())
        return [
            each
            for company in self._companies
            for each in differences(
                company.told, books.found(self._engine, blobs, company.tenant_id, company.told)
            )
        ]

    def _add(self, trouble: Trouble, what: str) -> None:
        self._report.differences.append(Difference(trouble, what))


def _name(fault: Fault) -> str:
    return f"{fault.harm} {fault.part}".strip() if fault.harm is not Harm.LOSE_STORE else fault.harm
